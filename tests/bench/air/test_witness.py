"""Temperature and humidity as a second witness of windows."""

import pytest

from bench.air.truth import Day, FlowStep, day, place
from bench.air.warmth import Felt, felt, opened, saturated_g_m3
from bench.air.witness import MOST_LOG, Witness


@pytest.fixture(scope="module")
def aired() -> Day:
    """The first day for tuning on which a window is opened in a room that is aired well."""
    for seed in range(1, 50):
        here = place(seed)
        changes = 3.6 * here.usual_lps / here.zones.volume_m3
        found = day(seed, here=here._replace(has_windows=True, interval_s=60.0))
        if changes > 3.0 and first_opened(found) is not None:
            return found
    raise AssertionError("none")


def first_opened(today: Day) -> FlowStep | None:
    return next((step for step in today.steps if step.kind == "opened"), None)


def test_saturated_air_holds_as_much_as_tables_say() -> None:
    assert saturated_g_m3(20.0) == pytest.approx(17.3, rel=0.01)
    assert saturated_g_m3(0.0) == pytest.approx(4.85, rel=0.01)


def test_what_comes_through_a_window_is_what_it_adds(aired: Day) -> None:
    step = first_opened(aired)
    assert step is not None
    assert opened(aired, step.at_s) == 0.0
    assert opened(aired, step.at_s + 60.0) == 1.0 - 1.0 / step.factor


def test_a_window_cools_a_room_in_the_cold_season_and_not_in_the_warm_one(aired: Day) -> None:
    step = first_opened(aired)
    assert step is not None
    fell = {}
    for season in ("cold", "warm"):
        found = felt(aired, season)
        before = [x.temperature_c for s, x in found.items() if step.at_s - 300 < s <= step.at_s]
        after = [x.temperature_c for s, x in found.items() if 300 < s - step.at_s <= 660]
        fell[season] = sum(before) / len(before) - sum(after) / len(after)
    assert fell["cold"] > 1.0
    assert abs(fell["warm"]) < 0.5 * fell["cold"]


def heard(witness: Witness, temperatures_c: list[float]) -> float:
    """A reading each minute; what is said at the end."""
    for minute, temperature_c in enumerate(temperatures_c):
        witness.hears(60.0 * minute, Felt(temperature_c, 8.0))
    return witness.says(60.0 * (len(temperatures_c) - 1))


def test_a_sudden_fall_speaks_for_a_window_and_a_sudden_rise_against_one() -> None:
    assert heard(Witness(), [21.0] * 15 + [20.5, 19.5]) == MOST_LOG
    assert heard(Witness(), [19.0] * 15 + [19.5, 20.5]) == -MOST_LOG
    assert heard(Witness(), [21.0] * 17) == 0.0


def test_a_slow_fall_says_nothing() -> None:
    assert heard(Witness(), [21.0 - 0.05 * minute for minute in range(20)]) == 0.0


def test_nor_does_one_after_most_have_left() -> None:
    witness = Witness()
    witness.counts(0.0, 20)
    witness.counts(850.0, 3)
    assert heard(witness, [21.0] * 15 + [20.5, 19.5]) == 0.0


def test_a_window_is_told_of_once() -> None:
    witness = Witness()
    assert heard(witness, [21.0] * 15 + [20.5, 19.5]) > 0.0
    assert witness.says(60.0 * 18) == 0.0
