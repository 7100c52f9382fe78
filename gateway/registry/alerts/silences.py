"""Silences: made and ended by people, kept after they are over."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, or_, select, update

from gateway.domain.alerts.silence import Silence
from gateway.registry.revision import raise_revision
from gateway.registry.tables.alerts import silences
from sensors.wire.instant import from_ns, to_ns

LARGEST_ID: Final = 2**31 - 1


def put_silence(conn: Connection, silence: Silence) -> int:
    """Begin a silence; its id."""
    row = {
        "venue": silence.venue,
        "room": silence.room,
        "rule": silence.rule,
        "since_ns": to_ns(silence.since),
        "until_ns": to_ns(silence.until),
        "reason": silence.reason,
        "by": silence.by,
    }
    raise_revision(conn)
    made = conn.execute(insert(silences).values(**row).returning(silences.c.id))
    return int(made.scalar_one())


def end_silence(conn: Connection, silence_id: int, by: str, at: datetime) -> bool:
    """End one that is on; False where it is not there or over already."""
    on = update(silences).where(
        silences.c.id == silence_id,
        silences.c.ended_ns.is_(None),
        silences.c.until_ns > to_ns(at),
    )
    raise_revision(conn)
    return conn.execute(on.values(ended_ns=to_ns(at), ended_by=by)).rowcount == 1


def find_silence(conn: Connection, silence_id: int) -> Silence | None:
    if silence_id > LARGEST_ID:  # a database says so aloud
        return None
    row = conn.execute(select(silences).where(silences.c.id == silence_id)).one_or_none()
    return None if row is None else _silence(row)


def silences_since(conn: Connection, at: datetime) -> tuple[tuple[int, Silence], ...]:
    """Those that were on at or after ``at``, each with its id, the newest first."""
    query = select(silences).where(
        silences.c.until_ns > to_ns(at),
        or_(silences.c.ended_ns.is_(None), silences.c.ended_ns > to_ns(at)),
    )
    return tuple(
        (row.id, _silence(row)) for row in conn.execute(query.order_by(silences.c.id.desc()))
    )


def _silence(row: Row[tuple[Any, ...]]) -> Silence:
    return Silence(
        row.venue,
        row.room,
        row.rule,
        from_ns(row.since_ns),
        from_ns(row.until_ns),
        row.reason,
        row.by,
        None if row.ended_ns is None else from_ns(row.ended_ns),
        row.ended_by,
    )
