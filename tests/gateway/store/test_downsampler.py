"""Down-sampling goes on beside everything else, and from where it was left."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.downsampler import Downsampler
from gateway.store.interface import RoomDay
from gateway.store.spans import DAY_NS
from gateway.store.sqlite import SqliteStore
from sensors.clock import Clock
from sensors.wire.topic import VenueSlug
from tests.gateway.store.rows import SECOND_NS, T0_NS, VENUE, air

DAY_S = 86_400
NOW_NS = T0_NS + 5 * DAY_NS
ELSEWHERE = VenueSlug("elders")


class CountedStore(SqliteStore):
    """Tells its ``stop`` once it has counted ``most`` days."""

    def __init__(self, path: Path, most: int = 1000) -> None:
        super().__init__(path)
        self.most = most
        self.stop = threading.Event()
        self.counted: list[RoomDay] = []

    def downsample(self, day: RoomDay) -> None:
        super().downsample(day)
        self.counted.append(day)
        if len(self.counted) == self.most:
            self.stop.set()


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    store = SqliteStore(tmp_path / "readings.db")
    store.write([air(day * DAY_S) for day in range(4)] + [air(0, venue=ELSEWHERE)])
    yield tmp_path / "readings.db"
    store.close()


def downsampler(store: CountedStore, now_ns: int = NOW_NS) -> Downsampler:
    return Downsampler(store, Clock(now_ns, anchor_ns=0, speed=0.0), lambda: [VENUE], first_s=0.0)


def test_it_goes_on_where_it_was_stopped_and_keeps_to_its_venues(path: Path) -> None:
    first = CountedStore(path, most=2)
    downsampler(first).run(first.stop)
    first.close()
    again = CountedStore(path, most=2)
    downsampler(again).run(again.stop)
    again.close()
    first_day = T0_NS // DAY_NS
    assert [day.day - first_day for day in first.counted + again.counted] == [0, 1, 2, 3]
    assert {day.venue for day in first.counted + again.counted} == {VENUE}


def test_a_day_waits_an_hour_for_what_comes_late(path: Path) -> None:
    midnight_ns = (T0_NS // DAY_NS + 1) * DAY_NS
    store = CountedStore(path)
    downsampler(store, midnight_ns + 3_599 * SECOND_NS).step(store.stop)
    assert store.counted == []
    downsampler(store, midnight_ns + 3_600 * SECOND_NS).step(store.stop)
    assert len(store.counted) == 1
    store.close()
