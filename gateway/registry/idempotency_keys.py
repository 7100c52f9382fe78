"""What programs asked under a key of their own, so that asking again does nothing twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from gateway.registry.tables.idempotency import idempotency_keys
from gateway.registry.upsert import put_new
from sensors.wire.instant import to_ns

KEPT: Final = timedelta(hours=24)
LONGEST: Final = timedelta(minutes=1)
"""What goes on for longer was killed, and its transaction with it: it may begin again."""


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """What was asked by the hash of it, and what was answered; ``status`` is None while that goes
    on.
    """

    request: str
    status: int | None
    location: str | None
    body: str | None


def claim(conn: Connection, by: str, key: str, request: str, now: datetime) -> AskedBefore | None:
    """Take a key for a request that begins; None where it was free, else what it stands for."""
    stale = and_(
        idempotency_keys.c.status.is_(None), idempotency_keys.c.begun_ns <= to_ns(now - LONGEST)
    )
    old = idempotency_keys.c.begun_ns <= to_ns(now - KEPT)
    conn.execute(delete(idempotency_keys).where(old | stale))
    row = {"by": by, "key": key, "request": request, "begun_ns": to_ns(now)}
    if put_new(conn, idempotency_keys, row):
        return None
    found = conn.execute(select(idempotency_keys).where(_is(by, key))).one()
    return AskedBefore(found.request, found.status, found.location, found.body)


def keep(
    conn: Connection, by: str, key: str, status: int, location: str | None, body: str | None
) -> None:
    """Write down what was answered."""
    answered = update(idempotency_keys).where(_is(by, key))
    conn.execute(answered.values(status=status, location=location, body=body))


def release(conn: Connection, by: str, key: str) -> None:
    """It came to nothing: the key may be used again."""
    unanswered = and_(_is(by, key), idempotency_keys.c.status.is_(None))
    conn.execute(delete(idempotency_keys).where(unanswered))


def _is(by: str, key: str) -> ColumnElement[bool]:
    return and_(idempotency_keys.c.by == by, idempotency_keys.c.key == key)
