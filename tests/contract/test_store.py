"""What every store of readings promises, tried on each of them and on real servers."""

import threading
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.store.interface import (
    MEASURED,
    SERIES_FIELDS,
    Placed,
    RoomSample,
    SeriesField,
    Store,
)
from sensors.wire.reading import AirReading
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.contract.conftest import Open
from tests.gateway.store.rows import SECOND_NS, T0_NS, VENUE, air, people, sample


def co2(
    store: Store,
    from_s: float = 0,
    to_s: float = 60,
    points: int = 6,
    room: RoomSlug = RoomSlug("zaal"),
) -> tuple[float | None, ...]:
    from_ns, to_ns = T0_NS + int(from_s * SECOND_NS), T0_NS + int(to_s * SECOND_NS)
    return store.series(VENUE, room, ["co2_ppm"], from_ns, to_ns, points).mean["co2_ppm"]


class TestWriting:
    def test_what_was_written_is_counted_by_kind_and_room(self, store: Store) -> None:
        rows: list[Placed | RoomSample] = [
            air(0),
            air(10),
            air(10, room=RoomSlug("hal"), device=DeviceSlug("co2-2")),
            people(0, count=3),
            people(5, in_total=7, out_total=4, device=DeviceSlug("door-2")),
            sample(0, 3),
        ]
        assert store.write(rows) == ()
        counted = {
            (kind, room): store.count(kind, VENUE, room)
            for kind in ("air", "people", "room")
            for room in (None, RoomSlug("zaal"), RoomSlug("hal"))
        }
        assert counted == {
            ("air", None): 3,
            ("air", "zaal"): 2,
            ("air", "hal"): 1,
            ("people", None): 2,
            ("people", "zaal"): 2,
            ("people", "hal"): 0,
            ("room", None): 1,
            ("room", "zaal"): 1,
            ("room", "hal"): 0,
        }
        assert store.count("air", VenueSlug("other-venue")) == 0

    def test_the_same_rows_again_change_nothing(self, store: Store) -> None:
        rows = (air(0, 700), air(10, 900, humidity_pct=44.0), people(0, count=3), sample(0, 3))
        for _ in range(3):
            assert store.write(rows) == ()
        assert [store.count(kind, VENUE) for kind in ("air", "people", "room")] == [2, 1, 1]
        assert co2(store) == (700, 900, None, None, None, None)

    def test_nothing_to_write_is_fine(self, store: Store) -> None:
        assert store.write([]) == ()

    def test_a_device_without_options_is_stored(self, store: Store) -> None:
        assert store.write([air(0, 700, temperature_c=None)]) == ()
        assert co2(store, points=1) == (700,)

    def test_late_rows_land_at_their_own_time(self, store: Store) -> None:
        store.write([air(50, 1000)])
        store.write([air(20, 800), air(0, 700)])
        assert co2(store) == (700, None, 800, None, None, 1000)

    def test_two_devices_and_two_kinds_at_one_moment_stand_apart(self, store: Store) -> None:
        store.write(
            [
                air(0, device=DeviceSlug("a")),
                air(0, device=DeviceSlug("b")),
                people(0, count=1, device=DeviceSlug("a")),
            ]
        )
        assert (store.count("air", VENUE), store.count("people", VENUE)) == (2, 1)

    def test_readings_of_no_room_are_kept_under_a_dash(self, store: Store) -> None:
        store.write([air(0, 640, room=RoomSlug("-"))])
        assert co2(store, points=1, room=RoomSlug("-")) == (640,)

    @pytest.mark.parametrize(
        ("bad", "words"),
        [
            (air(co2_ppm=float("nan")), "not a finite number"),
            (air(temperature_c=float("inf")), "not a finite number"),
            (sample(flow_lps=float("-inf")), "not a finite number"),
            (air(seq=2**63), "64 bits"),
            (people(count=2**64), "64 bits"),
            (sample(people=-(2**70)), "64 bits"),
            (air(after_s=1e10), "outside what 64 bits can hold"),
            (air(room=RoomSlug("")), "room has a name of 0 characters"),
            (air(device=DeviceSlug("x" * 256)), "device has a name of 256 characters"),
            (air(venue=VenueSlug("de\nkade")), "venue 'de\\nkade'"),
            (air(device=DeviceSlug("ends-in\\")), "no backslash"),
            (air(room=RoomSlug("half-a-pair\ud800")), "no control characters"),
            (sample(room=RoomSlug("zaal\x00")), "no control characters"),
        ],
    )
    def test_a_row_that_none_can_hold_is_returned_and_the_others_stand(
        self, store: Store, bad: Placed | RoomSample, words: str
    ) -> None:
        (rejected,) = store.write([air(0, 700), bad, air(10, 800)])
        assert rejected.row is bad
        assert rejected.refused.reason is Reason.STORE_REJECTED
        assert words in rejected.refused.detail
        assert store.count("air", VENUE) == 2

    def test_rows_are_there_for_whoever_opens_the_store_next(self, open_again: Open) -> None:
        first = open_again()
        first.write([air(0, 700), sample(0, 5)])
        first.close()
        assert open_again().count("air", VENUE) == 1

    def test_readers_see_whole_writes_while_one_writes(self, open_again: Open) -> None:
        writer, reader = open_again(), open_again()
        seen: list[int] = []
        wrong: list[BaseException] = []
        done = threading.Event()

        def read() -> None:
            try:
                while not done.is_set():
                    seen.append(reader.count("air", VENUE))
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for batch in range(10):
            writer.write([air(batch * 10 + i / 10) for i in range(100)])
        done.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert reader.count("air", VENUE) == 1000
        assert max(seen) <= 1000


