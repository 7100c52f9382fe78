"""Limits tried on the last month of a venue's rooms, beside those that they are held to now."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dashboard.pages.parts.context import now, registry_view
from dashboard.web.services import services
from gateway.domain.policy import Policy, chosen_policy
from gateway.domain.policy_trial import Past, Tally, trial
from gateway.domain.room import Room
from gateway.registry.live.air_memory import find_outdoor_ppm
from gateway.store.interface import StoreError
from sensors.wire.instant import to_ns
from sensors.wire.topic import VenueSlug

_log = logging.getLogger(__name__)

MONTH: Final = timedelta(days=30)
STEP: Final = timedelta(minutes=5)
MOST_ROOMS: Final = 40
FIELDS: Final = ("co2_ppm", "people", "per_person_lps")


@dataclass(frozen=True, slots=True)
class RoomTrial:
    """What a room's own limits would have flagged, and what the others would."""

    room: Room
    now: Tally
    then: Tally
    is_measured: bool


def tried(policy: Policy, venue: VenueSlug) -> tuple[RoomTrial, ...] | None:
    """By room, in their order, at most ``MOST_ROOMS``; None where the readings cannot be had."""
    rooms = [room for key, room in registry_view().rooms.items() if key[0] == venue]
    with services().database.read() as conn:
        outdoor_ppm = find_outdoor_ppm(conn, venue)
    found = []
    try:
        for room in rooms[:MOST_ROOMS]:
            past = _past(room)
            own = chosen_policy(registry_view().policies, room.policy)
            found.append(
                RoomTrial(
                    room,
                    trial(past, own, outdoor_ppm),
                    trial(past, policy, outdoor_ppm),
                    is_measured=any(one is not None for one in (*past.co2_ppm, *past.people)),
                )
            )
    except StoreError as error:
        _log.warning("limits cannot be tried: %s", error)
        return None
    return tuple(found)


def _past(room: Room) -> Past:
    until = now()
    points = MONTH // STEP
    series = services().store.series(
        room.venue, room.slug, FIELDS, to_ns(until - MONTH), to_ns(until), points
    )
    mean = series.mean
    return Past(
        STEP.total_seconds(),
        mean["co2_ppm"],
        mean["people"],
        mean["per_person_lps"],
        seats=room.seats,
        floor_area_m2=room.floor_area_m2,
    )
