"""A room that draws its air from a corridor: what is told of it, and what it is held to."""

from collections.abc import Iterable
from dataclasses import replace
from math import exp
from pathlib import Path

import pytest

from gateway.domain.room import AirFrom
from gateway.domain.room_state import RoomState
from gateway.registry.rooms import find_room, put_room
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.aired import aired_database
from tests.gateway.live_venue import START, Gateway, air, count

CORRIDOR_PPM = 700.0
FLOW_LPS, PEOPLE, EACH_LPS = 60.0, 12, 0.0052
VOLUME_L = 1e3 * 150.0


def stay(from_min: float, until_min: float, people: int, start_ppm: float) -> Iterable[Placed]:
    """Readings each minute of a room that nothing but the corridor airs."""
    settled = CORRIDOR_PPM + 1e6 * EACH_LPS * people / FLOW_LPS
    for n in range(round(until_min - from_min)):
        fade = exp(-FLOW_LPS * 60.0 * n / VOLUME_L)
        yield count(from_min + n, people)
        yield air(from_min + n + 0.01, settled + (start_ppm - settled) * fade)


def told(directory: Path, air_from: AirFrom | None, entries: Iterable[Placed]) -> RoomState:
    database = aired_database(directory)
    with database.write() as conn:
        room = find_room(conn, VenueSlug("de-kade"), RoomSlug("serre"))
        assert room is not None
        put_room(conn, replace(room, air_from=air_from))
    gateway = Gateway(database)
    taken = list(entries)
    at = max(from_ns(entry.reading.arrived_ns) for entry in taken)
    gateway.take(*taken, now=(at - START).total_seconds() / 60)
    (state,) = [one for one in gateway.live.states() if one.room == "serre"]
    return state


def morning() -> list[Placed]:
    return [*stay(0, 60, 0, CORRIDOR_PPM), *stay(60, 120, PEOPLE, CORRIDOR_PPM)]


def test_what_is_told_says_that_it_is_counted_by_the_room_s_base(tmp_path: Path) -> None:
    view = told(tmp_path, "inside", morning()).ventilation
    assert view is not None
    assert view.basis == "room_base"
    assert view.flow_lps is not None
    assert view.low_lps is not None
    assert view.high_lps is not None
    assert view.low_lps <= FLOW_LPS <= view.high_lps


def test_it_is_held_to_outdoor_air(tmp_path: Path) -> None:
    state = told(tmp_path, "inside", morning())
    assert state.ventilation is not None
    assert state.ventilation.per_person_lps is not None
    assert state.compliance is not None
    assert state.compliance.healthy.verdict == "not_kept"


@pytest.mark.parametrize("night_ppm", [430.0, 530.0, 700.0])
def test_a_night_far_over_outdoor_air_makes_its_air_doubted(
    tmp_path: Path, night_ppm: float
) -> None:
    nights = [
        air(60.0 * hour + n, night_ppm + n % 3) for hour in range(40) for n in (0, 10, 20, 30)
    ]
    view = told(tmp_path, None, [*nights, *stay(2400, 2460, PEOPLE, night_ppm)]).ventilation
    assert view is not None
    assert view.basis == ("room_base" if night_ppm == 700.0 else "outdoors")
