"""What a report says, case by case: the room holds twelve, the limit is 1200 ppm, off by 86 at most."""

import random
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.policy import DEFAULT
from gateway.domain.report.material import Material, SetCount
from gateway.domain.report.presence import worth_saying
from gateway.domain.report.report import Report
from gateway.domain.report.revision import changes_between
from gateway.domain.room import Room
from sensors.wire.reading import About, AirReading
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.domain.report.evening import (
    ABOUTS,
    END,
    FRESH,
    START,
    THERE,
    air,
    at,
    door,
    every_minute,
    flow,
    heads,
    material,
    ns,
    people_every_minute,
    report,
)

LIMITED_FLOW = replace(DEFAULT, co2_limit_ppm=None, min_flow_lps=10.0)
RANK = {"not_kept": 0, "cannot_say": 1, "kept": 2}


def with_air(*values: tuple[tuple[float, float], float]) -> Material:
    return material(every_minute({(-60, 0): 600} | dict(values)), THERE)


class TestVentilation:
    @pytest.mark.parametrize(
        ("made_of", "verdict", "why", "minutes"),
        [
            (with_air(((0, 210), 700)), "kept", None, 0),
            (with_air(((0, 20), 700), ((20, 50), 1400), ((50, 210), 700)), "not_kept", None, 30),
            (
                with_air(((0, 20), 700), ((20, 24), 1400), ((24, 210), 700)),
                "kept",
                None,
                4,
            ),
            (
                with_air(((0, 20), 700), ((20, 50), 1262), ((50, 210), 700)),
                "cannot_say",
                "sensor_error",
                30,
            ),
            (
                with_air(((0, 20), 700), ((20, 50), 1150), ((50, 210), 700)),
                "cannot_say",
                "sensor_error",
                0,
            ),
            (with_air(((0, 40), 700)), "cannot_say", "too_little_data", 0),
            (with_air(((0, 40), 700), ((60, 210), 700)), "cannot_say", "too_little_data", 0),
            (with_air(((0, 40), 1400)), "not_kept", None, 44),
        ],
        ids=[
            "well below",
            "over for half an hour by more than the sensor may be off",
            "over for less than a breach must last",
            "over by less than the sensor may be off",
            "below by less than the sensor may be off",
            "the sensor fell silent",
            "a gap in which a breach could have come and gone",
            "a breach that was seen stands, however little was seen",
        ],
    )
    def test_verdicts(
        self, made_of: Material, verdict: str, why: str | None, minutes: float
    ) -> None:
        found = report(made_of)
        assert (found.ventilation.verdict, found.ventilation.why) == (verdict, why)
        assert found.co2.minutes_over == pytest.approx(minutes)

    def test_the_peak_says_when_and_the_mean_is_over_time(self) -> None:
        found = report(with_air(((0, 30), 800), ((30, 60), 1400), ((60, 210), 800)))
        assert (found.co2.worst, found.co2.worst_at) == (1400, at(30))
        # 5 minutes at 600, 30 at 800, 30 at 1400, 35 at 800: people stayed from 18:55 to 20:35
        assert found.co2.mean == pytest.approx((5 * 600 + 65 * 800 + 30 * 1400) / 100)

    def test_a_device_that_says_how_exact_it_is_is_believed(self) -> None:
        """1262 ppm cannot be told from 1200 with an error of 86 ppm, but with one of 20 it can."""
        made_of = with_air(((0, 20), 700), ((20, 50), 1262), ((50, 210), 700))
        exact = {"co2-1": About("scd30", None, 60.0, error_ppm=20.0, error_pct=0.0)}
        assert report(made_of, abouts=exact).ventilation.verdict == "not_kept"
        assert report(made_of, abouts=exact).co2.error == 20
        assert report(made_of).co2.error == 86

    def test_a_policy_without_a_limit_has_no_verdict_but_still_says_what_was_measured(self) -> None:
        found = report(with_air(((0, 210), 900)), replace(DEFAULT, co2_limit_ppm=None))
        assert (found.ventilation.verdict, found.ventilation.why) == (None, "no_limit")
        assert found.co2.worst == 900

    def test_levels_above_outdoor_are_made_absolute(self) -> None:
        above = replace(DEFAULT, co2_limit_ppm=800.0, above_outdoor=True)
        assert report(with_air(((0, 210), 700)), above).co2.limit == 1230

    @pytest.mark.parametrize(
        ("low", "value", "high", "verdict", "why", "minutes"),
        [
            (11, 13, 16, "kept", None, 0),
            (4, 5, 6, "not_kept", None, 100),
            (7, 9, 14, "cannot_say", "sensor_error", 100),
        ],
        ids=["surely enough", "surely too little", "too uncertain to tell"],
    )
    def test_fresh_air_for_each_person(
        self, low: float, value: float, high: float, verdict: str, why: str | None, minutes: float
    ) -> None:
        estimates = tuple(flow(minute, low, value, high) for minute in range(-60, 210))
        found = report(material(FRESH, THERE, estimates), LIMITED_FLOW)
        assert (found.ventilation.verdict, found.ventilation.why) == (verdict, why)
        assert found.flow.minutes_over == pytest.approx(minutes)
        assert found.flow.mean == pytest.approx(value)

    def test_cleaned_air_may_make_up_for_what_is_missing(self) -> None:
        estimates = tuple(flow(minute, 4, 5, 6) for minute in range(-60, 210))
        cleaned = replace(LIMITED_FLOW, counts_cleaned_air=True)
        found = report(material(FRESH, THERE, estimates), cleaned)
        assert (found.ventilation.verdict, found.ventilation.why) == ("cannot_say", "cleaned_air")

    @pytest.mark.parametrize(("one_suffices", "verdict"), [(True, "kept"), (False, "not_kept")])
    def test_of_two_limits_the_worse_decides_unless_one_suffices(
        self, one_suffices: bool, verdict: str
    ) -> None:
        estimates = tuple(flow(minute, 4, 5, 6) for minute in range(-60, 210))
        two = replace(DEFAULT, min_flow_lps=10.0, one_suffices=one_suffices)
        assert report(material(FRESH, THERE, estimates), two).ventilation.verdict == verdict

    def test_without_an_estimate_fresh_air_cannot_be_said(self) -> None:
        found = report(material(FRESH, THERE), LIMITED_FLOW)
        assert (found.flow.verdict, found.flow.why) == ("cannot_say", "too_little_data")


