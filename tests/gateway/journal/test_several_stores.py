"""One journal and several stores: each goes as far as it takes its rows, and none is forgotten."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs

from gateway.journal.deliveries import SESSIONS, Delivery
from gateway.journal.entry import Entry, RefusedMessage
from gateway.journal.journal import Journal
from gateway.journal.owed import HandedIn, Owed
from gateway.journal.store_writer import StoreWriter
from gateway.journal.stores.cursors import StoreCursors
from gateway.journal.stores.refused_kinds import RefusedKinds
from gateway.metrics import STORE_BEHIND, STORE_REFUSES, Metrics
from gateway.store.by_venue.share import Share
from gateway.store.interface import Measurement, Placed, Rejected, RoomSample, StoreUnavailable
from sensors.clock import SYSTEM
from sensors.wire.refusal import Reason
from sensors.wire.topic import VenueSlug
from tests.gateway.journal.test_store_writer import QUICK, ScriptedStore
from tests.gateway.journalled import placed, running_journal
from tests.servers import wait_until

ARENA = Share(frozenset({"arena"}))
REST = Share(frozenset({"arena"}), is_rest=True)


def of_arena(second: int) -> Placed:
    here = placed(second)
    return Placed(here.room, structs.replace(here.reading, venue=VenueSlug("arena")))


class AwayStore(ScriptedStore):
    """Takes nothing until it is back."""

    is_away = True

    def write(self, rows: Sequence[Placed | RoomSample]) -> tuple[Rejected, ...]:
        if self.is_away:
            raise StoreUnavailable("no answer")
        return super().write(rows)


@contextmanager
def writing(
    journal: Journal, counters: Metrics, rest: ScriptedStore, arena: ScriptedStore
) -> Iterator[StoreCursors]:
    cursors = StoreCursors(journal, 2)
    refused = RefusedKinds(counters)
    writers = [
        StoreWriter(log, store, counters, SYSTEM, pace=QUICK, refused=refused, share=share)
        for log, store, share in zip(cursors.each, (rest, arena), (REST, ARENA), strict=True)
    ]
    stop = threading.Event()
    threads = [threading.Thread(target=writer.run, args=(stop,)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield cursors
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with running_journal(tmp_path / "journal.db") as started:
        yield started


def test_a_store_that_is_away_holds_up_no_other_and_gets_all_of_its_own_later(
    journal: Journal,
) -> None:
    rest, arena, counters = ScriptedStore(), AwayStore(), Metrics()
    ours, theirs = [placed(n) for n in range(5)], [of_arena(n) for n in range(5)]
    with writing(journal, counters, rest, arena) as cursors:
        journal.append([row for pair in zip(ours, theirs, strict=True) for row in pair])
        wait_until(lambda: rest.taken == ours, "the other venue's readings")
        wait_until(lambda: cursors.each[0].store_position == 10, "its cursor")
        wait_until(lambda: counters.value(STORE_BEHIND, "arena") == 10, "how far the other is")
        assert counters.value(STORE_BEHIND, "*") == 0
        assert journal.store_position == 0
        arena.is_away = False
        wait_until(lambda: arena.taken == theirs, "all of its own, in order")
        wait_until(lambda: journal.store_position == 10, "the journal may forget them")
        assert rest.taken == ours


def test_after_a_restart_the_store_that_was_away_lacks_nothing(tmp_path: Path) -> None:
    rest, arena = ScriptedStore(), AwayStore()
    with running_journal(tmp_path / "journal.db") as journal:
        journal.append([placed(1), of_arena(1), placed(2)])
        with writing(journal, Metrics(), rest, arena):
            wait_until(lambda: rest.taken == [placed(1), placed(2)], "what the other takes")
    arena.is_away = False
    with (
        running_journal(tmp_path / "journal.db") as journal,
        writing(journal, Metrics(), rest, arena),
    ):
        wait_until(lambda: journal.store_position == 3, "the cursor")
    assert arena.taken == [of_arena(1)]


def test_a_session_waits_for_the_stores_of_its_own_messages_and_for_no_others() -> None:
    given: list[str] = []

    def came(session: int, entry: Entry, name: str) -> HandedIn:
        return entry, Delivery(session << SESSIONS, 1, again=False), lambda: given.append(name)

    refused = RefusedMessage("luchtig/devices/x", b"", Reason.BAD_TOPIC, "", 0)
    owed = Owed(0)
    owed.add(1, [came(1, of_arena(1), "arena"), came(2, placed(1), "kade")])
    owed.add(2, [came(1, refused, "of the arena's"), came(2, refused, "of De Kade's")])
    owed.add(3, [came(3, of_arena(2), "mixed, first"), came(3, placed(2), "mixed, second")])
    owed.stored(3, REST)
    assert given == ["kade", "of De Kade's"]
    owed.stored(2, ARENA)
    assert given[2:] == ["arena", "of the arena's"]
    owed.stored(3, ARENA)
    assert given[4:] == ["mixed, first", "mixed, second"]
    assert owed.is_empty


def test_a_kind_is_refused_where_one_store_refuses_it_and_given_up_there_alone() -> None:
    asked: list[Measurement] = []

    def released() -> list[Measurement]:
        taken = list(asked)
        asked.clear()
        return taken

    counters = Metrics()
    refused = RefusedKinds(counters, released)
    refused.show("rest", ())
    refused.show("arena", ["air"])
    refused.show("rest", ())
    assert counters.value(STORE_REFUSES, "air") == 1
    asked.append("air")
    assert refused.take_released("rest") == set()
    assert refused.take_released("arena") == {"air"}
    assert refused.take_released("arena") == set()
    refused.show("arena", ())
    assert counters.value(STORE_REFUSES, "air") == 0
