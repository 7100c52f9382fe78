"""What programs elsewhere are told of flags and reports, in the transaction that writes those."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.domain.alerts.silence import Silence
from gateway.domain.webhook import Webhook
from gateway.registry.agenda.meetings import find_meeting, put_meeting
from gateway.registry.alerts.flags import recent_flags
from gateway.registry.alerts.silences import put_silence
from gateway.registry.database import Database
from gateway.registry.live.operator_requests import ask_acknowledge
from gateway.registry.webhook_outbox import WebhookMessage, messages_of
from gateway.registry.webhooks import make_webhook
from sensors.wire.topic import VenueSlug
from tests.gateway.domain.report.evening import FRESH, THERE, VENUE, every_minute
from tests.gateway.live_venue import (
    START,
    Gateway,
    StandingClock,
    air,
    meeting,
    minute,
    new_database,
)
from tests.gateway.reported import Evening, evening

KADE = VenueSlug("de-kade")
HOOK = Webhook(0, KADE, "Control", "https://example.org/x", "whsec_x")
HIDDEN = every_minute({(-60, 30): 700, (70, 150): 700})
LATE = every_minute({(30, 70): 1500})


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(new_database(tmp_path))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Evening]:
    opened = evening(tmp_path)
    yield opened
    opened.store.close()
    opened.database.close()


def hook(database: Database, webhook: Webhook = HOOK) -> int:
    with database.write() as conn:
        return make_webhook(conn, webhook)


def told(database: Database, number: int) -> list[WebhookMessage]:
    """Oldest first."""
    with database.read() as conn:
        return list(reversed(messages_of(conn, number, 100)))


class TestFlags:
    def test_that_one_fired_was_seen_and_is_over_is_told_once_each(self, gateway: Gateway) -> None:
        number = hook(gateway.database)
        with gateway.database.write() as conn:
            put_meeting(conn, replace(meeting("m1", 0, 60), private=True))
        gateway.live.refresh()
        gateway.follow(*(air(m, 1300) for m in range(1, 9)))
        with gateway.database.write() as conn:
            (flag,) = recent_flags(conn, since=START)
            ask_acknowledge(conn, flag.id, "anna", "windows open", minute(9))
        gateway.live.refresh()
        gateway.follow(*(air(m, 900) for m in range(9, 14)))
        gateway.restarted()
        gateway.follow(air(15, 900))
        events = [message.event for message in told(gateway.database, number)]
        assert [(event.type, event.data["state"]) for event in events] == [
            ("luchtig.flag.fired", "firing"),
            ("luchtig.flag.acknowledged", "firing"),
            ("luchtig.flag.resolved", "resolved"),
        ]
        assert {event.subject for event in events} == {f"alerts/{flag.id}"}
        fired, seen, over = (event.data for event in events)
        assert (fired["meeting"], fired["acknowledged"], fired["until"]) == ("m1", False, None)
        assert (seen["acknowledged"], seen["acknowledged_note"]) == (True, "windows open")
        assert over["until"] is not None
        assert fired["value"] == 1300

    def test_a_silence_is_said_and_keeps_nothing_back(self, gateway: Gateway) -> None:
        number = hook(gateway.database)
        with gateway.database.write() as conn:
            asked = Silence(KADE, None, None, START, minute(600), "paint", "anna")
            put_silence(conn, asked)
        gateway.live.refresh()
        gateway.follow(*(air(m, 1300) for m in range(1, 9)))
        (message,) = told(gateway.database, number)
        assert message.event.type == "luchtig.flag.fired"

    def test_a_pending_one_that_passes_is_told_to_nobody(self, gateway: Gateway) -> None:
        number = hook(gateway.database)
        gateway.follow(air(1, 1300), air(2, 1300), *(air(m, 700) for m in range(3, 9)))
        assert told(gateway.database, number) == []


class TestReports:
    def test_that_it_was_made_and_made_anew(self, hall: Evening) -> None:
        number = hook(hall.database, replace(HOOK, venue=VENUE.slug))
        hall.arrive((*HIDDEN, *THERE))
        hall.look(25)
        hall.look(26)
        hall.arrive(LATE)
        hall.look(40)
        events = [message.event for message in told(hall.database, number)]
        assert [(event.type, event.data["revision"]) for event in events] == [
            ("luchtig.report.made", 1),
            ("luchtig.report.revised", 2),
        ]
        assert events[0].data["rules"]["ventilation"]["verdict"] == "cannot_say"
        assert events[1].data["rules"]["ventilation"]["verdict"] == "not_kept"
        assert events[0].data["title"] is not None

    def test_the_title_of_a_private_one_is_kept(self, hall: Evening) -> None:
        number = hook(hall.database, replace(HOOK, venue=VENUE.slug))
        with hall.database.write() as conn:
            found = find_meeting(conn, "m1")
            assert found is not None
            put_meeting(conn, replace(found, private=True))
        hall.arrive((*FRESH, *THERE))
        hall.look(25)
        (message,) = told(hall.database, number)
        assert (message.event.data["private"], message.event.data["title"]) == (True, None)