class TestOccupancy:
    @pytest.mark.parametrize(
        ("counts", "verdict", "why", "minutes"),
        [
            ({(-5, 95): 12, (95, 130): 0}, "kept", None, 0),
            ({(-5, 20): 10, (20, 30): 13, (30, 95): 10, (95, 130): 0}, "not_kept", None, 10),
            ({(-5, 40): 10}, "cannot_say", "too_little_data", 0),
            ({}, "cannot_say", "not_counted", None),
        ],
        ids=["as many as fit", "one too many for ten minutes", "counter silent", "no counter"],
    )
    def test_verdicts(
        self,
        counts: dict[tuple[float, float], int],
        verdict: str,
        why: str | None,
        minutes: float | None,
    ) -> None:
        found = report(material(FRESH, people_every_minute(counts)))
        assert (found.occupancy.verdict, found.occupancy.why) == (verdict, why)
        assert found.occupancy.minutes_over == minutes

    def test_a_room_without_seats_has_no_limit(self) -> None:
        found = report(
            material(FRESH, THERE), room=Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre")
        )
        assert (found.occupancy.verdict, found.occupancy.worst) == (None, 10)

    def test_doors_are_summed_from_the_night_on(self) -> None:
        doors = (
            door(-60 * 20, 500, 480),
            *(door(m, 500, 480) for m in range(-60, -5)),
            *(door(m, 512, 480) for m in range(-5, 40)),
            *(door(m, 514, 480) for m in range(40, 60)),
            *(door(m, 514, 514 - 20) for m in range(60, 130)),
        )
        found = report(material(FRESH, doors))
        assert (found.occupancy.verdict, found.occupancy.worst) == ("not_kept", 14)
        assert (found.occupancy.worst_at, found.occupancy.minutes_over) == (at(40), 20)

    def test_doors_that_miscount_make_a_full_room_uncertain(self) -> None:
        """More went out than had come in: somebody came in unseen, and may be in still."""
        doors = (
            door(-59, 100, 100),
            door(-58, 100, 102),
            *(door(m, 113, 102) for m in range(-5, 95)),
        )
        found = report(material(FRESH, doors))
        assert (found.occupancy.worst, found.occupancy.error) == (11, 2)
        assert (found.occupancy.verdict, found.occupancy.why) == ("cannot_say", "sensor_error")

    def test_a_count_set_by_hand_is_the_base_of_the_doors(self) -> None:
        doors = tuple(door(m, 500, 500) for m in range(-60, 100))
        found = report(material(FRESH, doors, set_counts=(SetCount(ns(0), 9),)))
        assert found.occupancy.worst == 9

    def test_people_by_the_air_are_told_where_nobody_counted(self) -> None:
        estimates = tuple(flow(minute, 11, 13, 16, people=8) for minute in range(-60, 210))
        assert report(material(FRESH, (), estimates)).people_by_air == 8
        assert report(material(FRESH, THERE, estimates)).people_by_air is None


