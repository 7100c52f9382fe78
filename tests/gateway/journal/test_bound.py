"""The journal bounded by size: nearly full it says so, full it acknowledges nothing, and it goes on by
itself.
"""

import logging
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.checks.journal import check_journal
from gateway.config import JournalSettings, Settings
from gateway.journal.bound import MB, MOST_BYTES, Bound, most_bytes
from gateway.journal.entry import RefusedMessage
from gateway.journal.file import COUNT_BYTES, JournalFile
from gateway.journal.journal import Journal
from sensors.clock import SYSTEM
from sensors.wire.refusal import Reason
from tests.gateway.journalled import START_NS, placed, running_journal
from tests.servers import wait_until

TINY = JournalSettings(max_mb=1)
FILLING = 2_000
"""So many are over 1 MB."""
LOG = logging.getLogger("tests.bound")


def large(second: int) -> RefusedMessage:
    topic = f"luchtig/devices/de-kade/co2-{second}/air"
    return RefusedMessage(topic, b"x" * 512, Reason.NOT_JSON, "…", START_NS + second)


def fill(journal: Journal) -> None:
    done = threading.Semaphore(0)
    for second in range(FILLING):
        journal.submit(large(second), done.release)
        if journal.is_full:
            return
    wait_until(lambda: journal.is_full, "the journal to be full")


def test_a_full_journal_takes_no_message_until_both_cursors_have_moved(tmp_path: Path) -> None:
    done = threading.Event()
    with running_journal(tmp_path / "journal.db", settings=TINY) as journal:
        fill(journal)
        journal.submit(placed(1), done.set)
        journal.append([placed(2)])  # the gateway's own goes on
        wait_until(lambda: placed(2) in _newest(journal), "what the gateway made")
        assert not done.is_set()
        assert placed(1) not in _newest(journal)
        journal.move_store(journal.last_id)
        assert not done.is_set()
        journal.move_live(journal.last_id)
        assert done.wait(20)
        assert not journal.is_full
        assert placed(1) in _newest(journal)


def _newest(journal: Journal) -> list[object]:
    last = journal.last_id
    return [entry for _, entry in journal.read(max(0, last - 1_500), 1_500)]


def test_what_was_numbered_and_not_written_is_acknowledged_by_a_full_journal(
    tmp_path: Path,
) -> None:
    seldom = JournalSettings(max_mb=1, commit_every_s=300.0)
    done = threading.Event()
    with running_journal(tmp_path / "journal.db", settings=seldom) as journal:
        journal.append([large(second) for second in range(FILLING - 400)])
        journal.submit(placed(1), done.set)
        journal.append([large(second) for second in range(FILLING)])
        assert done.wait(20)


def test_a_full_journal_is_full_after_a_restart_too_and_check_says_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    settings = Settings(directory=tmp_path, journal=TINY)
    assert check_journal(settings) == []
    with running_journal(path, settings=TINY) as journal:
        journal.append([placed(1)])
        assert journal.flush(10)
        assert [one.verdict for one in check_journal(settings)] == ["ok"]
        fill(journal)
    with running_journal(path, settings=TINY) as journal:
        assert journal.is_full
        (found,) = check_journal(settings)
        assert found.verdict == "fail"
        assert found.found.startswith("full: nothing is acknowledged; 1.")


def test_a_journal_that_stops_while_it_is_full_leaves_what_waits_to_the_broker(
    tmp_path: Path,
) -> None:
    done = threading.Event()
    with running_journal(tmp_path / "journal.db", settings=TINY) as journal:
        fill(journal)
        last = journal.last_id
        journal.submit(placed(1), done.set)
    assert not done.is_set()
    assert journal.last_id == last


def test_it_is_said_once_when_it_is_nearly_full_full_and_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bound = Bound(10 * MB, LOG)
    for tenths in (79, 80, 85, 79, 90, 99, 100, 101, 95, 91, 89, 95, 30, 81):
        bound.look(tenths * MB // 10)
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition(";")[0].partition(":")[2][:18] for line in said] == [
        " 80 % of the 10 MB", " full: it holds th", " takes messages ag", " 81 % of the 10 MB",
    ]  # fmt: skip
    assert said[1] == (
        "journal: full: it holds the 10 MB that it may (journal.max_mb); nothing is acknowledged, the "
        "broker keeps it, until the store has caught up"
    )


@given(st.lists(st.sampled_from(["take", "store", "live", "again"]), max_size=25))
def test_what_is_counted_is_what_is_there(steps: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _counts(Path(folder) / "journal.db", steps)


def _counts(path: Path, steps: Sequence[str]) -> None:
    file = JournalFile(path, SYSTEM)
    store = live = taken = 0
    for step in steps:
        if step == "take":
            file.take([placed(taken), large(taken)])
            taken += 1
        elif step == "again":
            file.close()
            file = JournalFile(path, SYSTEM)
        store = file.last_id if step == "store" else min(store, file.last_id)
        live = file.last_id if step == "live" else min(live, file.last_id)
        file.commit([], store, live)
        with closing(sqlite3.connect(path)) as db:
            assert db.execute(COUNT_BYTES).fetchone() == (file.held_bytes,)
    file.close()


def test_where_nothing_is_said_it_may_hold_a_quarter_of_the_disk(tmp_path: Path) -> None:
    most = most_bytes(JournalSettings(), tmp_path)
    assert 0 < most <= MOST_BYTES
    assert most_bytes(TINY, tmp_path) == MB
