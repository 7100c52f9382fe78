"""The demo's hosts speak, and its large room was tested the day before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.demo.past import put_past
from dashboard.demo.proof import CHANGES_PER_H, ROOM, VENUE, put_doors, put_test, recall, speak
from dashboard.season.scope import venue_scope
from gateway.config import StoreSettings
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.accounts.door_pages import door_pages_of
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import Database, open_database
from gateway.registry.protocols.of_meetings import declarations_of
from gateway.registry.room_tests import tests_of as all_tests_of
from gateway.registry.rooms import put_room, put_venue
from gateway.reports.season import make_document
from gateway.store.open import open_store

TODAY = date(2026, 11, 24)
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    with opened.write() as conn:
        put_venue(conn, Venue(VENUE, "De Kade", protocol="club-2020-21"))
        put_room(conn, Room(VENUE, ROOM, "Grote zaal", 210.0))
        for number in range(12):
            start = START + timedelta(hours=number)
            end = start + timedelta(minutes=50)
            put_meeting(conn, Meeting(f"m{number}", VENUE, ROOM, "Koor", start, end))
    yield opened
    opened.close()


def test_hosts_say_what_is_due_and_no_more(database: Database) -> None:
    now = START + timedelta(minutes=6)
    assert speak(database, now) > 0
    assert speak(database, now) == 0
    with database.read() as conn:
        said = declarations_of(conn, ("m0",))["m0"]
    assert {one.item for one in said} <= {
        "tables-apart", "masks-and-gel", "aired-before", "nobody-ill", "who-is-in",
        "masks-when-walking",
    }  # fmt: skip
    assert all(one.at <= now for one in said)


def test_of_the_months_before_nearly_all_was_said_and_kept(database: Database) -> None:
    with database.write() as conn:
        put_room(conn, Room(VENUE, ROOM, "Grote zaal", 210.0, 70.0, seats=20))
    count = put_past(database, TODAY)
    assert recall(database, START) == count
    assert recall(database, START) == 0
    with database.read() as conn:
        scope = venue_scope(conn, VENUE)
    assert scope is not None
    span = date(2026, 9, 1), date(2026, 12, 1)
    document = make_document(database, scope, *span, START).document
    asked = document["declared"]
    assert len(asked) == 8
    assert all(one["kept"] > 10 * (one["not_kept"] + one["cannot_say"]) for one in asked.values())
    assert document["kept"] > document["meetings"] / 2


def test_now_and_then_one_says_no_or_nothing(database: Database) -> None:
    speak(database, START + timedelta(hours=14))
    with database.read() as conn:
        said = declarations_of(conn, [f"m{number}" for number in range(12)])
    words = [one for its in said.values() for one in its]
    assert {one.declared for one in words} == {True, False}
    assert all(one.note for one in words if not one.declared)
    assert len(words) < 12 * 8


def test_the_room_was_tested_yesterday_by_its_readings(database: Database, tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    assert put_test(database, store, TODAY)
    assert not put_test(database, store, TODAY)
    store.close()
    with database.read() as conn:
        (test,) = all_tests_of(conn, VENUE, ROOM)
    assert test.state == "done"
    assert test.decay is not None
    assert test.decay.low < CHANGES_PER_H < test.decay.high
    assert test.started.date() == date(2026, 11, 23)


def test_each_room_has_a_page_at_its_door_once(database: Database) -> None:
    assert put_doors(database, START) == 1
    assert put_doors(database, START) == 0
    with database.read() as conn:
        assert [one.room for one in door_pages_of(conn)] == [ROOM]
