"""Calendar feeds: what a person set up, how their reading goes, and what came of it that needs
one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.domain.calendar.feed import Feed, FeedState, UnplacedEvent
from gateway.domain.calendar.problem import CalendarProblem, Failure
from gateway.domain.calendar.room_matching import FeedRule
from gateway.registry.revision import raise_revision
from gateway.registry.tables.calendars import (
    feed_mistakes,
    feed_rules,
    feed_states,
    feed_unplaced,
    feeds,
)
from gateway.registry.tables.venues import meetings
from gateway.registry.upsert import put
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug

_MOMENTS = ("read", "tried", "ok", "failing_since")


def all_feeds(conn: Connection, venue: VenueSlug | None = None) -> tuple[Feed, ...]:
    """All feeds, or those of a venue, by their slug."""
    query = select(feeds).order_by(feeds.c.slug)
    if venue is not None:
        query = query.where(feeds.c.venue == venue)
    rules: dict[str, list[FeedRule]] = defaultdict(list)
    for row in conn.execute(select(feed_rules).order_by(feed_rules.c.position)):
        rules[row.feed].append(FeedRule(row.field, row.text, row.room))
    return tuple(Feed(**row._asdict(), rules=tuple(rules[row.slug])) for row in conn.execute(query))


def find_feed(conn: Connection, slug: str) -> Feed | None:
    return next((feed for feed in all_feeds(conn) if feed.slug == slug), None)


def put_feed(conn: Connection, feed: Feed) -> None:
    """Make or change a feed; the gateway reads it at once. Raises IntegrityError without its
    venue.
    """
    before = conn.execute(select(feeds.c.asked).where(feeds.c.slug == feed.slug)).scalar()
    row = {
        "slug": feed.slug,
        "venue": feed.venue,
        "name": feed.name,
        "url": feed.url,
        "room": feed.room,
        "every_s": feed.every_s,
        "asked": 0 if before is None else before + 1,
    }
    put(conn, feeds, row)
    conn.execute(delete(feed_rules).where(feed_rules.c.feed == feed.slug))
    for position, rule in enumerate(feed.rules):
        values = {"field": rule.field, "text": rule.text, "room": rule.room}
        conn.execute(insert(feed_rules).values(feed=feed.slug, position=position, **values))


def ask_feed(conn: Connection, slug: str) -> bool:
    """Want a feed read at once; whether it is there."""
    asked = update(feeds).where(feeds.c.slug == slug).values(asked=feeds.c.asked + 1)
    return conn.execute(asked).rowcount == 1


def delete_feed(conn: Connection, slug: str, now: datetime) -> bool:
    """Forget a feed with its meetings that have not begun; whether it was there. What began stays
    on record.
    """
    coming = (meetings.c.feed == slug) & (meetings.c.start_ns > to_ns(now))
    conn.execute(delete(meetings).where(coming))
    raise_revision(conn)
    return conn.execute(delete(feeds).where(feeds.c.slug == slug)).rowcount == 1


def feed_state(conn: Connection, slug: str) -> FeedState:
    """How a feed goes; one that was never read has an empty state."""
    return all_states(conn).get(slug, FeedState())


def all_states(conn: Connection) -> dict[str, FeedState]:
    """How the feeds go, by slug; those never read are left out."""
    return {row.feed: _state(row) for row in conn.execute(select(feed_states))}


def put_state(conn: Connection, slug: str, state: FeedState) -> None:
    moments = {
        f"{name}_ns": None if at is None else to_ns(at)
        for name, at in (
            ("read", state.read_at),
            ("tried", state.tried_at),
            ("ok", state.ok_at),
            ("failing_since", state.failing_since),
        )
    }
    row = {
        "feed": slug,
        "answered": state.answered,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "digest": state.digest,
        "setup": state.setup,
        "error": None if state.failure is None else state.failure.code,
        "detail": None if state.failure is None else state.failure.detail,
        "failures": state.failures,
        "meetings": state.meetings,
    }
    put(conn, feed_states, row | moments)


def put_troubles(
    conn: Connection,
    slug: str,
    mistakes: Iterable[CalendarProblem],
    unplaced: Iterable[UnplacedEvent],
) -> None:
    """Put what a person has to see to in the place of what there was."""
    conn.execute(delete(feed_mistakes).where(feed_mistakes.c.feed == slug))
    conn.execute(delete(feed_unplaced).where(feed_unplaced.c.feed == slug))
    for position, mistake in enumerate(mistakes):
        wrong = {"code": mistake.code, "event": mistake.event, "detail": mistake.detail}
        conn.execute(insert(feed_mistakes).values(feed=slug, position=position, **wrong))
    for position, event in enumerate(unplaced):
        row = {
            "title": event.title,
            "location": event.location,
            "reason": event.reason,
            "start_ns": to_ns(event.start),
            "meetings": event.meetings,
        }
        conn.execute(insert(feed_unplaced).values(feed=slug, position=position, **row))


def problems_of(conn: Connection, slug: str) -> tuple[CalendarProblem, ...]:
    query = select(feed_mistakes).where(feed_mistakes.c.feed == slug)
    rows = conn.execute(query.order_by(feed_mistakes.c.position))
    return tuple(CalendarProblem(row.code, row.event, row.detail) for row in rows)


def unplaced_of(conn: Connection, slug: str) -> tuple[UnplacedEvent, ...]:
    query = select(feed_unplaced).where(feed_unplaced.c.feed == slug)
    return tuple(
        UnplacedEvent(row.title, row.location, row.reason, from_ns(row.start_ns), row.meetings)
        for row in conn.execute(query.order_by(feed_unplaced.c.position))
    )


def _state(row: Row[tuple[Any, ...]]) -> FeedState:
    values: dict[str, Any] = row._asdict()
    at = {name: values.pop(f"{name}_ns") for name in _MOMENTS}
    read, tried, ok, failing_since = (
        None if at[name] is None else from_ns(at[name]) for name in _MOMENTS
    )
    code, detail = values.pop("error"), values.pop("detail")
    del values["feed"]
    return FeedState(
        **values,
        read_at=read,
        tried_at=tried,
        ok_at=ok,
        failing_since=failing_since,
        failure=None if code is None else Failure(code, detail or ""),
    )
