from math import inf

import pytest

from bench.air.crossing import LIMIT_PPM, Line, judged
from bench.air.truth import Day, day

DAYS = [day(seed) for seed in range(1, 41)]


def told_truly(today: Day) -> list[float]:
    """Minutes to the limit as only somebody who knows what comes could tell them."""
    shown = [minute.shown_ppm for minute in today.minutes]
    over = [i for i, ppm in enumerate(shown) if ppm >= LIMIT_PPM]
    return [
        float(next((j for j in over if j >= i), 10**6) - i) if shown[i] < LIMIT_PPM else 0.0
        for i in range(len(shown))
    ]


def test_who_knows_what_comes_announces_all_and_nothing_else() -> None:
    found = [judged(today, told_truly(today), told_truly(today)) for today in DAYS]
    assert sum(len(one.announced) for one in found) > 10
    assert all(hit == 1.0 for one in found for hit in one.announced + one.named)
    assert all(false == 0.0 for one in found for false in one.false_all)


def test_who_says_nothing_announces_nothing() -> None:
    found = [judged(one, [inf] * len(one.minutes), [inf] * len(one.minutes)) for one in DAYS]
    assert all(hit == 0.0 for one in found for hit in one.announced + one.named)
    assert not any(one.false_all for one in found)


def test_who_always_says_ten_minutes_is_mostly_false() -> None:
    found = [judged(one, [10.0] * len(one.minutes), [inf] * len(one.minutes)) for one in DAYS]
    false = [x for one in found for x in one.false_all]
    assert sum(false) / len(false) > 0.5


def test_the_line_meets_the_limit_where_it_is_straight() -> None:
    line = Line()
    for second in range(0, 901, 30):
        line.add(float(second), 800.0 + second / 6.0)
    # 950 ppm now, 10 a minute: 25 minutes.
    assert line.minutes(900.0) == pytest.approx(25.0)
    assert Line().minutes(0.0) == inf
