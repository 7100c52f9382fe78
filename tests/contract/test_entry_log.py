"""What the journal promises to those who read it and move its cursors, whichever process commits."""

import sqlite3
import threading
from pathlib import Path

import pytest

from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.journal.interface import JournalClosed
from gateway.journal.reader import JournalError
from gateway.metrics import DUPLICATE, JOURNAL_ERRORS, Metrics
from gateway.store.interface import RoomSample
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.fronts import Kind, make_front, running_front
from tests.gateway.journalled import START_NS, placed
from tests.servers import wait_until

ENTRIES: list[Entry] = [
    placed(1),
    RoomSample(VenueSlug("de-kade"), RoomSlug("serre"), START_NS, "good", 812.0, 4),
    Note(VenueSlug("de-kade"), DeviceSlug("co2-03"), START_NS, online=True),
    RefusedMessage("luchtig/devices/x", b"\xff", Reason.BAD_TOPIC, "expected …", START_NS),
]


@pytest.fixture(params=["near", "far"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def test_entries_come_back_as_they_were_also_after_a_restart(tmp_path: Path, kind: Kind) -> None:
    numbered = list(enumerate(ENTRIES, start=1))
    with running_front(kind, tmp_path) as front:
        front.journal.append(ENTRIES)
        assert front.journal.flush(20)
        assert front.journal.last_id == front.journal.kept == 4
        assert front.journal.read(0, 10) == numbered
    with running_front(kind, tmp_path) as front:
        assert front.journal.last_id == front.journal.kept == 4
        assert front.journal.read(0, 10) == numbered
        assert front.journal.read(1, 2) == numbered[1:3]
        assert front.journal.read(4, 10) == []
        front.journal.append([placed(5)])
        assert front.journal.flush(20)
        assert front.journal.read(2, 10) == [*numbered[2:], (5, placed(5))]


def test_a_reading_that_comes_again_is_one_and_counted_once(tmp_path: Path, kind: Kind) -> None:
    counters = Metrics()
    with running_front(kind, tmp_path, counters=counters) as front:
        front.journal.append([placed(1), placed(1), placed(2)])
        assert front.journal.flush(20)
        assert front.journal.last_id == 2
        front.journal.append([placed(2)])
        assert front.journal.flush(20)
        assert front.journal.last_id == 2
        wait_until(lambda: counters.value(DUPLICATE, "air") == 2, "the count")


def test_entries_go_when_both_cursors_have_passed(tmp_path: Path, kind: Kind) -> None:
    with running_front(kind, tmp_path) as front:
        front.journal.append([placed(second) for second in range(10)])
        assert front.journal.flush(20)
        front.journal.move_store(8)
        assert front.journal.store_position == 8
        front.journal.move_live(3)
        wait_until(lambda: front.journal.kept == 7, "three entries to go")
        front.journal.move_live(10)
        wait_until(lambda: front.journal.kept == 2, "what the store has not stays")
        assert [number for number, _ in front.journal.read(8, 10)] == [9, 10]
    with running_front(kind, tmp_path) as front:
        assert front.journal.store_position == 8
        assert [number for number, _ in front.journal.read(0, 10)] == [9, 10]


def test_what_the_store_refused_joins_with_its_cursor(tmp_path: Path, kind: Kind) -> None:
    with running_front(kind, tmp_path) as front:
        front.journal.append([placed(1)])
        assert front.journal.flush(20)
        front.journal.move_store(1, [ENTRIES[3]])
        assert front.journal.flush(20)
        assert front.journal.read(1, 10) == [(2, ENTRIES[3])]


def test_a_lost_journal_numbers_on_from_the_live_cursor(tmp_path: Path, kind: Kind) -> None:
    with running_front(kind, tmp_path, begin_after=41) as front:
        assert front.journal.store_position == 41
        assert front.journal.kept == 0
        front.journal.append([placed(1)])
        assert front.journal.flush(20)
        assert front.journal.read(41, 10) == [(42, placed(1))]


def test_whoever_waits_for_the_next_entry_is_woken_by_it(tmp_path: Path, kind: Kind) -> None:
    woken: list[bool] = []
    with running_front(kind, tmp_path) as front:
        assert not front.journal.wait_beyond(0, 0.01)
        thread = threading.Thread(target=lambda: woken.append(front.journal.wait_beyond(0, 60)))
        thread.start()
        front.journal.append([placed(1)])
        thread.join(60)
        assert front.journal.wait_beyond(0, 0.0)
    assert woken == [True]


def test_what_is_not_safe_yet_waits_and_is_not_read(tmp_path: Path, kind: Kind) -> None:
    counters = Metrics()
    with running_front(kind, tmp_path, counters=counters) as front:
        front.journal.append([placed(0)])
        assert front.journal.flush(20)
        blocker = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
        blocker.execute("BEGIN EXCLUSIVE")
        front.journal.append([placed(1), placed(2)])
        assert front.journal.waiting == 2
        wait_until(lambda: counters.value(JOURNAL_ERRORS) >= 1, "an attempt")
        assert (front.journal.waiting, front.journal.last_id) == (2, 1)
        assert not front.journal.flush(0.01)
        assert front.journal.read(1, 10) == []
        blocker.execute("ROLLBACK")
        blocker.close()
        assert front.journal.flush(60)
        assert (front.journal.waiting, front.journal.last_id) == (0, 3)


def test_what_arrived_lies_before_the_newest_and_what_waits(tmp_path: Path, kind: Kind) -> None:
    """While entries are committed all the time, the sum is never too low."""
    with running_front(kind, tmp_path) as front:
        for second in range(0, 2_000, 4):
            front.journal.append([placed(second + more) for more in range(4)])
            waiting = front.journal.waiting
            assert front.journal.last_id + waiting >= second + 4
        assert front.journal.flush(60)
        assert front.journal.last_id == 2_000


def test_two_who_read_at_their_own_pace_both_see_all_in_order(tmp_path: Path, kind: Kind) -> None:
    seen: dict[str, list[int]] = {"slow": [], "fast": []}

    def follow(name: str, at_once: int) -> None:
        position = 0
        while position < 3_000:
            front.journal.wait_beyond(position, 1.0)
            found = front.journal.read(position, at_once)
            seen[name] += [number for number, _ in found]
            position = seen[name][-1] if seen[name] else 0

    with running_front(kind, tmp_path) as front:
        threads = [
            threading.Thread(target=follow, args=("slow", 7)),
            threading.Thread(target=follow, args=("fast", 900)),
        ]
        for thread in threads:
            thread.start()
        for second in range(0, 3_000, 100):
            front.journal.append([placed(second + more) for more in range(100)])
        for thread in threads:
            thread.join(60)
    assert seen["slow"] == seen["fast"] == list(range(1, 3_001))


def test_nothing_is_taken_once_it_is_stopped(tmp_path: Path, kind: Kind) -> None:
    front = make_front(kind, tmp_path)
    stop = threading.Event()
    stop.set()
    front.commit(stop)
    with pytest.raises(JournalClosed):
        front.journal.append([placed(1)])
    front.close()


def test_what_was_handed_in_before_the_stop_is_safe(tmp_path: Path, kind: Kind) -> None:
    with running_front(kind, tmp_path) as front:
        front.journal.append([placed(second) for second in range(500)])
    with running_front(kind, tmp_path) as front:
        assert front.journal.last_id == 500


def test_a_file_that_is_no_journal_is_said_to_be_so(tmp_path: Path, kind: Kind) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(
        JournalError, match=r"journal\.db: cannot be opened: file is not a database"
    ):
        make_front(kind, tmp_path)
