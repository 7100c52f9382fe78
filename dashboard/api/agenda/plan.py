"""What to expect of a group in a room, before a meeting."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.fields import RoomRef, Slug, VenueRef
from dashboard.api.route import Route
from dashboard.planning import (
    HIGHEST_START_PPM,
    LONGEST,
    LOWEST_START_PPM,
    MOST_PEOPLE,
    Ask,
    CannotPlan,
    Planned,
    planned,
)
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from gateway.domain.air.generation import DEFAULT, Activity
from gateway.domain.air.plan import Expected, Knowledge, Outlook
from gateway.domain.air.room_estimate import Range


class PlanQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Without ``start_ppm`` the room is aired before; without ``policy`` the room's own counts."""

    venue: VenueRef
    room: RoomRef
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


def get_plan(services: Services, query: PlanQuery) -> PlanAnswer:
    live = services.board.room(query.venue, query.room)
    ask = Ask(**msgspec.structs.asdict(query))
    try:
        with services.database.read() as conn:
            found = planned(conn, ask, None if live is None else live.outdoor_ppm)
    except CannotPlan as error:
        # A room of which the size is not known is there; what was asked of it contradicts that.
        status = 409 if error.missing == "volume" else 404
        key = "policy" if error.missing == "policy" else "room"
        raise Problem(status, str(error), [Mistake(key, str(error))]) from error
    return _answer(found)


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
        "what to expect of a group in a room",
        PlanAnswer,
        query=PlanQuery,
        problems=(404, 409),
    ),
)
