"""How a live room's air hears of people: at their own time, and who comes into an empty room is
another group.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.domain.room_state import RoomState
from gateway.live.room.air import RoomAir
from gateway.registry.agenda.meetings import delete_meeting
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.aired import Spell, aired_database, hours
from tests.gateway.live_venue import START, Gateway, StandingClock, count, door

CROWD = Spell(60, 12, 60.0)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """Without the meeting from minute 0 to 60."""
    database = aired_database(tmp_path)
    with database.write() as conn:
        delete_meeting(conn, "m1")
    return Gateway(database)


def serre(gateway: Gateway) -> RoomState:
    (found,) = [state for state in gateway.live.states() if state.room == "serre"]
    return found


def air_of(gateway: Gateway) -> RoomAir:
    return gateway.live._rooms.rooms[VenueSlug("de-kade"), RoomSlug("serre")]._air


def present(gateway: Gateway) -> float:
    found = serre(gateway).people_estimate
    assert found is not None
    return found.people


def group_var(gateway: Gateway) -> float:
    """How uncertain it is what each of the group gives off."""
    return air_of(gateway)._track.hypotheses[0].gg


def test_people_are_heard_before_the_next_reading_of_the_air(gateway: Gateway) -> None:
    gateway.take(*hours(CROWD, every_s=300.0), now=60)
    gateway.take(count(56, 4), now=60)
    assert present(gateway) == pytest.approx(4, abs=1.5)
    told = serre(gateway).ventilation
    assert told is not None
    assert told.per_person_lps == pytest.approx(60 / 4, rel=0.5)


def test_counts_alone_are_no_news_of_the_air(gateway: Gateway) -> None:
    """Of a room whose sensor was away for hours nothing is known, however often people were counted."""
    gateway.take(*hours(CROWD), now=60)
    taken_s = air_of(gateway)._track.taken_s
    later = [count(60.0 + m, 12 + int(m) % 2) for m in range(0, 7 * 60, 5)]
    gateway.take(*later, now=60 + 7 * 60)
    assert air_of(gateway)._track.taken_s == taken_s
    gateway.take(*hours(Spell(1, 12, 60.0), begin=60 + 7 * 60), now=61 + 7 * 60)
    assert serre(gateway).ventilation is None


def test_who_comes_into_an_empty_room_is_another_group(gateway: Gateway) -> None:
    gateway.take(*hours(CROWD), now=60)
    learned = group_var(gateway)
    gateway.take(*hours(Spell(20, 0, 60.0), begin=60, start_ppm=1450.0), now=80)
    gateway.take(count(80, 9), now=80)
    assert group_var(gateway) > 1.3 * learned


def test_a_counter_that_misses_everybody_for_a_moment_begins_no_group(gateway: Gateway) -> None:
    gateway.take(*hours(CROWD), now=60)
    learned = group_var(gateway)
    gateway.take(count(60, 0), count(60.5, 12), now=60.5)
    assert group_var(gateway) == pytest.approx(learned, rel=0.1)


def test_who_comes_where_nobody_counts_is_another_group_too(gateway: Gateway) -> None:
    uncounted = replace(CROWD, counted=False)
    gateway.take(*hours(replace(uncounted, minutes=240, people=0)), now=240)
    assert present(gateway) < 0.5
    before = group_var(gateway)
    gateway.take(*hours(replace(uncounted, people=14), begin=240), now=300)
    assert present(gateway) > 4
    assert air_of(gateway)._emptied.since_s is None
    assert group_var(gateway) != before


def test_the_night_in_which_counts_begin_again_empties_the_room_at_once(gateway: Gateway) -> None:
    """Doors begin again at four in the local night; the next reading of the air is minutes away."""
    reset = 18 * 60.0
    gateway.take(door(reset - 61, 0, 0), door(reset - 60, 12, 0), now=reset - 60)
    crowd = replace(CROWD, counted=False)
    gateway.take(*hours(crowd, begin=reset - 60 + 0.1, every_s=120.0), now=reset - 0.5)
    assert present(gateway) > 6
    gateway.tick(reset + 0.5)
    told = serre(gateway).ventilation
    assert (serre(gateway).people, present(gateway)) == (0, 0)
    assert told is None or told.per_person_lps is None


def test_a_restart_forgets_no_empty_room(gateway: Gateway) -> None:
    gateway.take(*hours(CROWD, Spell(20, 0, 60.0)), now=80)
    emptied_s = air_of(gateway)._emptied.since_s
    assert emptied_s is not None
    gateway.second_later()
    gateway.restarted()
    assert air_of(gateway)._emptied.since_s == emptied_s


def test_doors_are_heard_at_their_own_time(gateway: Gateway) -> None:
    crowd = replace(CROWD, counted=False)
    gateway.take(door(-1, 0, 0), door(0, 12, 0), *hours(crowd, every_s=300.0), now=56)
    gateway.take(door(57, 12, 8, DeviceSlug("door-01")), now=57)
    assert present(gateway) < 7
