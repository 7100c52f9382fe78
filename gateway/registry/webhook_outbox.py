"""The outbox of webhooks: each event for each webhook that hears of it, once. Retries go by wall
time; 0 in ``due_ns`` is at once. What is done stays on record for a while either way.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from gateway.domain.webhook_event import Event, EventType
from gateway.registry.tables.webhooks import webhook_messages, webhooks
from gateway.registry.upsert import put_new
from gateway.registry.webhooks import all_webhooks
from sensors.wire.instant import from_ns, to_ns

State = Literal["waiting", "sent", "given_up"]

_WAITS = and_(webhook_messages.c.sent_ns.is_(None), webhook_messages.c.given_up_ns.is_(None))
# One that is switched off is tried all the same.
_WANTED = or_(webhooks.c.enabled, webhook_messages.c.type == "luchtig.webhook.test")


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """An event on its way to a webhook. ``status`` is what the other side answered last, ``error``
    why that was no success; ``tried`` is by the one clock, ``first_wall_ns`` by the wall.
    """

    id: int
    webhook: int
    event: Event
    state: State
    attempts: int
    tried: datetime | None
    first_wall_ns: int | None
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try was no success; ``status`` is None where nobody answered."""

    error: str
    status: int | None = None


def tell(conn: Connection, events: Iterable[Event]) -> None:
    """Put each event in for every webhook of its venue that hears of such."""
    hearing = None
    for event in events:
        hearing = all_webhooks(conn) if hearing is None else hearing
        for webhook in hearing:
            if webhook.venue == event.venue and webhook.hears(event.type):
                tell_one(conn, webhook.id, event)


def tell_one(conn: Connection, webhook: int, event: Event) -> None:
    """Put an event in for one webhook, unless it was told that already."""
    row = {
        "webhook": webhook,
        "event": event.id,
        "type": event.type,
        "subject": event.subject,
        "at_ns": to_ns(event.at),
        "data": msgspec.json.encode(event.data).decode(),
        "due_ns": 0,
        "attempts": 0,
    }
    put_new(conn, webhook_messages, row)


def due_webhooks(conn: Connection, venues: Collection[str] | None, now_ns: int) -> tuple[int, ...]:
    """The webhooks for which something is due by wall time, longest waiting first; ``venues`` None
    stands for all.
    """
    its = webhook_messages.join(webhooks, webhooks.c.id == webhook_messages.c.webhook)
    query = select(webhooks.c.id).select_from(its)
    query = query.where(_WAITS, _WANTED, webhook_messages.c.due_ns <= now_ns)
    if venues is not None:
        query = query.where(webhooks.c.venue.in_(venues))
    longest = func.min(webhook_messages.c.due_ns), func.min(webhook_messages.c.id)
    found = conn.execute(query.group_by(webhooks.c.id).order_by(*longest))
    return tuple(found.scalars())


def due_messages(
    conn: Connection, webhook: int, now_ns: int, limit: int
) -> tuple[WebhookMessage, ...]:
    """What is due for one, in the order it happened."""
    due = _messages().where(_WAITS, _WANTED, webhook_messages.c.due_ns <= now_ns)
    its = due.where(webhook_messages.c.webhook == webhook).order_by(webhook_messages.c.id)
    return tuple(_message(row) for row in conn.execute(its.limit(limit)))


def messages_of(
    conn: Connection, webhook: int, limit: int, before: int | None = None
) -> tuple[WebhookMessage, ...]:
    """What was told to one and what waits, newest first, or what was before a message."""
    query = _messages().where(webhook_messages.c.webhook == webhook)
    if before is not None:
        query = query.where(webhook_messages.c.id < before)
    newest = query.order_by(webhook_messages.c.id.desc()).limit(limit)
    return tuple(_message(row) for row in conn.execute(newest))


def mark_sent(conn: Connection, message: int, at_ns: int, status: int) -> None:
    _tried(conn, message, at_ns, status, None, {"sent_ns": at_ns})


def put_off(
    conn: Connection, message: int, at_ns: int, wall_ns: int, due_ns: int, failure: Failure
) -> None:
    """It failed: try again at ``due_ns`` of wall time."""
    first = func.coalesce(webhook_messages.c.first_wall_ns, wall_ns)
    values = {"due_ns": due_ns, "first_wall_ns": first}
    _tried(conn, message, at_ns, failure.status, failure.error, values)


def give_up(conn: Connection, message: int, at_ns: int, failure: Failure) -> None:
    _tried(conn, message, at_ns, failure.status, failure.error, {"given_up_ns": at_ns})


def leave_until(conn: Connection, webhook: int, due_ns: int) -> None:
    """Nothing of what waits for one is tried before ``due_ns`` of wall time."""
    sooner = and_(_WAITS, webhook_messages.c.webhook == webhook, webhook_messages.c.due_ns < due_ns)
    conn.execute(update(webhook_messages).where(sooner).values(due_ns=due_ns))


def forget(conn: Connection, before: datetime) -> None:
    """Delete what happened before a moment."""
    conn.execute(delete(webhook_messages).where(webhook_messages.c.at_ns < to_ns(before)))


def _tried(
    conn: Connection,
    message: int,
    at_ns: int,
    status: int | None,
    error: str | None,
    values: dict[str, Any],
) -> None:
    one = update(webhook_messages).where(webhook_messages.c.id == message)
    attempts = webhook_messages.c.attempts + 1
    known = {"attempts": attempts, "tried_ns": at_ns, "status": status, "error": error}
    conn.execute(one.values(**known, **values))


def _messages() -> Any:
    its = webhook_messages.join(webhooks, webhooks.c.id == webhook_messages.c.webhook)
    return select(webhook_messages, webhooks.c.venue).select_from(its)


def _message(row: Row[tuple[Any, ...]]) -> WebhookMessage:
    kind: EventType = row.type
    data = msgspec.json.decode(row.data)
    event = Event(row.event, kind, row.venue, row.subject, from_ns(row.at_ns), data)
    state: State = "waiting"
    if row.sent_ns is not None:
        state = "sent"
    elif row.given_up_ns is not None:
        state = "given_up"
    tried = None if row.tried_ns is None else from_ns(row.tried_ns)
    return WebhookMessage(
        row.id,
        row.webhook,
        event,
        state,
        row.attempts,
        tried,
        row.first_wall_ns,
        row.status,
        row.error,
    )
