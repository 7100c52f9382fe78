"""A door that says nothing means that nobody passed, as long as it is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.journal.entry import Note
from gateway.registry.alerts.flags import recent_flags
from sensors.wire.instant import to_ns
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.gateway.live_venue import (
    START,
    Gateway,
    StandingClock,
    air,
    door,
    minute,
    new_database,
)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(new_database(tmp_path))


def status(*, online: bool, device: str = "door-01") -> Note:
    return Note(VenueSlug("de-kade"), DeviceSlug(device), to_ns(START), online=online)


def stored(gateway: Gateway, at: float) -> int | None:
    """The people of the sample of a moment."""
    return gateway.take(air(at, 700 + at % 50), now=at).samples[-1].people


def test_the_count_of_a_door_that_is_online_stays_known(gateway: Gateway) -> None:
    gateway.take(status(online=True), door(1, 0, 0), door(2, 9, 0), now=2)
    assert [stored(gateway, m) for m in (3, 8, 120, 1000)] == [9, 9, 9, 9]


def test_it_does_after_a_restart(gateway: Gateway) -> None:
    gateway.take(status(online=True), door(1, 0, 0), door(2, 9, 0), now=2)
    gateway.second_later()
    gateway.restarted()
    assert stored(gateway, 30) == 9


def test_of_a_door_that_is_offline_it_is_known_for_as_long_as_any_value(gateway: Gateway) -> None:
    gateway.take(status(online=True), door(1, 0, 0), door(2, 9, 0), now=2)
    assert stored(gateway, 20) == 9
    gateway.take(status(online=False), now=20)
    assert stored(gateway, 21) is None
    gateway.take(door(22, 10, 0), now=22)
    assert stored(gateway, 26) == 10
    assert stored(gateway, 28) is None


def test_one_door_that_is_offline_is_enough_to_know_no_more(gateway: Gateway) -> None:
    other = DeviceSlug("door-02")
    gateway.take(status(online=True), status(online=False, device=other), now=0)
    gateway.take(door(1, 0, 0, other), door(1, 0, 0), door(2, 9, 0), now=2)
    assert stored(gateway, 6) == 9
    assert stored(gateway, 8) is None


def test_a_door_that_tells_nothing_of_itself_is_believed_for_half_a_day(gateway: Gateway) -> None:
    gateway.take(door(1, 0, 0), door(2, 9, 0), now=2)
    assert stored(gateway, 2 + 12 * 60 - 1) == 9
    assert stored(gateway, 2 + 12 * 60 + 1) is None


def test_a_door_without_a_status_is_to_be_heard_as_often_as_it_tells(gateway: Gateway) -> None:
    about = About(interval_s=600.0)
    told = Note(VenueSlug("de-kade"), DeviceSlug("door-01"), to_ns(START), about=about)
    gateway.take(told, door(1, 0, 0), door(2, 9, 0), now=2)
    assert stored(gateway, 26) == 9
    assert stored(gateway, 28) is None
    gateway.take(door(29, 9, 0), now=29)
    assert stored(gateway, 50) == 9


def test_too_many_by_a_door_that_says_no_more_are_still_too_many(gateway: Gateway) -> None:
    gateway.take(status(online=True), door(1, 0, 0), door(2, 18, 0), now=2)
    for m in range(3, 30, 4):
        gateway.take(air(m, 700), now=m)
    with gateway.database.read() as conn:
        (flag,) = recent_flags(conn, since=START)
    assert (flag.rule, flag.state, flag.fired_at) == ("occupancy", "firing", minute(3))
    gateway.take(status(online=False), now=30)
    (state,) = [one for one in gateway.live.states() if one.room == "serre"]
    assert (state.people, state.people_at) == (18, "2026-11-24T09:02:00.000Z")
