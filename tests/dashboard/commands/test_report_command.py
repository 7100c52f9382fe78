"""``luchtig report`` and ``luchtig export`` on a venue whose evening is over."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.cli import main
from gateway.registry.agenda.meetings import delete_meeting
from sensors.wire.topic import DeviceSlug
from tests.gateway.domain.report.evening import END, FRESH, THERE, every_minute
from tests.gateway.reported import Evening, evening

pytestmark = pytest.mark.usefixtures("hall")

NOON = ["--venue", "de-kade", "--from", "2026-11-24T19:00", "--to", "2026-11-24T19:10"]


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    (tmp_path / "luchtig.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUCHTIG_CLOCK", f"{(END + timedelta(hours=2)).isoformat()}@1")
    opened = evening(tmp_path)
    opened.arrive((*FRESH, *THERE))
    yield opened
    opened.store.close()
    opened.database.close()


def report(*arguments: str) -> int:
    return main(["report", *arguments, "--config", "luchtig.toml"])


def export(*arguments: str) -> int:
    return main(["export", *arguments, "--config", "luchtig.toml"])


class TestReport:
    def test_it_is_told_as_text_in_the_language_of_the_venue(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert report("m1") == 0
        said = capsys.readouterr().out
        assert said.startswith("Ledenavond\n")
        assert "Deze bijeenkomst bleef binnen de grenzen." in said
        assert report("m1", "--language", "en") == 0
        assert "This meeting kept to its limits." in capsys.readouterr().out

    def test_it_is_written_as_a_pdf(self, tmp_path: Path) -> None:
        assert report("m1", "--pdf", "verslag.pdf") == 0
        assert (tmp_path / "verslag.pdf").read_bytes().startswith(b"%PDF-")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["m9"], "there is no meeting 'm9'"),
            (["m1", "--pdf", "nergens/verslag.pdf"], "nergens/verslag.pdf: No such file"),
            (["m1", "--check"], "nothing is kept of meeting 'm1' yet"),
        ],
    )
    def test_what_cannot_be_done_is_said(
        self,
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        words: str,
    ) -> None:
        assert report(*arguments) == 1
        assert words in capsys.readouterr().err

    def test_a_meeting_that_is_not_over_is_refused(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LUCHTIG_CLOCK", f"{(END - timedelta(hours=1)).isoformat()}@1")
        assert report("m1") == 1
        assert "is not over yet" in capsys.readouterr().err

    def test_a_kept_record_is_checked_against_the_store(
        self, hall: Evening, capsys: pytest.CaptureFixture[str]
    ) -> None:
        hall.look(40)
        assert report("m1", "--check") == 0
        said = capsys.readouterr().out
        printed = said.split()[-1]
        assert said == f"the store holds the readings of this report: SHA-256 {printed}\n"
        assert report("m1", "--verify", printed.upper()) == 0
        assert report("m1", "--verify", "0" * 64) == 1
        hall.arrive(every_minute({(50, 51): 1800}, device=DeviceSlug("co2-9")))
        capsys.readouterr()
        assert report("m1", "--check") == 1
        assert "the readings in the store are others now" in capsys.readouterr().err
        hall.look(60)
        assert report("m1", "--check") == 0
        assert report("m1", "--verify", printed) == 1
        assert "revision 2 of 2026-11-24 20:30Z (late_readings)" in capsys.readouterr().err

    def test_a_meeting_that_left_the_calendar_keeps_its_report(
        self, hall: Evening, capsys: pytest.CaptureFixture[str]
    ) -> None:
        hall.look(40)
        with hall.database.write() as conn:
            delete_meeting(conn, "m1")
        assert report("m1") == 0
        assert "Deze bijeenkomst bleef binnen de grenzen." in capsys.readouterr().out
        assert report("m1", "--check") == 0


class TestExport:
    def test_times_without_a_zone_are_the_venue_s(self, tmp_path: Path) -> None:
        assert export(*NOON, "readings.csv") == 0
        with (tmp_path / "readings.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 20
        assert rows[0]["at"] == "2026-11-24T18:00:00.000Z"

    def test_a_dash_is_standard_output(self, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
        assert export(*NOON, "--room", "serre", "-") == 0
        assert capsysbinary.readouterr().out.startswith(b"at,venue,room,kind,device,")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--venue", "elders", *NOON[2:], "x.csv"], "there is no venue 'elders'"),
            ([*NOON, "--room", "zolder", "x.csv"], "there is no room de-kade/zolder"),
            ([*NOON, "nergens/x.csv"], "nergens/x.csv: No such file or directory"),
            ([*NOON[:4], "--to", "2026-11-23", "x.csv"], "--from: expected a time before --to"),
        ],
    )
    def test_what_cannot_be_done_is_said_and_no_file_is_left(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        words: str,
    ) -> None:
        before = set(tmp_path.iterdir())
        assert export(*arguments) == 1
        assert words in capsys.readouterr().err
        assert {f for f in set(tmp_path.iterdir()) - before if "csv" in f.name} == set()

    def test_a_time_that_is_none_is_wrong_use(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            export("--venue", "de-kade", "--from", "gisteren", "--to", "2026-11-25", "x.csv")
        assert stopped.value.code == 2
        assert "expected a time like 2026-11-24" in capsys.readouterr().err
