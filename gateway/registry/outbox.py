"""The outbox: messages that wait to be sent, each to one recipient, written with what they tell of.

Retries go by wall time; 0 in ``due_ns`` is at once. A message is done when it is sent or given up,
and stays on record either way.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from gateway.domain.notice import Notice, NoticeKind, decode_notice, encode_notice
from gateway.registry.tables import outbox
from gateway.registry.upsert import put_new
from sensors.instant import from_ns, to_ns


@dataclass(frozen=True, slots=True)
class Message:
    """``recipient`` is an e-mail address, or stands for the manager's addresses."""

    id: int
    meeting: str
    flag: str
    kind: NoticeKind
    recipient: str
    notice: Notice
    created: datetime
    attempts: int
    sent: bool
    given_up: bool
    last_error: str | None


def post(
    conn: Connection, meeting: str, flag: str, recipient: str, notice: Notice, at: datetime
) -> bool:
    """Put a message in, due at once; False where this was told to this recipient already."""
    row = {
        "meeting": meeting,
        "flag": flag,
        "kind": notice.kind,
        "recipient": recipient,
        "body": encode_notice(notice).decode(),
        "created_ns": to_ns(at),
        "due_ns": 0,
        "attempts": 0,
    }
    return put_new(conn, outbox, row)


def due_messages(conn: Connection, now_ns: int, limit: int) -> tuple[Message, ...]:
    """What waits and is due by wall time, longest waiting first."""
    waiting = select(outbox).where(outbox.c.sent_ns.is_(None), outbox.c.given_up_ns.is_(None))
    due = waiting.where(outbox.c.due_ns <= now_ns).order_by(outbox.c.due_ns, outbox.c.id)
    return tuple(_message(row) for row in conn.execute(due.limit(limit)))


def all_messages(conn: Connection) -> tuple[Message, ...]:
    return tuple(_message(row) for row in conn.execute(select(outbox).order_by(outbox.c.id)))


def mark_sent(conn: Connection, message_id: int, at_ns: int) -> None:
    _change(conn, message_id, sent_ns=at_ns, attempts=outbox.c.attempts + 1, last_error=None)


def put_off(conn: Connection, message_id: int, due_ns: int, error: str) -> None:
    """It failed, try again at ``due_ns`` of wall time."""
    _change(conn, message_id, due_ns=due_ns, attempts=outbox.c.attempts + 1, last_error=error)


def leave_until(conn: Connection, message_id: int, due_ns: int) -> None:
    """It was not tried, since its channel is down."""
    _change(conn, message_id, due_ns=due_ns)


def give_up(conn: Connection, message_id: int, at_ns: int, reason: str) -> None:
    """It will not be sent, for a reason a person can read."""
    _change(conn, message_id, given_up_ns=at_ns, last_error=reason)


def _change(conn: Connection, message_id: int, **values: Any) -> None:
    conn.execute(update(outbox).where(outbox.c.id == message_id).values(**values))


def _message(row: Row[tuple[Any, ...]]) -> Message:
    return Message(
        row.id,
        row.meeting,
        row.flag,
        row.kind,
        row.recipient,
        decode_notice(row.body),
        from_ns(row.created_ns),
        row.attempts,
        row.sent_ns is not None,
        row.given_up_ns is not None,
        row.last_error,
    )
