"""A sensor is late by its own pace: what it tells of that, or what its readings show."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.policy import Policy
from gateway.domain.room_state import RoomState
from gateway.journal.entry import Note
from gateway.registry.alerts.flags import recent_flags
from gateway.registry.devices import place
from gateway.registry.policies import put_policy
from gateway.registry.rooms import put_room
from gateway.store.interface import Placed
from sensors.wire.instant import to_ns
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.aired import aired_room
from tests.gateway.live_venue import (
    START,
    Gateway,
    StandingClock,
    air,
    minute,
    new_database,
)

EVERY_FIVE_MINUTES = [air(m + (m % 3) / 20, 700 + 7 * m % 40) for m in range(1, 180, 5)]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(new_database(tmp_path))


def tells(interval_s: float | None, at: float = 0.0) -> Note:
    about = About(model="slow", interval_s=interval_s)
    return Note(VenueSlug("de-kade"), DeviceSlug("co2-01"), to_ns(minute(at)), about=about)


def serre(gateway: Gateway) -> RoomState:
    (found,) = [state for state in gateway.live.states() if state.room == "serre"]
    return found


def silences(gateway: Gateway) -> list[tuple[str, float | None]]:
    with gateway.database.read() as conn:
        flags = recent_flags(conn, since=START)
    return [(flag.state, flag.limit) for flag in flags if flag.rule == "no_data"]


def levels(gateway: Gateway, readings: list[Placed]) -> set[str]:
    """Those that the room had until a moment before each reading, and after it."""
    found: set[str] = set()
    for reading in readings:
        at = (reading.reading.arrived_ns - to_ns(START)) / 60e9
        if at > 2:
            gateway.tick(at - 0.01)
            found.add(serre(gateway).level)
        gateway.take(reading, now=at)
        found.add(serre(gateway).level)
    return found


class TestWhatItTells:
    def test_a_sensor_that_sends_every_five_minutes_is_never_late(self, gateway: Gateway) -> None:
        gateway.take(tells(300.0), now=0)
        assert levels(gateway, EVERY_FIVE_MINUTES) == {"good"}
        assert silences(gateway) == []

    def test_it_is_late_when_two_messages_and_a_half_are_missing(self, gateway: Gateway) -> None:
        gateway.take(tells(300.0), now=0)
        gateway.take(air(1, 800), now=1)
        gateway.tick(13.45)
        assert silences(gateway) == []
        assert serre(gateway).level == "good"
        gateway.tick(13.55)
        assert silences(gateway) == [("firing", 750.0)]
        assert serre(gateway).level == "unknown"

    def test_it_is_known_after_a_restart(self, gateway: Gateway) -> None:
        gateway.take(tells(300.0), air(1, 800), now=1)
        gateway.restarted()
        gateway.tick(13.45)
        assert silences(gateway) == []
        gateway.tick(13.55)
        assert silences(gateway) == [("firing", 750.0)]

    def test_after_an_hour_nothing_is_known_however_seldom_it_sends(self, gateway: Gateway) -> None:
        gateway.take(tells(7200.0), air(1, 800), now=1)
        gateway.tick(60.9)
        assert silences(gateway) == []
        gateway.tick(61.1)
        assert silences(gateway) == [("firing", 3600.0)]

    def test_the_fastest_sensor_of_the_room_counts(self, gateway: Gateway) -> None:
        fast = DeviceSlug("co2-02")
        with gateway.database.write() as conn:
            place(conn, VenueSlug("de-kade"), fast, RoomSlug("serre"), START)
        gateway.live.refresh()
        quick = Note(VenueSlug("de-kade"), fast, to_ns(START), about=About(interval_s=10.0))
        gateway.take(tells(300.0), quick, air(1, 800, device=fast), now=1)
        gateway.tick(6.1)
        assert silences(gateway) == [("firing", 300.0)]


class TestWhatItsReadingsShow:
    def test_a_sensor_that_tells_nothing_is_late_once_at_most(self, gateway: Gateway) -> None:
        gateway.take(*EVERY_FIVE_MINUTES[:2], now=6.1)
        assert levels(gateway, EVERY_FIVE_MINUTES[2:]) == {"good"}
        with gateway.database.read() as conn:
            ended = [flag.resolved_at for flag in recent_flags(conn, since=START)]
        assert all(at is not None and at < minute(8) for at in ended)

    def test_it_is_known_after_a_restart(self, gateway: Gateway) -> None:
        gateway.take(*EVERY_FIVE_MINUTES[:8], now=37)
        gateway.second_later()
        gateway.restarted()
        assert levels(gateway, EVERY_FIVE_MINUTES[8:]) == {"good"}

    def test_a_fast_one_is_late_as_soon_as_the_policy_says(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            put_policy(conn, Policy("quick", "Quick", no_data_s=10.0))
            put_room(conn, aired_room(policy="quick"))
        gateway.live.refresh()
        gateway.take(*(air(s / 60, 800) for s in range(60)), now=59 / 60)
        gateway.tick(68.9 / 60)
        assert silences(gateway) == []
        gateway.tick(69.1 / 60)
        assert silences(gateway) == [("firing", 10.0)]
