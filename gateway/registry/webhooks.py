"""Webhooks as a person set them up, and trials that somebody asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.domain.webhook import Webhook
from gateway.domain.webhook_event import EventType
from gateway.registry.tables.flags import operator_requests
from gateway.registry.tables.webhooks import webhooks
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug


@dataclass(frozen=True, slots=True)
class Trial:
    """Somebody wants an event sent to a webhook, to see that it arrives; ``webhook`` is None where
    what was written cannot be read.
    """

    id: int
    webhook: int | None
    by: str
    at: datetime


class _Body(msgspec.Struct, frozen=True):
    webhook: int


def all_webhooks(conn: Connection, venue: VenueSlug | None = None) -> tuple[Webhook, ...]:
    """All of them, or those of a venue, oldest first."""
    query = select(webhooks).order_by(webhooks.c.id)
    if venue is not None:
        query = query.where(webhooks.c.venue == venue)
    return tuple(_webhook(row) for row in conn.execute(query))


def find_webhook(conn: Connection, number: int) -> Webhook | None:
    row = conn.execute(select(webhooks).where(webhooks.c.id == number)).one_or_none()
    return None if row is None else _webhook(row)


def make_webhook(conn: Connection, made: Webhook) -> int:
    """Its id, whatever ``made`` has. Raises IntegrityError where the venue is not there."""
    new = conn.execute(insert(webhooks).values(**_row(made)).returning(webhooks.c.id))
    return int(new.scalar_one())


def put_webhook(conn: Connection, put: Webhook) -> None:
    conn.execute(update(webhooks).where(webhooks.c.id == put.id).values(**_row(put)))


def delete_webhook(conn: Connection, number: int) -> bool:
    """Delete one with what waits for it; whether it was there."""
    return conn.execute(delete(webhooks).where(webhooks.c.id == number)).rowcount == 1


def ask_trial(conn: Connection, webhook: Webhook, by: str, at: datetime) -> None:
    body = msgspec.json.encode(_Body(webhook.id)).decode()
    row = {"kind": "webhook", "venue": webhook.venue, "body": body, "by": by, "at_ns": to_ns(at)}
    conn.execute(insert(operator_requests).values(**row))


def waiting_trials(conn: Connection) -> tuple[Trial, ...]:
    """What was asked and not taken up, in that order."""
    query = select(operator_requests).where(
        operator_requests.c.kind == "webhook", operator_requests.c.done_ns.is_(None)
    )
    rows = conn.execute(query.order_by(operator_requests.c.id))
    return tuple(Trial(row.id, _webhook_of(row.body), row.by, from_ns(row.at_ns)) for row in rows)


def _webhook_of(body: str) -> int | None:
    try:
        return msgspec.json.decode(body, type=_Body).webhook
    except msgspec.DecodeError:
        return None


def _row(webhook: Webhook) -> dict[str, Any]:
    return {
        "venue": webhook.venue,
        "name": webhook.name,
        "url": webhook.url,
        "secret": webhook.secret,
        "events": " ".join(webhook.events),
        "enabled": webhook.enabled,
    }


def _webhook(row: Row[tuple[Any, ...]]) -> Webhook:
    events = _events(row.events)
    return Webhook(row.id, row.venue, row.name, row.url, row.secret, events, row.enabled)


def _events(text: str) -> tuple[EventType, ...]:
    return cast("tuple[EventType, ...]", tuple(text.split()))