class TestEmpty:
    """A store that was never written to answers, and does not fail."""

    def test_counts_are_zero(self, store: Store) -> None:
        assert [
            store.count(kind, VENUE, RoomSlug("zaal")) for kind in ("air", "people", "room")
        ] == [0] * 3

    def test_a_series_has_its_spans_without_values(self, store: Store) -> None:
        found = store.series(VENUE, RoomSlug("zaal"), ["co2_ppm", "people"], T0_NS, T0_NS + 60, 3)
        assert found.at_ns == (T0_NS, T0_NS + 20, T0_NS + 40)
        nothing = {"co2_ppm": (None,) * 3, "people": (None,) * 3}
        assert (found.mean, found.min, found.max) == (nothing, nothing, nothing)

    def test_check_says_what_it_reached(self, store: Store) -> None:
        assert store.check().startswith(("SQLite 3.", "InfluxDB 1.6.7", "InfluxDB v1.8.10"))

    def test_it_can_be_closed_twice(self, store: Store) -> None:
        store.close()
        store.close()


class TestSeries:
    def test_mean_lowest_and_highest_of_each_field_in_each_span(self, store: Store) -> None:
        store.write(
            [
                air(0, 700, temperature_c=20.0, humidity_pct=40.0),
                air(5, 900, temperature_c=22.0),
                air(29.9, 1000, temperature_c=None),
                air(30, 1200, temperature_c=19.5, humidity_pct=50.0),
                sample(1, 10),
                sample(2, 15),
                sample(31, None),
            ]
        )
        fields: list[SeriesField] = ["people", "co2_ppm", "temperature_c", "humidity_pct"]
        found = store.series(VENUE, RoomSlug("zaal"), fields, T0_NS, T0_NS + 60 * SECOND_NS, 3)
        assert found.at_ns == tuple(T0_NS + s * SECOND_NS for s in (0, 20, 40))
        assert found.mean == {
            "people": (12.5, None, None),
            "co2_ppm": (800, 1100, None),
            "temperature_c": (21, 19.5, None),
            "humidity_pct": (40, 50, None),
        }
        assert found.min == {
            "people": (10, None, None),
            "co2_ppm": (700, 1000, None),
            "temperature_c": (20, 19.5, None),
            "humidity_pct": (40, 50, None),
        }
        assert found.max == {
            "people": (15, None, None),
            "co2_ppm": (900, 1200, None),
            "temperature_c": (22, 19.5, None),
            "humidity_pct": (40, 50, None),
        }

    def test_a_series_of_what_the_gateway_made_of_a_room(self, store: Store) -> None:
        at_ns = T0_NS + SECOND_NS
        made = RoomSample(
            VENUE,
            RoomSlug("zaal"),
            at_ns,
            "good",
            800.0,
            10,
            flow_lps=90.0,
            flow_low_lps=70.0,
            flow_high_lps=120.0,
            people_estimate=9.5,
            per_person_lps=9.4,
            per_person_low_lps=7.0,
            per_person_high_lps=12.5,
        )
        store.write([made, air(0, 700)])
        fields = [field for field in SERIES_FIELDS if field not in MEASURED]
        found = store.series(VENUE, RoomSlug("zaal"), fields, T0_NS, T0_NS + 10 * SECOND_NS, 1)
        assert found.mean == {
            "people": (10,),
            "people_estimate": (9.5,),
            "flow_lps": (90,),
            "flow_low_lps": (70,),
            "flow_high_lps": (120,),
            "per_person_lps": (9.4,),
            "per_person_low_lps": (7,),
            "per_person_high_lps": (12.5,),
        }

    def test_values_are_floats_whatever_was_stored(self, store: Store) -> None:
        store.write([sample(0, 7)])
        found = store.series(VENUE, RoomSlug("zaal"), ["people"], T0_NS, T0_NS + 1, 1)
        for values in (found.mean, found.min, found.max):
            assert [type(value) for value in values["people"]] == [float]

    def test_a_talkative_device_does_not_outvote_the_others(self, store: Store) -> None:
        store.write([air(i, 600, device=DeviceSlug("fast")) for i in range(9)])
        store.write([air(0, 1000, device=DeviceSlug("slow")), air(0, 5000, room=RoomSlug("hal"))])
        found = store.series(VENUE, RoomSlug("zaal"), ["co2_ppm"], T0_NS, T0_NS + 10 * SECOND_NS, 1)
        assert (found.mean, found.min, found.max) == (
            {"co2_ppm": (800,)},
            {"co2_ppm": (600,)},
            {"co2_ppm": (1000,)},
        )

    def test_the_range_takes_its_beginning_and_leaves_its_end(self, store: Store) -> None:
        store.write([air(-1, 1), air(0, 2), air(59.999999, 3), air(60, 4)])
        assert co2(store, points=2) == (2, 3)

    @pytest.mark.parametrize(
        ("length_ns", "points", "spans"),
        [
            (60, 7, (0, 9, 18, 27, 36, 45, 54)),
            (60, 60, tuple(range(60))),
            (3, 10_000, (0, 1, 2)),
            (1, 1, (0,)),
            (10, 3, (0, 4, 8)),
            (9, 4, (0, 3, 6)),
            (0, 5, ()),
        ],
        ids=[
            "a last span cut short",
            "one nanosecond each",
            "more points than nanoseconds",
            "the shortest range",
            "a remainder",
            "fewer spans than points where equal ones fill the range",
            "a range of no length",
        ],
    )
    def test_spans_are_equal_and_at_most_as_many_as_asked(
        self, store: Store, length_ns: int, points: int, spans: tuple[int, ...]
    ) -> None:
        odd_ns = T0_NS + 7  # no multiple of anything
        found = store.series(
            VENUE, RoomSlug("zaal"), ["co2_ppm"], odd_ns, odd_ns + length_ns, points
        )
        assert found.at_ns == tuple(odd_ns + ns for ns in spans)
        assert len(found.mean["co2_ppm"]) == len(spans)

    def test_a_range_of_years_is_one_span(self, store: Store) -> None:
        store.write([air(0, 700), air(10, 900)])
        year_ns = 365 * 86_400 * SECOND_NS
        found = store.series(
            VENUE, RoomSlug("zaal"), ["co2_ppm"], T0_NS - 5 * year_ns, T0_NS + 5 * year_ns, 1
        )
        assert found.mean["co2_ppm"] == (800,)

    def test_fields_named_twice_are_given_once_and_none_is_none(self, store: Store) -> None:
        store.write([air(0, 700)])
        twice = store.series(VENUE, RoomSlug("zaal"), ["co2_ppm", "co2_ppm"], T0_NS, T0_NS + 1, 1)
        assert twice.mean == {"co2_ppm": (700,)}
        assert store.series(VENUE, RoomSlug("zaal"), [], T0_NS, T0_NS + 1, 1).mean == {}

    @pytest.mark.parametrize(
        ("from_ns", "to_ns", "points"),
        [(T0_NS + 1, T0_NS, 1), (0, 2**63, 1), (T0_NS, T0_NS + 1, 0), (T0_NS, T0_NS + 1, 10_001)],
        ids=["inverted", "beyond 64 bits", "no points", "too many points"],
    )
    def test_a_range_that_cannot_be_is_refused(
        self, store: Store, from_ns: int, to_ns: int, points: int
    ) -> None:
        with pytest.raises(ValueError, match="expected"):
            store.series(VENUE, RoomSlug("zaal"), ["co2_ppm"], from_ns, to_ns, points)

    def test_a_field_that_cannot_be_is_refused(self, store: Store) -> None:
        wrong: SeriesField = 'co2_ppm") FROM air --'
        with pytest.raises(ValueError, match="expected co2_ppm"):
            store.series(VENUE, RoomSlug("zaal"), [wrong], T0_NS, T0_NS + 1, 1)


