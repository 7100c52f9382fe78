"""What the registry knows that a report tells: its meeting's room and neighbours, and each flag's
history.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, or_, select

from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.notice import MANAGER, OF_NO_FLAG
from gateway.domain.meeting import Meeting
from gateway.domain.report.flag_history import FlagAction, FlagHistory
from gateway.domain.report.material import SetCount
from gateway.registry.agenda.meetings import MeetingFlag, flags_of_meetings, meetings_between
from gateway.registry.alerts.flags import find_flag
from gateway.registry.tables.flags import operator_requests
from gateway.registry.tables.live_state import door_decisions
from gateway.registry.tables.outbox import outbox
from gateway.registry.tables.venues import placements
from sensors.wire.instant import from_ns
from sensors.wire.topic import RoomSlug, VenueSlug

AROUND = timedelta(hours=12)


def neighbours(conn: Connection, meeting: Meeting) -> tuple[datetime | None, datetime | None]:
    """When the meeting before in the same room ends and the one after begins; overlapping ones are
    neither.
    """
    since, until = meeting.start - AROUND, meeting.end + AROUND
    around = meetings_between(conn, since, until, meeting.venue, meeting.room)
    others = [m for m in around if m.id != meeting.id]
    before = [m.end for m in others if m.end <= meeting.start]
    after = [m.start for m in others if m.start >= meeting.end]
    return max(before, default=None), min(after, default=None)


def counts_set(
    conn: Connection, venue: VenueSlug, room: RoomSlug, from_ns: int, to_ns: int
) -> tuple[SetCount, ...]:
    """The counts that people set by hand in a time."""
    c = operator_requests.c
    query = select(c.at_ns, c.body).where(
        c.kind == "people",
        c.venue == venue,
        c.room == room,
        c.done_ns.is_not(None),
        c.at_ns >= from_ns,
        c.at_ns < to_ns,
    )
    rows = conn.execute(query.order_by(c.at_ns, c.id))
    return tuple(SetCount(row.at_ns, msgspec.json.decode(row.body)["people"]) for row in rows)


def ghosts_ended(
    conn: Connection, venue: VenueSlug, room: RoomSlug, from_ns: int, to_ns: int
) -> tuple[SetCount, ...]:
    """When in a time the doors of a room were set to nobody, since nobody moved there any more."""
    at_ns, hung = door_decisions.c.at_ns, placements.c
    query = (
        select(at_ns)
        .join(placements, (hung.venue == venue) & (hung.device == door_decisions.c.device))
        .where(
            door_decisions.c.venue == venue,
            door_decisions.c.decision == "ghosts",
            hung.room == room,
            hung.since_ns <= at_ns,
            or_(hung.until_ns.is_(None), hung.until_ns > at_ns),
            at_ns >= from_ns,
            at_ns < to_ns,
        )
    )
    return tuple(SetCount(row.at_ns, 0) for row in conn.execute(query.order_by(at_ns)))


def flag_histories(conn: Connection, meeting: Meeting) -> tuple[FlagHistory, ...]:
    """What fired within the meeting, oldest first, and what was done about it."""
    kept = flags_of_meetings(conn, (meeting.id,)).get(meeting.id, ())
    return tuple(
        _story(one, meeting, find_flag(conn, one.flag), _messages(conn, meeting, one.flag))
        for one in kept
        if one.state != "pending"
    )


def _messages(conn: Connection, meeting: Meeting, flag_id: str) -> list[Row[tuple[Any, ...]]]:
    c = outbox.c
    query = select(c.recipient, c.sent_ns, c.given_up_ns).where(
        c.meeting == meeting.id, c.flag == flag_id, c.kind.not_in(("resolved", *OF_NO_FLAG))
    )
    return list(conn.execute(query.order_by(c.id)))


def _story(
    kept: MeetingFlag, meeting: Meeting, flag: Flag | None, messages: list[Row[tuple[Any, ...]]]
) -> FlagHistory:
    actions = list(_told(meeting, messages))
    if flag is not None and flag.fired_at is not None:
        actions.append(FlagAction(flag.fired_at, "fired"))
    if flag is not None and flag.acknowledged_at is not None:
        by = flag.acknowledged_by or ""
        by = _role(meeting, by) if meeting.private else by
        actions.append(FlagAction(flag.acknowledged_at, "acknowledged", by))
    if flag is not None and flag.resolved_at is not None:
        actions.append(FlagAction(flag.resolved_at, "resolved"))
    return FlagHistory(
        flag=kept.flag,
        rule=kept.rule,
        since=kept.since,
        until=kept.until or meeting.end,
        peak=kept.peak,
        limit=kept.limit,
        actions=tuple(sorted(actions, key=lambda action: action.at)),
    )


def _told(meeting: Meeting, messages: list[Row[tuple[Any, ...]]]) -> Iterator[FlagAction]:
    """Each recipient once, by the part they play: the first message that reached them."""
    sent: dict[str, int] = {}
    failed: dict[str, int] = {}
    for row in messages:
        who = _role(meeting, row.recipient)
        if row.sent_ns is not None and row.recipient != MANAGER:
            sent.setdefault(who, row.sent_ns)
        elif row.given_up_ns is not None and row.recipient != MANAGER:
            failed.setdefault(who, row.given_up_ns)
    yield from (FlagAction(from_ns(at_ns), "told", who) for who, at_ns in sent.items())
    for who, at_ns in failed.items():
        if who not in sent:
            yield FlagAction(from_ns(at_ns), "not_told", who)


def _role(meeting: Meeting, recipient: str) -> str:
    for role, address in (("organiser", meeting.organiser), ("host", meeting.host)):
        if address and address.casefold() == recipient.casefold():
            return role
    return "manager"
