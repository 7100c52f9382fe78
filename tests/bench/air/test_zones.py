from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.air.zones import Zones, stepped

OUTDOOR_PPM = 430.0

zones = st.builds(
    Zones,
    st.floats(40, 800),
    st.floats(0.3, 0.7),
    st.floats(0.15, 0.85),
    st.floats(0.15, 0.85),
    st.floats(120, 600),
)
flows = st.floats(0, 5000)
sources = st.floats(0, 1)
levels = st.floats(400, 4000)


def after(room: Zones, hours: float, flow_lps: float, source_lps: float) -> tuple[float, float]:
    one_ppm = two_ppm = OUTDOOR_PPM
    for _ in range(round(hours * 720)):
        one_ppm, two_ppm = stepped(room, one_ppm, two_ppm, flow_lps, source_lps, OUTDOOR_PPM, 5.0)
    return one_ppm, two_ppm


@given(zones, flows, sources, levels, levels)
def test_what_is_in_changes_by_what_is_given_off_and_carried_out(
    room: Zones, flow_lps: float, source_lps: float, one_ppm: float, two_ppm: float
) -> None:
    later = stepped(room, one_ppm, two_ppm, flow_lps, source_lps, OUTDOOR_PPM, 5.0)
    middle = (0.5 * (one_ppm + later[0]), 0.5 * (two_ppm + later[1]))
    supply = (flow_lps * room.supply_share, flow_lps * (1.0 - room.supply_share))
    carried = sum(q * (OUTDOOR_PPM - c) for q, c in zip(supply, middle, strict=True))
    gained = 1e3 * room.volume_m3 * (room.mean_ppm(*later) - room.mean_ppm(one_ppm, two_ppm))
    wanted = 5.0 * (1e6 * source_lps + carried)
    assert gained == pytest.approx(wanted, rel=1e-6, abs=1e-3 * room.volume_m3)


def test_mixing_alone_neither_makes_nor_loses_co2_and_takes_the_time_it_should() -> None:
    room = Zones(200.0, 0.4, 0.4, 0.4, 300.0)
    one_ppm, two_ppm = 1000.0, 500.0
    for _ in range(60):
        one_ppm, two_ppm = stepped(room, one_ppm, two_ppm, 0.0, 0.0, OUTDOOR_PPM, 5.0)
    assert room.mean_ppm(one_ppm, two_ppm) == pytest.approx(0.4 * 1000 + 0.6 * 500)
    assert one_ppm - two_ppm == pytest.approx(500 * exp(-1.0), rel=1e-3)


def test_everything_constant_comes_to_the_steady_state() -> None:
    # 20 people of 5 mL/s in 150 L/s: 1e6 * 0.1 / 150 = 667 ppm over outdoors in what goes out.
    room = Zones(200.0, 0.5, 0.6, 0.3, 240.0)
    one_ppm, two_ppm = after(room, 6.0, 150.0, 0.1)
    out_ppm = 0.6 * one_ppm + 0.4 * two_ppm
    assert out_ppm - OUTDOOR_PPM == pytest.approx(1e6 * 0.1 / 150.0, rel=1e-6)
    assert two_ppm > one_ppm


def test_two_zones_that_are_alike_are_one_room() -> None:
    # 120 m3, 100 L/s and 0.05 L/s of CO2: 500 ppm over outdoors at rest, reached at rate 1/1200 s.
    room = Zones(120.0, 0.5, 0.5, 0.5, 300.0)
    one_ppm, two_ppm = after(room, 0.5, 100.0, 0.05)
    assert one_ppm == pytest.approx(two_ppm)
    assert one_ppm == pytest.approx(OUTDOOR_PPM + 500.0 * (1.0 - exp(-1800 / 1200)), rel=1e-5)
