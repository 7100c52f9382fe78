import threading

import pytest

from dashboard.pages.parts.live.trend_cache import TrendCache
from gateway.store.interface import Series, StoreUnavailable
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.pages.scene import STILL


class CountedStore:
    """Counts how often a series was asked; fails while ``away``."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False
        self.hold: threading.Event | None = None
        self.reached = threading.Event()

    def series(self, *_: object) -> Series:
        self.asked += 1
        self.reached.set()
        if self.hold is not None:
            assert self.hold.wait(60)
        if self.away:
            raise StoreUnavailable("no such host")
        return Series((1,), {"co2_ppm": (500.0,)}, {"co2_ppm": (500.0,)}, {"co2_ppm": (500.0,)})


def test_fifty_viewers_ask_the_store_once() -> None:
    store = CountedStore()
    kept = TrendCache(store, STILL)  # type: ignore[arg-type]  # it needs no more of a store
    seen = {kept.trace(VenueSlug("de-kade"), RoomSlug("serre")) for _ in range(50)}
    assert (len(seen), store.asked) == (1, 1)


def test_a_store_that_is_away_is_left_alone_for_a_while() -> None:
    store = CountedStore()
    store.away = True
    kept = TrendCache(store, STILL)  # type: ignore[arg-type]  # it needs no more of a store
    assert [
        kept.trace(VenueSlug("de-kade"), RoomSlug(room)) for room in ("serre", "atelier", "serre")
    ] == [None] * 3
    assert store.asked == 1


def test_it_comes_back_by_itself_and_both_are_said_once(caplog: pytest.LogCaptureFixture) -> None:
    store = CountedStore()
    store.away = True
    kept = TrendCache(store, STILL, back_off_s=0.0)  # type: ignore[arg-type]  # as above
    assert [kept.trace(VenueSlug("de-kade"), RoomSlug("serre")) for _ in range(3)] == [None] * 3
    store.away = False
    found = kept.trace(VenueSlug("de-kade"), RoomSlug("serre"))
    assert found is not None
    assert [point.value for point in found.points] == [500.0]
    away, back = (record.message for record in caplog.records)
    assert away == "trends: no such host; boards go without"
    assert back.startswith("trends: there again after ")


def test_while_one_viewer_waits_for_the_store_the_others_do_not() -> None:
    store = CountedStore()
    store.hold = threading.Event()
    kept = TrendCache(store, STILL)  # type: ignore[arg-type]  # it needs no more of a store
    waiting = threading.Thread(target=kept.trace, args=("de-kade", "serre"))
    waiting.start()
    assert store.reached.wait(60)
    assert kept.trace(VenueSlug("de-kade"), RoomSlug("serre")) is None
    store.hold.set()
    waiting.join(10)
    assert store.asked == 1
    assert kept.trace(VenueSlug("de-kade"), RoomSlug("serre")) is not None
