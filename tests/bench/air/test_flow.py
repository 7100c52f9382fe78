import pytest

from bench.air.estimator import Estimate
from bench.air.flow import judged
from bench.air.truth import Day
from bench.air.watch import Watched
from bench.air.windows import judged as judged_windows
from bench.air.windows import windowed_day
from gateway.domain.air.room_estimate import Range

FAST = windowed_day(1)


class Times:
    """Follows a day and always says the truth times a factor, within a third to both sides."""

    def __init__(self, today: Day, factor: float) -> None:
        self.today, self.factor = today, factor

    def watched(self) -> list[Watched]:
        found, since_s = [], 0.0
        for minute in self.today.minutes:
            since_s = since_s + 60.0 if minute.people else 0.0
            near = any(0.0 <= minute.at_s - step.at_s < 480.0 for step in self.today.steps)
            flow_lps = self.factor * minute.flow_lps
            flow = Range(flow_lps, flow_lps / 1.33, flow_lps * 1.33)
            people = max(minute.people, 1)
            each = Range(*(x / people for x in flow))
            found.append(Watched(minute, Estimate(flow, each), since_s, near))
        return found


def test_who_says_the_truth_is_never_wrong_always_covered_and_finds_each_window() -> None:
    found = judged(FAST, Times(FAST, 1.0).watched(), formulas=False)
    assert max(found.errors["estimator"]) == pytest.approx(0.0)
    assert min(found.covers_each + found.covers_flow + found.near_each) == 1.0
    windows = judged_windows(FAST, Times(FAST, 1.0).watched())
    assert windows.well_over + windows.below
    assert min(windows.well_over + windows.below) == 1.0
    assert max(found.doubled) == 0.0
    assert found.half_widths[0] == pytest.approx(1.33)


def test_who_says_half_as_much_again_is_off_by_half_and_covers_nothing() -> None:
    found = judged(FAST, Times(FAST, 1.5).watched(), formulas=False)
    assert {round(x, 6) for x in found.errors["estimator"]} == {0.5}
    assert max(found.covers_flow) == 0.0
    windows = judged_windows(FAST, Times(FAST, 1.5).watched())
    assert max(windows.well_over + windows.below + windows.at_any) == 0.0
    assert max(found.doubled) == 0.0


def test_more_than_twice_the_flow_is_noticed() -> None:
    found = judged(FAST, Times(FAST, 2.1).watched(), formulas=False)
    assert min(found.doubled) == 1.0


def test_the_floor_is_the_groups_generation_alone() -> None:
    found = judged(FAST, Times(FAST, 1.0).watched(), formulas=False)
    groups = {abs(5.2e-3 / g.generation_lps - 1.0) for g in FAST.gatherings}
    assert all(min(abs(x - off) for off in groups) < 1e-9 for x in found.errors["floor"])
