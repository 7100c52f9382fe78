"""The outbox: messages that wait to be sent, each to one recipient, written with what they tell of.

Retries go by wall time; 0 in ``due_ns`` is at once. A message is done when it is sent or given up,
and stays on record either way. Several of one recipient and venue go out in one piece.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select, update

from gateway.domain.alerts.contact import PUSH, URL
from gateway.domain.alerts.notice import (
    MANAGER,
    OF_NO_FLAG,
    Notice,
    NoticeKind,
    decode_notice,
    encode_notice,
)
from gateway.registry.portions import portions, rows_where_in
from gateway.registry.tables.outbox import delivery_attempts, outbox
from gateway.registry.upsert import put_new
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug

MAIL = "mail"
WEB_PUSH = "push"

AT_ONCE = 100
"""So many messages of one recipient and venue at most go out in one piece."""

_WAITS = and_(outbox.c.sent_ns.is_(None), outbox.c.given_up_ns.is_(None))


class UnreadableMessage(Exception):
    """What a message holds is no notice: written by another version, or by hand."""

    def __init__(self, message_id: int) -> None:
        super().__init__("its notice cannot be read")
        self.id = message_id


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """``recipient`` is an e-mail address, a browser's name, or stands for the manager's addresses or one of
    them.
    """

    id: int
    meeting: str
    flag: str
    kind: NoticeKind
    recipient: str
    venue: VenueSlug
    notice: Notice
    created: datetime
    attempts: int
    sent: bool
    given_up: bool
    last_error: str | None
    begun_as: str | None = None
    """In which piece it was about to go out when last heard of."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is told of which venue: what goes out to them is gathered."""

    recipient: str
    venue: VenueSlug


def channel_of(recipient: str) -> str:
    """Which way a recipient is reached."""
    if recipient.startswith(PUSH):
        return WEB_PUSH
    return recipient if recipient == MANAGER or recipient.startswith(URL) else MAIL


def post(
    conn: Connection, meeting: str, flag: str, recipient: str, notice: Notice, at: datetime
) -> bool:
    """Put a message in, due at once; False where this was told to this recipient already."""
    row = {
        "meeting": meeting,
        "flag": flag,
        "kind": notice.kind,
        "recipient": recipient,
        "channel": channel_of(recipient),
        "venue": notice.venue,
        "body": encode_notice(notice).decode(),
        "created_ns": to_ns(at),
        "due_ns": 0,
        "attempts": 0,
    }
    return put_new(conn, outbox, row)


def told_of(conn: Connection, meeting: str, flag: str) -> frozenset[str]:
    """To whom something was told already, or is about to be."""
    asked = (outbox.c.meeting == meeting) & (outbox.c.flag == flag)
    return frozenset(conn.scalars(select(outbox.c.recipient).where(asked)))


def due_addressees(
    conn: Connection, channel: str, venues: Collection[str] | None, now_ns: int, limit: int
) -> tuple[Addressee, ...]:
    """For whom something is due by wall time on a channel, longest waiting first; ``venues`` None
    stands for all.
    """
    who = (outbox.c.recipient, outbox.c.venue)
    waiting = select(*who).where(_WAITS, outbox.c.channel == channel, outbox.c.due_ns <= now_ns)
    query = waiting.where(_within(venues)).group_by(*who)
    ordered = query.order_by(func.min(outbox.c.due_ns), func.min(outbox.c.id)).limit(limit)
    return tuple(Addressee(to, venue) for to, venue in conn.execute(ordered))


def waiting_for(conn: Connection, whom: Addressee) -> tuple[OutboxMessage, ...]:
    """All that waits for somebody, due or not, in the order it was written.

    Raises:
        UnreadableMessage: one of it cannot be read.

    """
    waiting = select(outbox).where(_WAITS, _is_for(whom)).order_by(outbox.c.id)
    return tuple(_message(row) for row in conn.execute(waiting.limit(AT_ONCE)))


def waiting_elsewhere(
    conn: Connection, channels: Collection[str], venues: Collection[str] | None
) -> tuple[OutboxMessage, ...]:
    """What waits for a channel that is none of these.

    Raises:
        UnreadableMessage: one of it cannot be read.

    """
    waiting = select(outbox).where(_WAITS, outbox.c.channel.not_in(channels), _within(venues))
    return tuple(_message(row) for row in conn.execute(waiting.order_by(outbox.c.id).limit(500)))


