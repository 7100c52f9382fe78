"""The entries of the audit trail: written, found and forgotten."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, delete, insert, select, update

from gateway.domain.audit import ADDRESS_KEPT, Act, Entry, address_shown
from gateway.registry.tables.audit import audit
from sensors.wire.instant import from_ns, to_ns

OBJECT_LENGTH = 400
PORTION = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: ``venues`` None for all and what belongs to none; ``since`` counts in,
    ``until`` does not. ``who`` and ``noun`` empty for all.
    """

    venues: Collection[str] | None = None
    who: str = ""
    noun: str = ""
    since: datetime | None = None
    until: datetime | None = None


def put_entries(conn: Connection, entries: Sequence[Entry]) -> None:
    if entries:
        conn.execute(insert(audit), [_row(entry) for entry in entries])


def entries(
    conn: Connection, wanted: Wanted, now: datetime, limit: int, before_id: int | None = None
) -> tuple[tuple[int, Entry], ...]:
    """The newest first, each with its number; ``before_id`` goes on below that one."""
    query = _query(wanted)
    if before_id is not None:
        query = query.where(audit.c.id < before_id)
    rows = conn.execute(query.order_by(audit.c.id.desc()).limit(limit))
    return tuple((row.id, _entry(row, now)) for row in rows)


def entries_after(
    conn: Connection, after_id: int, who: str, now: datetime, limit: int
) -> tuple[tuple[int, Entry], ...]:
    """What somebody did after the entry of that number, in the order it was done."""
    query = select(audit).where(audit.c.id > after_id, audit.c.who == who)
    rows = conn.execute(query.order_by(audit.c.id).limit(limit))
    return tuple((row.id, _entry(row, now)) for row in rows)


def numbered_entries(
    conn: Connection, numbers: Collection[int], now: datetime
) -> tuple[Entry, ...]:
    """The entries of these numbers that are there, in the order they were written."""
    query = select(audit).where(audit.c.id.in_(numbers)).order_by(audit.c.id)
    return tuple(_entry(row, now) for row in conn.execute(query))


def every_entry(conn: Connection, wanted: Wanted, now: datetime) -> Iterator[Entry]:
    """All of them, the newest first, read a portion at a time."""
    last: int | None = None
    while found := entries(conn, wanted, now, PORTION, last):
        yield from (entry for _, entry in found)
        last = found[-1][0]


def whos(conn: Connection, venues: Collection[str] | None) -> tuple[str, ...]:
    """All who did something there."""
    query = select(audit.c.who).distinct().order_by(audit.c.who)
    if venues is not None:
        query = query.where(audit.c.venue.in_(venues))
    return tuple(conn.execute(query).scalars())


def nouns(conn: Connection, venues: Collection[str] | None) -> tuple[str, ...]:
    """All that something was done to there."""
    query = select(audit.c.noun).distinct().order_by(audit.c.noun)
    if venues is not None:
        query = query.where(audit.c.venue.in_(venues))
    return tuple(conn.execute(query).scalars())


def forget(conn: Connection, now: datetime, keep: timedelta) -> None:
    """Delete what is older than ``keep``, and blank from where it was done after a while."""
    conn.execute(delete(audit).where(audit.c.at_ns < to_ns(now - keep)))
    old = (audit.c.at_ns < to_ns(now - ADDRESS_KEPT)) & (audit.c.address != "")
    conn.execute(update(audit).where(old).values(address=""))


def _query(wanted: Wanted) -> Select[Any]:
    query = select(audit)
    if wanted.venues is not None:
        query = query.where(audit.c.venue.in_(wanted.venues))
    if wanted.who:
        query = query.where(audit.c.who == wanted.who)
    if wanted.noun:
        query = query.where(audit.c.noun == wanted.noun)
    if wanted.since is not None:
        query = query.where(audit.c.at_ns >= to_ns(wanted.since))
    if wanted.until is not None:
        query = query.where(audit.c.at_ns < to_ns(wanted.until))
    return query


def _row(entry: Entry) -> dict[str, Any]:
    act = entry.act
    return {
        "at_ns": to_ns(act.at),
        "who": act.who[:320],
        "how": act.how,
        "label": act.label[:200],
        "noun": entry.noun,
        "verb": entry.verb,
        "venue": entry.venue,
        "object": entry.object[:OBJECT_LENGTH],
        "before": _json(entry.before),
        "after": _json(entry.after),
        "address": act.address[:45],
    }


def _json(values: object) -> str | None:
    return None if values is None else msgspec.json.encode(values).decode()


def _entry(row: Any, now: datetime) -> Entry:
    at = from_ns(row.at_ns)
    act = Act(row.who, row.how, at, row.label, address_shown(row.address, at, now))
    before, after = (
        None if text is None else msgspec.json.decode(text) for text in (row.before, row.after)
    )
    return Entry(act, row.noun, row.verb, row.venue, row.object, before, after)
