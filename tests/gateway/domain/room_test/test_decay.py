"""The fit of a falling curve, and the curves that it refuses."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.room_test.decay import Refusal, decay_of
from gateway.domain.room_test.fit import Decay, Outdoor, Sample, spans_of
from tests.gateway.domain.room_test.curve import OUTDOOR, curve


@given(rate=st.floats(0.5, 8.0), ppm=st.floats(400.0, 460.0), excess_ppm=st.floats(600.0, 3000.0))
def test_a_clean_exponential_is_found_exactly(rate: float, ppm: float, excess_ppm: float) -> None:
    clean = [Sample(10.0 * n, ppm + excess_ppm * math.exp(-rate * n / 360.0)) for n in range(360)]
    found = decay_of(clean, Outdoor(ppm, 10.0), 200.0)
    assert isinstance(found, Decay)
    assert found.air_changes_per_h == pytest.approx(rate, rel=0.002)
    assert found.low < found.air_changes_per_h < found.high


@pytest.mark.parametrize("rate", [1.0, 2.0, 4.0, 6.0])
def test_a_sensor_that_lags_shows_the_same_rate(rate: float) -> None:
    found = decay_of(curve(lambda _: rate, noise_ppm=0.5), OUTDOOR, 150.0)
    assert isinstance(found, Decay)
    assert found.air_changes_per_h == pytest.approx(rate, rel=0.02)


def test_most_intervals_hold_the_truth() -> None:
    held = tried = 0
    for seed in range(60):
        found = decay_of(curve(lambda _: 3.0, seed=seed, noise_ppm=20.0), OUTDOOR, 150.0)
        if isinstance(found, Decay):
            tried += 1
            held += found.low <= 3.0 <= found.high
    assert tried >= 54
    assert held >= 0.85 * tried


def test_noise_that_hangs_together_widens_the_interval() -> None:
    def width(correlation: float) -> float:
        samples = curve(lambda _: 3.0, correlation=correlation, every_s=20.0, noise_ppm=20.0)
        found = decay_of(samples, OUTDOOR, 150.0)
        decay = found if isinstance(found, Decay) else found.decay
        assert decay is not None
        return decay.half_width / decay.noise_ppm

    assert width(0.7) > 1.3 * width(0.0)


def test_doubt_of_the_outdoor_air_widens_the_interval() -> None:
    samples = curve(lambda _: 1.0)[:150]
    sure, unsure = (decay_of(samples, Outdoor(425.0, sd), 1000.0) for sd in (5.0, 60.0))
    fits = [one if isinstance(one, Decay) else one.decay for one in (sure, unsure)]
    assert fits[0] is not None
    assert fits[1] is not None
    assert fits[1].half_width > 1.5 * fits[0].half_width


@pytest.mark.parametrize("factor", [0.4, 2.2])
@pytest.mark.parametrize("rate", [2.0, 4.0])
def test_a_door_that_opened_is_told(rate: float, factor: float) -> None:
    samples = curve(lambda at_s: rate * (factor if at_s > 700.0 else 1.0))
    found = decay_of(samples, OUTDOOR, 150.0)
    assert isinstance(found, Refusal)
    assert found.reason in ("changed", "stayed")


def test_somebody_who_stayed_is_told() -> None:
    found = decay_of(curve(lambda _: 1.5, source_ppm_per_s=0.1), OUTDOOR, 52.0)
    assert isinstance(found, Refusal)
    assert found.reason in ("stayed", "changed")


def test_whether_somebody_stayed_cannot_be_told_of_a_short_slow_curve() -> None:
    samples = [s for s in curve(lambda _: 0.5) if s.at_s < 1200.0]
    found = decay_of(samples, OUTDOOR, 200.0)
    assert isinstance(found, Refusal)
    assert found.reason == "unsure"


def test_two_zones_that_mix_slowly_are_told() -> None:
    two = [
        Sample(
            10.0 * n,
            425.0 + 700.0 * math.exp(-9.0 * n / 360.0) + 600.0 * math.exp(-0.8 * n / 360.0) + n % 3,
        )
        for n in range(360)
    ]
    found = decay_of(two, OUTDOOR, 150.0)
    assert isinstance(found, Refusal)
    assert found.reason in ("changed", "stayed")


def test_what_does_not_fall_or_is_too_little_has_no_figure() -> None:
    flat = [Sample(10.0 * n, 1200.0 + n % 5) for n in range(360)]
    found = decay_of(flat, OUTDOOR)
    assert isinstance(found, Refusal)
    assert found.reason in ("not_falling", "stayed", "changed", "unsure")
    little = decay_of(curve(lambda _: 3.0, excess_ppm=150.0), OUTDOOR, 150.0)
    assert isinstance(little, Refusal)
    assert little.reason == "too_little"
    assert decay_of([], OUTDOOR) == Refusal("too_few")


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(0.0, 3600.0), st.floats(0.0, 40_000.0)).map(lambda one: Sample(*one)),
        max_size=60,
    )
)
def test_whatever_is_sent_has_an_answer(samples: list[Sample]) -> None:
    found = decay_of(sorted(samples), OUTDOOR, 100.0)
    if isinstance(found, Decay):
        assert 0.0 < found.low <= found.air_changes_per_h <= found.high


def test_quick_readings_count_as_the_means_of_their_spans() -> None:
    quick = [Sample(float(s), 1000.0 + s % 2) for s in range(40)]
    assert spans_of(quick) == [Sample(9.5, 1000.5), Sample(29.5, 1000.5)]


@pytest.mark.parametrize("waited_s", [60.0, 120.0])
def test_who_leaves_a_little_after_the_begin_changes_nothing(waited_s: float) -> None:
    begun = [s for s in curve(lambda _: 0.0) if s.at_s < waited_s]
    fell = [Sample(s.at_s + waited_s, s.ppm) for s in curve(lambda _: 3.0, seed=2)]
    found = decay_of([*begun, *fell], OUTDOOR, 150.0)
    assert isinstance(found, Decay)
    assert found.low <= 3.0 <= found.high
