"""The time of day set by hours while everything runs, and the night in which the clocks go back."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from sensors.clock import SYSTEM
from tests.faults.clock import HOUR_NS, SetClock
from tests.faults.site import Site, site
from tests.servers import Broker, wait_until

BACK = datetime(2027, 10, 31, 1, tzinfo=UTC)
"""In Amsterdam three o'clock in the night, and two o'clock again."""


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetClock:
    clock = SetClock(tmp_path / "clock")
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    return clock


def test_clocks_set_by_hours_and_back_lose_and_double_nothing(
    tmp_path: Path, broker: Broker, clock: SetClock
) -> None:
    with site(tmp_path, broker, "sqlite:///readings.db") as place:
        place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            other.says(30)
            for hours in (5, 3, -2, 0):
                clock.set(hours, (over, other), partial(_wait_for, place))
            place.ends_equal((over, other))


def test_the_hour_that_comes_twice_in_autumn_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker, clock: SetClock
) -> None:
    def set_before_it(**ago: float) -> float:
        return (BACK - timedelta(**ago) - SYSTEM.now()) / timedelta(hours=1)

    clock.set(set_before_it(minutes=40), (), lambda _: None)
    with site(tmp_path, broker, "sqlite:///readings.db", clock=clock.clock) as place:
        place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            other.says(30)
            clock.set(set_before_it(seconds=1), (over, other), partial(_wait_for, place))
            place.clock = clock.clock
            wait_until(lambda: clock.clock.now() > BACK, "the hour to begin again")
            other.says(60)
            place.ends_equal((over, other))


def _wait_for(place: Site, from_ns: int) -> None:
    soon_ns = from_ns + HOUR_NS // 2
    wait_until(lambda: any(from_ns <= at < soon_ns for _, at, _ in place.held()), "a reading by it")
