from datetime import datetime
from itertools import pairwise

import pytest

from firmware_sim.device_events import device_events
from firmware_sim.scenario.scenario import (
    OUTSIDE,
    Scenario,
    find_scenario,
    load_scenario,
    parse_scenario,
)
from firmware_sim.timeline import Sample, Sparse, play
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug
from tests.firmware_sim.scenarios import SECOND_NS, local_ns, scenario, tables

EIGHT, ELEVEN = local_ns(8), local_ns(11)


def samples_of(device: DeviceSlug, samples: list[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.reading.device == device]


def air_of(device: DeviceSlug, samples: list[Sample]) -> list[AirReading]:
    found = [sample.reading for sample in samples_of(device, samples)]
    return [reading for reading in found if isinstance(reading, AirReading)]


def people_of(device: DeviceSlug, samples: list[Sample]) -> list[PeopleReading]:
    found = [sample.reading for sample in samples_of(device, samples)]
    return [reading for reading in found if isinstance(reading, PeopleReading)]


class TestRepeatability:
    def test_same_seed_same_start_same_bytes(self) -> None:
        de_kade = load_scenario(find_scenario("de-kade"))
        until = EIGHT + 1800 * SECOND_NS
        once, again = (list(device_events(de_kade, EIGHT, until)) for _ in range(2))
        assert len(once) > 1000
        assert once == again

    def test_another_seed_is_another_day(self) -> None:
        one, two = (
            [s.reading for s in play(scenario(seed=seed), EIGHT, ELEVEN)] for seed in (1, 2)
        )
        assert one != two

    def test_a_later_start_on_the_day_gives_the_rest_of_the_same_readings(self) -> None:
        whole = list(play(scenario(), EIGHT, ELEVEN))
        middle = local_ns(9, 30)
        rest = list(play(scenario(), middle, ELEVEN))
        assert rest == [sample for sample in whole if sample.reading.at_ns >= middle]


class TestDevices:
    def test_each_speaks_at_its_own_interval_in_one_order_of_time(self) -> None:
        samples = list(play(scenario(), EIGHT, ELEVEN))
        times = [sample.reading.at_ns for sample in samples]
        assert times == sorted(times)
        assert times[0] >= EIGHT
        assert times[-1] < ELEVEN
        for device, interval_s in (("air-1", 10), ("count-1", 30), ("door-1", 30)):
            mine = [sample.reading for sample in samples_of(DeviceSlug(device), samples)]
            assert len(mine) == 3 * 3600 // interval_s
            gaps = {(b.at_ns - a.at_ns, (b.seq or 0) - (a.seq or 0)) for a, b in pairwise(mine)}
            assert gaps == {(interval_s * SECOND_NS, 1)}

    def test_a_room_counter_sees_who_is_there(self) -> None:
        samples = list(play(scenario(), EIGHT, ELEVEN))
        counts = samples_of(DeviceSlug("count-1"), samples)
        assert all(
            sample.reading.count == sample.true_people
            for sample in counts
            if isinstance(sample.reading, PeopleReading)
        )
        assert max(sample.true_people for sample in counts) == 10
        assert counts[-1].true_people == 0

    def test_a_door_counter_gives_running_totals_that_come_out_even(self) -> None:
        doors = people_of(DeviceSlug("door-1"), list(play(scenario(), EIGHT, ELEVEN)))
        assert (doors[-1].in_total, doors[-1].out_total) == (10, 10)
        for earlier, later in pairwise(doors):
            assert (later.in_total or 0) >= (earlier.in_total or 0)
            assert (later.out_total or 0) >= (earlier.out_total or 0)

    def test_a_drifting_door_counter_misses_people(self) -> None:
        device = [{"device": "door-1", "measures": ["door"], "drift": 0.5}]
        doors = people_of(DeviceSlug("door-1"), list(play(scenario(device=device), EIGHT, ELEVEN)))
        assert 0 < (doors[-1].in_total or 0) < 10

    def test_two_doors_share_the_people(self) -> None:
        given = tables(device=[{"device": d, "measures": ["door"]} for d in ("door-1", "count-1")])
        samples = list(play(parse_scenario(given, "t"), EIGHT, ELEVEN))
        ins = [people_of(DeviceSlug(d), samples)[-1].in_total or 0 for d in ("door-1", "count-1")]
        assert sum(ins) == 10
        assert all(ins)

    def test_one_box_can_see_air_and_people(self) -> None:
        device = [{"device": "air-1", "measures": ["air", "count"]}]
        samples = list(play(scenario(device=device), EIGHT, EIGHT + 60 * SECOND_NS))
        assert [s.reading.kind for s in samples_of(DeviceSlug("air-1"), samples)] == [
            "air",
            "people",
        ] * 6

    def test_a_motion_sensor_sees_who_is_in_and_counts_nobody(self) -> None:
        device = [{"device": "count-1", "measures": ["motion"], "interval_s": 60}]
        samples = list(play(scenario(device=device), EIGHT, ELEVEN))
        said = [
            (sample.true_people, sample.reading)
            for sample in samples_of(DeviceSlug("count-1"), samples)
        ]
        moved = {people: [0, 0] for people in (0, 10)}
        for people, reading in said:
            assert isinstance(reading, PeopleReading)
            assert (reading.count, reading.in_total) == (None, None)
            assert reading.motion is not None
            if people in moved:
                moved[people][0] += 1
                moved[people][1] += reading.motion > 0
        assert moved[0][0] > 20
        assert moved[0][1] <= 2  # who went out since the moment before
        assert moved[10][1] > 0.9 * moved[10][0] > 20

    def test_motion_beside_a_door_is_one_message(self) -> None:
        device = [{"device": "door-1", "measures": ["air", "door", "motion"]}]
        samples = list(play(scenario(device=device), EIGHT, EIGHT + 60 * SECOND_NS))
        found = [s.reading for s in samples_of(DeviceSlug("door-1"), samples)]
        assert [reading.kind for reading in found] == ["air", "people"] * 6
        assert isinstance(found[1], PeopleReading)
        assert None not in (found[1].in_total, found[1].out_total, found[1].motion)

    def test_a_device_that_hangs_nowhere_measures_outdoor_air(self) -> None:
        given = tables(outdoor_ppm=444, device=[{"device": "air-1", "noise_ppm": 0}])
        del given["venue"][0]["device"][0]["room"]
        samples = samples_of(
            DeviceSlug("air-1"), list(play(parse_scenario(given, "t"), EIGHT, ELEVEN))
        )
        assert {s.room for s in samples} == {OUTSIDE}
        assert {r.co2_ppm for r in air_of(DeviceSlug("air-1"), samples)} == {444.0}


class TestSensor:
    def exact(self, **behaviour: float) -> Scenario:
        return scenario(
            device=[{"device": "air-1", "noise_ppm": 0, "lag_s": 0, "step_ppm": 0} | behaviour]
        )

    def test_a_perfect_one_reads_the_truth(self) -> None:
        for sample in samples_of(DeviceSlug("air-1"), list(play(self.exact(), EIGHT, ELEVEN))):
            assert isinstance(sample.reading, AirReading)
            assert sample.reading.co2_ppm == pytest.approx(sample.true_co2_ppm, abs=0.001)

    def test_an_offset_shifts_it(self) -> None:
        for sample in samples_of(
            DeviceSlug("air-1"), list(play(self.exact(offset_ppm=40), EIGHT, ELEVEN))
        ):
            assert isinstance(sample.reading, AirReading)
            assert sample.reading.co2_ppm == pytest.approx(sample.true_co2_ppm + 40, abs=0.001)

    def test_it_rounds_to_its_step(self) -> None:
        readings = air_of(DeviceSlug("air-1"), list(play(self.exact(step_ppm=5), EIGHT, ELEVEN)))
        assert {reading.co2_ppm % 5 for reading in readings} == {0}

    def test_a_slow_one_trails_a_rise(self) -> None:
        rising = list(play(self.exact(lag_s=120), local_ns(9, 10), local_ns(9, 20)))
        for sample in samples_of(DeviceSlug("air-1"), rising):
            assert isinstance(sample.reading, AirReading)
            assert sample.reading.co2_ppm < sample.true_co2_ppm

    def test_noise_has_the_size_it_was_given(self) -> None:
        night = local_ns(1), local_ns(5)
        readings = air_of(DeviceSlug("air-1"), list(play(self.exact(noise_ppm=8), *night)))
        values = [reading.co2_ppm - 430 for reading in readings]
        spread = (sum(v * v for v in values) / len(values)) ** 0.5
        assert spread == pytest.approx(8, rel=0.1)

    def test_temperature_and_humidity_rise_with_people(self) -> None:
        readings = air_of(DeviceSlug("air-1"), list(play(scenario(), EIGHT, ELEVEN)))
        early, late = readings[0], readings[len(readings) * 2 // 3]
        assert (late.temperature_c or 0) > (early.temperature_c or 0) + 1
        assert (late.humidity_pct or 0) > (early.humidity_pct or 0) + 2


class TestDays:
    def test_an_open_window_clears_the_air(self) -> None:
        window = {"start": "09:30", "end": "10:00", "air_changes_per_h": 20}
        shut, opened = (
            list(
                play(scenario(room=[{"room": "zaal", "windows": w}]), local_ns(9, 58), local_ns(10))
            )
            for w in ([], [window])
        )
        assert shut[-1].true_co2_ppm > 800
        assert opened[-1].true_co2_ppm < 600

    def test_local_times_are_met_on_every_day(self) -> None:
        for day in (24, 25):
            samples = list(
                play(scenario(), local_ns(22, day=23), local_ns(9, 30, day=day, second=1))
            )
            assert samples[-1].true_people == 10

    def test_a_dated_meeting_is_met_once(self) -> None:
        given = tables()
        given["venue"][0]["meeting"][0] |= {
            "start": datetime.fromisoformat("2026-11-24T09:00:00+01:00"),
            "end": datetime.fromisoformat("2026-11-24T10:00:00+01:00"),
        }
        played = parse_scenario(given, "t")
        peaks = [
            max(s.true_people for s in play(played, local_ns(8, day=d), local_ns(11, day=d)))
            for d in (23, 24, 25)
        ]
        assert peaks == [0, 10, 0]

    def test_guests_come_before_midnight_and_stay_past_it(self) -> None:
        given = tables(early_min=30, late_min=0, linger_min=0)
        given["venue"][0]["meeting"] = [
            {"room": "zaal", "title": "Laat", "start": "22:00", "end": "23:59",
             "expected_people": 4},
            {"room": "zaal", "title": "Vroeg", "start": "00:10", "end": "01:00",
             "expected_people": 6},
        ]  # fmt: skip
        samples = list(play(parse_scenario(given, "t"), local_ns(22, 30), local_ns(2, day=25)))
        before = [s.true_people for s in samples if s.reading.at_ns < local_ns(0, day=25)]
        after = [s.true_people for s in samples if s.reading.at_ns > local_ns(0, 10, day=25)]
        assert max(before) > 4
        assert max(after) == 6
        assert after[-1] == 0


def test_days_before_yesterday_are_told_more_seldom_and_the_rest_whole() -> None:
    until_ns = local_ns(0, day=24)
    sparse = Sparse(every_ns=60 * SECOND_NS, until_ns=until_ns)
    played = scenario()
    thin = list(play(played, local_ns(0, day=23), local_ns(1, day=24), sparse))
    whole = list(play(played, local_ns(0, day=23), local_ns(1, day=24)))

    told = [reading.at_ns for reading in air_of(DeviceSlug("air-1"), thin)]
    every = [reading.at_ns for reading in air_of(DeviceSlug("air-1"), whole)]
    assert sum(at < until_ns for at in told) == 1440
    assert [at for at in told if at >= until_ns] == [at for at in every if at >= until_ns]
    truth = {s.reading.at_ns: s.true_co2_ppm for s in whole}
    assert all(s.true_co2_ppm == pytest.approx(truth[s.reading.at_ns]) for s in thin)
