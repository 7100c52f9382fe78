"""A plan for a room of the registry: its volume and floor, its own history of flow, and a
policy.
"""

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection

from gateway.domain.air.generation import Activity
from gateway.domain.air.plan import LONGEST_MIN, Group, Plan, PlanRoom, plan
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy, chosen_policy
from gateway.domain.room import Room
from gateway.registry.live.air_memory import find_history
from gateway.registry.policies import policies_for
from gateway.registry.rooms import find_room
from sensors.wire.topic import RoomSlug, VenueSlug

MOST_PEOPLE: Final = 10_000
LONGEST: Final = LONGEST_MIN
LOWEST_START_PPM, HIGHEST_START_PPM = 300.0, 10_000.0


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
    outdoors_ppm = TYPICAL_OUTDOOR_PPM if outdoor_ppm is None else outdoor_ppm
    found = plan(
        _plan_room(room, outdoors_ppm),
        Group(ask.people, ask.minutes, ask.activity, ask.start_ppm),
        _policy(conn, ask, room),
        find_history(conn, room.venue, room.slug),
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
