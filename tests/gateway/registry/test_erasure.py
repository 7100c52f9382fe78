"""Who asks to be forgotten is, wherever they stood; what happened stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from gateway.domain.alerts.contact import Contact
from gateway.domain.audit import Act
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.accounts import users
from gateway.registry.accounts.erasure import Erased, _without, erase, person_of
from gateway.registry.accounts.grants import LastAdmin, set_roles
from gateway.registry.accounts.sessions import begin_session
from gateway.registry.agenda.meetings import find_meeting, put_meeting
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.push_subscriptions import put_subscription
from gateway.registry.alerts.sent_links import SentLink, find_link, put_link
from gateway.registry.alerts.unsubscriptions import unsubscribe
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database
from gateway.registry.live.operator_requests import ask_people
from gateway.registry.rooms import put_room, put_venue
from gateway.registry.tables.metadata import metadata
from gateway.registry.tables.outbox import outbox
from gateway.registry.tables.protocols import declarations
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
KADE, ZAAL = VenueSlug("kade"), RoomSlug("zaal")
ANNA, JOANNA = "anna@example.org", "joanna@example.org"
ROOT = Act("root", "shell", NOW, "erase")
MEETING = Meeting("m1", KADE, ZAAL, "Club", NOW, NOW + timedelta(hours=1), organiser=ANNA)


@pytest.fixture
def lived_in(database: Database) -> Database:
    """Anna did a little of everything, and so did Joanna."""
    with database.write() as conn:
        put_venue(conn, Venue(KADE, "De Kade"))
        put_room(conn, Room(KADE, ZAAL, "Zaal", 210.0, 70.0, 20))
        users.add_user(conn, "root", "admin", None, NOW)
    with database.acting(lambda _: Act("anna", "session", NOW)).write() as conn:
        for name, address in (("anna", ANNA), ("joanna", JOANNA)):
            users.add_user(conn, name, "", None, NOW, address, verified=True)
            set_roles(conn, name, KADE, ["host"])
            begin_session(conn, name, NOW, stays=False, agent="", address="192.0.2.7")
            put_subscription(
                conn, name, f"https://push.example.org/{len(name)}", ("", ""), label="telefoon",
                language="nl", venues=[KADE], at=NOW,
            )  # fmt: skip
        put_contacts(conn, KADE, [Contact("Anna", ANNA), Contact("Joanna", JOANNA)])
        put_meeting(conn, MEETING)
        put_meeting(
            conn,
            replace(
                MEETING,
                id="m2",
                organiser=JOANNA,
                start=MEETING.end,
                end=MEETING.end + timedelta(hours=1),
            ),
        )
        unsubscribe(conn, KADE, ANNA, "alerts", NOW)
        ask_people(conn, KADE, ZAAL, 7, "anna", NOW)
        conn.execute(
            insert(declarations).values(
                venue=KADE,
                meeting="m1",
                item="gel",
                declared=True,
                note=f"asked {ANNA}.",
                by=ANNA,
                at_ns=to_ns(NOW),
                start_ns=to_ns(NOW),
                end_ns=to_ns(NOW) + 1,
            )
        )
        put_link(
            conn,
            SentLink(
                "l1",
                KADE,
                ANNA,
                "organiser",
                "alerts",
                (ZAAL,),
                (),
                ("m1",),
                False,
                NOW,
                NOW + timedelta(days=30),
            ),
        )
        for number, to in enumerate((ANNA, JOANNA)):
            conn.execute(
                insert(outbox).values(
                    meeting="m1",
                    flag="f1",
                    kind="alert",
                    recipient=to,
                    channel="mail",
                    venue=KADE,
                    body=f'{{"to":"{to}","host":"anna"}}',
                    created_ns=0,
                    due_ns=number,
                    attempts=0,
                )
            )
    return database


def forgotten(database: Database, *who: str) -> Erased:
    with database.write() as conn:
        return erase(conn, person_of(conn, who), "erased-1", ROOT)


def everything(database: Database) -> list[str]:
    """All text that is kept anywhere."""
    with database.read() as conn:
        return [
            str(value)
            for table in metadata.sorted_tables
            for row in conn.execute(select(table))
            for value in row
            if isinstance(value, str)
        ]


@pytest.mark.parametrize("who", ["anna", ANNA, ANNA.upper()])
def test_neither_name_nor_address_is_left_anywhere(lived_in: Database, who: str) -> None:
    assert any(ANNA in text for text in everything(lived_in))
    erased = forgotten(lived_in, who)
    kept = [text.lower().replace(JOANNA, "").replace("joanna", "") for text in everything(lived_in)]
    assert [text for text in kept if "anna" in text] == []
    assert erased.rows["users"] == 1
    assert erased.rows["contacts"] == 1
    assert erased.rows["outbox"] == 2


def test_what_happened_stays_and_so_does_everybody_else(lived_in: Database) -> None:
    forgotten(lived_in, "anna")
    with lived_in.read() as conn:
        trail = list(every_entry(conn, Wanted(), NOW))
        assert find_meeting(conn, "m1") == replace(MEETING, organiser=None)
        assert users.find_user(conn, "joanna") is not None
        said = conn.execute(select(declarations)).one()
    assert said.declared
    assert (said.by, said.note) == ("erased-1", "asked erased-1.")
    assert {entry.act.who for entry in trail} == {"erased-1", "root"}
    assert "meeting.made" in {entry.what for entry in trail}
    assert JOANNA in everything(lived_in)


def test_the_trail_says_that_somebody_was_forgotten_and_not_who(lived_in: Database) -> None:
    erased = forgotten(lived_in, "anna")
    with lived_in.read() as conn:
        (entry,) = every_entry(conn, Wanted(noun="person"), NOW)
    assert (entry.act.who, entry.what, entry.object) == ("root", "person.deleted", "erased-1")
    assert entry.before == erased.rows


def test_nothing_goes_out_to_them_any_more(lived_in: Database) -> None:
    forgotten(lived_in, ANNA)
    with lived_in.read() as conn:
        waits = dict(conn.execute(select(outbox.c.recipient, outbox.c.given_up_ns)).all())
        link = find_link(conn, "l1")
    assert waits == {"erased-1": to_ns(NOW), JOANNA: None}
    assert link is not None
    assert link.revoked is not None


def test_two_addresses_of_one_person_stay_two_that_were_told(lived_in: Database) -> None:
    forgotten(lived_in, ANNA, JOANNA)
    with lived_in.read() as conn:
        assert set(conn.execute(select(outbox.c.recipient)).scalars()) == {"erased-1", "erased-1-2"}


def test_the_last_admin_cannot_be_forgotten(lived_in: Database) -> None:
    with pytest.raises(LastAdmin):
        forgotten(lived_in, "root")
    with lived_in.read() as conn:
        assert users.find_user(conn, "root") is not None


def test_an_address_that_nobody_verified_leads_to_no_account(lived_in: Database) -> None:
    with lived_in.write() as conn:
        table = metadata.tables["users"]
        conn.execute(update(table).where(table.c.name == "anna").values(email_verified=False))
        assert person_of(conn, [ANNA]).names == frozenset()
        assert person_of(conn, ["anna"]).addresses == {ANNA}


def test_who_nobody_knows_leaves_nothing_to_forget(lived_in: Database) -> None:
    assert forgotten(lived_in, "nobody@example.org").rows == {}


@given(before=st.text(" <,;(anx+", max_size=3), after=st.text(" >,;).x", max_size=3))
def test_an_address_within_a_longer_one_is_somebody_elses(before: str, after: str) -> None:
    text = f"{before}{ANNA}{after}"
    longer = before[-1:].isalnum() or before[-1:] == "+" or after[:1].isalnum() or after[:2] == ".x"
    changed = _without(text, is_by=False, names={ANNA: "erased-1"})
    assert changed == (text if longer else f"{before}erased-1{after}")