class TestPresence:
    def test_a_meeting_that_started_early_and_ran_over_is_judged_on_all_of_it(self) -> None:
        there = people_every_minute({(-60, -25): 0, (-25, 130): 10, (130, 200): 0})
        made_of = material(
            every_minute({(-60, 100): 700, (100, 125): 1500, (125, 210): 700}), there
        )
        found = report(made_of)
        assert (found.presence.start, found.presence.end) == (at(-25), at(130))
        assert worth_saying(START - found.presence.start) == timedelta(minutes=25)
        assert worth_saying(found.presence.end - END) == timedelta(minutes=40)
        assert (found.co2.verdict, found.co2.minutes_over) == ("not_kept", 25)

    def test_without_counts_the_planned_time_stands(self) -> None:
        found = report(material(FRESH))
        assert (found.presence.start, found.presence.end) == (START, END)
        assert found.presence.basis == "planned"
        assert found.basis.to_ns == ns(90)

    def test_who_sets_out_the_chairs_is_no_meeting_yet(self) -> None:
        there = people_every_minute({(-60, 0): 2, (0, 90): 10, (90, 130): 2})
        found = report(material(FRESH, there))
        assert (found.presence.start, found.presence.end) == (START, END)

    def test_a_coffee_break_ends_nothing(self) -> None:
        there = people_every_minute({(0, 40): 10, (40, 52): 0, (52, 90): 10, (90, 120): 0})
        assert report(material(FRESH, there)).presence.end == END

    def test_people_who_left_early_are_not_measured_afterwards(self) -> None:
        there = people_every_minute({(-10, 0): 0, (0, 50): 10, (50, 120): 0})
        made_of = material(every_minute({(-60, 60): 700, (60, 210): 1500}), there)
        found = report(made_of)
        assert (found.presence.end, found.co2.verdict) == (at(50), "kept")

    def test_a_counter_that_falls_silent_sends_nobody_home(self) -> None:
        found = report(material(FRESH, people_every_minute({(0, 40): 10})))
        assert (found.presence.end, found.presence.basis) == (END, "partly")
        woken = report(material(FRESH, people_every_minute({(30, 95): 10, (95, 130): 0})))
        assert (woken.presence.start, woken.presence.end) == (START, at(95))
        assert woken.presence.basis == "partly"

    def test_nobody_came(self) -> None:
        found = report(material(FRESH, people_every_minute({(-60, 130): 0})))
        assert (found.presence.basis, found.presence.end) == ("nobody", END)
        assert found.occupancy.verdict == "kept"

    def test_what_comes_after_everybody_left_is_no_part_of_it(self) -> None:
        found = report(material(FRESH, THERE))
        assert found.basis.to_ns == ns(95 + 15)
        assert all(one.received == 100 for one in found.sensors)


