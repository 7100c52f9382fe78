"""The newest messages that were refused, for a person to see; how many there were is counted."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
)

from gateway.domain.refused_message import RefusedMessage
from gateway.registry.tables.live_state import metric_totals, quarantine
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, VenueSlug

KEPT = 1000
REFUSED_TOTAL = "messages_refused_total"
"""The counter of refusals; its label is the reason."""


def add(conn: Connection, refused: RefusedMessage) -> None:
    """Keep one message, and of all no more than the newest ``KEPT``."""
    add_all(conn, (refused,))


def add_all(conn: Connection, refused: tuple[RefusedMessage, ...]) -> None:
    """Keep messages in the order they were refused, and of all no more than the newest ``KEPT``."""
    if not refused:
        return
    conn.execute(insert(quarantine), [_row(message) for message in refused[-KEPT:]])
    newest = conn.execute(select(func.max(quarantine.c.id))).scalar_one()
    conn.execute(delete(quarantine).where(quarantine.c.id <= newest - KEPT))


def recent(
    conn: Connection, limit: int, venues: Collection[VenueSlug] | None = None
) -> tuple[RefusedMessage, ...]:
    """The newest messages, newest first; where ``venues`` are given, of their devices alone."""
    return tuple(message for _, message in recent_numbered(conn, limit, venues=venues))


def recent_numbered(
    conn: Connection,
    limit: int,
    before: int | None = None,
    venues: Collection[VenueSlug] | None = None,
) -> tuple[tuple[int, RefusedMessage], ...]:
    """The newest messages, or those before one of that number, each with its number, newest first."""
    query = select(quarantine).where(_of(venues))
    if before is not None:
        query = query.where(quarantine.c.id < before)
    return _messages(conn, query, limit)


def find_refused(
    conn: Connection, number: int, venues: Collection[VenueSlug] | None = None
) -> RefusedMessage | None:
    """One of them, None where it was not kept, or is of no device of these venues."""
    query = select(quarantine).where(quarantine.c.id == number, _of(venues))
    found = _messages(conn, query, 1)
    return found[0][1] if found else None


def recent_of_device(
    conn: Connection, venue: VenueSlug, device: DeviceSlug, limit: int
) -> tuple[RefusedMessage, ...]:
    """The newest messages of one device, newest first."""
    its = quarantine.c.topic.startswith(f"luchtig/devices/{venue}/{device}/", autoescape=True)
    return tuple(message for _, message in _messages(conn, select(quarantine).where(its), limit))


def _messages(
    conn: Connection, query: Select[Any], limit: int
) -> tuple[tuple[int, RefusedMessage], ...]:
    return tuple(
        (row.id, RefusedMessage(row.topic, row.payload, Reason(row.reason), row.detail, row.at_ns))
        for row in conn.execute(query.order_by(quarantine.c.id.desc()).limit(limit))
    )


def by_reason(conn: Connection, venues: Collection[VenueSlug] | None = None) -> dict[str, int]:
    """How many messages were ever refused, by reason, over all gateways; of some venues how many are
    kept.
    """
    if venues is not None:
        kept = select(quarantine.c.reason, func.count().label("kept")).where(_of(venues))
        grouped = kept.group_by(quarantine.c.reason).order_by(quarantine.c.reason)
        return {row.reason: row.kept for row in conn.execute(grouped)}
    query = (
        select(metric_totals.c.label, func.sum(metric_totals.c.value))
        .where(metric_totals.c.name == REFUSED_TOTAL)
        .group_by(metric_totals.c.label)
        .order_by(metric_totals.c.label)
    )
    return {label: int(total) for label, total in conn.execute(query)}


def _of(venues: Collection[VenueSlug] | None) -> ColumnElement[bool]:
    """Sent to a topic of a device of one of these venues; None: to any."""
    if venues is None:
        return true()
    begins = (
        quarantine.c.topic.startswith(f"luchtig/devices/{venue}/", autoescape=True)
        for venue in venues
    )
    return or_(false(), *begins)


def _row(message: RefusedMessage) -> dict[str, object]:
    return {
        "at_ns": message.at_ns,
        "topic": _storable(message.topic)[:400],
        "reason": message.reason.value,
        "detail": _storable(message.detail),
        "payload": message.payload,
    }


def _storable(text: str) -> str:
    """Text without what a database refuses: NUL (PostgreSQL) and lone surrogates."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
