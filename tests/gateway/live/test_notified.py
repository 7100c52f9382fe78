"""Who hears of a live room's flags, with the database that a venue has."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from gateway.domain.access import VenueRole
from gateway.domain.alerts.contact import Contact, url_name
from gateway.domain.alerts.silence import Silence
from gateway.domain.room_state import Rule
from gateway.links import Links
from gateway.notify.message import write
from gateway.notify.message_text import plain
from gateway.registry.accounts import grants, users
from gateway.registry.agenda.meetings import delete_meeting, flags_of_meetings, put_meeting
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.flags import changes_of, recent_flags
from gateway.registry.alerts.outbox import OutboxMessage, all_messages
from gateway.registry.alerts.push_subscriptions import put_subscription
from gateway.registry.alerts.silences import end_silence, put_silence
from gateway.registry.live.operator_requests import ask_acknowledge
from gateway.registry.rooms import delete_room, find_venue, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.live_venue import (
    ORGANISER,
    START,
    Gateway,
    StandingClock,
    air,
    count,
    meeting,
    minute,
    new_database,
)

HOST = "host@example.org"
OLGA = Contact("Olga", "olga@example.org", "nl", "manager")
TECH = Contact("Techniek", "tech@example.org", "en", "manager", ("no_data", "sensor_fault"))
NEXT = Contact("Wim", "wim@example.org", "nl", "escalation")
LAST = Contact("Els", url_name("json://example.org"), "en", "escalation")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(new_database(tmp_path))


def messages(gateway: Gateway) -> list[OutboxMessage]:
    with gateway.database.read() as conn:
        return [m for m in all_messages(conn) if m.recipient != "manager"]


def told(gateway: Gateway) -> list[tuple[str, str]]:
    return [(m.kind, m.recipient) for m in messages(gateway)]


def venue(gateway: Gateway, **changes: object) -> None:
    with gateway.database.write() as conn:
        found = find_venue(conn, VenueSlug("de-kade"))
        assert found is not None
        put_venue(conn, replace(found, **changes))  # type: ignore[arg-type]
    gateway.live.refresh()


def contacts(gateway: Gateway, *found: Contact) -> None:
    with gateway.database.write() as conn:
        put_contacts(conn, VenueSlug("de-kade"), found)
    gateway.live.refresh()


def silence(
    gateway: Gateway, until: float, room: RoomSlug | None = None, rule: Rule | None = None
) -> int:
    with gateway.database.write() as conn:
        asked = Silence(
            VenueSlug("de-kade"),
            room,
            rule,
            StandingClock.at,
            minute(until),
            "building work",
            "anna",
        )
        made = put_silence(conn, asked)
    gateway.live.refresh()
    return made


def breach(gateway: Gateway, start: int = 1, end: int = 9) -> None:
    gateway.follow(*(air(m, 1300) for m in range(start, end)))


def relief(gateway: Gateway, start: int, end: int) -> None:
    gateway.follow(*(air(m, 900) for m in range(start, end)))


class TestRouting:
    def test_host_and_contacts_hear_beside_the_organiser_in_their_own_language(
        self, gateway: Gateway
    ) -> None:
        contacts(gateway, OLGA, TECH, NEXT)
        with gateway.database.write() as conn:
            put_meeting(conn, replace(meeting("m1", 0, 60), host=HOST, language="en"))
        gateway.live.refresh()
        breach(gateway)
        found = [
            (m.recipient, m.notice.recipient_role, m.notice.language) for m in messages(gateway)
        ]
        assert found == [
            (ORGANISER, "organiser", "en"),
            (HOST, "host", "en"),
            (OLGA.address, "manager", "nl"),
        ]
        (first, *_) = messages(gateway)
        assert (first.notice.flag, first.notice.severity) == (first.flag, "act")

    def test_a_private_meeting_is_told_of_by_its_title_to_its_organiser_alone(
        self, gateway: Gateway
    ) -> None:
        contacts(gateway, OLGA, NEXT)
        venue(gateway, escalate_after_min=10)
        with gateway.database.write() as conn:
            put_meeting(conn, replace(meeting("m1", 0, 60), host=HOST, private=True))
        gateway.live.refresh()
        breach(gateway, 1, 17)
        relief(gateway, 18, 22)
        told_whom = {
            (m.recipient, m.notice.meeting.title) for m in messages(gateway) if m.notice.meeting
        }
        assert told_whom == {
            (ORGANISER, "Meeting m1"), (HOST, None), (OLGA.address, None), (NEXT.address, None),
        }  # fmt: skip
        for m in messages(gateway):
            mail = plain(write((m.notice,), m.recipient, Links("a secret", ""), minute(9)))
            assert ("Meeting m1" in mail) == (m.recipient == ORGANISER)
            assert m.recipient == ORGANISER or "Bezet, " in mail

    def test_who_chose_nothing_hears_in_the_language_of_the_venue(self, gateway: Gateway) -> None:
        venue(gateway, language="de")
        breach(gateway)
        (told,) = messages(gateway)
        mail = write((told.notice,), told.recipient, Links("a secret", ""), minute(9))
        assert mail.subject == "Serre: CO₂ bei 1.300 ppm, Zielwert ist 1.200"
        assert "Das sind 100 ppm über dem Zielwert von 1.200 ppm." in plain(mail)

    def test_a_contact_hears_of_the_rules_that_are_theirs(self, gateway: Gateway) -> None:
        contacts(gateway, TECH)
        gateway.follow(air(1, 800))
        gateway.tick(6.1)
        silent = [m for m in messages(gateway) if m.recipient == TECH.address]
        assert [(m.notice.rule, m.notice.severity) for m in silent] == [("no_data", "info")]

    def test_organiser_and_host_with_one_address_hear_once(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, replace(meeting("m1", 0, 60), host=ORGANISER.upper()))
        contacts(gateway, replace(OLGA, address=ORGANISER.title()))
        breach(gateway)
        relief(gateway, 9, 13)
        assert told(gateway) == [("firing", ORGANISER), ("resolved", ORGANISER)]

    def test_who_lost_their_part_meanwhile_hears_that_it_is_over(self, gateway: Gateway) -> None:
        contacts(gateway, OLGA)
        breach(gateway)
        with gateway.database.write() as conn:
            delete_meeting(conn, "m1")
        contacts(gateway)
        gateway.restarted()
        relief(gateway, 9, 13)
        resolved = [m for m in messages(gateway) if m.kind == "resolved"]
        assert [(m.recipient, m.meeting) for m in resolved] == [
            (ORGANISER, "m1"),
            (OLGA.address, "m1"),
        ]

    def test_a_contact_that_comes_while_it_fires_hears_at_once(self, gateway: Gateway) -> None:
        breach(gateway)
        contacts(gateway, OLGA)
        gateway.tick(9)
        assert told(gateway) == [("firing", ORGANISER), ("firing", OLGA.address)]


class TestEscalation:
    def test_the_line_is_told_one_by_one_until_it_is_over(self, gateway: Gateway) -> None:
        contacts(gateway, NEXT, OLGA, LAST)
        venue(gateway, escalate_after_min=10)
        breach(gateway, 1, 17)
        assert told(gateway)[2:] == [("escalated", NEXT.address)]
        gateway.restarted()
        breach(gateway, 17, 40)
        relief(gateway, 40, 43)
        assert told(gateway)[2:] == [
            ("escalated", NEXT.address),
            ("escalated", LAST.address),
            ("resolved", ORGANISER),
            ("resolved", OLGA.address),
            ("resolved", NEXT.address),
            ("resolved", LAST.address),
        ]
        escalated = [m for m in messages(gateway) if m.kind == "escalated"]
        assert [m.created for m in escalated] == [minute(16), minute(26)]
        assert {m.notice.recipient_role for m in escalated} == {"escalation"}

    def test_an_acknowledgement_stops_it_and_its_note_is_kept(self, gateway: Gateway) -> None:
        contacts(gateway, NEXT, LAST)
        venue(gateway, escalate_after_min=10)
        breach(gateway, 1, 17)
        with gateway.database.write() as conn:
            (flag,) = recent_flags(conn, since=START)
            ask_acknowledge(conn, flag.id, "anna", "windows open", minute(17))
        gateway.live.refresh()
        gateway.restarted()
        breach(gateway, 18, 45)
        assert [kind for kind, _ in told(gateway)] == ["firing", "escalated"]
        with gateway.database.read() as conn:
            (seen,) = recent_flags(conn, since=START)
        assert (seen.acknowledged_by, seen.acknowledged_note) == ("anna", "windows open")


class TestSilences:
    @pytest.mark.parametrize(
        ("room", "rule"), [(None, None), ("serre", None), (None, "co2"), ("serre", "co2")]
    )
    def test_what_is_silenced_is_judged_and_not_told_until_then(
        self, gateway: Gateway, room: RoomSlug | None, rule: Rule | None
    ) -> None:
        silence(gateway, 20, room, rule)
        breach(gateway, 1, 19)
        assert told(gateway) == []
        with gateway.database.read() as conn:
            (flag,) = recent_flags(conn, since=START)
            assert [change.state for change in changes_of(conn, flag.id)] == ["pending", "firing"]
            assert len(flags_of_meetings(conn, ("m1",))["m1"]) == 1
        assert (flag.state, flag.silenced_until) == ("firing", minute(20))
        gateway.tick(20)
        assert told(gateway) == [("firing", ORGANISER)]

    @pytest.mark.parametrize(("room", "rule"), [("zaal", None), (None, "occupancy")])
    def test_a_silence_is_about_nothing_else(
        self, gateway: Gateway, room: RoomSlug, rule: Rule | None
    ) -> None:
        silence(gateway, 20, room, rule)
        breach(gateway)
        assert told(gateway) == [("firing", ORGANISER)]

    def test_one_that_is_ended_early_is_told_at_once(self, gateway: Gateway) -> None:
        made = silence(gateway, 50)
        breach(gateway)
        with gateway.database.write() as conn:
            assert end_silence(conn, made, "anna", StandingClock.at)
        gateway.live.refresh()
        gateway.tick(9)
        assert told(gateway) == [("firing", ORGANISER)]
        with gateway.database.read() as conn:
            (flag,) = recent_flags(conn, since=START)
        assert flag.silenced_until == minute(8)

    def test_it_keeps_back_nothing_that_is_over_and_was_told(self, gateway: Gateway) -> None:
        contacts(gateway, NEXT)
        venue(gateway, escalate_after_min=5)
        breach(gateway)
        silence(gateway, 50)
        breach(gateway, 9, 30)
        relief(gateway, 30, 33)
        assert told(gateway) == [("firing", ORGANISER), ("resolved", ORGANISER)]

    def test_what_is_over_within_it_is_told_to_nobody(self, gateway: Gateway) -> None:
        silence(gateway, 20)
        breach(gateway)
        relief(gateway, 9, 25)
        assert told(gateway) == []


class TestQuietHours:
    """It is ten in the morning in Amsterdam when the clock starts."""

    def test_what_still_fires_when_they_end_is_told_then(self, gateway: Gateway) -> None:
        venue(gateway, quiet_from=time(10), quiet_until=time(10, 20))
        breach(gateway, 1, 20)
        assert told(gateway) == []
        gateway.restarted()
        gateway.tick(20)
        assert told(gateway) == [("firing", ORGANISER)]

    def test_what_is_over_within_them_is_told_to_nobody(self, gateway: Gateway) -> None:
        venue(gateway, quiet_from=time(22), quiet_until=time(10, 20))
        breach(gateway)
        relief(gateway, 9, 30)
        assert told(gateway) == []

    def test_who_was_told_before_hears_within_them_that_it_is_over(self, gateway: Gateway) -> None:
        venue(gateway, quiet_from=time(10, 8), quiet_until=time(7))
        breach(gateway)
        relief(gateway, 9, 13)
        assert told(gateway) == [("firing", ORGANISER), ("resolved", ORGANISER)]


class TestBreachesThatGoOn:
    def test_silence_ends_no_breach_of_any_rule(self, gateway: Gateway) -> None:
        gateway.follow(*(count(m, 18) for m in range(1, 4)))
        breach(gateway, 4, 12)
        gateway.tick(300)
        with gateway.database.read() as conn:
            states = {flag.rule: flag.state for flag in recent_flags(conn, since=START)}
        assert states == {"occupancy": "firing", "co2": "firing", "no_data": "firing"}
        assert "resolved" not in [kind for kind, _ in told(gateway)]

    def test_a_short_return_ends_nothing_and_is_told_to_nobody(self, gateway: Gateway) -> None:
        breach(gateway)
        gateway.follow(air(9, 900), air(9.5, 900), air(9.9, 1300))
        breach(gateway, 10, 15)
        assert told(gateway) == [("firing", ORGANISER)]

    @pytest.mark.parametrize("killed", [True, False])
    def test_a_room_that_is_deleted_ends_its_flags_for_those_who_know(
        self, gateway: Gateway, killed: bool
    ) -> None:
        breach(gateway)
        with gateway.database.write() as conn:
            delete_room(conn, VenueSlug("de-kade"), RoomSlug("serre"))
        if killed:
            gateway.restarted()
        gateway.live.refresh()
        gateway.tick(9)
        assert told(gateway) == [("firing", ORGANISER), ("resolved", ORGANISER)]
        with gateway.database.read() as conn:
            (flag,) = recent_flags(conn, since=START)
            (kept,) = flags_of_meetings(conn, ("m1",))["m1"]
        assert flag.state == kept.state == "resolved"
        assert kept.until is not None
        assert kept.until - minute(8) <= timedelta(minutes=1)


class TestDevices:
    """Browsers that are told by web push."""

    def subscribed(self, gateway: Gateway, *roles: VenueRole, user: str = "ben") -> str:
        with gateway.database.write() as conn:
            users.add_user(conn, user, "", None, START)
            grants.set_roles(conn, user, VenueSlug("de-kade"), roles)
            made = put_subscription(
                conn, user, f"https://push.example.org/{user}", ("", ""), label="x", language="de",
                venues=[VenueSlug("de-kade")], at=START,
            )  # fmt: skip
        gateway.live.refresh()
        return made.recipient

    def of(self, gateway: Gateway, recipient: str) -> list[OutboxMessage]:
        return [one for one in messages(gateway) if one.recipient == recipient]

    def test_one_hears_that_it_fires_and_that_it_is_over(self, gateway: Gateway) -> None:
        device = self.subscribed(gateway, "viewer")
        breach(gateway)
        relief(gateway, 9, 20)
        fired, over = self.of(gateway, device)
        assert (fired.kind, over.kind) == ("firing", "resolved")
        assert (fired.notice.recipient_role, fired.notice.language) == ("device", "de")

    def test_the_title_of_a_private_meeting_is_not_told(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, replace(meeting("m1", 0, 60), private=True))
        device = self.subscribed(gateway, "manager")
        breach(gateway)
        (fired,) = self.of(gateway, device)
        assert fired.notice.meeting is not None
        assert fired.notice.meeting.title is None

    def test_the_quiet_hours_are_heard(self, gateway: Gateway) -> None:
        device = self.subscribed(gateway, "host")
        venue(gateway, quiet_from=time(9), quiet_until=time(12))
        breach(gateway)
        assert self.of(gateway, device) == []

    def test_without_a_role_or_an_account_that_is_on_nobody_is_told(self, gateway: Gateway) -> None:
        nobody = self.subscribed(gateway)
        off = self.subscribed(gateway, "host", user="eva")
        with gateway.database.write() as conn:
            users.disable(conn, "eva", START)
        gateway.live.refresh()
        breach(gateway)
        assert self.of(gateway, nobody) + self.of(gateway, off) == []
        with gateway.database.write() as conn:
            grants.set_roles(conn, "ben", VenueSlug("de-kade"), ["viewer"])
        gateway.live.refresh()
        breach(gateway, 9, 11)
        assert [one.kind for one in self.of(gateway, nobody)] == ["firing"]
