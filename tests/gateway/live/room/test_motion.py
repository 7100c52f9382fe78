"""A motion sensor in a live room: somebody is in, and whom the doors count too many are not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.door import Decided
from gateway.domain.room_state import RoomState
from gateway.registry.live.door_decisions import decisions_of
from gateway.store.interface import Placed
from sensors.wire.instant import to_ns
from sensors.wire.reading import PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.aired import Spell, aired_database, hours
from tests.gateway.live_venue import (
    START,
    Gateway,
    StandingClock,
    air,
    count,
    door,
    minute,
    new_database,
)

DOOR, PIR = DeviceSlug("door-01"), DeviceSlug("pir-01")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(new_database(tmp_path))


@pytest.fixture
def aired(tmp_path: Path) -> Gateway:
    return Gateway(aired_database(tmp_path))


def motion(at: float, movements: int, device: DeviceSlug = PIR) -> Placed:
    at_ns = to_ns(minute(at))
    return Placed(
        RoomSlug("serre"),
        PeopleReading(VenueSlug("de-kade"), device, at_ns, at_ns, True, motion=movements),
    )


def serre(gateway: Gateway) -> RoomState:
    (found,) = [state for state in gateway.live.states() if state.room == "serre"]
    return found


def people_at(gateway: Gateway, at: float) -> int | None:
    gateway.tick(at)
    return serre(gateway).people


def decided(gateway: Gateway) -> tuple[Decided, ...]:
    gateway.second_later()
    with gateway.database.read() as conn:
        return decisions_of(conn, VenueSlug("de-kade"), DOOR)


class TestSomebodyIsIn:
    def test_the_state_tells_when_somebody_moved_and_counts_nobody(self, gateway: Gateway) -> None:
        gateway.take(motion(1, 1), motion(2, 0), now=3)
        state = serre(gateway)
        assert (state.motion_at, state.people, state.people_at) == (
            "2026-11-24T09:01:00.000Z", None, None,
        )  # fmt: skip

    def test_a_sensor_that_saw_nobody_tells_of_no_moment(self, gateway: Gateway) -> None:
        gateway.take(motion(1, 0), now=1)
        assert serre(gateway).motion_at is None

    def test_it_is_no_counter(self, aired: Gateway) -> None:
        uncounted = hours(Spell(40, 14, 45.0, counted=False))
        moving = [motion(m, 3) for m in range(40)]
        aired.take(*sorted([*uncounted, *moving], key=lambda e: e.reading.at_ns), now=40)
        state = serre(aired)
        assert state.people is None
        assert state.people_estimate is not None
        assert state.people_estimate.basis == "air"

    def test_a_count_beside_it_is_a_count(self, gateway: Gateway) -> None:
        at_ns = to_ns(minute(1))
        both = PeopleReading(VenueSlug("de-kade"), PIR, at_ns, at_ns, True, 4, motion=2)
        gateway.take(Placed(RoomSlug("serre"), both), now=1)
        state = serre(gateway)
        assert (state.people, state.motion_at) == (4, "2026-11-24T09:01:00.000Z")

    def test_what_comes_late_moves_nothing_back(self, gateway: Gateway) -> None:
        gateway.take(motion(5, 1), motion(4, 1), now=5)
        assert serre(gateway).motion_at == "2026-11-24T09:05:00.000Z"

    def test_it_outlives_a_kill(self, gateway: Gateway) -> None:
        gateway.take(motion(1, 1), motion(2, 0), now=3)
        gateway.second_later()
        gateway.take(motion(4, 1), now=4)
        gateway.restarted()
        gateway.take(now=4)
        assert serre(gateway).motion_at == "2026-11-24T09:04:00.000Z"


class TestWhoMovesDeniesNobody:
    def test_while_somebody_moves_whom_no_door_counted_it_is_not_known_how_many_are_in(
        self, gateway: Gateway
    ) -> None:
        gateway.take(door(1, 5, 5), now=1)
        assert serre(gateway).people == 0
        gateway.take(motion(10, 1), now=10)
        state = serre(gateway)
        assert (state.people, state.people_at) == (None, None)

    def test_after_a_quarter_of_an_hour_the_doors_are_believed_again(
        self, gateway: Gateway
    ) -> None:
        gateway.take(door(1, 5, 5), motion(10, 1), motion(11, 0), now=11)
        assert [people_at(gateway, m) for m in (12, 24.9, 25)] == [None, None, 0]

    def test_who_is_seen_while_leaving_denies_nothing(self, gateway: Gateway) -> None:
        gateway.take(motion(0, 1), door(1, 5, 4), door(10, 5, 5), motion(10.5, 1), now=11)
        assert serre(gateway).people == 0

    def test_a_camera_that_sees_nobody_is_believed(self, gateway: Gateway) -> None:
        gateway.take(count(10, 0), motion(10.5, 1), now=11)
        assert serre(gateway).people == 0


def still(until: float, since: float = 3.0) -> list[Placed]:
    """Every five minutes that nobody moves."""
    return [motion(since + 5 * i, 0) for i in range(int((until - since) // 5) + 1)]


class TestGhosts:
    """Somebody left whom the door did not see."""

    def test_without_air_they_end_after_two_hours(self, gateway: Gateway) -> None:
        gateway.take(door(0.5, 0, 0), door(1, 3, 0), door(2, 3, 2), *still(160, 2.5), now=160)
        gateway.tick(160)
        assert serre(gateway).people == 0
        assert decided(gateway) == (Decided(minute(122.5), "out", "ghosts", 1, 0),)

    def test_till_then_they_are_people(self, gateway: Gateway) -> None:
        gateway.take(door(0.5, 0, 0), door(1, 3, 0), door(2, 3, 2), motion(2.5, 0), now=3)
        assert [people_at(gateway, m) for m in (60, 122, 123)] == [1, 1, 0]

    def test_people_who_move_are_none(self, gateway: Gateway) -> None:
        moving = [motion(5 * i, i % 6 == 0) for i in range(1, 48)]
        gateway.take(door(0.5, 0, 0), door(1, 3, 0), door(2, 3, 2), *moving, now=240)
        assert people_at(gateway, 240) == 1

    def test_a_sensor_that_says_so_till_it_fell_silent_sees_somebody(
        self, gateway: Gateway
    ) -> None:
        gateway.take(door(0.5, 0, 0), door(2, 1, 0), motion(2.5, 1), now=3)
        assert people_at(gateway, 300) == 1

    def test_a_room_without_motion_sensors_keeps_its_count(self, gateway: Gateway) -> None:
        gateway.take(door(0.5, 0, 0), door(2, 1, 0), now=3)
        assert people_at(gateway, 300) == 1

    def test_what_a_person_counted_is_no_ghost(self, gateway: Gateway) -> None:
        gateway.take(door(1, 5, 5), motion(2.5, 0), now=3)
        room = gateway.live._rooms.rooms[VenueSlug("de-kade"), RoomSlug("serre")]
        room.set_people(minute(100), 4)
        assert [people_at(gateway, m) for m in (150, 219, 220)] == [4, 4, 0]

    def test_where_the_air_agrees_they_end_after_an_hour(self, aired: Gateway) -> None:
        empty = hours(Spell(100, 0, 100.0, counted=False), start_ppm=440.0)
        entries = [door(0.5, 0, 0), door(1, 9, 0), door(2, 9, 6), *still(100), *empty]
        aired.follow(*sorted(entries, key=lambda entry: entry.reading.at_ns))
        ended = [one for one in decided(aired) if one.decision == "ghosts"]
        assert [(one.before, one.shown) for one in ended] == [(3, 0)]
        assert minute(63) <= ended[0].at <= minute(95)
        assert serre(aired).people == 0

    def test_where_the_air_shows_breath_somebody_sits_still(self, aired: Gateway) -> None:
        sitting = hours(Spell(200, 6, 30.0, counted=False))
        entries = [door(0.5, 0, 0), door(1, 6, 0), *still(200), *sitting]
        aired.follow(*sorted(entries, key=lambda entry: entry.reading.at_ns))
        assert serre(aired).people == 6
        assert decided(aired) == ()

    def test_they_stay_ended_over_a_restart(self, gateway: Gateway) -> None:
        gateway.take(door(0.5, 0, 0), door(1, 3, 0), door(2, 3, 2), motion(2.5, 0), now=3)
        gateway.tick(130)
        gateway.second_later()
        gateway.restarted()
        gateway.take(now=131)
        assert serre(gateway).people == 0
        gateway.take(door(132, 4, 2), now=132)
        assert serre(gateway).people == 1


def test_readings_of_the_air_alone_touch_no_motion(gateway: Gateway) -> None:
    gateway.take(air(1, 800), now=1)
    assert serre(gateway).motion_at is None


def test_a_movement_tells_of_somebody_in_a_room_without_a_counter(aired: Gateway) -> None:
    empty = Spell(120, 0, 60.0, counted=False)
    aired.take(*hours(empty), now=120)
    estimate = serre(aired).people_estimate
    assert estimate is not None
    assert estimate.people < 0.5
    aired.take(motion(120, 1), now=120)
    estimate = serre(aired).people_estimate
    assert estimate is not None
    assert estimate.people >= 1


def test_what_motion_told_of_the_air_is_told_after_a_restart_too(aired: Gateway) -> None:
    aired.take(*hours(Spell(30, 0, 60.0, counted=False)), now=30)
    aired.take(motion(30, 0), *hours(Spell(30, 0, 60.0, counted=False), begin=30), now=60)
    aired.take(motion(60, 1), air(60.2, 450), now=60.2)
    told = serre(aired).people_estimate
    aired.second_later()
    aired.restarted()
    assert serre(aired).people_estimate == told
