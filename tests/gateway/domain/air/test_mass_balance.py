import csv
from collections.abc import Callable
from itertools import pairwise
from math import inf, isfinite, isinf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.mass_balance import (
    air_changes_per_h,
    flow_of,
    ppm_after,
    seconds_to,
)
from tests.recordings import recording

volumes = st.floats(1.0, 1e5)
flows = st.one_of(st.just(0.0), st.floats(1e-6, 1e5))
sources = st.floats(0.0, 10.0)
outdoors = st.floats(300.0, 600.0)
levels = st.floats(300.0, 1e4)
spans = st.floats(0.0, 1e6)


def steady_ppm(flow_lps: float, outdoor_ppm: float, source_lps: float) -> float:
    """Where the CO2 comes to rest: C_out + G/Q. Infinite for a source without any flow."""
    if flow_lps > 0:
        return outdoor_ppm + 1e6 * source_lps / flow_lps
    return inf if source_lps > 0 else outdoor_ppm


def stepped(
    slope: Callable[[float], float], level: float, seconds: float, steps: int = 400
) -> float:
    """By Runge and Kutta's method of the fourth order."""
    h = seconds / steps
    for _ in range(steps):
        a = slope(level)
        b = slope(level + h / 2 * a)
        c = slope(level + h / 2 * b)
        d = slope(level + h * c)
        level += h / 6 * (a + 2 * b + 2 * c + d)
    return level


class TestAfter:
    @given(
        volume_m3=st.floats(20.0, 1000.0),
        changes=st.floats(0.0, 12.0),
        source_lps=st.floats(0.0, 0.5),
        co2_ppm=levels,
        hours=st.floats(0.0, 4.0),
    )
    def test_the_closed_form_is_what_an_equation_solver_finds(
        self, volume_m3: float, changes: float, source_lps: float, co2_ppm: float, hours: float
    ) -> None:
        # In m3, hours and parts, so that a unit taken wrongly shows.
        def slope(ppm: float) -> float:
            return changes * (430.0 - ppm) + 1e6 * (source_lps * 3.6) / volume_m3

        flow_lps = flow_of(volume_m3, changes)
        found = ppm_after(volume_m3, flow_lps, 430.0, source_lps, co2_ppm, 3600.0 * hours)
        assert found == pytest.approx(stepped(slope, co2_ppm, hours), rel=1e-6)

    @given(volumes, flows, outdoors, sources, levels, spans, st.floats(0.01, 100.0))
    def test_twice_the_room_with_twice_the_flow_and_people_is_the_same(
        self,
        volume_m3: float,
        flow_lps: float,
        outdoor_ppm: float,
        source_lps: float,
        co2_ppm: float,
        seconds: float,
        times: float,
    ) -> None:
        one = ppm_after(volume_m3, flow_lps, outdoor_ppm, source_lps, co2_ppm, seconds)
        many = ppm_after(
            times * volume_m3, times * flow_lps, outdoor_ppm, times * source_lps, co2_ppm, seconds
        )
        assert many == pytest.approx(one, rel=1e-9)

    @given(volumes, flows, outdoors, sources, levels, spans, st.floats(0.0, 1.0))
    def test_an_interval_in_two_pieces_ends_where_it_ends_in_one(
        self,
        volume_m3: float,
        flow_lps: float,
        outdoor_ppm: float,
        source_lps: float,
        co2_ppm: float,
        seconds: float,
        part: float,
    ) -> None:
        whole = ppm_after(volume_m3, flow_lps, outdoor_ppm, source_lps, co2_ppm, seconds)
        air = volume_m3, flow_lps, outdoor_ppm, source_lps
        end = ppm_after(*air, ppm_after(*air, co2_ppm, part * seconds), seconds - part * seconds)
        assert end == pytest.approx(whole, rel=1e-9)

    @given(volumes, flows, outdoors, sources, levels, spans)
    def test_it_stays_between_where_it_began_and_where_it_comes_to_rest(
        self,
        volume_m3: float,
        flow_lps: float,
        outdoor_ppm: float,
        source_lps: float,
        co2_ppm: float,
        seconds: float,
    ) -> None:
        found = ppm_after(volume_m3, flow_lps, outdoor_ppm, source_lps, co2_ppm, seconds)
        rest = steady_ppm(flow_lps, outdoor_ppm, source_lps)
        if flow_lps == 0.0 and source_lps == 0.0:
            rest = co2_ppm  # nothing comes, nothing goes
        assert isfinite(found)
        low, high = min(co2_ppm, rest), max(co2_ppm, rest)
        assert low * (1.0 - 1e-9) <= found <= high * (1.0 + 1e-9)

    @given(volumes, outdoors, sources, levels, st.floats(0.0, 1e5))
    def test_a_flow_that_is_almost_nothing_is_as_no_flow(
        self,
        volume_m3: float,
        outdoor_ppm: float,
        source_lps: float,
        co2_ppm: float,
        seconds: float,
    ) -> None:
        none = co2_ppm + 1e3 * source_lps / volume_m3 * seconds
        for flow_lps in (0.0, 1e-300, 1e-15):
            found = ppm_after(volume_m3, flow_lps, outdoor_ppm, source_lps, co2_ppm, seconds)
            assert found == pytest.approx(none, rel=1e-9)

    def test_no_time_changes_nothing(self) -> None:
        assert ppm_after(100.0, 50.0, 430.0, 0.1, 777.0, 0.0) == 777.0


