"""When a message is on disk, when it may be read and when it is acknowledged."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config import GatewaySettings, JournalSettings, Settings
from gateway.front.front import Events
from gateway.front.start import start_front
from gateway.journal.commit_pace import GATHERED, CommitPace
from gateway.journal.file import JournalFile
from gateway.journal.journal import Journal
from gateway.journal.owed import Owed
from gateway.journal.reader import JournalError
from gateway.metrics import Metrics
from sensors.clock import SYSTEM
from sensors.config import ConfigError
from tests.gateway.journalled import placed, running_journal
from tests.servers import wait_until

SELDOM = JournalSettings(commit_every_s=300.0)
STORED = JournalSettings(acknowledge="stored")
NOBODY = Events(lambda: None, lambda: None, lambda: None, lambda _packet, _code: None)


def on_disk(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        (found,) = db.execute("SELECT count(*) FROM entries").fetchone()
    return int(found)


@pytest.fixture
def seldom(tmp_path: Path) -> Iterator[Journal]:
    """A journal that has committed once, and does so again in five minutes unless it must."""
    with running_journal(tmp_path / "journal.db", settings=SELDOM) as journal:
        journal.submit(placed(0))
        wait_until(lambda: journal.safe_id == 1, "the first commit, which waits for nothing")
        yield journal


def test_what_is_read_before_it_is_safe_is_not_acknowledged(
    seldom: Journal, tmp_path: Path
) -> None:
    done = threading.Event()
    seldom.submit(placed(1), done.set)
    assert seldom.wait_beyond(1, 10)
    assert seldom.read(1, 10) == [(2, placed(1))]
    assert (seldom.safe_id, on_disk(tmp_path / "journal.db"), done.is_set()) == (1, 1, False)
    assert not seldom.is_settled
    seldom.secure(2)
    assert on_disk(tmp_path / "journal.db") == 2
    assert done.wait(10)
    assert seldom.is_settled


def test_half_of_the_window_is_not_waited_beyond(seldom: Journal) -> None:
    seldom.in_flight(8)
    done = threading.Semaphore(0)
    for second in (1, 2, 3):
        seldom.submit(placed(second), done.release)
    assert seldom.wait_beyond(3, 10)
    assert not done.acquire(blocking=False)
    seldom.submit(placed(4), done.release)
    assert all(done.acquire(timeout=10) for _ in range(4))


def test_what_was_gathered_is_safe_once_the_journal_has_stopped(tmp_path: Path) -> None:
    done = threading.Event()
    with running_journal(tmp_path / "journal.db", settings=SELDOM) as journal:
        journal.submit(placed(0))
        wait_until(lambda: journal.safe_id == 1, "the first commit")
        journal.submit(placed(1), done.set)
    assert done.is_set()
    assert on_disk(tmp_path / "journal.db") == 2


def test_a_disk_that_refuses_what_was_gathered_is_asked_again_for_the_same(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    file = JournalFile(path, SYSTEM)
    file.commit([placed(0)], 0, 0)
    taken = file.take([placed(1), placed(0), placed(2)])
    assert [number for number, _ in taken.entries] == [2, 3]
    file._db.execute("PRAGMA query_only = 1")
    with pytest.raises(JournalError):
        file.commit([placed(3)], 0, 0)
    file._db.execute("PRAGMA query_only = 0")
    assert file.is_stale
    assert file.take([placed(1), placed(0), placed(2)]) == taken
    assert file.commit([placed(3)], 0, 0).entries == [(4, placed(3))]
    assert on_disk(path) == 4
    file.close()


def test_numbers_go_on_behind_the_live_cursor_after_a_disk_refused(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / "journal.db", SYSTEM)
    file.begin_after(100)
    file._db.execute("PRAGMA query_only = 1")
    with pytest.raises(JournalError):
        file.commit([placed(0)], 0, 0)
    file._db.execute("PRAGMA query_only = 0")
    assert file.commit([placed(0)], 0, 0).entries == [(101, placed(0))]
    file.close()


def test_the_store_is_waited_for_where_that_is_wished(tmp_path: Path) -> None:
    done: list[int] = []
    with running_journal(tmp_path / "journal.db", settings=STORED) as journal:
        for second in range(3):
            journal.submit(placed(second), lambda n=second: done.append(n))  # type: ignore[misc]
        assert journal.flush(10)
        assert (done, journal.is_settled) == ([], False)
        journal.stored(2)
        assert done in ([], [0, 1])  # those of one commit go together
        journal.stored(3)
        assert (done, journal.is_settled) == ([0, 1, 2], True)
        journal.submit(placed(1), lambda: done.append(1))
        wait_until(lambda: len(done) == 4, "one that is stored already")


@given(st.lists(st.one_of(st.integers(1, 3), st.just("stored")), max_size=40))
@settings(max_examples=100)
def test_acknowledgements_keep_their_order_and_none_comes_before_its_entry_is_stored(
    steps: list[int | str],
) -> None:
    owed, number, given = Owed(0), 0, list[int]()
    for step in steps:
        if isinstance(step, int):
            number += step
            owed.add(number, [(placed(0), None, lambda n=number: given.append(n))])  # type: ignore[misc]
        else:
            owed.stored(number // 2)
            assert all(one <= number // 2 for one in given)
    owed.stored(number)
    assert given == sorted(given)
    assert len(given) == sum(isinstance(step, int) for step in steps)
    assert owed.is_empty


def test_what_is_held_in_memory_is_bounded() -> None:
    pace = CommitPace(SELDOM)
    assert pace.is_due(1, 0)
    pace.committed(is_written=True)
    assert not pace.is_due(GATHERED - 1, 0)
    assert pace.is_due(1, 0)


@pytest.mark.parametrize("processes", ["auto", 1, 2])
def test_rare_commits_are_of_one_process(tmp_path: Path, processes: Literal["auto", 1, 2]) -> None:
    asked = Settings(
        directory=tmp_path, journal=SELDOM, gateway=GatewaySettings(processes=processes)
    )
    with (tmp_path / "gateway.lock").open("w") as lock:
        if processes == 2:
            with pytest.raises(
                ConfigError, match=r"commit_every_s = 300: needs gateway\.processes"
            ):
                start_front(asked, SYSTEM, None, lock)
            return
        starting = start_front(asked, SYSTEM, None, lock)
        assert isinstance(starting.open(Metrics(), NOBODY).journal, Journal)
        starting.close()
