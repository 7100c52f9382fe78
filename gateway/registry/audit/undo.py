"""Undoing what the audit trail holds: what was there before is put back, where nobody changed it since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from gateway.domain.audit import MASK, Entry, Row
from gateway.registry.audit.nouns import NOUNS, Noun
from gateway.registry.audit.trail import told_rows
from gateway.registry.protocols.kept import decode_protocol, put_protocol
from gateway.registry.revision import raise_revision
from gateway.registry.tables.audit import audit
from gateway.registry.tables.metadata import metadata
from sensors.wire.instant import from_wire, to_ns

UNDOABLE: Final = frozenset(
    {
        "venue",
        "room",
        "placement",
        "device",
        "policy",
        "protocol",
        "contacts",
        "calendar",
        "calendar_rules",
    }
)
"""What is described wholly by its entries: nothing of it is secret, and nobody was told of it."""
PROTOCOL: Final = "protocol"


class CannotUndo(Exception):
    """It was changed since, or the trail does not hold all of it."""


def last_number(conn: Connection) -> int:
    """The number of the newest entry; 0 before the first."""
    return conn.execute(select(func.max(audit.c.id))).scalar() or 0


def can_undo(entry: Entry) -> bool:
    """Whether the trail holds all that was there before."""
    is_known = entry.noun in UNDOABLE and entry.verb in ("made", "changed", "deleted")
    return is_known and not any(MASK in row.values() for row in _rows_of(entry.before))


def undo(conn: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Put back what was there before ``entries``, which are in the order they were written. A protocol
    as it was is its next version.

    Raises:
        CannotUndo: nothing was changed.

    """
    for entry in entries:
        _check(conn, entry)
    for entry in reversed(entries):  # what was made on top of another goes first
        if entry.verb == "made":
            table, noun = _of(entry)
            conn.execute(delete(table).where(_which(table, noun, entry)))
    for entry in entries:
        if entry.verb != "made" and entry.noun == PROTOCOL:
            _put_protocol_back(conn, entry, now)
        elif entry.verb == "changed":
            _restore(conn, entry)
    for entry in entries:
        if entry.verb == "deleted" and entry.noun != PROTOCOL:
            table, noun = _of(entry)
            _insert(conn, table, noun, _rows_of(entry.before))
    raise_revision(conn)


def _check(conn: Connection, entry: Entry) -> None:
    """Make sure that a thing is as ``entry`` left it, and that all of it can be put back."""
    if not can_undo(entry):
        raise CannotUndo(f"{entry.what} is not undone")
    table, noun = _of(entry)
    now = _now(conn, table, noun, entry)
    left = _rows_of(entry.after)
    if entry.verb == "changed" and "rows" not in (entry.after or {}):
        is_so = len(now) == 1 and all(now[0].get(name) == value for name, value in left[0].items())
    elif entry.verb == "changed":
        is_so = all(row in now for row in left)
    else:
        is_so = _same(now, left)
    if not is_so:
        raise CannotUndo(f"{entry.noun} {entry.object} was changed since")


def _restore(conn: Connection, entry: Entry) -> None:
    table, noun = _of(entry)
    which = _which(table, noun, entry)
    if "rows" not in (entry.before or {}):
        conn.execute(update(table).where(which).values(_raw(table, noun, entry.before or {})))
        return
    for row in _rows_of(entry.after):
        columns = _raw(table, noun, row).items()
        same = (table.c[name].is_not_distinct_from(value) for name, value in columns)
        conn.execute(delete(table).where(which, *same))
    _insert(conn, table, noun, _rows_of(entry.before))


def _put_protocol_back(conn: Connection, entry: Entry, now: datetime) -> None:
    table, noun = _of(entry)
    present = next(iter(_now(conn, table, noun, entry)), {})
    row = _raw(table, noun, {**present, **(entry.before or {})})
    before = decode_protocol(entry.object, 0, row["body"], row.get("venue"))
    put_protocol(conn, replace(before, organisation=row.get("organisation")), now)


def _insert(conn: Connection, table: Table, noun: Noun, rows: Iterable[Row]) -> None:
    for row in rows:
        conn.execute(insert(table).values(_raw(table, noun, row)))


def _of(entry: Entry) -> tuple[Table, Noun]:
    name = next(name for name, noun in NOUNS.items() if noun.name == entry.noun)
    return metadata.tables[name], NOUNS[name]


def _which(table: Table, noun: Noun, entry: Entry) -> ColumnElement[bool]:
    """The rows of the thing: of a venue by its own column, else by what names it."""
    values = {name: entry.venue if name == "venue" else entry.object for name in noun.key}
    return and_(*(table.c[name] == value for name, value in values.items()))


def _now(conn: Connection, table: Table, noun: Noun, entry: Entry) -> list[Row]:
    query = select(table).where(_which(table, noun, entry)).order_by(*table.primary_key)
    rows = told_rows((row._asdict() for row in conn.execute(query)), noun)
    return [{name: row[name] for name in row if name not in noun.left_out} for row in rows]


def _rows_of(told: Row | None) -> list[Row]:
    if told is None:
        return []
    return list(told["rows"]) if "rows" in told else [told]


def _same(left: Sequence[Row], right: Sequence[Row]) -> bool:
    return len(left) == len(right) and all(row in right for row in left)


def _raw(table: Table, noun: Noun, told: Row) -> Mapping[str, Any]:
    """A row as its table holds it, of one as people read it."""
    found: dict[str, Any] = {}
    for column in table.c:
        name = column.name
        shown = name.removesuffix("_ns")
        if name in noun.left_out or shown not in told:
            continue
        value = told[shown]
        if name != shown and value is not None:
            value = to_ns(from_wire(value))
        elif name in noun.json and value is not None:
            value = msgspec.json.encode(value).decode()
        found[name] = value
    return found
