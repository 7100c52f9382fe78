"""``luchtig doctor`` on backups and on logs that our own parts wrote."""

import io
import logging
from pathlib import Path

import pytest

from dashboard.checks.finding import Finding
from dashboard.checks.log_file import findings
from dashboard.cli import main
from gateway.keeping.backup import take_backup
from gateway.outage import Outage
from tests.gateway.keeping.set_up import NOW, ROWS, fill, settings

GATEWAY = "%(levelname)s %(message)s"
DASHBOARD = "Nov 24 08:00:01 pi luchtig[7]: %(levelname)s %(name)s: %(message)s"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    fill(settings(tmp_path / "kept"))
    take_backup(settings(tmp_path / "kept"), tmp_path / "b", NOW, with_readings=True)
    return tmp_path / "b"


class Log:
    """What a program writes."""

    def __init__(self, form: str) -> None:
        self._to = io.StringIO()
        handler = logging.StreamHandler(self._to)
        handler.setFormatter(logging.Formatter(form))
        self.log = logging.Logger("gateway.journal.store_writer")  # noqa: LOG001 - of its own
        self.log.addHandler(handler)

    def found(self) -> list[Finding]:
        return findings(self._to.getvalue().splitlines())


@pytest.mark.parametrize("form", [GATEWAY, DASHBOARD])
class TestLogs:
    def test_what_is_away_at_the_end_is_said_with_why_and_what_to_do(self, form: str) -> None:
        log = Log(form)
        Outage(log.log, "store").begins("InfluxDB at influx:8086 is not reached: refused")
        (found,) = log.found()
        assert (found.part, found.verdict) == ("store", "fail")
        assert "was away at the end: InfluxDB at influx:8086 is not reached: refused" in found.found
        assert "luchtig check" in found.mend

    def test_of_several_stores_it_is_said_which_one_is_away(self, form: str) -> None:
        log = Log(form)
        Outage(log.log, "store of arena, hal").begins("InfluxDB at arena:8086 is not reached")
        (found,) = log.found()
        assert found.part == "store"
        assert found.found.startswith("store of arena, hal was away at the end: InfluxDB at arena")
        assert found.mend.startswith("readings wait in the journal")

    def test_what_came_back_is_worth_knowing_and_no_more(self, form: str) -> None:
        log = Log(form)
        now_s = 0.0
        outage = Outage(log.log, "broker", back="connected again", monotonic=lambda: now_s)
        for _ in range(3):
            outage.begins("not reached")
            now_s += 20
            outage.ends()
        (found,) = log.found()
        assert found.verdict == "note"
        assert found.found == "broker was away 3 times, 60 s in all, and came back"

    def test_errors_that_differ_by_a_number_are_counted_as_one(self, form: str) -> None:
        log = Log(form)
        for number in range(4):
            log.log.error("message %s failed", number)
        (found,) = log.found()
        assert (found.verdict, found.found) == ("fail", "4 × message … failed")

    def test_a_quiet_log_is_fine(self, form: str) -> None:
        log = Log(form)
        log.log.info("made the database luchtig")
        assert [found.verdict for found in log.found()] == ["ok"]


def test_a_gateway_that_ended_itself_is_said_and_its_outages_ended_with_it() -> None:
    lines = ["ERROR store: away; trying again", "luchtig gateway: journal stopped: OSError: full"]
    (found,) = findings(lines)
    assert (found.verdict, found.found) == ("fail", "journal stopped: OSError: full")


def test_a_log_cannot_colour_the_terminal() -> None:
    (found,) = findings(["ERROR \x1b[31m of a device"])
    assert "\x1b" not in found.found


@pytest.mark.parametrize("line", ["ERROR  : x; y", "WARNING  : x after 3 s", "ERROR :;", "ERROR "])
def test_a_line_that_is_odd_is_read_all_the_same(line: str) -> None:
    assert len(findings([line])) == 1


def test_another_file_is_said_to_be_none_of_ours() -> None:
    assert [found.verdict for found in findings(["hello", ""])] == ["note"]


def test_a_whole_backup_is_fine(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(backup)]) == 0
    said = capsys.readouterr().out
    assert "is whole: of 2026-11-24T08:00:00+00:00" in said
    assert f"{len(ROWS)} of de-kade" in said
    assert "5 messages that the store may not have had yet" in said


def test_a_backup_that_was_cut_is_not(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup.write_bytes(backup.read_bytes()[:-100])
    assert main(["doctor", str(backup)]) == 1
    assert "was cut or damaged" in capsys.readouterr().out


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(tmp_path / "x")]) == 1
    assert "No such file" in capsys.readouterr().err
