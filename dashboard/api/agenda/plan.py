"""What to expect of a group in a room, before a meeting."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.fields import Instant, Moment, RoomRef, Slug, VenueRef
from dashboard.api.route import Route
from dashboard.planning import (
    HIGHEST_START_PPM,
    LONGEST,
    LOWEST_START_PPM,
    MOST_PEOPLE,
    Ask,
    CannotPlan,
    Choice,
    Planned,
    choices,
    planned,
)
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import within
from dashboard.web.services import Services
from gateway.domain.air.generation import DEFAULT, Activity
from gateway.domain.air.plan import Expected, Knowledge, Outlook, Windows
from gateway.domain.air.room_estimate import Range
from gateway.domain.room import Room
from gateway.registry.rooms import all_rooms
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug


class PlanQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Without ``room`` all rooms are answered for, of ``venue`` or of all; ``at`` is when, for which are
    taken then. Without ``start_ppm`` the room is aired before; without ``policy`` the room's own counts.
    """

    venue: VenueRef | None = None
    room: RoomRef | None = None
    at: Moment | None = None
    people: Annotated[int, Meta(ge=1, le=MOST_PEOPLE)]
    minutes: Annotated[float, Meta(ge=1, le=LONGEST)]
    activity: Activity = DEFAULT
    start_ppm: Annotated[float, Meta(ge=LOWEST_START_PPM, le=HIGHEST_START_PPM)] | None = None
    policy: Slug | None = None


class Interval(msgspec.Struct, frozen=True):
    """The best estimate, and where it is in nine of ten cases."""

    value: float
    low: float
    high: float


class PathPoint(msgspec.Struct, frozen=True):
    minutes: float
    ppm: float
    low_ppm: float
    high_ppm: float


class OutlookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``probability`` is that the policy is kept to the end. ``largest`` is the largest group that
    keeps it in four of five cases (0: none), null where nothing limits it. ``stay_min`` is how long
    this group stays below the limit of CO2 in four of five: null beyond eight hours and without a
    limit.
    """

    flow_lps: Interval
    per_person_lps: Interval
    peak_ppm: Interval
    probability: float
    expected: Expected
    largest: int | None
    stay_min: float | None
    path: tuple[PathPoint, ...]


class PlanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``co2_limit_ppm`` and ``min_flow_lps`` are the policy's, null where it has none. ``places``
    is for how many the room is by its seats and its floor. ``known_from`` says what the flow of
    fresh air is known from: ``history`` of the room itself (so many ``hours``), its ``design``
    flow, or how rooms are (``typical``). ``opened`` is null where windows were never seen open.
    """

    venue: VenueRef
    room: RoomRef
    people: int
    minutes: float
    activity: Activity
    start_ppm: float
    outdoor_ppm: float
    policy: Slug
    co2_limit_ppm: float | None
    min_flow_lps: float | None
    places: int | None
    known_from: Knowledge
    hours: float
    closed: OutlookAnswer
    opened: OutlookAnswer | None


class RoomChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A room for what was asked. ``fits``: it is free then and its policy will be kept, with the
    ``windows`` as said (null: not with either). ``taken`` are the meetings that are in it, ``free_from`` is
    when it first is free for as long, within twelve hours; both say nothing where no ``at`` was asked.
    ``plan`` is null where the size of the room is not known.
    """

    venue: VenueRef
    room: RoomRef
    name: str
    fits: bool
    windows: Windows | None
    taken: tuple[str, ...]
    free_from: Instant | None
    plan: PlanAnswer | None


class RoomChoices(msgspec.Struct, frozen=True):
    """The best first: those that fit, the smallest of them before the others."""

    rooms: tuple[RoomChoice, ...]


def get_plan(services: Services, query: PlanQuery) -> PlanAnswer | RoomChoices:
    if query.room is None:
        return _choices(services, query)
    if query.venue is None:
        raise Problem(400, "venue: expected one, for a room", [Mistake("venue", "expected one")])
    live = services.board.room(query.venue, query.room)
    ask = _ask(query, query.venue, query.room)
    try:
        with services.database.read() as conn:
            found = planned(conn, ask, None if live is None else live.outdoor_ppm)
    except CannotPlan as error:
        # A room of which the size is not known is there; what was asked of it contradicts that.
        status = 409 if error.missing == "volume" else 404
        key = "policy" if error.missing == "policy" else "room"
        raise Problem(status, str(error), [Mistake(key, str(error))]) from error
    return _answer(found)


def _choices(services: Services, query: PlanQuery) -> RoomChoices:
    def outdoor_ppm(room: Room) -> float | None:
        live = services.board.room(room.venue, room.slug)
        return None if live is None else live.outdoor_ppm

    ask = _ask(query, VenueSlug(""), RoomSlug(""))
    with services.database.read() as conn:
        rooms = within(all_rooms(conn, query.venue))
        found = choices(conn, rooms, ask, query.at, outdoor_ppm)
    if rooms and not found:
        message = f"there is no policy {query.policy!r}"
        raise Problem(404, message, [Mistake("policy", message)])
    return RoomChoices(tuple(map(_choice, found)))


def _choice(found: Choice) -> RoomChoice:
    return RoomChoice(
        venue=found.room.venue,
        room=found.room.slug,
        name=found.room.name,
        fits=found.fits,
        windows=found.windows,
        taken=tuple(meeting.id for meeting in found.taken),
        free_from=None if found.free_from is None else to_wire(found.free_from),
        plan=None if found.planned is None else _answer(found.planned),
    )


def _ask(query: PlanQuery, venue: VenueSlug, room: RoomSlug) -> Ask:
    return Ask(
        venue, room, query.people, query.minutes, query.activity, query.start_ppm, query.policy
    )


def _answer(found: Planned) -> PlanAnswer:
    ask, its = found.ask, found.plan
    return PlanAnswer(
        venue=ask.venue,
        room=ask.room,
        people=ask.people,
        minutes=ask.minutes,
        activity=ask.activity or DEFAULT,
        start_ppm=its.start_ppm,
        outdoor_ppm=found.outdoor_ppm,
        policy=its.policy.slug,
        co2_limit_ppm=its.policy.co2_limit_ppm,
        min_flow_lps=its.policy.min_flow_lps,
        places=its.places,
        known_from=its.basis.knowledge,
        hours=its.basis.hours,
        closed=_outlook(its.closed),
        opened=None if its.opened is None else _outlook(its.opened),
    )


def _outlook(outlook: Outlook) -> OutlookAnswer:
    return OutlookAnswer(
        flow_lps=_interval(outlook.flow_lps),
        per_person_lps=_interval(outlook.per_person_lps),
        peak_ppm=_interval(outlook.peak_ppm),
        probability=outlook.probability,
        expected=outlook.expected,
        largest=outlook.largest,
        stay_min=outlook.stay_min,
        path=tuple(PathPoint(*point) for point in outlook.path),
    )


def _interval(found: Range) -> Interval:
    return Interval(*found)


ROUTES = (
    Route(
        "GET",
        "/plan",
        get_plan,
        "what to expect of a group in a room, or in which rooms it fits",
        PlanAnswer,
        or_answer=RoomChoices,
        query=PlanQuery,
        problems=(404, 409),
    ),
)
