"""Readings older than they are kept are let go, and what they were down-sampled to later."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import load
from gateway.store.forgetting.forgetter import Forgetter, Kept
from gateway.store.spans import DAY_NS
from gateway.store.sqlite import SqliteStore
from sensors.clock import Clock
from sensors.config import ConfigError
from sensors.wire.topic import VenueSlug
from tests.gateway.store.rows import T0_NS, VENUE, air

DAY_S = 86_400
ELSEWHERE = VenueSlug("elders")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Sixty days of two venues, down-sampled."""
    opened = SqliteStore(tmp_path / "readings.db")
    for venue in (VENUE, ELSEWHERE):
        opened.write([air(day * DAY_S, venue=venue) for day in range(60)])
        for day in opened.undone(venue, T0_NS + 100 * DAY_NS):
            opened.downsample(day)
    yield opened
    opened.close()


def forget(store: SqliteStore, kept: Kept, after_days: int = 60) -> None:
    clock = Clock(T0_NS + after_days * DAY_NS, anchor_ns=0, speed=0.0)
    Forgetter(store, clock, kept, lambda: [VENUE], first_s=0.0).step(threading.Event())


def test_readings_go_and_their_days_stay_until_those_go_too(store: SqliteStore) -> None:
    forget(store, Kept(readings_days=35, history_days=50))
    assert store.count("air", VENUE) == 35
    assert len(store.days.outlived(VENUE, T0_NS + 100 * DAY_NS)) == 50
    assert len(store.days.let_gone(VENUE)) == 15
    forget(store, Kept(readings_days=35, history_days=50), after_days=61)
    assert store.count("air", VENUE) == 34
    assert len(store.days.let_gone(VENUE)) == 15


def test_it_keeps_to_its_venues(store: SqliteStore) -> None:
    forget(store, Kept(readings_days=35))
    assert store.count("air", ELSEWHERE) == 60


def test_history_that_is_kept_for_a_time_takes_the_readings_with_it(store: SqliteStore) -> None:
    forget(store, Kept(history_days=50))
    assert store.count("air", VENUE) == 50
    assert store.days.let_gone(VENUE) == ()


def test_it_stops_where_it_is_told_to_and_goes_on_from_there(store: SqliteStore) -> None:
    stop = threading.Event()
    stop.set()
    clock = Clock(T0_NS + 60 * DAY_NS, anchor_ns=0, speed=0.0)
    Forgetter(store, clock, Kept(35), lambda: [VENUE], first_s=0.0).step(stop)
    assert store.count("air", VENUE) == 59
    forget(store, Kept(35))
    assert store.count("air", VENUE) == 35


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("readings_days = 10", "store.readings_days: expected 0, for ever, or at least 35 days"),
        ("readings_days = 90\nhistory_days = 60", "expected at least store.readings_days"),
        ("history_days = -1", "history_days"),
    ],
)
def test_days_that_would_take_what_is_still_needed_are_refused(
    tmp_path: Path, given: str, said: str
) -> None:
    file = tmp_path / "luchtig.toml"
    file.write_text(f"[store]\n{given}\n")
    with pytest.raises(ConfigError, match=said):
        load(file, {})
