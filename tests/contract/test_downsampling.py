"""What is down-sampled answers as a recount of every reading would, in each store, whatever comes
late.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.store.by_venue.store import StoreByVenue
from gateway.store.influx import InfluxStore
from gateway.store.interface import Placed, RoomDay, Store
from gateway.store.spans import DAY_NS
from gateway.store.sqlite import SqliteStore
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.contract.conftest import Open
from tests.gateway.store.rows import SECOND_NS, T0_NS, VENUE, air, people, sample

DAY = T0_NS // DAY_NS
MIDNIGHT_NS = DAY * DAY_NS
DAY_S = 86_400
ZAAL = RoomSlug("zaal")
LATER_NS = (DAY + 30) * DAY_NS

Forget = Callable[[str], None]


def day_of(number: int, kind: str = "air", room: RoomSlug = ZAAL) -> RoomDay:
    assert kind in ("air", "room")
    return RoomDay("air" if kind == "air" else "room", VENUE, room, DAY + number)


def downsample(store: Store, before_ns: int = LATER_NS, most: int = 1000) -> list[RoomDay]:
    done = list(store.undone(VENUE, before_ns))[:most]
    for day in done:
        store.downsample(day)
    return done


def mean(store: Store, days: int, points: int, field: str = "co2_ppm") -> tuple[float | None, ...]:
    found = store.series(VENUE, ZAAL, [field], MIDNIGHT_NS, MIDNIGHT_NS + days * DAY_NS, points)
    return found.mean[field]


def at(hours: float, ppm: float = 800.0, *, device: str = "co2-1", room: RoomSlug = ZAAL) -> Placed:
    """A reading so many hours after the midnight before the tests' morning."""
    after_s = hours * 3600 - (T0_NS - MIDNIGHT_NS) / SECOND_NS
    return air(after_s, ppm, device=DeviceSlug(device), room=room)


class TestWhichDays:
    def test_a_day_that_is_over_once(self, store: Store) -> None:
        store.write([at(1), at(25), people(0, count=3), sample(0, 3)])
        assert store.undone(VENUE, MIDNIGHT_NS + DAY_NS - 1) == ()
        assert downsample(store, MIDNIGHT_NS + DAY_NS) == [day_of(0), day_of(0, "room")]
        assert downsample(store) == [day_of(1)]
        assert downsample(store) == []

    def test_what_comes_late_makes_its_day_undone_and_no_other(self, open_again: Open) -> None:
        store = open_again()
        store.write([at(1), at(25), at(49)])
        downsample(store)
        store.close()
        later = open_again()
        later.write([at(26, 900)])
        assert downsample(later) == [day_of(1)]
        later.write([at(27, 900)])
        assert downsample(later) == [day_of(1)]

    def test_a_store_from_before_is_done_in_pieces_the_oldest_day_first(
        self, open_again: Open, forget: Forget
    ) -> None:
        store = open_again()
        store.write(
            [at(24 * day + 1) for day in (5, 0, 3)] + [at(1, device="b", room=RoomSlug("hal"))]
        )
        forget("downsampled")
        first = downsample(open_again(), most=2)
        rest = downsample(open_again())
        assert first == [day_of(0, room=RoomSlug("hal")), day_of(0)]
        assert rest == [day_of(3), day_of(5)]

    def test_of_another_venue_or_an_empty_store_there_is_none(self, store: Store) -> None:
        assert store.undone(VENUE, LATER_NS) == ()
        store.write([at(1)])
        assert store.undone(VenueSlug("elders"), LATER_NS) == ()

    def test_a_day_from_before_1970_is_left_as_it_is(self, store: Store) -> None:
        store.write([air(-T0_NS / SECOND_NS - 3600)])
        assert store.undone(VENUE, LATER_NS) == ()