NAMES = (
    "grote zaal",
    "a,b=c",
    "venue=x,room=y",
    'say "hi"',
    "it's",
    "' OR 1=1 --",
    "'; DROP TABLE air; --",
    '"; DROP MEASUREMENT "air"',
    "x co2_ppm=1 1",
    "$venue",
    "zaal.*",
    "/.*/",
    "salle d'été №5 中",
    "#comment",
    " leading and trailing ",
)


class TestFieldsThatCameLater:
    """A store that held a room's readings before anybody measured this of it."""

    def test_they_are_nothing_until_they_are_something(self, store: Store) -> None:
        def seen() -> list[float | None]:
            found = store.series(
                VENUE, RoomSlug("zaal"), ["humidity_pct"], T0_NS, T0_NS + SECOND_NS * 60, 2
            )
            rows = store.rows("air", VENUE, RoomSlug("zaal"), T0_NS, T0_NS + SECOND_NS * 60)
            return [*found.mean["humidity_pct"], *(humidity_pct(row) for row in rows)]

        store.write([air(0, temperature_c=None), sample(0)])
        assert seen() == [None, None, None]
        store.write([air(30, humidity_pct=44.0)])
        assert seen() == [None, 44.0, None, 44.0]


def humidity_pct(row: Placed | RoomSample) -> float | None:
    assert isinstance(row, Placed)
    assert isinstance(row.reading, AirReading)
    return row.reading.humidity_pct


