"""Who hosts a meeting is told what its protocol asks, and what nobody spoke of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from gateway.domain.alerts.notice import Notice
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.verdict import Declaration
from gateway.domain.room import Room, Venue
from gateway.links import Links
from gateway.notify.message import write
from gateway.registry.accounts import grants, users
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts.outbox import all_messages
from gateway.registry.alerts.push_subscriptions import put_subscription
from gateway.registry.database import Database, open_database
from gateway.registry.protocols.of_meetings import declare, protocol_of
from gateway.registry.rooms import put_room, put_venue
from gateway.reports.reminders import ProtocolWorker
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

KADE, ZAAL = VenueSlug("kade"), RoomSlug("zaal")
START = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # 20:00 in Amsterdam
END = START + timedelta(hours=2)
MEETING = Meeting("m", KADE, ZAAL, "Koor", START, END, host="h@example.org")
VENUE = Venue(KADE, "De Kade", protocol="choir-or-dance")


class SetClock(Clock):
    passed: ClassVar[datetime] = START

    def now_ns(self) -> int:
        return to_ns(type(self).passed)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    with opened.write() as conn:
        put_venue(conn, VENUE)
        put_room(conn, Room(KADE, ZAAL, "Zaal"))
        put_meeting(conn, MEETING)
    yield opened
    opened.close()


class Run:
    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.database = database
        self.worker = ProtocolWorker(database, self.clock)

    def told(self, *minutes: float) -> list[Notice]:
        """What is in the outbox after a look at each of these minutes of the meeting."""
        for at in minutes:
            SetClock.passed = START + timedelta(minutes=at)
            self.worker.step()
        with self.database.read() as conn:
            return [message.notice for message in all_messages(conn)]


def test_the_host_is_told_half_an_hour_before_once(database: Database) -> None:
    run = Run(database)
    assert run.told(-40) == []
    (notice,) = run.told(-30, -29, -10, 5)
    assert (notice.kind, notice.recipient_role) == ("protocol", "host")
    asked = [one["code"] for one in notice.evidence]
    assert asked[:2] == ["aired-before", "places-apart"]
    assert Run(database).told(-5) == [notice]  # a gateway that starts anew tells it no more


def test_what_nobody_spoke_of_is_told_when_the_meeting_is_over(database: Database) -> None:
    run = Run(database)
    with database.write() as conn:
        declare(conn, MEETING, Declaration("aired-before", declared=True, by="host", at=START))
    last = run.told(-30, 60, 121)[-1]
    assert last.kind == "protocol_left"
    codes = {one["code"] for one in last.evidence}
    assert "nobody-ill" in codes
    assert not codes & {"aired-before", "aired-after"}  # said, and only advised


def test_quiet_hours_are_heard(database: Database) -> None:
    with database.write() as conn:
        put_venue(conn, replace(VENUE, quiet_from=time(19, 0), quiet_until=time(19, 45)))
    run = Run(database)
    assert run.told(-29, -16) == []
    assert len(run.told(-14)) == 1


def test_it_says_what_to_see_to_and_leads_to_a_page_without_an_account(database: Database) -> None:
    (notice,) = Run(database).told(-30)
    links = Links("a secret of the tests", "https://lucht.example.org")
    message = write([notice], "h@example.org", links, START, "a" * 32)
    assert message.subject == "Koor, 20:00: waar u voor zorgt"
    told = " ".join(message.sections[0].said[0].sentences)
    assert "Vooraf: De zaal is gelucht voordat er iemand kwam; De plaatsen zijn" in told
    assert message.buttons[0].url.startswith("https://lucht.example.org/s/")
    assert message.unsubscribe is not None


def test_a_meeting_keeps_what_it_began_under(database: Database) -> None:
    run = Run(database)
    run.told(-30, 1)
    with database.write() as conn:
        put_venue(conn, replace(VENUE, protocol="school"))
    with database.read() as conn:
        assert protocol_of(conn, MEETING, END).slug == "choir-or-dance"


def test_nobody_is_told_where_nothing_is_declared(database: Database) -> None:
    with database.write() as conn:
        put_venue(conn, replace(VENUE, protocol=None))
    assert Run(database).told(-30, 0, 121) == []


def test_hosts_with_a_device_are_reminded_there_too_and_whose_meeting_it_is(
    database: Database,
) -> None:
    with database.write() as conn:
        put_meeting(conn, replace(MEETING, private=True))
        for name in ("host", "viewer", "h"):
            address = f"{name}@example.org"
            users.add_user(conn, name, "", None, START, address, verified=True)
            grants.set_roles(conn, name, KADE, ["host" if name == "host" else "viewer"])
            put_subscription(
                conn, name, f"https://push.example.org/{name}", ("", ""), label=name,
                language="de", venues=[KADE], at=START,
            )  # fmt: skip
    told = Run(database).told(-30)
    assert [(one.recipient_role, one.language) for one in told] == [
        ("host", "nl"), ("device", "de"), ("device", "de"),
    ]  # fmt: skip
    titles = {one.meeting.title for one in told if one.meeting and one.recipient_role == "device"}
    assert titles == {None, "Koor"}


def test_quiet_hours_keep_the_devices_quiet_too(database: Database) -> None:
    with database.write() as conn:
        users.add_user(conn, "host", "", None, START)
        grants.set_roles(conn, "host", KADE, ["host"])
        put_subscription(
            conn, "host", "https://push.example.org/1", ("", ""), label="x", language="de",
            venues=[KADE], at=START,
        )  # fmt: skip
        put_meeting(conn, replace(MEETING, host=None))
        put_venue(conn, replace(VENUE, quiet_from=time(19), quiet_until=time(19, 45)))
    run = Run(database)
    assert run.told(-30, -20) == []
    (notice,) = run.told(-10)
    assert notice.recipient_role == "device"
