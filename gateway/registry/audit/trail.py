"""What a transaction changes, written down within it.

A connection that carries an act tells its trail of each statement before it is executed. The trail
looks at what the statement is about to touch, and once more at the end: what differs becomes
entries. So nobody who changes something has to remember to say so, and what is undone within the
transaction was never done. Statements given as text are not seen: the registry has none that change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    and_,
    event,
    select,
    true,
    tuple_,
)

from gateway.domain.audit import MASK, Act, Entry, Row, Verb, change_of
from gateway.registry.audit.entries import put_entries
from gateway.registry.audit.nouns import Noun, noun_of
from sensors.wire.instant import from_ns, to_wire

UNSEEN: Final = "luchtig_unseen"
"""An execution option of statements that only tidy up."""

Key = tuple[Any, ...]
Thing = tuple[Table, Key]


@contextmanager
def followed(conn: Connection, act: Act) -> Iterator[None]:
    """Write down what happens on ``conn`` within, at its end, in the same transaction."""
    trail = _Trail(conn)
    event.listen(conn, "before_execute", trail.about_to)
    try:
        yield
        trail.close(act)
    finally:
        event.remove(conn, "before_execute", trail.about_to)


class _Trail:
    """``before`` has each thing as it was when it was first touched."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._before: dict[Thing, tuple[Row, ...]] = {}
        self._new: list[tuple[Table, Row]] = []

    def about_to(
        self,
        _conn: Connection,
        statement: Any,
        many: Sequence[Mapping[str, Any]],
        one: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> None:
        """Look at what a statement is about to touch."""
        if options.get(UNSEEN) or not isinstance(statement, Insert | Update | Delete):
            return
        table = cast("Table", statement.table)
        if isinstance(statement, Insert):
            self._inserts(table, statement, many or (one,))
            return
        where = statement.whereclause
        self._touch(table, true() if where is None else where, many or (one,))
        if isinstance(statement, Delete):
            self._touch_children(table, true() if where is None else where, many or (one,))

    def close(self, act: Act) -> None:
        """Write what came of it."""
        found = [*self._changed(act), *self._added(act)]
        put_entries(self._conn, found)

    def _inserts(self, table: Table, statement: Insert, rows: Iterable[Mapping[str, Any]]) -> None:
        noun = noun_of(table)
        if noun is None:
            return
        fixed = statement.compile(dialect=self._conn.dialect).params
        for row in rows:
            values = {name: value for name, value in (fixed | dict(row)).items() if name in table.c}
            if all(values.get(name) is not None for name in noun.key):
                self._look(table, noun, tuple(values[name] for name in noun.key))
            else:
                self._new.append((table, values))

    def _touch(
        self, table: Table, where: ColumnElement[bool], given: Iterable[Mapping[str, Any]]
    ) -> None:
        noun = noun_of(table)
        if noun is None:
            return
        query = select(*(table.c[name] for name in noun.key)).where(where).distinct()
        for values in given:
            for row in self._conn.execute(query, dict(values)).all():
                self._look(table, noun, tuple(row))

    def _touch_children(
        self, table: Table, where: ColumnElement[bool], given: Sequence[Mapping[str, Any]]
    ) -> None:
        """What the database deletes along with rows of ``table``."""
        for child in table.metadata.sorted_tables:
            for key in child.foreign_key_constraints:
                if key.referred_table is not table or key.ondelete != "CASCADE":
                    continue
                parents = select(*(element.column for element in key.elements)).where(where)
                held = tuple_(*key.columns).in_(parents)
                self._touch(child, held, given)
                self._touch_children(child, held, given)

    def _look(self, table: Table, noun: Noun, key: Key) -> None:
        if (table, key) not in self._before:
            self._before[table, key] = self._rows(table, noun, key)

    def _rows(self, table: Table, noun: Noun, key: Key) -> tuple[Row, ...]:
        which = and_(*(table.c[name] == value for name, value in zip(noun.key, key, strict=True)))
        query: Select[Any] = select(table).where(which).order_by(*table.primary_key)
        return tuple(row._asdict() for row in self._conn.execute(query))

    def _changed(self, act: Act) -> Iterator[Entry]:
        for (table, key), before in self._before.items():
            noun = noun_of(table)
            if noun is None:
                continue
            after = self._rows(table, noun, key)
            change = change_of(
                told_rows(before, noun), told_rows(after, noun), noun.secret, noun.left_out
            )
            if change is not None:
                row = (after or before)[0]
                yield self._entry(act, noun, row, change.verb, change.before, change.after)

    def _added(self, act: Act) -> Iterator[Entry]:
        """Rows whose key the database gives: nothing was there before."""
        for table, row in self._new:
            noun = noun_of(table)
            if noun is None:
                continue
            change = change_of((), told_rows((row,), noun), noun.secret, noun.left_out)
            if change is not None:
                yield self._entry(act, noun, row, change.verb, None, change.after)

    def _entry(
        self, act: Act, noun: Noun, row: Row, verb: Verb, before: Row | None, after: Row | None
    ) -> Entry:
        named = (
            None if noun.shown_from is None else self._conn.execute(noun.shown_from(row)).first()
        )
        parts = (row.get(name) for name in noun.shown) if named is None else named
        shown = "/".join(str(part) for part in parts if part is not None)
        venue = None if noun.venue is None else row.get(noun.venue)
        if venue is None and noun.venue_from is not None:
            venue = self._conn.execute(noun.venue_from(row)).scalar()
        name = noun.name
        if name == "request":
            name, verb = str(row["kind"]), "asked"
        return Entry(act, name, verb, venue, shown, before, after)


def told_rows(rows: Iterable[Row], noun: Noun) -> list[Row]:
    """Rows as people read them."""
    return [_told_row(row, noun) for row in rows]


def _told_row(row: Row, noun: Noun) -> Row:
    """A row as people read it: moments in ISO 8601, JSON as what it says; the title and the
    people of a private meeting are nobody's business but their own.
    """
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name.endswith("_ns"):
            at = None if value is None else to_wire(from_ns(value))
            found[name if name in noun.left_out else name.removesuffix("_ns")] = at
        elif name in noun.json and value is not None:
            found[name] = msgspec.json.decode(value)
        else:
            found[name] = value
    if found.get("private") and "title" in found:
        found["title"] = None
        found |= {part: MASK for part in ("organiser", "host") if found.get(part)}
    return found
