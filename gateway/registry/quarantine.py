"""The newest messages that were refused, for a person to see; how many there were is counted."""

from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select

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


def recent(conn: Connection, limit: int) -> tuple[RefusedMessage, ...]:
    """The newest messages, newest first."""
    return tuple(message for _, message in recent_numbered(conn, limit))


def recent_numbered(
    conn: Connection, limit: int, before: int | None = None
) -> tuple[tuple[int, RefusedMessage], ...]:
    """The newest messages, or those before one of that number, each with its number, newest first."""
    query = select(quarantine)
    if before is not None:
        query = query.where(quarantine.c.id < before)
    return _messages(conn, query, limit)


def find_refused(conn: Connection, number: int) -> RefusedMessage | None:
    """One of them, None where it was not kept."""
    found = _messages(conn, select(quarantine).where(quarantine.c.id == number), 1)
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


def by_reason(conn: Connection) -> dict[str, int]:
    """How many messages were ever refused, by reason, over all gateways."""
    query = (
        select(metric_totals.c.label, func.sum(metric_totals.c.value))
        .where(metric_totals.c.name == REFUSED_TOTAL)
        .group_by(metric_totals.c.label)
        .order_by(metric_totals.c.label)
    )
    return {label: int(total) for label, total in conn.execute(query)}


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