class TestNames:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_name_is_a_name_and_nothing_else(self, store: Store, name: str) -> None:
        honest, odd = (
            air(0, 700),
            air(0, 900, venue=VenueSlug(name), room=RoomSlug(name), device=DeviceSlug(name)),
        )
        assert store.write([honest, odd]) == ()
        found = store.series(
            VenueSlug(name), RoomSlug(name), ["co2_ppm", "people"], T0_NS, T0_NS + 1, 1
        )
        assert found.mean == {"co2_ppm": (900,), "people": (None,)}
        assert co2(store, points=1) == (700,)
        assert (
            store.count("air", VenueSlug(name), RoomSlug(name)),
            store.count("air", VenueSlug(name)),
        ) == (
            1,
            1,
        )
        assert (store.count("air", VENUE), store.count("air", VENUE, RoomSlug(name))) == (1, 0)

    @pytest.mark.parametrize("name", [*NAMES, "line\nbreak", "back\\slash", "\\", ""])
    def test_asking_for_a_name_that_is_not_there_finds_nothing(
        self, store: Store, name: str
    ) -> None:
        store.write([air(0, 700)])
        assert store.count("air", VenueSlug(name), RoomSlug(name)) == 0
        assert store.series(
            VenueSlug(name), RoomSlug(name), ["co2_ppm"], T0_NS, T0_NS + 1, 1
        ).mean == {"co2_ppm": (None,)}


