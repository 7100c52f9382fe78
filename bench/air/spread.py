"""Shares and quantiles in which every day weighs the same, and how sure they are."""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

Days = Sequence[Sequence[float]]
T = TypeVar("T")

DRAWS = 100


def quantile(days: Days, q: float) -> float:
    """Of all values, each weighing one over the number of its day's; nan of none."""
    pairs = sorted((value, 1.0 / len(values)) for values in days for value in values)
    wanted = q * sum(w for _, w in pairs)
    for value, w in pairs:
        wanted -= w
        if wanted <= 0:
            return value
    return pairs[-1][0] if pairs else float("nan")


def mean(days: Days) -> float:
    """Of the days' means; of zeros and ones a share."""
    means = [sum(values) / len(values) for values in days if values]
    return sum(means) / len(means) if means else float("nan")


def between(days: Sequence[T], figure: Callable[[Sequence[T]], float]) -> tuple[float, float]:
    """The 90 % interval of a figure, by drawing days with replacement."""
    if not days:
        return float("nan"), float("nan")
    dice = Random("bootstrap")
    found = sorted(figure(dice.choices(days, k=len(days))) for _ in range(DRAWS))
    return found[round(0.05 * DRAWS)], found[round(0.95 * DRAWS)]
