"""The curve of a room's own test, for whoever draws it: what was measured, and what fits it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.domain.room_test.course import LONGEST_S
from gateway.domain.room_test.fit import LAG_S, SETTLES_LAGS, Decay, Sample, spans_of

FIT_EVERY_S: Final = 60


@dataclass(frozen=True, slots=True)
class DecayCurve:
    """``measured`` are means of spans; ``fit`` holds seconds since the test began, the ppm that fit, and
    the lowest and highest that the interval of the figure allows then (empty without a figure).
    """

    measured: tuple[Sample, ...]
    fit: tuple[tuple[int, float, float, float], ...]


def curve_of(samples: Sequence[Sample], decay: Decay | None) -> DecayCurve | None:
    """None where there is nothing to draw a line through."""
    spans = spans_of(samples)
    if len(spans) < 2:
        return None
    fit: list[tuple[int, float, float, float]] = []
    if decay is not None:
        until_s = int(min(samples[-1].at_s, LONGEST_S))
        settled_s = range(int(SETTLES_LAGS * LAG_S), until_s, FIT_EVERY_S)
        fit = [(at_s, *decay.band_at(at_s)) for at_s in settled_s]
    return DecayCurve(tuple(spans), tuple(fit))