READINGS = st.lists(
    st.tuples(
        st.integers(0, 999),
        st.floats(0, 40_000, width=32),
        st.sampled_from(["a", "b"]),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda reading: (reading[0], reading[2]),
)


class TestBothAlike:
    @settings(
        max_examples=12,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(
        readings=READINGS,
        from_=st.integers(-5, 500),
        to=st.integers(501, 1100),
        points=st.integers(1, 40),
    )
    def test_any_readings_make_the_series_that_arithmetic_makes(
        self,
        store: Store,
        readings: list[tuple[int, float, str]],
        from_: int,
        to: int,
        points: int,
    ) -> None:
        room = f"room-{uuid4().hex}"
        store.write(
            [
                air(at / 1000, ppm, device=DeviceSlug(f"{room}-{name}"), room=RoomSlug(room))
                for at, ppm, name in readings
            ]
        )
        ms = 1_000_000
        found = store.series(
            VENUE, RoomSlug(room), ["co2_ppm"], T0_NS + from_ * ms, T0_NS + to * ms, points
        )
        ends = [*found.at_ns[1:], T0_NS + to * ms]
        for at_ns, end_ns, mean, low, high in zip(
            found.at_ns,
            ends,
            found.mean["co2_ppm"],
            found.min["co2_ppm"],
            found.max["co2_ppm"],
            strict=True,
        ):
            by_device: dict[str, list[float]] = {}
            for at, ppm, name in readings:
                if at_ns <= T0_NS + at * ms < end_ns:
                    by_device.setdefault(name, []).append(ppm)
            if not by_device:
                assert (mean, low, high) == (None, None, None)
                continue
            means = [sum(values) / len(values) for values in by_device.values()]
            every = [value for values in by_device.values() for value in values]
            assert mean == pytest.approx(sum(means) / len(means))
            assert (low, high) == (min(every), max(every))


class TestRows:
    """What was written comes back as it was: for exports, reports and their digests."""

    def test_rows_come_back_whole_and_in_order(self, store: Store) -> None:
        rows = [
            air(0, 700, device=DeviceSlug("b"), humidity_pct=44.5),
            air(0, 812.25, device=DeviceSlug("a"), temperature_c=None, seq=2**62),
            air(10, 0.1 + 0.2, device=DeviceSlug("a")),
            air(5, 900, room=RoomSlug("hal")),
        ]
        store.write([rows[2], rows[0], rows[3], rows[1]])
        found = list(store.rows("air", VENUE, None, T0_NS, T0_NS + 60 * SECOND_NS))
        assert found == [rows[3], rows[1], rows[0], rows[2]]
        assert list(store.rows("air", VENUE, RoomSlug("hal"), T0_NS, T0_NS + 60 * SECOND_NS)) == [
            rows[3]
        ]

    def test_people_and_room_samples_come_back_too(self, store: Store) -> None:
        counts = [
            people(0, count=3),
            people(5, in_total=7, out_total=4, device=DeviceSlug("door-2")),
            people(6, motion=0, device=DeviceSlug("pir-1")),
            people(7, motion=12, device=DeviceSlug("pir-1")),
            people(8, count=3, motion=1),
        ]
        made = [sample(0, 3, flow_lps=90.0), sample(1, None, level="unknown")]
        store.write([*counts, *made])
        span = (T0_NS, T0_NS + 60 * SECOND_NS)
        assert list(store.rows("people", VENUE, RoomSlug("zaal"), *span)) == counts
        assert list(store.rows("room", VENUE, RoomSlug("zaal"), *span)) == made

    def test_the_range_takes_its_beginning_and_leaves_its_end(self, store: Store) -> None:
        store.write([air(-1, 1), air(0, 2), air(59, 3), air(60, 4)])
        found = store.rows("air", VENUE, RoomSlug("zaal"), T0_NS, T0_NS + 60 * SECOND_NS)
        assert [row.reading.co2_ppm for row in found] == [2, 3]  # type: ignore[union-attr]

    def test_more_rows_than_a_page_holds_are_all_given_once(self, store: Store) -> None:
        """Three devices speak at the same moments: a page may end between them."""
        rows = [air(i, device=DeviceSlug(f"co2-{d}")) for i in range(4_100) for d in range(3)]
        store.write(rows)
        found = list(store.rows("air", VENUE, None, T0_NS, T0_NS + 10_000 * SECOND_NS))
        assert found == rows

    def test_a_moment_with_more_devices_than_a_page_is_given_once(self, store: Store) -> None:
        rows = [air(0, device=DeviceSlug(f"co2-{d:04}")) for d in range(5_001)]
        store.write([*rows, air(1)])
        found = list(store.rows("air", VENUE, RoomSlug("zaal"), T0_NS, T0_NS + 10 * SECOND_NS))
        assert found == [*rows, air(1)]

    def test_an_empty_store_and_a_range_of_no_length_have_none(self, store: Store) -> None:
        assert list(store.rows("air", VENUE, None, T0_NS, T0_NS + 1)) == []
        store.write([air(0)])
        assert list(store.rows("air", VENUE, None, T0_NS, T0_NS)) == []
        assert list(store.rows("air", VenueSlug("other"), None, T0_NS, T0_NS + 1)) == []

    def test_a_range_that_cannot_be_is_refused_before_anything_is_read(self, store: Store) -> None:
        with pytest.raises(ValueError, match="expected"):
            store.rows("air", VENUE, None, T0_NS + 1, T0_NS)

    @pytest.mark.parametrize("name", NAMES)
    def test_rows_of_an_odd_name_are_its_own(self, store: Store, name: str) -> None:
        odd = air(0, 900, venue=VenueSlug(name), room=RoomSlug(name), device=DeviceSlug(name))
        store.write([air(0, 700), odd])
        assert list(store.rows("air", VenueSlug(name), None, T0_NS, T0_NS + 1)) == [odd]


def test_a_venue_is_removed_and_no_other(store: Store) -> None:
    other = VenueSlug("elders")
    store.write([air(0), air(0, venue=other), people(1, count=2), sample(2)])
    assert store.remove(VENUE)
    assert [store.count(kind, VENUE) for kind in ("air", "people", "room")] == [0, 0, 0]
    assert store.count("air", other) == 1
    assert store.write([air(5)]) == ()
    assert store.count("air", VENUE) == 1


def test_a_venue_that_was_never_there_is_removed_too(store: Store) -> None:
    assert store.remove(VENUE)
    store.write([air(0)])
    assert store.remove(VenueSlug("elders"))
    assert store.count("air", VENUE) == 1
