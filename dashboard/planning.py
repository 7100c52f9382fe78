"""A plan for a room of the registry, or a choice of its rooms: their volume and floor, their own history of
flow, a policy, and what is in them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection

from gateway.domain.air.generation import Activity
from gateway.domain.air.plan import LONGEST_MIN, Group, Plan, PlanRoom, Windows, plan
from gateway.domain.air.tested import UNTESTED, with_tested_volume
from gateway.domain.calendar.free import free_from
from gateway.domain.meeting import Meeting
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy, chosen_policy
from gateway.domain.room import Room
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.live.air_memory import find_history
from gateway.registry.policies import policies_for
from gateway.registry.room_tests import air_by_tests
from gateway.registry.rooms import find_room
from sensors.wire.topic import RoomSlug, VenueSlug

MOST_PEOPLE: Final = 10_000
LONGEST: Final = LONGEST_MIN
LOWEST_START_PPM, HIGHEST_START_PPM = 300.0, 10_000.0
LOOKED_AHEAD: Final = timedelta(hours=12)
"""So far after the time that is asked for a room is looked for a free one."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be planned. People from 1 to ``MOST_PEOPLE``, for more than 0 and at most
    ``LONGEST`` minutes; ``start_ppm`` None: the room is aired before; ``policy`` None: the room's
    own.
    """

    venue: VenueSlug
    room: RoomSlug
    people: int
    minutes: float
    activity: Activity | None = None
    start_ppm: float | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """``is_live``: the air outdoors is what the room's sensors say of it, else it is the usual
    one.
    """

    ask: Ask
    room: Room
    plan: Plan
    outdoor_ppm: float
    is_live: bool


class CannotPlan(Exception):
    """What is missing: the room, the policy, or how large the room is."""

    def __init__(self, missing: Literal["room", "policy", "volume"], message: str) -> None:
        super().__init__(message)
        self.missing = missing


def planned(conn: Connection, ask: Ask, outdoor_ppm: float | None = None) -> Planned:
    """What to expect; ``outdoor_ppm`` is what the room's sensors show outdoors, where that is
    known.

    Raises:
        CannotPlan: something that it takes is not in the registry.

    """
    room = find_room(conn, ask.venue, ask.room)
    if room is None:
        raise CannotPlan("room", f"there is no room {ask.venue}/{ask.room}")
    tested = air_by_tests(conn, room.venue).get((room.venue, room.slug), UNTESTED)
    room = with_tested_volume(room, tested)
    outdoors_ppm = TYPICAL_OUTDOOR_PPM if outdoor_ppm is None else outdoor_ppm
    found = plan(
        _plan_room(room, outdoors_ppm),
        Group(ask.people, ask.minutes, ask.activity, ask.start_ppm),
        _policy(conn, ask, room),
        find_history(conn, room.venue, room.slug),
        tested=tested,
    )
    return Planned(ask, room, found, outdoors_ppm, outdoor_ppm is not None)


def _plan_room(room: Room, outdoor_ppm: float) -> PlanRoom:
    volume_m3 = room.air_volume_m3
    if volume_m3 is None:
        raise CannotPlan(
            "volume",
            f"neither the volume nor the floor of {room.venue}/{room.slug} is known: "
            "put its volume_m3 or its floor_area_m2",
        )
    return PlanRoom(volume_m3, room.floor_area_m2, room.seats, room.design_flow_lps, outdoor_ppm)


def _policy(conn: Connection, ask: Ask, room: Room) -> Policy:
    known = policies_for(conn, room.venue)
    if ask.policy is not None and ask.policy not in known:
        raise CannotPlan("policy", f"there is no policy {ask.policy!r}")
    return chosen_policy(known, ask.policy, room.policy)


@dataclass(frozen=True, slots=True)
class Choice:
    """A room for what is asked. ``planned`` is None where its size is not known. ``taken`` are the meetings
    that are in it then; ``free_from`` is when it first is free for as long, None where that is not within
    ``LOOKED_AHEAD``. Where no time was asked, nothing is taken and it is not said.
    """

    room: Room
    planned: Planned | None
    taken: tuple[Meeting, ...]
    free_from: datetime | None

    @property
    def windows(self) -> Windows | None:
        """With which windows the policy is kept; None: with neither, or nobody knows."""
        if self.planned is None:
            return None
        its = self.planned.plan
        if its.closed.expected == "kept":
            return "closed"
        return "opened" if its.opened is not None and its.opened.expected == "kept" else None

    @property
    def fits(self) -> bool:
        """It is free then, and the policy will be kept."""
        return self.windows is not None and not self.taken


def choices(
    conn: Connection,
    rooms: Iterable[Room],
    ask: Ask,
    at: datetime | None,
    outdoor_ppm: Callable[[Room], float | None],
) -> tuple[Choice, ...]:
    """The rooms for what is asked of any of them, the best first: those that fit, with the windows closed
    before those where they must be open, and the smallest of them. Limits that are another venue's are
    passed over.
    """
    found = []
    for room in rooms:
        if ask.policy is not None and ask.policy not in policies_for(conn, room.venue):
            continue
        its = replace(ask, venue=room.venue, room=room.slug)
        try:
            planned_here = planned(conn, its, outdoor_ppm(room))
        except CannotPlan:
            planned_here = None
        found.append(_choice(conn, room, planned_here, ask.minutes, at))
    return tuple(sorted(found, key=_rank))


def _choice(
    conn: Connection, room: Room, planned: Planned | None, minutes: float, at: datetime | None
) -> Choice:
    if at is None:
        return Choice(room, planned, (), None)
    length = timedelta(minutes=minutes)
    last = at + LOOKED_AHEAD
    around = meetings_between(conn, at, last + length, room.venue, room.slug)
    taken = tuple(meeting for meeting in around if meeting.start < at + length)
    return Choice(room, planned, taken, free_from(around, at, length, last))


def _rank(choice: Choice) -> tuple[bool, int, bool, float, str]:
    expected = None if choice.planned is None else choice.planned.plan.closed.expected
    windows = choice.windows
    air = ("closed", "opened").index(windows) if windows else 2 if expected == "doubtful" else 3
    places = None if choice.planned is None else choice.planned.plan.places
    size = float("inf") if places is None else float(places)
    return not choice.fits, air, bool(choice.taken), size, choice.room.name
