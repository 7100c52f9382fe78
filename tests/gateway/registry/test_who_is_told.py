"""Contacts, silences and who was told, as the database keeps them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from gateway.domain.alerts.contact import Contact, address_of, url_name
from gateway.domain.alerts.notice import Notice, NoticeKind
from gateway.domain.alerts.silence import Silence
from gateway.domain.room import Venue
from gateway.domain.room_state import Rule
from gateway.registry import revision
from gateway.registry.alerts import outbox
from gateway.registry.alerts.contacts import all_contacts, contacts_of, put_contacts
from gateway.registry.alerts.silences import end_silence, find_silence, put_silence, silences_since
from gateway.registry.alerts.told_records import sharers, told_of
from gateway.registry.rooms import delete_venue, put_venue
from gateway.registry.tables import outbox as outbox_tables
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OLGA = Contact("Olga", "olga@example.org")
WIM = Contact("Wim", url_name("json://x"), "en", "escalation", ("co2", "no_data"))


@pytest.fixture(autouse=True)
def venue(conn: Connection) -> None:
    put_venue(conn, Venue(VenueSlug("de-kade"), "De Kade"))


class TestContacts:
    def test_come_back_in_their_order_and_go_with_their_venue(self, conn: Connection) -> None:
        before = revision.current(conn)
        put_contacts(conn, VenueSlug("de-kade"), (WIM, OLGA))
        put_contacts(conn, VenueSlug("de-kade"), (OLGA, WIM))
        assert contacts_of(conn, VenueSlug("de-kade")) == (OLGA, WIM)
        assert revision.current(conn) == before + 2
        delete_venue(conn, VenueSlug("de-kade"))
        assert all_contacts(conn) == {}

    def test_need_a_venue(self, conn: Connection) -> None:
        with pytest.raises(IntegrityError):
            put_contacts(conn, VenueSlug("de-bron"), (OLGA,))

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            (" olga@example.org ", "olga@example.org"),
            ("json://user:secret@example.org", url_name("json://user:secret@example.org")),
            (url_name("json://x"), url_name("json://x")),
            ("url:1234", None),
            ("manager", None),
            ("olga@example.org\nBcc: wim@example.org", None),
            ("olga@example.org,wim@example.org", None),
            ("o" * 250 + "@example.org", None),
        ],
    )
    def test_are_reached_by_one_address(self, text: str, address: str | None) -> None:
        assert address_of(text) == address

    @given(st.text())
    def test_whatever_is_given_becomes_an_address_that_is_one(self, text: str) -> None:
        address = address_of(text)
        assert address is None or address_of(address) == address


def silence(
    since: float, until: float, room: RoomSlug | None = None, rule: Rule | None = None
) -> Silence:
    begins, ends = NOW + timedelta(minutes=since), NOW + timedelta(minutes=until)
    return Silence(VenueSlug("de-kade"), room, rule, begins, ends, "painters", "anna")


class TestSilences:
    def test_are_kept_after_they_are_over_and_found_by_when_they_were_on(
        self, conn: Connection
    ) -> None:
        first = put_silence(conn, silence(0, 10, room=RoomSlug("serre")))
        second = put_silence(conn, silence(5, 60, rule="co2"))
        assert [i for i, _ in silences_since(conn, NOW)] == [second, first]
        assert [i for i, _ in silences_since(conn, NOW + timedelta(minutes=10))] == [second]
        assert find_silence(conn, first) == silence(0, 10, room=RoomSlug("serre"))

    def test_are_ended_once_and_by_somebody(self, conn: Connection) -> None:
        made, at = put_silence(conn, silence(0, 60)), NOW + timedelta(minutes=7)
        before = revision.current(conn)
        assert end_silence(conn, made, "bob", at)
        assert revision.current(conn) == before + 1
        assert not end_silence(conn, made, "eve", at + timedelta(minutes=1))
        ended = find_silence(conn, made)
        assert ended is not None
        assert (ended.ended_at, ended.ended_by, ended.over_at) == (at, "bob", at)
        assert not ended.is_on(at)
        assert silences_since(conn, at) == ()

    def test_that_are_over_cannot_be_ended(self, conn: Connection) -> None:
        made = put_silence(conn, silence(0, 10))
        assert not end_silence(conn, made, "bob", NOW + timedelta(minutes=10))
        assert not end_silence(conn, 99, "bob", NOW)


def notice(kind: NoticeKind, flag: str) -> Notice:
    return Notice(
        kind, "co2", VenueSlug("de-kade"), "De Kade", "en", "Europe/Amsterdam", RoomSlug("serre"), "Serre", None, NOW, NOW,
        1300.0, 1300.0, 1200.0, flag=flag, recipient_role="escalation",
    )  # fmt: skip


def test_who_was_told_is_read_from_the_outbox_as_it_was_told(conn: Connection) -> None:
    kinds: tuple[NoticeKind, ...] = ("firing", "escalated", "resolved")
    for minutes, kind in enumerate(kinds):
        at = NOW + timedelta(minutes=minutes)
        for flag in ("f1", "f2"):
            outbox.post(conn, "", flag, f"{kind}@example.org", notice(kind, flag), at)
    found = told_of(conn, ["f1", "f3"])
    assert set(found) == {"f1"}
    assert [(letter.recipient, letter.at) for letter in found["f1"]] == [
        ("firing@example.org", NOW),
        ("escalated@example.org", NOW + timedelta(minutes=1)),
    ]
    assert found["f1"][1].notice == notice("escalated", "f1")


def test_a_letter_that_cannot_be_read_hides_no_other(conn: Connection) -> None:
    for who in ("anna@example.org", "bob@example.org"):
        outbox.post(conn, "", "f1", who, notice("firing", "f1"), NOW)
    rows = outbox_tables.outbox
    broken = update(rows).where(rows.c.recipient == "anna@example.org")
    conn.execute(broken.values(body="{"))
    assert [letter.recipient for letter in told_of(conn, ["f1"])["f1"]] == ["bob@example.org"]


class TestSharers:
    NAMES = (url_name("json://x"), url_name("json://y"))

    def test_are_those_that_no_contact_has_for_itself(self, conn: Connection) -> None:
        put_contacts(conn, VenueSlug("de-kade"), (WIM, OLGA))
        fires = notice("firing", "f1")
        assert sharers(conn, "", fires, self.NAMES) == [url_name("json://y")]
        elsewhere = replace(fires, venue="de-bron")
        assert sharers(conn, "", elsewhere, self.NAMES) == list(self.NAMES)

    def test_of_the_end_are_those_that_were_told_of_the_beginning(self, conn: Connection) -> None:
        outbox.post(conn, "m1", "f1", self.NAMES[0], notice("firing", "f1"), NOW)
        put_contacts(conn, VenueSlug("de-kade"), (WIM,))
        over = notice("resolved", "f1")
        assert sharers(conn, "m1", over, self.NAMES) == [url_name("json://x")]
        assert sharers(conn, "m2", over, self.NAMES) == []
