from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from gateway.registry.alerts.sent_links import (
    SentLink,
    find_link,
    forget_links,
    is_revoked,
    put_link,
    revoke_link,
    revoke_of_meeting,
    sent_links,
)
from gateway.registry.alerts.unsubscriptions import (
    all_unsubscriptions,
    subscribe_again,
    unsubscribe,
    unwanted_topics,
)
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
KADE = VenueSlug("kade")
LINK = SentLink(
    "l1", KADE, "anna@example.org", "organiser", "alerts", (RoomSlug("zaal"),), ("f1", "f2"),
    ("m1",), False, NOW, NOW + timedelta(days=30),
)  # fmt: skip
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def sent(conn: Connection) -> None:
    put_link(conn, LINK)
    put_link(conn, replace(LINK, id="l2", meetings=("m1", "m2"), made=LATER))


def test_a_link_is_found_as_it_was_written(conn: Connection) -> None:
    assert find_link(conn, "l1") == LINK
    assert find_link(conn, "l9") is None


def test_a_mail_that_is_tried_again_keeps_its_link(conn: Connection) -> None:
    put_link(conn, replace(LINK, made=LATER))
    assert find_link(conn, "l1") == LINK


def test_links_are_listed_the_newest_first_by_venue_and_meeting(conn: Connection) -> None:
    assert [link.id for link in sent_links(conn, LATER, 9)] == ["l2", "l1"]
    assert [link.id for link in sent_links(conn, LATER, 9, meeting="m2")] == ["l2"]
    assert sent_links(conn, LATER, 9, venues=("molen",)) == ()
    assert sent_links(conn, NOW + timedelta(days=31), 9) == ()


def test_a_link_is_withdrawn_by_itself(conn: Connection) -> None:
    assert revoke_link(conn, "l1", "bea", LATER)
    assert not revoke_link(conn, "l1", "bea", LATER)
    assert is_revoked(conn, "l1", LINK.meetings, NOW)
    assert not is_revoked(conn, "l2", LINK.meetings, NOW)
    found = find_link(conn, "l1")
    assert found is not None
    assert (found.revoked, found.revoked_by) == (LATER, "bea")


def test_all_links_of_a_meeting_are_withdrawn_and_those_to_come_are_not(conn: Connection) -> None:
    assert revoke_of_meeting(conn, "m1", "bea", LATER) == 2
    assert is_revoked(conn, "l1", ("m1",), NOW)
    assert is_revoked(conn, "", ("m1",), NOW)  # one that was sent before links were written down
    assert not is_revoked(conn, "", ("m2",), NOW)
    assert not is_revoked(conn, "l3", ("m1",), LATER + timedelta(minutes=1))


def test_links_whose_time_is_over_are_forgotten(conn: Connection) -> None:
    forget_links(conn, NOW + timedelta(days=30))
    assert find_link(conn, "l1") is not None
    forget_links(conn, NOW + timedelta(days=31))
    assert find_link(conn, "l1") is None


def test_somebody_unsubscribes_from_one_kind_of_one_venue_in_whatever_capitals(
    conn: Connection,
) -> None:
    unsubscribe(conn, KADE, "Anna@Example.org", "alerts", NOW)
    unsubscribe(conn, KADE, "anna@example.org", "alerts", LATER)
    assert unwanted_topics(conn, KADE, "ANNA@example.org") == {"alerts"}
    assert unwanted_topics(conn, VenueSlug("molen"), "anna@example.org") == frozenset()
    ((one,),) = all_unsubscriptions(conn).values()
    assert (one.address, one.topic, one.at) == ("anna@example.org", "alerts", NOW)
    subscribe_again(conn, KADE, "Anna@example.org", "alerts")
    assert all_unsubscriptions(conn) == {}
