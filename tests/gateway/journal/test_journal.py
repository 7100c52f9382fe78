"""The journal: safe before it says so, once however often it is handed in, trimmed behind both cursors."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.journal.commit_pace import QUEUE
from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.journal.file import KEYS_DAYS, JournalFile
from gateway.journal.interface import JournalClosed
from gateway.journal.journal import Journal
from gateway.journal.reader import JournalError
from gateway.store.interface import RoomSample
from sensors.clock import SYSTEM, Clock, started_at
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.journalled import START_NS, Counted, placed, running_journal
from tests.servers import wait_until


def on_disk(path: Path) -> int:
    with sqlite3.connect(path) as db:
        (count,) = db.execute("SELECT count(*) FROM entries").fetchone()
    db.close()
    return int(count)


def keys_on_disk(path: Path) -> int:
    with sqlite3.connect(path) as db:
        (count,) = db.execute("SELECT count(*) FROM keys").fetchone()
    db.close()
    return int(count)


def test_done_is_called_only_when_another_process_could_read_the_entry(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    seen: list[int] = []
    with running_journal(path) as journal:
        for second in range(5):
            journal.submit(placed(second), lambda: seen.append(on_disk(path)))
        assert journal.flush(10)
    assert len(seen) == 5
    assert all(count >= number + 1 for number, count in enumerate(seen))


def test_every_kind_of_entry_comes_back_as_it_was_also_after_a_restart(tmp_path: Path) -> None:
    entries: list[Entry] = [
        placed(1),
        RoomSample(VenueSlug("de-kade"), RoomSlug("serre"), START_NS, "good", 812.0, 4),
        Note(VenueSlug("de-kade"), DeviceSlug("co2-03"), START_NS, online=True),
        RefusedMessage("luchtig/devices/x", b"\xff", Reason.BAD_TOPIC, "expected …", START_NS),
    ]
    path = tmp_path / "journal.db"
    with running_journal(path) as journal:
        journal.append(entries)
        assert journal.flush(10)
        assert journal.read(0, 10) == list(enumerate(entries, start=1))
    with running_journal(path) as journal:
        assert journal.last_id == 4
        assert journal.read(0, 10) == list(enumerate(entries, start=1))
        assert journal.read(1, 2) == [(2, entries[1]), (3, entries[2])]
        assert journal.read(4, 10) == []


def test_a_reading_handed_in_again_is_one_and_is_acknowledged_again(tmp_path: Path) -> None:
    counted, done = Counted(), []
    path = tmp_path / "journal.db"
    with running_journal(path, counted=counted) as journal:
        journal.submit(placed(1), lambda: done.append("first"))
        journal.submit(placed(1), lambda: done.append("same batch"))
        assert journal.flush(10)
    with running_journal(path, counted=counted) as journal:
        journal.submit(placed(1), lambda: done.append("after a restart"))
        journal.submit(
            placed(1, device=DeviceSlug("co2-04")), lambda: done.append("another device")
        )
        assert journal.flush(10)
        assert journal.last_id == 2
    assert done == ["first", "same batch", "after a restart", "another device"]
    assert counted.duplicates == {"air": 2}


def test_readings_without_a_time_of_their_own_are_never_taken_for_the_same(tmp_path: Path) -> None:
    with running_journal(tmp_path / "journal.db") as journal:
        journal.append([placed(1, ts_given=False), placed(1, ts_given=False)])
        assert journal.flush(10)
        assert journal.last_id == 2


def test_entries_go_when_both_cursors_have_passed_and_their_keys_stay(tmp_path: Path) -> None:
    path, counted = tmp_path / "journal.db", Counted()
    with running_journal(path, counted=counted) as journal:
        journal.append([placed(second) for second in range(10)])
        assert journal.flush(10)
        journal.move_store(8)
        journal.move_live(3)
        wait_until(lambda: on_disk(path) == 7, "three entries to go")
        journal.move_live(10)
        wait_until(lambda: on_disk(path) == 2, "what the store has not stays")
        assert journal.kept == 2
        journal.append([placed(0)])
        assert journal.flush(10)
        assert counted.duplicates == {"air": 1}
    with running_journal(path) as journal:
        assert journal.store_position == 8
        assert [number for number, _ in journal.read(0, 10)] == [9, 10]


def test_numbers_go_on_after_everything_was_trimmed(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with running_journal(path) as journal:
        journal.append([placed(1), placed(2)])
        assert journal.flush(10)
        journal.move_live(2)
        journal.move_store(2)
        wait_until(lambda: on_disk(path) == 0, "both entries to go")
    with running_journal(path) as journal:
        journal.append([placed(3)])
        assert journal.flush(10)
        assert journal.read(2, 10) == [(3, placed(3))]


def test_a_lost_journal_numbers_on_from_the_live_cursor(tmp_path: Path) -> None:
    with running_journal(tmp_path / "journal.db") as journal:
        journal.begin_after(41)
        journal.append([placed(1)])
        assert journal.flush(10)
        assert journal.read(41, 10) == [(42, placed(1))]
        assert journal.store_position == 41


def test_keys_are_forgotten_after_their_window(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    def clock_on(day: int) -> Clock:
        return started_at(datetime(2026, 11, day, 12, tzinfo=UTC), 1.0)

    for day in (1, 1 + KEYS_DAYS, 3 + KEYS_DAYS):
        file = JournalFile(path, clock_on(day))
        file.commit([placed(day)], 0, 0)
        file.close()
    file = JournalFile(path, clock_on(4 + KEYS_DAYS))
    file.commit([placed(99)], 0, 0)
    file.commit([], 0, 0)
    file.close()
    assert keys_on_disk(path) == 3


def test_a_journal_that_cannot_be_written_acknowledges_nothing_until_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, counted, done = tmp_path / "journal.db", Counted(), threading.Event()
    with running_journal(path, counted=counted) as journal:
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN EXCLUSIVE")
        journal.submit(placed(1), done.set)
        wait_until(lambda: counted.errors >= 2, "two attempts")
        assert not done.is_set()
        assert journal.last_id == 0
        blocker.execute("ROLLBACK")
        blocker.close()
        assert done.wait(60)
        assert journal.read(0, 10) == [(1, placed(1))]
    told = [record.message for record in caplog.records if "acknowledged" in record.message]
    assert len(told) == 1
    assert str(path) in told[0]


def test_a_full_queue_makes_the_sender_wait_and_loses_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", SYSTEM)
    for second in range(QUEUE):
        journal.submit(placed(second))
    sender = threading.Thread(target=journal.submit, args=(placed(QUEUE),))
    sender.start()
    assert journal.waiting == QUEUE
    stop = threading.Event()
    committer = threading.Thread(target=journal.run, args=(stop,))
    committer.start()
    sender.join(20)
    assert journal.flush(20)
    assert journal.last_id == QUEUE + 1
    stop.set()
    committer.join(10)
    with pytest.raises(JournalClosed):
        journal.submit(placed(1))


def test_a_file_that_is_no_journal_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(JournalError, match=r"journal\.db: cannot be opened"):
        Journal(path, SYSTEM)


def test_old_entries_are_read_from_disk_in_order(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with running_journal(path) as journal:
        journal.append([placed(second) for second in range(300)])
        assert journal.flush(10)
    with running_journal(path) as journal:
        journal.append([placed(300)])
        assert journal.flush(10)
        numbers = [number for number, _ in journal.read(250, 1_000)]
        assert numbers == list(range(251, 302))


def test_what_is_older_than_what_memory_keeps_is_read_all_the_same(
    tmp_path: Path,
) -> None:
    with running_journal(tmp_path / "journal.db", tail=3) as journal:
        journal.begin_after(41)
        for second in range(10):
            journal.append([placed(second)])
            assert journal.flush(10)
        assert list(journal._tail) == [49, 50, 51]
        assert journal.read(41, 20) == [(42 + second, placed(second)) for second in range(10)]
