"""The time of day set by hours while everything runs, and the night in which the clocks go back."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from sensors.clock import VARIABLE, started_at
from tests.faults.clock import HOUR_NS, SetClock
from tests.faults.site import Site, site
from tests.servers import Broker, wait_until


def test_clocks_set_by_hours_and_back_lose_and_double_nothing(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock(tmp_path / "clock")
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    with site(tmp_path, broker, "sqlite:///readings.db") as place:
        place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            other.says(30)
            for hours in (5, 3, -2, 0):
                clock.set(hours, (over, other), partial(_wait_for, place))
            place.clock = clock.clock
            place.ends_equal((over, other))


def _wait_for(place: Site, from_ns: int) -> None:
    soon_ns = from_ns + HOUR_NS // 2
    wait_until(lambda: any(from_ns <= at < soon_ns for _, at, _ in place.held()), "a reading by it")


def test_the_hour_that_comes_twice_in_autumn_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = datetime(2026, 10, 25, 1, tzinfo=UTC)
    clock = started_at(back.replace(hour=0, minute=57), 20.0)
    monkeypatch.setenv(VARIABLE, clock.to_text())
    with site(tmp_path, broker, "sqlite:///readings.db", clock=clock) as place:
        place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            wait_until(lambda: clock.now() > back, "the hour to have begun again")
            place.ends_equal((over, other))
