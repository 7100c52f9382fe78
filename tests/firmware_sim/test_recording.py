from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from firmware_sim.recording import Columns, Row, parse_map, read_recording
from firmware_sim.replay import Part, Times, readings, shifted
from sensors.config import ConfigError
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.recordings import recording

UTC = ZoneInfo("UTC")
BOTH = Columns(ts=("ts",), co2_ppm="co2", count="people")
DAY_NS = 86_400_000_000_000


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    return path


class TestMap:
    def test_names_the_columns(self) -> None:
        assert parse_map("ts=Date+Time, co2_ppm=S5_CO2,count=n") == Columns(
            ts=("Date", "Time"), co2_ppm="S5_CO2", count="n"
        )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ts=a,co2=b", "KEY one of ts, co2_ppm, temperature_c, humidity_pct, count"),
            ("ts=a,co2_ppm", "expected KEY=COLUMN"),
            ("co2_ppm=b", "expected ts, and co2_ppm or count, like ts=ts,"),
            ("ts=a", "expected ts, and co2_ppm or count"),
        ],
    )
    def test_mistakes(self, text: str, expected: str) -> None:
        with pytest.raises(ConfigError) as caught:
            parse_map(text)
        assert expected in str(caught.value)


class TestReading:
    def test_a_missing_value_is_skipped_alone_and_a_mean_of_people_is_rounded(
        self, tmp_path: Path
    ) -> None:
        path = written(
            tmp_path,
            "ts,co2,people\n2026-01-01T10:00:00Z,500.5,1.6\n2026-01-01T10:01:00Z,,2\n"
            "2026-01-01T10:02:00Z,510,NaN\n2026-01-01T10:03:00Z,,\n",
        )
        rows = read_recording(path, BOTH, UTC)
        assert [(row.co2_ppm, row.count) for row in rows] == [(500.5, 2), (None, 2), (510.0, None)]

    def test_rows_come_by_time(self, tmp_path: Path) -> None:
        path = written(
            tmp_path, "ts,co2,people\n2026-01-01T10:01:00Z,2,\n2026-01-01T10:00:00Z,1,\n"
        )
        assert [row.co2_ppm for row in read_recording(path, BOTH, UTC)] == [1, 2]

    @pytest.mark.parametrize(
        ("text", "zone", "expected"),
        [
            ("2026-01-01T10:00:00+01:00", "UTC", "2026-01-01T09:00:00.000Z"),
            ("2026-01-01 10:00", "Europe/Amsterdam", "2026-01-01T09:00:00.000Z"),
            ("2026-07-01 9:05:30", "UTC", "2026-07-01T09:05:30.000Z"),
        ],
    )
    def test_times(self, tmp_path: Path, text: str, zone: str, expected: str) -> None:
        path = written(tmp_path, f"ts,co2,people\n{text},400,\n")
        (row,) = read_recording(path, BOTH, ZoneInfo(zone))
        assert to_wire(from_ns(row.at_ns)) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ts,co2\n", "r.csv:1: no column 'people', there are ts, co2"),
            ("", "r.csv:1: no column 'ts'"),
            ("ts,co2,people\n", "holds no row"),
            ("ts,co2,people\nnever,400,1\n", "r.csv:2: 'never': expected a time like 2022-10-06"),
            ("ts,co2,people\n2026-01-01T10:00:00Z,high,1\n",
             "r.csv:2: co2 = 'high': expected a number from 0 to 40000, or nothing"),
            ("ts,co2,people\n2026-01-01T10:00:00Z,-4,1\n", "r.csv:2: co2 = '-4': expected"),
            ("ts,co2,people\n2026-01-01T10:00:00Z,400,inf\n", "r.csv:2: people = 'inf': expected"),
            ("ts,co2,people\n" + "x,1,1\n" * 30, "and 20 more"),
        ],
    )  # fmt: skip
    def test_mistakes_are_told_with_file_and_line(
        self, tmp_path: Path, text: str, expected: str
    ) -> None:
        with pytest.raises(ConfigError) as caught:
            read_recording(written(tmp_path, text), BOTH, UTC)
        assert expected in str(caught.value)

    def test_a_file_that_is_not_utf8_is_said_so(self, tmp_path: Path) -> None:
        path = tmp_path / "r.csv"
        path.write_bytes(b"ts,co2,people\n\xff\xfe\n")
        with pytest.raises(ConfigError, match="not UTF-8"):
            read_recording(path, BOTH, UTC)

    def test_a_recording_of_a_dutch_office(self) -> None:
        path = recording("windesheim/windesheim-999169.csv")
        columns = parse_map("ts=ts,co2_ppm=co2_scd41_ppm,count=people_xovis")
        rows = read_recording(path, columns, UTC)
        given = [line.split(",") for line in path.read_text().splitlines()[1:]]
        assert sum(row.co2_ppm is not None for row in rows) == sum(bool(g[2]) for g in given)
        assert sum(row.count is not None for row in rows) == sum(bool(g[3]) for g in given)


def row(at_ns: int, co2_ppm: float | None = 500.0, count: int | None = None) -> Row:
    return Row(at_ns, co2_ppm, None, None, count)


NOW_NS = 1_795_000_000_000_000_000  # November 2026


class TestTimes:
    def test_original_times_stay(self) -> None:
        rows = (row(NOW_NS - 2 * DAY_NS), row(NOW_NS - DAY_NS))
        assert shifted(rows, Times.ORIGINAL, NOW_NS) == rows

    @pytest.mark.parametrize(
        ("times", "expected"),
        [(Times.FROM_NOW, [0, DAY_NS]), (Times.ENDING_NOW, [-DAY_NS, 0])],
    )
    def test_others_keep_their_distance(self, times: Times, expected: list[int]) -> None:
        rows = shifted((row(5), row(5 + DAY_NS)), times, NOW_NS)
        assert [r.at_ns - NOW_NS for r in rows] == expected

    @pytest.mark.parametrize("at_ns", [1_500_000_000_000_000_000, NOW_NS + DAY_NS])
    def test_original_times_that_a_gateway_refuses_are_a_mistake(self, at_ns: int) -> None:
        with pytest.raises(ConfigError, match="play it with --ending-now"):
            shifted((row(at_ns),), Times.ORIGINAL, NOW_NS)


def test_air_and_people_come_from_their_own_devices() -> None:
    part = Part(VenueSlug("v"), DeviceSlug("co2"), DeviceSlug("xovis"))
    air, people = readings((row(NOW_NS, 612.5, 3),), part)
    assert isinstance(air, AirReading)
    assert isinstance(people, PeopleReading)
    assert (air.device, air.co2_ppm, people.device, people.count) == ("co2", 612.5, "xovis", 3)