class TestSensors:
    def test_what_was_expected_what_came_and_the_longest_gap(self) -> None:
        made_of = material(every_minute({(-60, 30): 700, (38, 210): 700}), THERE)
        calibrated = {"co2-1": msgspec.structs.replace(ABOUTS["co2-1"], calibrated_at=at(-9999))}
        sensor, counter = report(made_of, abouts=calibrated).sensors
        assert (sensor.device, sensor.kind, sensor.model) == ("co2-1", "air", "mh-z19c")
        assert (sensor.expected, sensor.received, sensor.longest_gap_s) == (100, 92, 540)
        assert sensor.calibrated_at == at(-9999)
        assert (counter.device, counter.expected, counter.calibrated_at) == ("cam-1", None, None)


ANY_AIR = st.lists(
    st.tuples(st.integers(-60, 205), st.integers(400, 2500)),
    max_size=60,
    unique_by=lambda reading: reading[0],
).map(lambda found: tuple(air(minute, float(ppm)) for minute, ppm in found))


class TestLaws:
    @given(ANY_AIR, st.integers(500, 2000), st.integers(0, 800))
    def test_a_looser_limit_never_makes_a_verdict_worse(
        self, readings: tuple[AirReading, ...], limit: int, looser: int
    ) -> None:
        strict, loose = (
            report(material(readings, THERE), replace(DEFAULT, co2_limit_ppm=float(ppm)))
            for ppm in (limit, limit + looser)
        )
        assert RANK[loose.co2.verdict or ""] >= RANK[strict.co2.verdict or ""]
        assert (loose.co2.minutes_over or 0) <= (strict.co2.minutes_over or 0)

    @given(ANY_AIR)
    def test_minutes_over_fit_into_the_meeting(self, readings: tuple[AirReading, ...]) -> None:
        found = report(material(readings, THERE))
        length = (found.presence.end - found.presence.start) / timedelta(minutes=1)
        assert 0 <= (found.co2.minutes_over or 0) <= length

    @given(ANY_AIR, st.integers())
    def test_nothing_depends_on_the_order_of_arrival(
        self, readings: tuple[AirReading, ...], seed: int
    ) -> None:
        dice = random.Random(seed)
        mixed_air = tuple(dice.sample(readings, len(readings)))
        mixed_people = tuple(dice.sample(THERE, len(THERE)))
        assert report(material(mixed_air, mixed_people)) == report(material(readings, THERE))

    @given(ANY_AIR.filter(bool), st.data())
    def test_the_digest_changes_with_any_reading(
        self, readings: tuple[AirReading, ...], data: st.DataObject
    ) -> None:
        index = data.draw(st.integers(0, len(readings) - 1))
        one = readings[index]
        window_end = ns(95 + 15)
        changed = msgspec.structs.replace(one, co2_ppm=one.co2_ppm + 0.1)
        other = (*readings[:index], changed, *readings[index + 1 :])
        same = (
            report(material(other, THERE)).basis.sha256
            == report(material(readings, THERE)).basis.sha256
        )
        assert same == (one.at_ns >= window_end)

    def test_when_a_reading_arrived_is_no_part_of_the_digest(self) -> None:
        later = tuple(msgspec.structs.replace(r, arrived_ns=r.arrived_ns + 10**12) for r in FRESH)
        assert report(material(later, THERE)) == report(material(FRESH, THERE))


class TestRevision:
    def test_what_changed_is_named(self) -> None:
        hidden = material(every_minute({(-60, 30): 700, (70, 210): 700}), THERE)
        whole = with_air(((0, 30), 700), ((30, 70), 1400), ((70, 210), 700))
        old, new = report(hidden), report(whole)
        assert changes_between(old, new) == (
            ("ventilation", "cannot_say", "not_kept"),
            ("highest_ppm", "700", "1400"),
            ("minutes_over", "0", "40"),
            ("readings", str(old.basis.readings), str(new.basis.readings)),
        )

    def test_a_report_survives_being_kept(self) -> None:
        found = report(material(FRESH, THERE))
        assert msgspec.json.decode(msgspec.json.encode(found), type=Report) == found


def test_a_counter_wins_over_doors_while_it_is_fresh() -> None:
    doors = tuple(door(m, 100 + (9 if m >= 0 else 0), 100) for m in range(-60, 100))
    found = report(material(FRESH, (*doors, *(heads(m, 7) for m in range(20, 60)))))
    assert found.occupancy.worst == 9
    assert found.occupancy.mean is not None
    assert 7 < found.occupancy.mean < 9
