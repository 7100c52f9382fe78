"""Tests of a channel that somebody asked for with a button: the gateway sends a message on it,
once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from gateway.registry.portions import rows_where_in
from gateway.registry.tables.flags import operator_requests
from gateway.registry.tables.outbox import delivery_attempts
from sensors.wire.instant import from_ns, to_ns


@dataclass(frozen=True, slots=True)
class ChannelTest:
    """``to`` is an e-mail address for the channel that is mail, empty for the others."""

    id: int
    channel: str
    to: str
    language: str
    by: str
    at: datetime


class _Body(msgspec.Struct, frozen=True):
    channel: str
    to: str
    language: str


def ask_test(conn: Connection, channel: str, to: str, language: str, by: str, at: datetime) -> int:
    """Ask for a message on a channel; the id of the request."""
    body = msgspec.json.encode(_Body(channel, to, language)).decode()
    row = {"kind": "test", "body": body, "by": by, "at_ns": to_ns(at)}
    made = conn.execute(insert(operator_requests).values(**row).returning(operator_requests.c.id))
    return int(made.scalar_one())


def waiting_tests(conn: Connection) -> tuple[ChannelTest, ...]:
    """What was asked and not taken up yet, in that order; what cannot be read is left out."""
    return _tests(conn, operator_requests.c.done_ns.is_(None))


def unreadable_tests(conn: Connection) -> tuple[int, ...]:
    """What was asked and not taken up, and cannot be: its body is of another version, or by
    hand.
    """
    rows = _rows(conn, operator_requests.c.done_ns.is_(None))
    return tuple(row.id for row in rows if _test(row) is None)


def unanswered_tests(conn: Connection, since: datetime) -> tuple[ChannelTest, ...]:
    """What was asked ``since`` and has no outcome yet, taken up or not."""
    answered = select(delivery_attempts.c.test).where(
        delivery_attempts.c.test == operator_requests.c.id
    )
    return _tests(conn, and_(operator_requests.c.at_ns >= to_ns(since), ~answered.exists()))


def tests_of(conn: Connection, ids: Collection[int]) -> tuple[ChannelTest, ...]:
    """Those with these ids that can be read."""
    rows = rows_where_in(conn, select(operator_requests), operator_requests.c.id, ids)
    found = (_test(row) for row in rows)
    return tuple(test for test in found if test is not None)


def claim_test(conn: Connection, test_id: int, at: datetime) -> bool:
    """Take a test up; False where somebody else did."""
    mine = update(operator_requests).where(
        operator_requests.c.id == test_id, operator_requests.c.done_ns.is_(None)
    )
    return conn.execute(mine.values(done_ns=to_ns(at))).rowcount == 1


def _tests(conn: Connection, which: ColumnElement[bool]) -> tuple[ChannelTest, ...]:
    found = (_test(row) for row in _rows(conn, which))
    return tuple(test for test in found if test is not None)


def _rows(conn: Connection, which: ColumnElement[bool]) -> Sequence[Row[tuple[Any, ...]]]:
    asked = select(operator_requests).where(operator_requests.c.kind == "test", which)
    return conn.execute(asked.order_by(operator_requests.c.id)).all()


def _test(row: Row[tuple[Any, ...]]) -> ChannelTest | None:
    try:
        body = msgspec.json.decode(row.body, type=_Body)
    except msgspec.DecodeError:
        return None
    return ChannelTest(row.id, body.channel, body.to, body.language, row.by, from_ns(row.at_ns))