def last_sent(conn: Connection, whom: Addressee) -> datetime | None:
    """When somebody last got an alert of the venue; reports and protocols are none."""
    query = select(func.max(outbox.c.sent_ns)).where(
        _is_for(whom), outbox.c.kind.not_in(OF_NO_FLAG)
    )
    at_ns = conn.execute(query).scalar_one()
    return None if at_ns is None else from_ns(at_ns)


def sent_as(conn: Connection, recipient: str, flag_ids: Iterable[str]) -> tuple[str, ...]:
    """What names the messages in which somebody heard of these flags, first one first."""
    told = select(outbox.c.sent_ns, outbox.c.id, outbox.c.sent_as).where(
        outbox.c.recipient == recipient,
        outbox.c.sent_ns.is_not(None),
        outbox.c.sent_as.is_not(None),
    )
    found = rows_where_in(conn, told, outbox.c.flag, flag_ids)
    return tuple(dict.fromkeys(row.sent_as for row in sorted(found, key=tuple)))


def all_messages(conn: Connection) -> tuple[OutboxMessage, ...]:
    return tuple(_message(row) for row in conn.execute(select(outbox).order_by(outbox.c.id)))


def begin(conn: Connection, ids: Collection[int], name: str) -> None:
    """They are about to go out in one piece of that name. Whoever finds them so does not know whether they
    did, and sends the same piece, so that who has it can tell.
    """
    _change(conn, ids, sent_as=name)


def mark_sent(conn: Connection, ids: Collection[int], at_ns: int, name: str | None) -> None:
    """They went out in one piece of that name."""
    values = {"sent_ns": at_ns, "last_error": None, "sent_as": name}
    _change(conn, ids, attempts=outbox.c.attempts + 1, **values)


def put_off(
    conn: Connection, ids: Collection[int], due_ns: int, error: str, *, may_be_out: bool = False
) -> None:
    """They failed, try again at ``due_ns`` of wall time: in the same piece where they may be out."""
    values: dict[str, Any] = {"due_ns": due_ns, "last_error": error}
    if not may_be_out:
        values["sent_as"] = None
    _change(conn, ids, attempts=outbox.c.attempts + 1, **values)


def leave_until(conn: Connection, ids: Collection[int], due_ns: int) -> None:
    """They are not tried before ``due_ns`` of wall time."""
    _change(conn, ids, due_ns=due_ns)


def leave_all_until(conn: Connection, whom: Addressee, due_ns: int) -> None:
    """Nothing of what is due for somebody is tried before ``due_ns`` of wall time."""
    sooner = update(outbox).where(_WAITS, _is_for(whom), outbox.c.due_ns < due_ns)
    conn.execute(sooner.values(due_ns=due_ns))


def give_up(conn: Connection, ids: Collection[int], at_ns: int, reason: str) -> None:
    """They will not be sent, for a reason a person can read."""
    _change(conn, ids, given_up_ns=at_ns, last_error=reason, sent_as=None)


def forget(conn: Connection, now: datetime, keep: timedelta) -> None:
    """Delete what was sent, or given up, and tried longer ago than ``keep``; what waits stays."""
    before_ns = to_ns(now - keep)
    done = func.coalesce(outbox.c.sent_ns, outbox.c.given_up_ns) < before_ns
    conn.execute(delete(outbox).where(done, outbox.c.created_ns < before_ns))
    conn.execute(delete(delivery_attempts).where(delivery_attempts.c.at_ns < before_ns))


def _change(conn: Connection, ids: Collection[int], **values: Any) -> None:
    for some in portions(ids):
        conn.execute(update(outbox).where(outbox.c.id.in_(some)).values(**values))


def _is_for(whom: Addressee) -> ColumnElement[bool]:
    return and_(outbox.c.recipient == whom.recipient, outbox.c.venue == whom.venue)


def _within(venues: Collection[str] | None) -> ColumnElement[bool]:
    return outbox.c.id.is_not(None) if venues is None else outbox.c.venue.in_(venues)


def _message(row: Row[tuple[Any, ...]]) -> OutboxMessage:
    try:
        notice = decode_notice(row.body)
    except msgspec.DecodeError as error:
        raise UnreadableMessage(row.id) from error
    return OutboxMessage(
        row.id,
        row.meeting,
        row.flag,
        row.kind,
        row.recipient,
        row.venue,
        notice,
        from_ns(row.created_ns),
        row.attempts,
        row.sent_ns is not None,
        row.given_up_ns is not None,
        row.last_error,
        row.sent_as if row.sent_ns is None else None,
    )
