"""The record of what went out: each try at handing a message to its channel, and how that ended."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Row, and_, func, insert, select

from gateway.domain.alerts.notice import MANAGER, NoticeKind, RecipientRole, decode_notice
from gateway.registry.alerts.channel_tests import tests_of
from gateway.registry.portions import rows_where_in
from gateway.registry.tables.outbox import delivery_attempts, outbox
from sensors.wire.instant import from_ns, to_ns

DeliveryState = Literal["waiting", "sent", "given_up"]
Role = RecipientRole

# What was shared out to the manager's addresses is told by the messages to those.
_SHARED_OUT: Final = and_(outbox.c.recipient == MANAGER, outbox.c.sent_ns.is_not(None))
_TOLD: Final = select(outbox).where(~_SHARED_OUT)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try; ``error`` is None where the channel took the message."""

    at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient about one flag. ``ended_at`` is when it was sent or given up,
    ``reason`` the newest error or why it was given up.
    """

    flag: str
    meeting: str
    kind: NoticeKind
    recipient: str
    role: Role
    state: DeliveryState
    ended_at: datetime | None
    reason: str | None
    attempts: tuple[Attempt, ...]
    is_private: bool = False
    """Whether it went to the people of a private meeting."""


@dataclass(frozen=True, slots=True)
class ChannelAttempt:
    """The newest try on a channel; ``test`` is the request it was made for, None for a message."""

    at: datetime
    error: str | None
    test: int | None


def note_attempt(
    conn: Connection,
    channel: str,
    messages: Collection[int],
    at_ns: int,
    wall_ns: int,
    error: str | None,
) -> None:
    """Write down that these messages were tried, in one piece."""
    shared = {"channel": channel, "at_ns": at_ns, "wall_ns": wall_ns, "error": error}
    conn.execute(insert(delivery_attempts), [{"message": m, **shared} for m in messages])


def note_test(
    conn: Connection, channel: str, test: int, at: datetime, wall_ns: int, error: str | None
) -> None:
    """Write down how a test of a channel went."""
    row = {"channel": channel, "test": test, "at_ns": to_ns(at), "wall_ns": wall_ns}
    conn.execute(insert(delivery_attempts).values(**row, error=error))


def tried_before(conn: Connection, messages: Collection[int], wall_ns: int) -> frozenset[int]:
    """Those of the messages that were tried before a moment of wall time."""
    tried = select(delivery_attempts.c.message).where(delivery_attempts.c.wall_ns < wall_ns)
    found = rows_where_in(conn, tried, delivery_attempts.c.message, messages)
    return frozenset(row.message for row in found)


def deliveries_of(conn: Connection, flag_ids: Iterable[str]) -> dict[str, tuple[Delivery, ...]]:
    """By flag, what was told of it to whom, in the order it was written."""
    made: dict[str, list[Delivery]] = {}
    for delivery in _deliveries(conn, rows_where_in(conn, _TOLD, outbox.c.flag, flag_ids)):
        made.setdefault(delivery.flag, []).append(delivery)
    return {flag: tuple(its) for flag, its in made.items()}


def deliveries_of_meeting(
    conn: Connection, meeting: str, flag_ids: Iterable[str]
) -> tuple[Delivery, ...]:
    """What was told in the name of a meeting or of these flags, in the order it was written."""
    of_meeting = conn.execute(_TOLD.where(outbox.c.meeting == meeting))
    of_flags = rows_where_in(conn, _TOLD, outbox.c.flag, flag_ids)
    return tuple(_deliveries(conn, chain(of_meeting, of_flags)))


def newest_by_channel(conn: Connection) -> dict[str, ChannelAttempt]:
    """How the newest try on each channel went."""
    newest = select(func.max(delivery_attempts.c.id)).group_by(delivery_attempts.c.channel)
    rows = select(delivery_attempts).where(delivery_attempts.c.id.in_(newest))
    return {
        row.channel: ChannelAttempt(from_ns(row.at_ns), row.error, row.test)
        for row in conn.execute(rows)
    }


def newest_tests(conn: Connection, channel: str) -> dict[str, ChannelAttempt]:
    """How the newest test of a channel went, by whom it was for."""
    tested = select(delivery_attempts).where(
        delivery_attempts.c.channel == channel, delivery_attempts.c.test.is_not(None)
    )
    rows = conn.execute(tested.order_by(delivery_attempts.c.id)).all()
    asked = {one.id: one.to for one in tests_of(conn, [row.test for row in rows])}
    return {
        asked[row.test]: ChannelAttempt(from_ns(row.at_ns), row.error, row.test)
        for row in rows
        if row.test in asked
    }


def _deliveries(conn: Connection, rows: Iterable[Row[Any]]) -> Iterator[Delivery]:
    """The deliveries of rows of the outbox, each once, in the order they were written."""
    messages = {row.id: row for row in rows}
    tried = _attempts(conn, messages)
    for _, row in sorted(messages.items()):
        ended_ns = row.sent_ns if row.sent_ns is not None else row.given_up_ns
        role, is_private = _told_as(row.body)
        yield Delivery(
            row.flag,
            row.meeting,
            row.kind,
            row.recipient,
            role,
            _state(row.sent_ns, row.given_up_ns),
            None if ended_ns is None else from_ns(ended_ns),
            row.last_error,
            tried.get(row.id, ()),
            is_private,
        )


def _attempts(conn: Connection, messages: Collection[int]) -> dict[int, tuple[Attempt, ...]]:
    tries = select(delivery_attempts).order_by(delivery_attempts.c.id)
    made: dict[int, list[Attempt]] = {}
    for row in rows_where_in(conn, tries, delivery_attempts.c.message, messages):
        made.setdefault(row.message, []).append(Attempt(from_ns(row.at_ns), row.error))
    return {message: tuple(its) for message, its in made.items()}


def _state(sent_ns: int | None, given_up_ns: int | None) -> DeliveryState:
    if sent_ns is not None:
        return "sent"
    return "waiting" if given_up_ns is None else "given_up"


def _told_as(body: str) -> tuple[Role, bool]:
    """In which role somebody was told, and whether that is theirs in a private meeting; what cannot
    be read was never sent.
    """
    try:
        notice = decode_notice(body)
    except msgspec.DecodeError:
        return "organiser", True
    role, meeting = notice.recipient_role, notice.meeting
    return role, role in ("organiser", "host") and meeting is not None and meeting.private
