import math

import pytest

from bench.air.spread import between, mean, quantile


def test_every_day_weighs_the_same_however_many_values_it_has() -> None:
    days = [[1.0] * 99, [3.0]]
    assert mean(days) == 2.0
    assert quantile(days, 0.75) == 3.0


def test_days_without_a_value_weigh_nothing() -> None:
    assert mean([[], [2.0]]) == 2.0
    assert quantile([[], [2.0]], 0.5) == 2.0


def test_nothing_at_all_is_no_figure() -> None:
    assert math.isnan(mean([[]]))
    assert math.isnan(quantile([], 0.5))
    assert all(math.isnan(x) for x in between([], mean))


def test_the_interval_of_a_share_is_as_wide_as_chance_makes_it() -> None:
    low, high = between([[1.0]] * 50 + [[0.0]] * 50, mean)
    # The standard deviation of a half of a hundred is 5 %, the 90 % interval 1.645 times that.
    assert low == pytest.approx(0.5 - 0.082, abs=0.04)
    assert high == pytest.approx(0.5 + 0.082, abs=0.04)
