"""Questions about more rows than a database takes values in one."""

import sqlite3
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.notice import Notice
from gateway.domain.meeting import Meeting
from gateway.domain.meeting_flag import MeetingFlag
from gateway.domain.room import Room, Venue
from gateway.registry.agenda import meetings
from gateway.registry.alerts import deliveries, flags, outbox, told_records
from gateway.registry.portions import PORTION, portions
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FEW_VALUES = 999  # of SQLite before 3.32; today's takes up to 250 000, as it was built
TOO_MANY = 70_000  # for PostgreSQL's protocol, which takes 65 535
FIRST, LAST = "x0", f"x{TOO_MANY - 1}"
BOTH = (FIRST, LAST)
NAMES = tuple(f"x{n}" for n in range(TOO_MANY))

Question = Callable[[Connection, Collection[str]], object]


@pytest.fixture
def strict(conn: Connection) -> Connection:
    """A connection that takes no more values than the least that a database is built for."""
    raw: Any = conn.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, FEW_VALUES)
    put_venue(conn, Venue(VenueSlug("de-kade"), "De Kade"))
    put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre"))
    for minutes, name in enumerate(reversed(BOTH)):
        at = NOW + timedelta(minutes=minutes)
        begins = NOW + timedelta(hours=1)
        meeting = Meeting(
            name,
            VenueSlug("de-kade"),
            RoomSlug("serre"),
            "Meeting",
            begins,
            begins + timedelta(hours=1),
            uid=name,
        )
        meetings.put_meeting(conn, meeting)
        meetings.put_meeting_flag(
            conn, MeetingFlag(name, name, "co2", "firing", at, None, 1.0, 1.0)
        )
        outbox.post(conn, "m", name, "anna@example.org", notice(name, at), at)
        (message,) = [one.id for one in outbox.all_messages(conn) if one.flag == name]
        outbox.mark_sent(conn, [message], minutes + 1, f"piece-{name}")
        deliveries.note_attempt(conn, "mail", [message], 1, minutes, None)
    return conn


def notice(flag: str, at: datetime) -> Notice:
    return Notice(
        "firing", "co2", VenueSlug("de-kade"), "De Kade", "en", "Europe/Amsterdam", RoomSlug("serre"), "Serre", None, at, at,
        1300.0, 1300.0, 1200.0, flag=flag,
    )  # fmt: skip


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(told_records.told_of, id="who was told of flags"),
        pytest.param(deliveries.deliveries_of, id="what was told of flags"),
        pytest.param(
            lambda conn, ids: deliveries.deliveries_of_meeting(conn, "none", ids),
            id="what was told of a meeting's flags",
        ),
        pytest.param(
            lambda conn, ids: outbox.sent_as(conn, "anna@example.org", ids),
            id="the messages in which somebody heard of flags",
        ),
        pytest.param(meetings.flags_of_meetings, id="the flags of meetings"),
        pytest.param(meetings.kept_of_flags, id="what meetings kept of flags"),
        pytest.param(meetings.meetings_of_flags, id="the meetings of flags"),
        pytest.param(
            lambda conn, ids: set(meetings.find_meetings(conn, ids)), id="meetings by their id"
        ),
        pytest.param(
            lambda conn, uids: set(meetings.meetings_of(conn, None, uids, NOW)),
            id="meetings of events",
        ),
    ],
)
def test_any_number_may_be_asked_for_at_once(strict: Connection, ask: Question) -> None:
    found = ask(strict, BOTH)
    assert found
    assert ask(strict, NAMES) == found


def test_all_attempts_at_any_number_of_messages_are_found(strict: Connection) -> None:
    ids = {one.id for one in outbox.all_messages(strict)}
    assert deliveries.tried_before(strict, [*ids, *range(1000, TOO_MANY)], 99) == ids


def test_any_number_of_messages_is_changed_at_once(strict: Connection) -> None:
    ids = [one.id for one in outbox.all_messages(strict)]
    outbox.give_up(strict, [*ids, *range(1000, TOO_MANY)], 1, "too old")
    assert {one.last_error for one in outbox.all_messages(strict)} == {"too old"}


def test_any_number_of_changes_waits_to_be_published(strict: Connection) -> None:
    names = NAMES[: 2 * FEW_VALUES]
    flags.put_flags(
        strict,
        (Flag(n, VenueSlug("de-kade"), RoomSlug("serre"), "co2", "firing", NOW) for n in names),
    )
    flags.put_changes(strict, (flags.Change(None, n, NOW, "firing", 1.0, None) for n in names))
    waiting = flags.unpublished_changes(strict, len(names))
    assert [flag.id for flag, _ in waiting] == list(names)
    flags.mark_published(strict, (change.id or 0 for _, change in waiting))
    assert flags.unpublished_changes(strict) == ()


@given(st.lists(st.integers()))
def test_portions_hold_each_value_once_in_its_order(values: list[int]) -> None:
    found = list(portions(values * (PORTION // 50)))
    assert [one for some in found for one in some] == list(dict.fromkeys(values))
    assert all(0 < len(some) <= PORTION for some in found)
