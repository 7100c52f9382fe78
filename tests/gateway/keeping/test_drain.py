"""What a dead gateway's disk holds comes into the store and the database, once."""

from contextlib import closing
from pathlib import Path

import pytest

from gateway.domain.refused_message import RefusedMessage
from gateway.journal.file import JournalFile
from gateway.keeping.archive import KeepingError
from gateway.keeping.drain import Drained, drain
from gateway.process.directory_lock import only_one
from sensors.clock import SYSTEM
from sensors.wire.refusal import Reason
from tests.gateway.journalled import placed
from tests.gateway.keeping.set_up import NOT_STORED, database_rows, fill, settings, stored_rows

REFUSED = RefusedMessage("luchtig/devices/de-kade/co2-03/air", b"no", Reason.NOT_JSON, "no", 7)


def dead(tmp_path: Path) -> Path:
    """A folder with a journal that nobody has stored or judged."""
    folder = tmp_path / "dead"
    folder.mkdir()
    with closing(JournalFile(folder / "journal.db", SYSTEM)) as journal:
        journal.commit([placed(100), REFUSED, placed(101)], 0, 0)
    return folder


def test_what_is_on_a_dead_disk_is_stored_and_noted_once(tmp_path: Path) -> None:
    alive = settings(tmp_path / "alive")
    alive.directory.mkdir()
    fill(alive)
    folder = dead(tmp_path)
    before = len(stored_rows(alive))
    assert drain(alive, folder, SYSTEM) == Drained(stored=2, refused=1, left=0)
    assert len(stored_rows(alive)) == before + 2
    once = database_rows(alive)
    (refused,) = once["quarantine"]
    assert REFUSED.topic in refused
    assert {row[1:3]: row[3] for row in once["counters"]} == {
        ("readings_accepted_total", "air"): 2.0,
        ("messages_refused_total", "not_json"): 1.0,
    }
    assert drain(alive, folder, SYSTEM) == Drained(stored=0, refused=0, left=0)
    assert database_rows(alive) == once
    assert len(stored_rows(alive)) == before + 2
    with closing(JournalFile(alive.directory / "journal.db", SYSTEM)) as journal:
        assert journal.last_id == len(NOT_STORED)  # of the one that lives nothing is touched


def test_a_folder_that_a_gateway_runs_on_or_that_has_no_journal_is_refused(tmp_path: Path) -> None:
    alive = settings(tmp_path / "alive")
    alive.directory.mkdir()
    fill(alive)
    with pytest.raises(KeepingError, match=r"has no journal\.db"):
        drain(alive, tmp_path / "nowhere", SYSTEM)
    folder = dead(tmp_path)
    with only_one(folder), pytest.raises(KeepingError, match="another gateway is running"):
        drain(alive, folder, SYSTEM)


def test_a_store_that_is_away_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    alive = settings(tmp_path / "alive")
    alive.directory.mkdir()
    fill(alive)
    folder = dead(tmp_path)
    away = settings(tmp_path / "alive", store="influxdb://127.0.0.1:1/none")
    with pytest.raises(KeepingError):
        drain(away, folder, SYSTEM)
    assert drain(alive, folder, SYSTEM).stored == 2