class TestWhatIsAnswered:
    def test_no_reading_of_a_day_that_is_done_is_read(
        self, open_again: Open, store: Store, forget: Forget
    ) -> None:
        store.write([at(1, 700), at(1.1, 900), at(1, 1000, device="b"), at(30, 500)])
        store.write([sample(0, 4), sample(60, 8)])
        downsample(store)
        seen = mean(store, 2, 8)
        assert list(seen) == [900, None, None, None, None, 500, None, None]
        for kind in ("air", "room"):
            forget(kind)
        again = open_again()
        assert mean(again, 2, 8) == seen
        assert mean(again, 2, 1, "people") == (6,)

    def test_a_field_that_was_never_measured_is_nothing(self, store: Store) -> None:
        store.write([at(1)])
        downsample(store)
        assert mean(store, 1, 4, "humidity_pct") == (None,) * 4

    def test_spans_are_whole_and_hold_nothing_from_before_the_range(self, store: Store) -> None:
        store.write([at(0.99, 1), at(1.01, 600), at(5, 800), at(23.999, 1000), at(24, 5)])
        downsample(store)
        from_ns = MIDNIGHT_NS + 3_600 * SECOND_NS + 7
        found = store.series(VENUE, ZAAL, ["co2_ppm"], from_ns, MIDNIGHT_NS + DAY_NS, 5)
        hour_ns = 3_600 * SECOND_NS
        assert found.at_ns == tuple(MIDNIGHT_NS + h * hour_ns for h in (1, 6, 11, 16, 21))
        assert found.mean["co2_ppm"] == (700, None, None, None, 1000)

    def test_a_venue_that_is_removed_leaves_nothing(self, store: Store) -> None:
        store.write([at(1), at(30)])
        downsample(store)
        assert store.remove(VENUE)
        assert mean(store, 2, 8) == (None,) * 8


HOURS = st.integers(0, 3 * DAY_S - 1)
READINGS = st.lists(
    st.tuples(HOURS, st.floats(300, 5_000, width=32), st.sampled_from(["a", "b"])), max_size=25
)


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    turns=st.lists(st.tuples(READINGS, st.integers(0, 3)), min_size=1, max_size=3),
    from_s=st.integers(0, DAY_S),
    length_s=st.integers(3600, 2 * DAY_S),
    points=st.integers(1, 300),
)
def test_whatever_comes_when_the_answer_is_that_of_a_recount(
    store: Store,
    turns: list[tuple[list[tuple[int, float, str]], int]],
    from_s: int,
    length_s: int,
    points: int,
) -> None:
    room = RoomSlug(f"room-{uuid4().hex}")
    held: dict[tuple[int, str], float] = {}
    for readings, done in turns:
        new = {(s, d): ppm for s, ppm, d in readings if (s, d) not in held}
        held |= new
        store.write(
            [at(s / 3600, ppm, device=f"{room}-{d}", room=room) for (s, d), ppm in new.items()]
        )
        for day in [day for day in store.undone(VENUE, LATER_NS) if day.room == room][:done]:
            store.downsample(day)
    from_ns, to_ns = MIDNIGHT_NS + from_s * SECOND_NS, MIDNIGHT_NS + (from_s + length_s) * SECOND_NS
    found = store.series(VENUE, room, ["co2_ppm"], from_ns, to_ns, points)
    assert len(found.at_ns) <= points
    for index, at_ns in enumerate(found.at_ns):
        end_ns = found.at_ns[index + 1] if index + 1 < len(found.at_ns) else to_ns
        begin_s, end_s = ((ns - MIDNIGHT_NS) / SECOND_NS for ns in (max(at_ns, from_ns), end_ns))
        inside = [(d, ppm) for (s, d), ppm in held.items() if begin_s <= s < end_s]
        _same_as(
            inside,
            found.mean["co2_ppm"][index],
            (found.min["co2_ppm"][index], found.max["co2_ppm"][index]),
        )


def _same_as(
    inside: Sequence[tuple[str, float]], seen: float | None, range_: tuple[float | None, ...]
) -> None:
    if not inside:
        assert (seen, *range_) == (None, None, None)
        return
    by_device = {d: [ppm for of, ppm in inside if of == d] for d, _ in inside}
    means = [sum(values) / len(values) for values in by_device.values()]
    every = [ppm for _, ppm in inside]
    assert seen == pytest.approx(sum(means) / len(means))
    assert range_ == (min(every), max(every))


@pytest.fixture
def forget(open_again: Open) -> Forget:
    """Empties a table or measurement, behind the store's back."""
    opened = open_again()
    store = opened.of(VENUE) if isinstance(opened, StoreByVenue) else opened
    if isinstance(store, SqliteStore):
        path = store._path

        def in_sqlite(name: str) -> None:
            with closing(sqlite3.connect(path)) as file:
                file.execute(f"DELETE FROM {name}")
                file.commit()

        return in_sqlite
    assert isinstance(store, InfluxStore)
    address = store._address

    def in_influx(name: str) -> None:
        asked = {"db": address.database, "q": f'DROP MEASUREMENT "{name}"'}
        store._client.request("POST", "/query", asked)

    return in_influx
