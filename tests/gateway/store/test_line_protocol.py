"""Lines are exactly as the contract says, and hold what was put into them, whatever it is."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config import StoreSettings
from gateway.store.influx import InfluxStore
from gateway.store.interface import Placed, RoomSample
from gateway.store.line_protocol import to_body, to_line
from gateway.store.row import MAX_INT, MAX_NS, unfit
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.store.rows import T0_NS, air, people, sample
from tests.servers import Influx


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            air(0, 812.5, humidity_pct=44.0, seq=123),
            (
                "air,device=co2-1,room=zaal,venue=de-kade co2_ppm=812.5,temperature_c=21.4,"
                f"humidity_pct=44.0,seq=123i,arrived_ms=1795503600250i,ts_given=t {T0_NS}"
            ),
        ),
        (
            air(1, 812, temperature_c=None),
            (
                "air,device=co2-1,room=zaal,venue=de-kade co2_ppm=812,arrived_ms=1795503601250i,"
                f"ts_given=t {T0_NS + 10**9}"
            ),
        ),
        (
            people(0, count=14),
            (
                "people,device=door-1,room=zaal,venue=de-kade arrived_ms=1795503600000i,ts_given=f,"
                f"count=14i {T0_NS}"
            ),
        ),
        (
            people(0, in_total=120, out_total=97),
            (
                "people,device=door-1,room=zaal,venue=de-kade arrived_ms=1795503600000i,ts_given=f,"
                f"in_total=120i,out_total=97i {T0_NS}"
            ),
        ),
        (sample(0, level="unknown"), f'room,room=zaal,venue=de-kade level="unknown" {T0_NS}'),
        (
            sample(0, 18, level="act", flow_lps=96.0),
            f'room,room=zaal,venue=de-kade level="act",people=18,flow_lps=96.0 {T0_NS}',
        ),
        (
            air(0, 1e21, room=RoomSlug("a, b=c"), device=DeviceSlug('é"'), temperature_c=None),
            (
                f'air,device=é",room=a\\,\\ b\\=c,venue=de-kade co2_ppm=1e+21,'
                f"arrived_ms=1795503600250i,ts_given=t {T0_NS}"
            ),
        ),
    ],
    ids=[
        "air with all there is",
        "a whole number stays a float to InfluxDB",
        "a counter that sees the room",
        "a counter that sees a door",
        "a room of which nothing is known",
        "a room",
        "names with all that separates",
    ],
)
def test_a_row_is_this_line(row: Placed | RoomSample, line: str) -> None:
    assert to_line(row) == line


def test_a_body_is_lines_in_utf8() -> None:
    assert to_body(["a é=1 1", "b x=2 2"]) == b"a \xc3\xa9=1 1\nb x=2 2"


# The own reader of the test, from the protocol's description, not from what writes it.
_SPLIT = {sign: re.compile(rf"(?<!\\){re.escape(sign)}") for sign in (",", " ", "=")}


def read_line(line: str) -> tuple[str, dict[str, str], dict[str, object], int]:
    key, fields, at = (part for part in _fields_apart(line))
    measurement, *tags = _SPLIT[","].split(key)
    pairs = [_SPLIT["="].split(tag) for tag in tags]
    named = {name: re.sub(r"\\([,= ])", r"\1", value) for name, value in pairs}
    values = dict(_SPLIT["="].split(field, maxsplit=1) for field in fields.split(","))
    return measurement, named, {name: _value(text) for name, text in values.items()}, int(at)


def _fields_apart(line: str) -> tuple[str, str, str]:
    head, at = line.rsplit(" ", 1)
    key, fields = head.rsplit(" ", 1)  # no field of ours holds a space
    return key, fields, at


_VALUES: tuple[tuple[str, Callable[[str], object]], ...] = (
    (r"-?\d+i", lambda whole: int(whole[:-1])),
    (r"[tf]", lambda flag: flag == "t"),
    (r'"[a-z]*"', lambda quoted: quoted[1:-1]),
)


def _value(text: str) -> object:
    for pattern, read in _VALUES:
        if re.fullmatch(pattern, text):
            return read(text)
    return float(text)


names = st.text(min_size=1, max_size=40)
NOWHERE = Path("/nonexistent")

odd_names = st.one_of(names, st.text(alphabet=" ,='\"#;$\\éx", min_size=1, max_size=8))
floats = st.none() | st.floats(allow_nan=False, allow_infinity=False)
wholes = st.none() | st.integers(-MAX_INT, MAX_INT)
times = st.integers(-MAX_NS, MAX_NS)


@st.composite
def rows(draw: st.DrawFn, at: st.SearchStrategy[int] = times) -> Placed | RoomSample:
    venue, room, device = draw(odd_names), draw(odd_names), draw(odd_names)
    kind = draw(st.sampled_from(["air", "people", "room"]))
    if kind == "room":
        level: Any = draw(st.sampled_from(["good", "watch", "act", "unknown"]))
        return RoomSample(
            VenueSlug(venue),
            RoomSlug(room),
            draw(at),
            level,
            draw(floats),
            draw(wholes),
            draw(floats),
            draw(floats),
        )
    key = (VenueSlug(venue), DeviceSlug(device), draw(at), draw(times), draw(st.booleans()))
    reading: AirReading | PeopleReading
    if kind == "air":
        co2_ppm = draw(st.floats(0, 40_000))
        reading = AirReading(*key, co2_ppm, draw(floats), draw(floats), draw(wholes))
    else:
        reading = PeopleReading(*key, draw(wholes), draw(wholes), draw(wholes), draw(wholes))
    return Placed(RoomSlug(room), reading)


def meant(row: Placed | RoomSample) -> tuple[str, dict[str, str], dict[str, object], int]:
    """What the design says is stored of a row."""
    what = row if isinstance(row, RoomSample) else row.reading
    values: dict[str, Any] = msgspec.structs.asdict(what)
    tags = {"room": row.room, "venue": values.pop("venue")}
    values.pop("room", None)
    at_ns = values.pop("at_ns")
    if isinstance(row, RoomSample):
        values["people"] = None if row.people is None else float(row.people)
        return "room", tags, {k: v for k, v in values.items() if v is not None}, at_ns
    tags["device"] = values.pop("device")
    values["arrived_ms"] = values.pop("arrived_ns") // 1_000_000
    return row.reading.kind, tags, {k: v for k, v in values.items() if v is not None}, at_ns


@given(row=rows())
def test_a_line_reads_back_as_the_row_it_was_made_of(row: Placed | RoomSample) -> None:
    if unfit(row) is None:
        line = to_line(row)
        assert "\n" not in line
        assert read_line(line) == meant(row)


@settings(max_examples=20)
@given(
    drawn=st.lists(rows(at=st.just(T0_NS)), min_size=1, max_size=20, unique_by=lambda row: row.room)
)
def test_the_real_server_holds_what_a_line_means(
    influx: Influx, drawn: list[Placed | RoomSample]
) -> None:
    store = InfluxStore(StoreSettings(url=influx.database_url(f"lines_{uuid4().hex}")), NOWHERE)
    try:
        rejected = store.write(drawn)
        assert [r.row for r in rejected] == [row for row in drawn if unfit(row) is not None]
        for row in drawn:
            if unfit(row) is None:
                kind, tags, _, _ = meant(row)
                kind_: Any = kind
                assert store.count(kind_, VenueSlug(tags["venue"]), RoomSlug(tags["room"])) == 1
    finally:
        store.close()