class TestSteadyState:
    @given(volumes, st.floats(0.1, 1e4), outdoors, sources, levels)
    def test_after_many_air_changes_the_room_is_at_rest(
        self,
        volume_m3: float,
        flow_lps: float,
        outdoor_ppm: float,
        source_lps: float,
        co2_ppm: float,
    ) -> None:
        long_s = 40.0 * 1e3 * volume_m3 / flow_lps
        found = ppm_after(volume_m3, flow_lps, outdoor_ppm, source_lps, co2_ppm, long_s)
        assert found == pytest.approx(steady_ppm(flow_lps, outdoor_ppm, source_lps), rel=1e-9)

    def test_it_is_outdoor_air_and_what_people_add_to_each_litre(self) -> None:
        # 10 L/s for each of 20 people who give off 5 ml/s: 500 ppm over outdoor.
        assert steady_ppm(200.0, 430.0, 20 * 0.005) == pytest.approx(930.0)

    def test_without_flow_it_never_rests_while_anybody_is_in(self) -> None:
        assert isinf(steady_ppm(0.0, 430.0, 0.005))
        assert steady_ppm(0.0, 430.0, 0.0) == 430.0


class TestSecondsTo:
    @given(
        volumes,
        st.one_of(st.just(0.0), st.floats(1e-9, 1e4)),
        st.floats(300.0, 600.0),
        st.floats(0.0, 10.0),
        st.floats(400.0, 2000.0),
        st.floats(500.0, 5000.0),
    )
    def test_the_room_is_at_the_limit_when_it_says(
        self,
        volume_m3: float,
        flow_lps: float,
        outdoor_ppm: float,
        source_lps: float,
        co2_ppm: float,
        limit_ppm: float,
    ) -> None:
        seconds = seconds_to(limit_ppm, volume_m3, flow_lps, outdoor_ppm, source_lps, co2_ppm)
        if isinf(seconds):
            rest = steady_ppm(flow_lps, outdoor_ppm, source_lps)
            assert rest <= limit_ppm * (1.0 + 1e-9) or source_lps < 1e-290
        elif seconds > 0.0:
            found = ppm_after(volume_m3, flow_lps, outdoor_ppm, source_lps, co2_ppm, seconds)
            assert found == pytest.approx(limit_ppm, rel=1e-7)
        else:
            assert co2_ppm >= limit_ppm

    def test_it_is_there_already(self) -> None:
        assert seconds_to(1200.0, 100.0, 50.0, 430.0, 0.0, 1200.0) == 0.0
        assert seconds_to(1200.0, 100.0, 50.0, 430.0, 0.0, 1500.0) == 0.0

    def test_it_never_comes_there(self) -> None:
        assert seconds_to(1200.0, 100.0, 50.0, 430.0, 0.02, 800.0) == inf
        assert seconds_to(1200.0, 100.0, 0.0, 430.0, 0.0, 800.0) == inf

    def test_a_tight_room_fills_in_a_straight_line(self) -> None:
        # 100 m3 and 0.1 L/s: one ppm a second.
        for flow_lps in (0.0, 1e-12):
            found = seconds_to(1200.0, 100.0, flow_lps, 430.0, 0.1, 900.0)
            assert found == pytest.approx(300.0, rel=1e-6)


def test_air_changes_and_flow_are_the_same_thing() -> None:
    # A 100 m3 room at 3.6 air changes: 360 m3/h are 100 L/s.
    assert flow_of(100.0, 3.6) == pytest.approx(100.0)
    assert air_changes_per_h(100.0, 100.0) == pytest.approx(3.6)


@pytest.mark.parametrize(
    ("column", "changes_after_11"),
    [pytest.param("A_3ach_ppm", 3.0, id="A"), pytest.param("B_1then5ach_ppm", 5.0, id="B")],
)
def test_an_independent_model_has_the_same_day(column: str, changes_after_11: float) -> None:
    with recording("reference/single-zone-a-b.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    at_11 = 3.0 if column.startswith("A") else 1.0
    found_ppm = [float(rows[0][column])]
    for before, after in pairwise(rows):
        begin_h, end_h = float(before["hour"]), float(after["hour"])
        changes = changes_after_11 if begin_h >= 10.999 else at_11
        source_lps = _people(begin_h) * 0.02142 / 3.6
        # The hours are rounded; the rows are five minutes apart.
        assert end_h - begin_h == pytest.approx(1 / 12, abs=2e-6)
        flow_lps = flow_of(150.0, changes)
        found_ppm.append(ppm_after(150.0, flow_lps, 440.44, source_lps, found_ppm[-1], 300.0))
    assert found_ppm == pytest.approx([float(row[column]) for row in rows], rel=1e-6)


def _people(hour: float) -> int:
    for until, people in ((10.0, 8), (10.25, 3), (12.0, 12)):
        if hour < until - 1e-3:
            return people
    return 0
