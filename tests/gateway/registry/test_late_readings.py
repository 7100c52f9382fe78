"""Which rooms got readings late, and from when to when: one row a room, widened by each note."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from gateway.registry.agenda.reports import Late, all_late, forget_late, note_late
from gateway.registry.database import Database
from sensors.wire.topic import RoomSlug, VenueSlug

KADE, HAL = VenueSlug("de-kade"), VenueSlug("hal")
SERRE, ZAAL = RoomSlug("serre"), RoomSlug("zaal")


def late(room: RoomSlug, from_ns: int, to_ns: int, noted: int = 0) -> Late:
    return Late(KADE, room, from_ns, to_ns, noted)


def test_a_room_noted_again_is_widened_and_told_from_the_note_before(conn: Connection) -> None:
    note_late(conn, [late(SERRE, 20, 30)])
    note_late(conn, [late(SERRE, 25, 40)])
    note_late(conn, [late(SERRE, 10, 15)])
    assert all_late(conn) == (late(SERRE, 10, 40, noted=3),)


def test_each_room_of_a_batch_is_noted_by_itself(conn: Connection) -> None:
    note_late(conn, [late(SERRE, 20, 30)])
    note_late(conn, [late(SERRE, 10, 15), late(ZAAL, 5, 6), Late(HAL, SERRE, 7, 8)])
    assert all_late(conn) == (
        late(SERRE, 10, 30, noted=2), late(ZAAL, 5, 6, noted=1), Late(HAL, SERRE, 7, 8, noted=1),
    )  # fmt: skip


def test_nothing_late_notes_nothing(conn: Connection) -> None:
    note_late(conn, [])
    assert all_late(conn) == ()


def test_what_is_noted_while_it_is_looked_at_stays(conn: Connection) -> None:
    note_late(conn, [late(SERRE, 20, 30), late(ZAAL, 20, 30)])
    seen, other = all_late(conn)
    note_late(conn, [late(SERRE, 25, 26)])
    forget_late(conn, seen)
    forget_late(conn, other)
    assert all_late(conn) == (late(SERRE, 20, 30, noted=2),)


def test_many_are_forgotten_together_but_what_was_noted_since(conn: Connection) -> None:
    note_late(conn, [late(SERRE, 20, 30), late(ZAAL, 20, 30), Late(HAL, SERRE, 7, 8)])
    seen = all_late(conn)
    note_late(conn, [late(ZAAL, 31, 32)])
    forget_late(conn, *seen)
    forget_late(conn)
    assert all_late(conn) == (late(ZAAL, 20, 32, noted=2),)


def test_a_batch_of_many_rooms_is_one_statement(database: Database) -> None:
    batch = [late(RoomSlug(f"room-{n:04}"), n, n + 1) for n in range(2_000)]
    said: list[str] = []
    with database.write() as conn:
        note_late(conn, batch)
        event.listen(conn, "before_cursor_execute", lambda *given: said.append(given[2]))
        note_late(conn, batch)
        assert len(said) == 1
        assert len(all_late(conn)) == len(batch)


spans = st.tuples(st.sampled_from([SERRE, ZAAL]), st.integers(0, 2**62), st.integers(0, 2**62))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.lists(spans, unique_by=lambda span: span[0]), max_size=4))
def test_what_is_noted_reaches_from_the_first_to_the_last(
    database: Database, batches: list[list[tuple[RoomSlug, int, int]]]
) -> None:
    with database.write() as conn:
        for batch in batches:
            note_late(conn, [late(room, min(ends), max(ends)) for room, *ends in batch])
        wanted = {
            room: (min(min(e) for e in found), max(max(e) for e in found), len(found))
            for room in (SERRE, ZAAL)
            if (found := [ends for batch in batches for name, *ends in batch if name == room])
        }
        kept = {one.room: (one.from_ns, one.to_ns, one.noted) for one in all_late(conn)}
        for one in all_late(conn):
            forget_late(conn, one)
        assert kept == wanted
