"""Calendar feeds: which calendars the meetings follow, and how that goes."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import LINE, Instant, Name, RoomRef, Slug, VenueRef
from dashboard.api.new_slug import free_slug
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand, in_reach, within
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.calendar.feed import Feed, FeedState
from gateway.domain.calendar.problem import failure_line, problem_line
from gateway.domain.calendar.room_matching import FeedRule, Reason, RuleField
from gateway.outward.address import BadAddress, parse
from gateway.registry.agenda import feeds as registry
from gateway.registry.rooms import all_rooms, find_venue
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug

Every = Annotated[float, Meta(ge=60, le=86_400)]
RuleText = Annotated[str, Meta(min_length=1, max_length=200), LINE]


class FeedsQuery(msgspec.Struct, frozen=True, kw_only=True):
    venue: VenueRef | None = None
    room: RoomRef | None = None


class RuleBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has ``text`` in its location or title is in ``room``."""

    field: RuleField
    text: RuleText
    room: RoomRef


class FeedBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``url`` begins with https, http or webcal; null keeps the one there is. A meeting is in the
    room of the first rule that fits, else in ``room``, else in the one that its location names. The
    calendar is read every ``every_s`` seconds.
    """

    venue: VenueRef
    name: Name
    url: Annotated[str, Meta(max_length=2000)] | None = None
    room: RoomRef | None = None
    every_s: Every = 900.0
    rules: Annotated[tuple[RuleBody, ...], Meta(max_length=50)] = ()


class UnplacedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``meetings`` of one event that were given no room, the first of them at ``start``."""

    title: str | None
    location: str
    reason: Reason
    start: Instant
    meetings: int


class FeedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``url`` shows who serves it; the rest of it may be a secret. ``failure`` is why it could not
    be read last time, null where it could; the meetings stay as they were at ``ok_at``.
    """

    feed: Slug
    venue: VenueRef
    name: str
    url: str
    room: RoomSlug | None
    every_s: float
    rules: tuple[RuleBody, ...]
    meetings: int
    tried_at: Instant | None
    ok_at: Instant | None
    failing_since: Instant | None
    failure: str | None
    mistakes: tuple[str, ...]
    unplaced: tuple[UnplacedAnswer, ...]


class Feeds(msgspec.Struct, frozen=True):
    feeds: tuple[FeedAnswer, ...]


def get_feeds(services: Services, query: FeedsQuery) -> Feeds:
    with services.database.read() as conn:
        found = within(registry.all_feeds(conn, query.venue), Need.SETTINGS)
        return Feeds(tuple(_answer(conn, f) for f in found if query.room in (None, f.room)))


def get_feed(services: Services, feed: str) -> FeedAnswer:
    with services.database.read() as conn:
        return _answer(conn, _found(conn, feed))


def make_feed(services: Services, body: FeedBody) -> FeedAnswer:
    """A slug is made of its name."""
    with services.database.write() as conn:
        taken = {feed.slug for feed in registry.all_feeds(conn)}
        return _put(conn, free_slug(body.name, "feed", lambda one: one in taken), body, None)


def put_feed(services: Services, feed: str, body: FeedBody) -> FeedAnswer:
    with services.database.write() as conn:
        before = registry.find_feed(conn, feed)
        return _put(conn, feed, body, None if before is None else _found(conn, feed))


def _put(conn: Connection, slug: str, body: FeedBody, before: Feed | None) -> FeedAnswer:
    demand(Need.SETTINGS, body.venue)
    url = body.url if body.url is not None else (before and before.url) or ""
    mistakes = _mistakes(conn, body, url)
    if mistakes:
        raise Problem(422, f"the feed is not right: {mistakes[0].message}", mistakes)
    rules = tuple(FeedRule(rule.field, rule.text, rule.room) for rule in body.rules)
    put = Feed(slug, body.venue, body.name, url.strip(), body.room, body.every_s, rules)
    registry.put_feed(conn, put)
    return _answer(conn, put)


def read_feed(services: Services, feed: str) -> None:
    with services.database.write() as conn:
        registry.ask_feed(conn, _found(conn, feed).slug)


def delete_feed(services: Services, feed: str) -> None:
    with services.database.write() as conn:
        registry.delete_feed(conn, _found(conn, feed).slug, services.clock.now())


def _found(conn: Connection, slug: str) -> Feed:
    """A feed of a venue that the visitor sets up."""
    found = in_reach(registry.find_feed(conn, slug))
    if found is None:
        raise Problem(404, f"there is no feed {slug!r}")
    demand(Need.SETTINGS, found.venue)
    return found


def _mistakes(conn: Connection, body: FeedBody, url: str) -> list[Mistake]:
    if find_venue(conn, body.venue) is None:
        return [Mistake("/venue", "expected the slug of a venue")]
    rooms = {room.slug for room in all_rooms(conn, body.venue)}
    expected = "expected the slug of a room of this venue"
    found = [
        Mistake(f"/rules/{number}/room", expected)
        for number, rule in enumerate(body.rules)
        if rule.room not in rooms
    ]
    if body.room is not None and body.room not in rooms:
        found.append(Mistake("/room", expected))
    try:
        parse(url)
    except BadAddress as error:
        found.append(Mistake("/url", str(error)))
    return found


def _answer(conn: Connection, feed: Feed) -> FeedAnswer:
    state = registry.feed_state(conn, feed.slug)
    return FeedAnswer(
        feed=feed.slug,
        venue=feed.venue,
        name=feed.name,
        url=parse(feed.url).shown,
        room=feed.room,
        every_s=feed.every_s,
        rules=tuple(RuleBody(field=r.field, text=r.text, room=r.room) for r in feed.rules),
        failure=None if state.failure is None else failure_line(state.failure),
        mistakes=tuple(problem_line(one) for one in registry.problems_of(conn, feed.slug)),
        unplaced=tuple(
            UnplacedAnswer(
                title=event.title or None,
                location=event.location,
                reason=event.reason,
                start=to_wire(event.start),
                meetings=event.meetings,
            )
            for event in registry.unplaced_of(conn, feed.slug)
        ),
        **_times(state),
    )


def _times(state: FeedState) -> dict[str, Any]:
    moments = {
        "tried_at": state.tried_at,
        "ok_at": state.ok_at,
        "failing_since": state.failing_since,
    }
    shown = {name: None if at is None else to_wire(at) for name, at in moments.items()}
    return shown | {"meetings": state.meetings}


def _version(conn: Connection, feed: str) -> Feed | None:
    return in_reach(registry.find_feed(conn, feed))


ROUTES = (
    Route(
        "GET",
        "/feeds",
        get_feeds,
        "calendars that the meetings follow",
        Feeds,
        query=FeedsQuery,
        paging=Paging("feeds", lambda feed: (feed.feed,), tuple[str]),
    ),
    Route(
        "POST",
        "/feeds",
        make_feed,
        "follow a calendar",
        FeedAnswer,
        body=FeedBody,
        made_at=lambda made: f"/feeds/{made.feed}",
    ),
    Route(
        "GET",
        "/feeds/{feed}",
        get_feed,
        "one calendar: how it goes, and what of it needs a person",
        FeedAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/feeds/{feed}",
        put_feed,
        "follow a calendar under a name of your own, or change one",
        FeedAnswer,
        body=FeedBody,
        version=_version,
    ),
    Route(
        "POST",
        "/feeds/{feed}/read",
        read_feed,
        "have the gateway read a calendar at once",
        problems=(404,),
    ),
    Route(
        "DELETE",
        "/feeds/{feed}",
        delete_feed,
        "follow a calendar no longer; its meetings that have not begun go too",
        problems=(404,),
        version=_version,
    ),
)
