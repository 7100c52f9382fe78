"""The signed links that are out: written down when a mail goes out, withdrawn by people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.domain.alerts.notice import RecipientRole
from gateway.domain.topic import Topic
from gateway.registry.audit.trail import UNSEEN
from gateway.registry.portions import rows_where_in
from gateway.registry.tables.links import link_meetings, links, revoked_meetings
from gateway.registry.upsert import put, put_new
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class SentLink:
    """What one mail lets its recipient do; ``private`` where it is about a private meeting of
    theirs: nobody else is told whom it went to.
    """

    id: str
    venue: VenueSlug
    recipient: str
    role: RecipientRole
    topic: Topic
    rooms: tuple[RoomSlug, ...]
    flags: tuple[str, ...]
    meetings: tuple[str, ...]
    private: bool
    made: datetime
    expires: datetime
    revoked: datetime | None = None
    revoked_by: str | None = None


def put_link(conn: Connection, link: SentLink) -> None:
    """Write a link down; one that is there, of a mail that is tried again, stays as it is."""
    row = {
        "id": link.id,
        "venue": link.venue,
        "recipient": link.recipient,
        "role": link.role,
        "topic": link.topic,
        "rooms": " ".join(link.rooms),
        "flags": " ".join(link.flags),
        "private": link.private,
        "made_ns": to_ns(link.made),
        "expires_ns": to_ns(link.expires),
    }
    if put_new(conn, links, row) and link.meetings:
        rows = [{"link": link.id, "meeting": meeting} for meeting in link.meetings]
        conn.execute(insert(link_meetings), rows)


def find_link(conn: Connection, link_id: str) -> SentLink | None:
    row = conn.execute(select(links).where(links.c.id == link_id)).one_or_none()
    return None if row is None else _links(conn, [row])[0]


def sent_links(
    conn: Connection,
    now: datetime,
    limit: int,
    venues: Collection[str] | None = None,
    meeting: str | None = None,
) -> tuple[SentLink, ...]:
    """Those whose time is not over, the newest first; ``venues`` None for all."""
    query = select(links).where(links.c.expires_ns > to_ns(now))
    if venues is not None:
        query = query.where(links.c.venue.in_(venues))
    if meeting is not None:
        of_meeting = select(link_meetings.c.link).where(link_meetings.c.meeting == meeting)
        query = query.where(links.c.id.in_(of_meeting))
    rows = conn.execute(query.order_by(links.c.made_ns.desc(), links.c.id).limit(limit)).all()
    return _links(conn, rows)


def is_revoked(conn: Connection, link_id: str, meetings: Collection[str], made: datetime) -> bool:
    """Whether what a link was signed for at ``made`` was withdrawn, by itself or with one of its
    meetings.
    """
    if link_id:
        one = select(links.c.revoked_ns).where(links.c.id == link_id)
        if conn.execute(one).scalar() is not None:
            return True
    rows = rows_where_in(conn, select(revoked_meetings), revoked_meetings.c.meeting, meetings)
    return any(row.at_ns >= to_ns(made) for row in rows)


def revoke_link(conn: Connection, link_id: str, by: str, at: datetime) -> bool:
    """Withdraw a link; whether it worked before."""
    one = update(links).where(links.c.id == link_id, links.c.revoked_ns.is_(None))
    return conn.execute(one.values(revoked_ns=to_ns(at), revoked_by=by[:100])).rowcount == 1


def revoke_of_meeting(conn: Connection, meeting: str, by: str, at: datetime) -> int:
    """Withdraw all links that are about a meeting; of how many it is known that they worked."""
    of_meeting = select(link_meetings.c.link).where(link_meetings.c.meeting == meeting)
    those = update(links).where(links.c.id.in_(of_meeting), links.c.revoked_ns.is_(None))
    put(conn, revoked_meetings, {"meeting": meeting, "at_ns": to_ns(at), "by": by[:100]})
    return conn.execute(those.values(revoked_ns=to_ns(at), revoked_by=by[:100])).rowcount


def forget_links(conn: Connection, now: datetime) -> None:
    """Delete those whose time is over: they say so by themselves."""
    over = select(links.c.id).where(links.c.expires_ns < to_ns(now))
    unseen = {UNSEEN: True}
    conn.execute(
        delete(link_meetings).where(link_meetings.c.link.in_(over)), execution_options=unseen
    )
    conn.execute(delete(links).where(links.c.expires_ns < to_ns(now)), execution_options=unseen)


def _links(conn: Connection, rows: Sequence[Row[Any]]) -> tuple[SentLink, ...]:
    its: dict[str, list[str]] = {row.id: [] for row in rows}
    for row in rows_where_in(conn, select(link_meetings), link_meetings.c.link, its):
        its[row.link].append(row.meeting)
    return tuple(
        SentLink(
            row.id, row.venue, row.recipient, row.role, row.topic,
            tuple(map(RoomSlug, row.rooms.split())), tuple(row.flags.split()),
            tuple(sorted(its[row.id])), row.private, from_ns(row.made_ns), from_ns(row.expires_ns),
            None if row.revoked_ns is None else from_ns(row.revoked_ns), row.revoked_by,
        )
        for row in rows
    )  # fmt: skip
