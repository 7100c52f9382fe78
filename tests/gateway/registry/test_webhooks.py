from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from gateway.domain.room import Venue
from gateway.domain.webhook import Webhook
from gateway.domain.webhook_event import Event, EventType
from gateway.registry.rooms import delete_venue, put_venue
from gateway.registry.webhook_outbox import (
    Failure,
    due_messages,
    due_webhooks,
    forget,
    give_up,
    leave_until,
    mark_sent,
    messages_of,
    put_off,
    tell,
)
from gateway.registry.webhooks import (
    all_webhooks,
    ask_trial,
    delete_webhook,
    find_webhook,
    make_webhook,
    put_webhook,
    waiting_trials,
)
from sensors.wire.instant import to_ns
from sensors.wire.topic import VenueSlug

AT = datetime(2026, 11, 24, 8, 10, tzinfo=UTC)
KADE, BRON = VenueSlug("de-kade"), VenueSlug("de-bron")
FIRED: EventType = "luchtig.flag.fired"


@pytest.fixture(autouse=True)
def _venues(conn: Connection) -> None:
    for venue in (KADE, BRON):
        put_venue(conn, Venue(venue, venue))


def hook(venue: VenueSlug = KADE, *events: EventType, enabled: bool = True) -> Webhook:
    return Webhook(0, venue, "Control", "https://example.org/x", "whsec_x", events, enabled)


def event(name: str, venue: VenueSlug = KADE, kind: EventType = FIRED) -> Event:
    return Event(name, kind, venue, f"alerts/{name}", AT, {"id": name})


def told(conn: Connection, webhook: int) -> list[str]:
    return [message.event.id for message in messages_of(conn, webhook, 100)]


def test_one_is_kept_changed_and_deleted(conn: Connection) -> None:
    number = make_webhook(conn, hook(KADE, FIRED))
    other = make_webhook(conn, hook(BRON))
    kept = replace(hook(KADE, FIRED), id=number)
    assert find_webhook(conn, number) == kept
    put_webhook(conn, replace(kept, name="Other", enabled=False))
    assert find_webhook(conn, number) == replace(kept, name="Other", enabled=False)
    assert [one.id for one in all_webhooks(conn)] == [number, other]
    assert [one.id for one in all_webhooks(conn, BRON)] == [other]
    assert delete_webhook(conn, number)
    assert not delete_webhook(conn, number)
    delete_venue(conn, BRON)
    assert all_webhooks(conn) == ()


def test_an_event_is_put_in_once_for_each_that_hears_of_it(conn: Connection) -> None:
    all_of_it = make_webhook(conn, hook())
    fired = make_webhook(conn, hook(KADE, FIRED))
    off = make_webhook(conn, hook(enabled=False))
    elsewhere = make_webhook(conn, hook(BRON))
    resolved: EventType = "luchtig.flag.resolved"
    for _ in range(2):
        tell(conn, [event("a"), event("b", kind=resolved)])
    assert told(conn, all_of_it) == ["b", "a"]
    assert told(conn, fired) == ["a"]
    assert told(conn, off) == told(conn, elsewhere) == []


def test_what_waits_is_due_by_wall_time_and_of_ones_own_venues(conn: Connection) -> None:
    first, second = make_webhook(conn, hook()), make_webhook(conn, hook(BRON))
    tell(conn, [event("a"), event("b"), event("c", BRON)])
    assert set(due_webhooks(conn, None, 0)) == {first, second}
    assert due_webhooks(conn, {"de-bron"}, 0) == (second,)
    a, b = due_messages(conn, first, 0, 100)
    assert (a.event, a.state, a.attempts) == (event("a"), "waiting", 0)
    put_off(conn, a.id, to_ns(AT), 5, 100, Failure("answered 500", 500))
    assert [one.id for one in due_messages(conn, first, 99, 100)] == [b.id]
    later = due_messages(conn, first, 100, 100)[0]
    assert (later.attempts, later.status, later.error) == (1, 500, "answered 500")
    assert (later.first_wall_ns, later.tried) == (5, AT)
    leave_until(conn, first, 200)
    assert due_webhooks(conn, None, 199) == (second,)
    mark_sent(conn, a.id, to_ns(AT), 204)
    give_up(conn, b.id, to_ns(AT), Failure("gone"))
    assert due_messages(conn, first, 10**18, 100) == ()
    assert [one.state for one in messages_of(conn, first, 100)] == ["given_up", "sent"]
    assert [one.event.id for one in messages_of(conn, first, 1, before=b.id)] == ["a"]


def test_one_that_is_switched_off_is_told_nothing_that_waits(conn: Connection) -> None:
    number = make_webhook(conn, hook())
    tell(conn, [event("a")])
    put_webhook(conn, replace(hook(enabled=False), id=number))
    assert due_webhooks(conn, None, 0) == ()


def test_what_was_told_is_forgotten_after_a_while(conn: Connection) -> None:
    number = make_webhook(conn, hook())
    tell(conn, [event("a")])
    forget(conn, AT)
    assert told(conn, number) == ["a"]
    forget(conn, AT + timedelta(seconds=1))
    assert told(conn, number) == []


def test_a_trial_waits_until_it_is_taken_up(conn: Connection) -> None:
    kept = replace(hook(), id=make_webhook(conn, hook()))
    ask_trial(conn, kept, "anna", AT)
    (trial,) = waiting_trials(conn)
    assert (trial.webhook, trial.by, trial.at) == (kept.id, "anna", AT)
