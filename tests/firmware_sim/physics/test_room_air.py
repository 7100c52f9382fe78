import csv
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firmware_sim.physics.room_air import Zone, co2_ppm_after
from tests.recordings import recording

ROOM = Zone(volume_m3=150.0, outdoor_ppm=440.44)

ach = st.floats(0.0, 30.0)
hours = st.floats(0.0, 12.0)
generation = st.floats(0.0, 3.0)
ppm = st.floats(300.0, 5000.0)


@example(300.0, 5e-324, 1.0, 1.0, 0.25)
@given(ppm, ach, generation, hours, st.floats(0.0, 1.0))
def test_splitting_a_stretch_changes_nothing(
    start_ppm: float, flow: float, breath: float, lasts_h: float, share: float
) -> None:
    def after(co2_ppm: float, part_h: float) -> float:
        return co2_ppm_after(
            ROOM, co2_ppm, hours=part_h, air_changes_per_h=flow, generation_m3h=breath
        )

    whole = after(start_ppm, lasts_h)
    parts = after(after(start_ppm, lasts_h * share), lasts_h * (1 - share))
    assert parts == pytest.approx(whole, rel=1e-9)


@given(ppm, st.floats(0.1, 30.0), generation)
def test_a_constant_room_comes_to_rest_at_outdoors_plus_what_people_add(
    start_ppm: float, flow: float, breath: float
) -> None:
    rest = co2_ppm_after(
        ROOM, start_ppm, hours=1000.0, air_changes_per_h=flow, generation_m3h=breath
    )
    assert rest == pytest.approx(440.44 + 1e6 * breath / (150.0 * flow))


@given(ppm, ach, generation, hours, st.floats(1.0, 50.0))
def test_a_larger_room_with_as_many_more_people_is_the_same(
    start_ppm: float, flow: float, breath: float, lasts_h: float, times: float
) -> None:
    small = co2_ppm_after(
        ROOM, start_ppm, hours=lasts_h, air_changes_per_h=flow, generation_m3h=breath
    )
    large = co2_ppm_after(
        Zone(ROOM.volume_m3 * times, ROOM.outdoor_ppm),
        start_ppm,
        hours=lasts_h,
        air_changes_per_h=flow,
        generation_m3h=breath * times,
    )
    assert large == pytest.approx(small)


def test_a_room_without_air_change_only_fills_up() -> None:
    after = co2_ppm_after(ROOM, 500.0, hours=2.0, air_changes_per_h=0.0, generation_m3h=0.15)
    assert after == pytest.approx(500.0 + 1e6 * 0.15 * 2 / 150)


@pytest.mark.parametrize(
    ("column", "flow_until_11", "flow_after"),
    [("A_3ach_ppm", 3.0, 3.0), ("B_1then5ach_ppm", 1.0, 5.0)],
)
def test_agrees_with_an_independent_model(
    column: str, flow_until_11: float, flow_after: float
) -> None:
    with recording("reference/single-zone-a-b.csv").open() as file:
        rows = list(csv.DictReader(file))
    co2_ppm, at_h = 440.44, 9.0
    for row, following in pairwise(rows):
        next_h = float(following["hour"])
        co2_ppm = co2_ppm_after(
            ROOM,
            co2_ppm,
            hours=next_h - at_h,
            air_changes_per_h=flow_until_11 if at_h < 10.999 else flow_after,
            generation_m3h=_people(at_h) * 0.02142,
        )
        at_h = next_h
        assert co2_ppm == pytest.approx(float(following[column]), abs=0.01), row


def _people(at_h: float) -> int:
    """The reference's own course: a change counts from its moment on."""
    return next(
        n for until_h, n in ((10, 8), (10.25, 3), (12, 12), (99, 0)) if at_h < until_h - 1e-4
    )
