"""Annotations: what people noted of a room or a venue."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from gateway.domain.annotation import Annotation
from gateway.registry.tables.annotations import annotations
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

LARGEST_ID: Final = 2**31 - 1
MOST: Final = 500
"""So many are shown of a span of time at most, the newest."""


def make_annotation(conn: Connection, made: Annotation) -> int:
    """Its id."""
    found = conn.execute(insert(annotations).values(**_row(made)).returning(annotations.c.id))
    return int(found.scalar_one())


def put_annotation(conn: Connection, number: int, changed: Annotation) -> bool:
    """Change one; whether it was there."""
    where = update(annotations).where(annotations.c.id == number)
    return number <= LARGEST_ID and conn.execute(where.values(**_row(changed))).rowcount == 1


def delete_annotation(conn: Connection, number: int) -> bool:
    """Whether it was there."""
    where = delete(annotations).where(annotations.c.id == number)
    return number <= LARGEST_ID and conn.execute(where).rowcount == 1


def find_annotation(conn: Connection, number: int) -> Annotation | None:
    if number > LARGEST_ID:  # a database says so aloud
        return None
    row = conn.execute(select(annotations).where(annotations.c.id == number)).one_or_none()
    return None if row is None else _annotation(row)


def annotations_between(
    conn: Connection,
    start: datetime,
    end: datetime,
    venue: VenueSlug | None = None,
    room: RoomSlug | None = None,
) -> tuple[tuple[int, Annotation], ...]:
    """Those of a span of time with their ids, newest first: of all venues or of one, with those of
    the whole venue where a ``room`` is asked for.
    """
    table = annotations.c
    query = select(annotations).where(
        table.since_ns < to_ns(end),
        or_(table.since_ns >= to_ns(start), table.until_ns > to_ns(start)),
    )
    if venue is not None:
        query = query.where(table.venue == venue)
    if room is not None:
        query = query.where(or_(table.room.is_(None), table.room == room))
    ordered = query.order_by(table.since_ns.desc(), table.id.desc()).limit(MOST)
    return tuple((row.id, _annotation(row)) for row in conn.execute(ordered))


def _row(annotation: Annotation) -> dict[str, object]:
    return {
        "venue": annotation.venue,
        "room": annotation.room,
        "kind": annotation.kind,
        "text": annotation.text,
        "since_ns": to_ns(annotation.since),
        "until_ns": None if annotation.until is None else to_ns(annotation.until),
        "by": annotation.by,
    }


def _annotation(row: Row[tuple[Any, ...]]) -> Annotation:
    return Annotation(
        row.venue,
        row.room,
        row.kind,
        row.text,
        from_ns(row.since_ns),
        None if row.until_ns is None else from_ns(row.until_ns),
        row.by,
    )
