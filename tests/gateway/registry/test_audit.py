"""What people change is on record, in the transaction that changes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, select

from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.silence import Silence
from gateway.domain.audit import MASK, Act, Entry
from gateway.domain.calendar.feed import Feed
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.accounts import users
from gateway.registry.accounts.sessions import begin_session, forget_ended, note_seen
from gateway.registry.accounts.tokens import new_token
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.flags import put_flag
from gateway.registry.alerts.silences import end_silence, put_silence
from gateway.registry.audit.entries import Wanted, entries, every_entry, forget
from gateway.registry.audit.nouns import NOT_FOLLOWED, NOUNS, noun_of
from gateway.registry.database import Database
from gateway.registry.devices import place
from gateway.registry.live.operator_requests import ask_acknowledge, ask_people
from gateway.registry.rooms import delete_venue, put_room, put_venue
from gateway.registry.tables.audit import audit
from gateway.registry.tables.metadata import metadata
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
KADE, ZAAL = VenueSlug("kade"), RoomSlug("zaal")
ROOM = Room(KADE, ZAAL, "Zaal", 210.0, 70.0, 20)
ANNA = Act("anna", "session", NOW, address="192.0.2.7")


@pytest.fixture
def by_anna(database: Database) -> Database:
    """The database as Anna writes it; the venue is there before her."""
    with database.write() as conn:
        put_venue(conn, Venue(KADE, "De Kade"))
        put_room(conn, ROOM)
    return database.acting(lambda _: ANNA)


def told(database: Database, wanted: Wanted = Wanted()) -> list[Entry]:  # noqa: B008 - frozen
    with database.read() as conn:
        return list(every_entry(conn, wanted, NOW))


def test_a_change_says_who_what_before_after_when_and_from_where(by_anna: Database) -> None:
    with by_anna.write() as conn:
        put_room(conn, replace(ROOM, seats=24))
    (entry,) = told(by_anna)
    assert entry == Entry(ANNA, "room", "changed", KADE, ZAAL, {"seats": 20}, {"seats": 24})
    assert entry.what == "room.changed"


def test_what_is_put_as_it_was_leaves_no_trace(by_anna: Database) -> None:
    with by_anna.write() as conn:
        put_room(conn, ROOM)
        put_venue(conn, Venue(KADE, "De Kade"))
    assert told(by_anna) == []


def test_what_is_undone_was_never_done(by_anna: Database) -> None:
    def change_and_fail() -> None:
        with by_anna.write() as conn:
            put_room(conn, replace(ROOM, seats=24))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert told(by_anna) == []


def test_the_gateway_at_its_own_work_is_not_followed(database: Database) -> None:
    with database.write() as conn:
        put_venue(conn, Venue(KADE, "De Kade"))
    assert told(database) == []


def test_what_goes_along_with_a_venue_is_on_record_too(by_anna: Database) -> None:
    with by_anna.write() as conn:
        delete_venue(conn, KADE)
    found = {(entry.what, entry.object) for entry in told(by_anna)}
    assert found == {("venue.deleted", KADE), ("room.deleted", ZAAL)}


def test_no_password_token_or_address_of_a_calendar_gets_in(by_anna: Database) -> None:
    with by_anna.write() as conn:
        users.add_user(conn, "bert", "admin", "drie woorden genoeg", NOW)
        token = new_token(conn, "bert", "nightly", NOW)
        secret = begin_session(conn, "bert", NOW, "Chrome", "192.0.2.7", stays=False)
        put_feed(conn, Feed("agenda", KADE, "Agenda", "https://example.org/geheim.ics"))
    with by_anna.write() as conn:
        users.set_password(conn, "bert", "vier andere woorden")
        put_feed(conn, Feed("agenda", KADE, "Agenda", "https://example.org/anders.ics"))
    found = told(by_anna)
    by_what = {entry.what: entry for entry in found}
    assert by_what["user.changed"].after == {"password_hash": MASK}
    assert (by_what["calendar.changed"].after or {})["url"] == MASK
    assert by_what["token.made"].object == "bert/nightly"
    for kept in ("argon2", "geheim", token, secret, users.secret_hash(token)):
        assert kept not in str(found)


def test_a_list_of_contacts_says_who_came_and_went(by_anna: Database) -> None:
    cees = Contact("Cees", "cees@example.org", "nl")
    with by_anna.write() as conn:
        put_contacts(conn, KADE, (cees,))
    with by_anna.write() as conn:
        put_contacts(conn, KADE, ())
    gone, come = told(by_anna)
    assert (gone.what, come.what) == ("contacts.deleted", "contacts.made")
    assert (come.after or {})["address"] == "cees@example.org"


def test_where_a_device_hangs_is_on_record(by_anna: Database) -> None:
    with by_anna.write() as conn:
        put_room(conn, Room(KADE, RoomSlug("serre"), "Serre"))
        place(conn, KADE, DeviceSlug("co2-01"), ZAAL, NOW)
    with by_anna.write() as conn:
        place(conn, KADE, DeviceSlug("co2-01"), RoomSlug("serre"), NOW + timedelta(hours=1))
    moved = told(by_anna)[0]
    assert (moved.what, moved.object) == ("placement.changed", "co2-01")
    assert "serre" in str(moved.after)
    assert "serre" not in str(moved.before)


def test_what_is_asked_of_the_gateway_is_on_record(by_anna: Database) -> None:
    with by_anna.write() as conn:
        ask_people(conn, KADE, ZAAL, 7, "anna", NOW)
        ask_acknowledge(conn, "a-flag", "anna", "ramen open", NOW)
    acknowledge, people = told(by_anna)
    assert (people.what, people.venue, people.object) == ("people.asked", KADE, ZAAL)
    assert (people.after or {})["body"] == {"people": 7}
    assert (acknowledge.what, acknowledge.object) == ("acknowledge.asked", "a-flag")
    assert (acknowledge.after or {})["body"] == {"note": "ramen open"}


def test_who_is_on_it_is_on_record_with_where_that_is(by_anna: Database) -> None:
    flag = Flag("f1", KADE, ZAAL, "co2", "firing", NOW, NOW, None, None, 1.0, 1.0, 1.0)
    with by_anna.write() as conn:
        put_flag(conn, flag)
        ask_acknowledge(conn, "f1", "anna", "", NOW)
    (entry,) = told(by_anna)
    assert (entry.venue, entry.object) == (KADE, f"{ZAAL}/co2")


def test_a_silence_and_its_end_are_on_record(by_anna: Database) -> None:
    silence = Silence(KADE, ZAAL, None, NOW, NOW + timedelta(hours=2), "feest", "anna")
    with by_anna.write() as conn:
        number = put_silence(conn, silence)
    with by_anna.write() as conn:
        end_silence(conn, number, "anna", NOW)
    assert [entry.what for entry in told(by_anna)] == ["silence.changed", "silence.made"]


def test_the_title_of_a_private_meeting_stays_out(by_anna: Database) -> None:
    meeting = Meeting("m1", KADE, ZAAL, "Ontslag", NOW, NOW + timedelta(hours=1), private=True)
    with by_anna.write() as conn:
        put_meeting(conn, meeting)
    with by_anna.write() as conn:
        put_meeting(conn, replace(meeting, title="Ander ontslag", expected_people=4))
    changed, made = told(by_anna)
    assert (changed.after, (made.after or {})["title"]) == ({"expected_people": 4}, None)
    assert (made.after or {})["start"] == "2026-11-24T09:00:00.000Z"


def test_what_is_noted_or_tidied_by_the_way_is_not_on_record(by_anna: Database) -> None:
    with by_anna.write() as conn:
        users.add_user(conn, "bert", "admin", None, NOW)
        secret = begin_session(conn, "bert", NOW, "Chrome", "192.0.2.7", stays=False)
    before = told(by_anna)
    with by_anna.write() as conn:
        note_seen(conn, secret, NOW + timedelta(minutes=9), "192.0.2.8")
    with by_anna.write() as conn:
        forget_ended(conn, NOW + timedelta(days=100))
    assert told(by_anna) == before


def test_entries_are_found_by_who_what_venue_and_span(database: Database) -> None:
    for who, hours, venue in (("anna", 0, "kade"), ("bert", 1, "molen")):
        act = Act(who, "session", NOW + timedelta(hours=hours))
        with database.acting(lambda _, act=act: act).write() as conn:  # type: ignore[misc]
            put_venue(conn, Venue(VenueSlug(venue), venue.title()))
    later = NOW + timedelta(minutes=30)
    for wanted in (
        Wanted(who="bert"), Wanted(venues=("molen",)), Wanted(since=later),
    ):  # fmt: skip
        assert [entry.object for entry in told(database, wanted)] == ["molen"]
    assert [entry.object for entry in told(database, Wanted(until=later))] == ["kade"]
    assert told(database, Wanted(noun="room")) == []
    assert told(database, Wanted(venues=())) == []


def test_entries_are_read_on_below_one(by_anna: Database) -> None:
    for seats in (21, 22, 23):
        with by_anna.write() as conn:
            put_room(conn, replace(ROOM, seats=seats))
    with by_anna.read() as conn:
        newest = entries(conn, Wanted(), NOW, 2)
        rest = entries(conn, Wanted(), NOW, 2, newest[-1][0])
    assert [entry.after for _, entry in (*newest, *rest)] == [
        {"seats": 23}, {"seats": 22}, {"seats": 21},
    ]  # fmt: skip


def test_addresses_are_blanked_after_a_month_and_entries_forgotten_at_last(
    by_anna: Database,
) -> None:
    with by_anna.write() as conn:
        put_room(conn, replace(ROOM, seats=24))
    keep = timedelta(days=400)
    month = NOW + timedelta(days=31)
    with by_anna.read() as conn:  # even before anybody blanked it
        ((_, entry),) = entries(conn, Wanted(), month, 9)
    assert entry.act.address == ""
    with by_anna.write() as conn:
        forget(conn, month, keep)
        assert conn.execute(select(audit.c.address)).scalar_one() == ""
        forget(conn, NOW + timedelta(days=401), keep)
        assert conn.execute(select(func.count()).select_from(audit)).scalar_one() == 0


def test_every_table_is_followed_or_says_why_not() -> None:
    known = NOUNS.keys() | NOT_FOLLOWED.keys()
    assert known == metadata.tables.keys()


def test_a_table_that_nobody_named_is_followed_without_its_secrets() -> None:
    new = Table(
        "keys", MetaData(), Column("id", Integer, primary_key=True), Column("secret", String)
    )
    found = noun_of(new)
    assert found is not None
    assert (found.name, found.key, found.secret) == ("keys", ("id",), ("secret",))
