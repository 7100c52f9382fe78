"""Readings that are kept for a time: what is let go leaves its history, whatever comes late."""

import pytest

from gateway.store.interface import RoomDay, Store
from gateway.store.spans import DAY_NS
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.contract.conftest import Open
from tests.contract.test_downsampling import (
    DAY,
    LATER_NS,
    MIDNIGHT_NS,
    ZAAL,
    at,
    day_of,
    downsample,
    mean,
)
from tests.gateway.store.rows import T0_NS, VENUE, people, sample

HAL = RoomSlug("hal")


def filled(store: Store) -> None:
    """Two days of two rooms, down-sampled."""
    store.write([at(1, 800), at(2, 900), at(2, 700, device="b"), at(25, 1000)])
    store.write([at(1, 600, device="c", room=HAL), people(0, count=3), sample(0, 3)])
    downsample(store)


def let_go(store: Store, before_ns: int = LATER_NS) -> list[RoomDay]:
    return [day for day in store.days.expired(VENUE, before_ns) if store.days.let_go(day)]


def test_what_is_let_go_leaves_its_minutes_and_the_days_after(store: Store) -> None:
    filled(store)
    before = mean(store, 2, 48)
    peaks = store.series(VENUE, ZAAL, ["co2_ppm"], MIDNIGHT_NS, MIDNIGHT_NS + DAY_NS, 24).max
    gone = let_go(store, MIDNIGHT_NS + DAY_NS)
    assert {(day.kind, day.room, day.day) for day in gone} >= {
        ("air", ZAAL, DAY),
        ("air", HAL, DAY),
        ("room", ZAAL, DAY),
    }
    assert store.count("air", VENUE, ZAAL) == 1
    assert store.count("air", VENUE, HAL) == 0
    assert mean(store, 2, 48) == before
    now = store.series(VENUE, ZAAL, ["co2_ppm"], MIDNIGHT_NS, MIDNIGHT_NS + DAY_NS, 24).max
    assert now == peaks
    assert let_go(store, MIDNIGHT_NS + DAY_NS) == []


def test_one_reading_that_comes_late_does_not_become_the_whole_day(open_again: Open) -> None:
    store = open_again()
    filled(store)
    before = mean(store, 1, 24)
    assert day_of(0) in let_go(store, MIDNIGHT_NS + DAY_NS)
    store.close()
    later = open_again()
    later.write([at(3, 5000)])
    assert mean(later, 1, 24) == before
    assert downsample(later) == []
    later.downsample(day_of(0))
    assert mean(later, 1, 24) == before
    assert let_go(later, MIDNIGHT_NS + DAY_NS) == [day_of(0)]
    assert later.count("air", VENUE, ZAAL) == 1


def test_a_day_that_is_not_down_sampled_as_it_stands_stays(store: Store) -> None:
    store.write([at(1), at(25)])
    assert let_go(store) == []
    downsample(store)
    store.write([at(2, 900)])
    assert let_go(store) == [day_of(1)]
    assert store.count("air", VENUE, ZAAL) == 2
    assert not store.days.let_go(day_of(0))
    assert not store.days.let_go(day_of(7))


def test_what_is_forgotten_is_gone_whole_and_what_is_younger_is_not(store: Store) -> None:
    filled(store)
    let_go(store, MIDNIGHT_NS + DAY_NS)
    old = store.days.outlived(VENUE, MIDNIGHT_NS + DAY_NS)
    assert {day.day for day in old} == {DAY}
    for day in old:
        store.days.forget(day)
    assert store.days.outlived(VENUE, MIDNIGHT_NS + DAY_NS) == ()
    assert set(mean(store, 1, 24)) == {None}
    assert mean(store, 2, 48)[25] == 1000
    assert store.days.let_gone(VENUE) == ()


def test_a_range_tells_whether_anything_was_let_go_in_it(store: Store) -> None:
    filled(store)
    let_go(store, MIDNIGHT_NS + DAY_NS)
    assert store.days.any_gone(VENUE, ZAAL, T0_NS - DAY_NS, T0_NS)
    assert not store.days.any_gone(VENUE, ZAAL, T0_NS + DAY_NS, T0_NS + 2 * DAY_NS)
    assert not store.days.any_gone(VENUE, RoomSlug("kelder"), T0_NS, T0_NS)


@pytest.mark.parametrize("kind", ["air", "room"])
def test_what_a_store_kept_of_such_a_day_can_be_put_into_another(
    open_again: Open, kind: str
) -> None:
    store = open_again()
    filled(store)
    let_go(store, MIDNIGHT_NS + DAY_NS)
    day = day_of(0, kind)
    minutes, hours = store.days.held(day), store.days.held(day, "hour")
    assert minutes
    series = [store.series(VENUE, ZAAL, [name], *SPAN) for name in FIELDS]
    assert day in store.days.let_gone(VENUE)
    store.days.forget(day)
    assert store.days.held(day) == ()
    store.days.put_back(day, minutes)
    assert store.days.held(day) == minutes
    assert store.days.held(day, "hour") == hours
    assert day in store.days.let_gone(VENUE)
    assert [store.series(VENUE, ZAAL, [name], *SPAN) for name in FIELDS] == series


FIELDS = ("co2_ppm", "people_estimate")
SPAN = (MIDNIGHT_NS, MIDNIGHT_NS + DAY_NS, 24)


def test_devices_of_a_room_are_still_told_apart(store: Store) -> None:
    filled(store)
    let_go(store, MIDNIGHT_NS + DAY_NS)
    found = {one.device for one in store.days.held(day_of(0))}
    assert found == {DeviceSlug("co2-1"), DeviceSlug("b")}


def test_a_store_that_was_never_written_to_has_nothing_to_let_go(store: Store) -> None:
    assert store.days.expired(VENUE, LATER_NS) == ()
    assert store.days.outlived(VENUE, LATER_NS) == ()
    assert store.days.let_gone(VENUE) == ()
    assert store.days.held(day_of(0)) == ()
    assert not store.days.let_go(day_of(0))
