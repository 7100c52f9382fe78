from math import exp, isfinite, log

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.kalman_filter import (
    FilterState,
    Noise,
    predict,
    update,
    update_outdoor,
    update_people,
)
from gateway.domain.air.mass_balance import ppm_after
from tests.gateway.domain.air.rooms import EACH_LPS, VOLUME_M3

VOLUME_L = 1e3 * VOLUME_M3
STILL = Noise(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
STRAYING = Noise(0.5, 1e-5, 1e-7, 1e-4, 0.004, 1e-5, log(60.0), 1e-5)


def begun(flow_lps: float = 60.0, co2_ppm: float = 700.0, more: float = 0.0) -> FilterState:
    return FilterState(
        co2_ppm, co2_ppm - 20.0, log(flow_lps), log(EACH_LPS), more, 430.0,
        900.0, 600.0, 0.0, 0.0, 0.0, 0.0,
        900.0, 0.0, 0.0, 0.0, 0.0,
        0.8, 0.0, 0.0, 0.0,
        0.02, 0.0, 0.0,
        2.0, 0.0,
        900.0,
    )  # fmt: skip


flows = st.floats(2.0, 2000.0)
levels = st.floats(400.0, 4000.0)
mores = st.floats(-5.0, 30.0)
spans = st.floats(0.0, 600.0)


@given(flows, levels, mores, spans)
def test_the_mean_follows_the_mass_balance(
    flow_lps: float, co2_ppm: float, more: float, seconds: float
) -> None:
    f = predict(begun(flow_lps, co2_ppm, more), seconds, 10.0, VOLUME_L, STILL)
    source_lps = (10.0 + more) * EACH_LPS
    # The lag's own rate is kept apart from the room's, by a fiftieth at most.
    assert f.c == pytest.approx(
        ppm_after(VOLUME_M3, flow_lps, 430.0, source_lps, co2_ppm, seconds), rel=0.02
    )


@given(flows, levels, mores, spans, st.floats(0.0, 1.0))
def test_splitting_an_interval_changes_nothing(
    flow_lps: float, co2_ppm: float, more: float, seconds: float, part: float
) -> None:
    f = begun(flow_lps, co2_ppm, more)
    whole = predict(f, seconds, 10.0, VOLUME_L, STILL)
    first = predict(f, part * seconds, 10.0, VOLUME_L, STILL)
    second = predict(first, (1.0 - part) * seconds, 10.0, VOLUME_L, STILL)
    for at_once, in_two in zip(
        msgspec.structs.astuple(whole), msgspec.structs.astuple(second), strict=True
    ):
        assert in_two == pytest.approx(at_once, rel=1e-6, abs=1e-4)


def test_derivatives_are_those_of_the_mean() -> None:
    f = begun()
    for letter, step in (("q", 1e-5), ("g", 1e-5), ("e", 1e-4), ("b", 1e-3), ("c", 1e-3)):
        up = predict(
            msgspec.structs.replace(f, **{letter: getattr(f, letter) + step}),
            300.0, 10.0, VOLUME_L, STILL,
        )  # fmt: skip
        here = predict(f, 300.0, 10.0, VOLUME_L, STILL)
        alone = msgspec.structs.replace(
            f,
            **(dict.fromkeys(("cc", "cs", "ss", "qq", "gg", "ee", "bb"), 0.0) | {letter * 2: 1.0}),
        )
        spread = predict(alone, 300.0, 10.0, VOLUME_L, STILL)
        assert spread.cc**0.5 == pytest.approx(abs(up.c - here.c) / step, rel=1e-3)
        assert spread.ss**0.5 == pytest.approx(abs(up.s - here.s) / step, rel=1e-3)


def test_a_reading_makes_surer_and_an_odd_one_counts_less() -> None:
    f = predict(begun(), 60.0, 10.0, VOLUME_L, STRAYING)
    near = update(f, f.s + 10.0, 400.0)
    far = update(f, f.s + 2000.0, 400.0)
    assert near.ss < f.ss
    assert near.qq <= f.qq
    assert abs(far.s - f.s) < 0.5 * 2000.0
    assert far.likelihood < near.likelihood


@given(st.lists(st.tuples(spans, levels), max_size=40))
def test_variances_stay_variances(readings: list[tuple[float, float]]) -> None:
    f = begun()
    for seconds, ppm in readings:
        f = update(predict(f, seconds, 10.0, VOLUME_L, STRAYING), ppm, 400.0)
        assert isfinite(exp(f.q))
        assert min(f.cc, f.ss, f.qq, f.gg, f.ee, f.bb) > -1e-6


def test_what_is_known_of_one_part_moves_what_hangs_together_with_it() -> None:
    f = begun()
    for n in range(60):
        f = update(predict(f, 60.0, 10.0, VOLUME_L, STRAYING), 800.0 + n % 2, 400.0)
    fewer = update_people(f, -5.0, 0.1)
    assert fewer.e == pytest.approx(-5.0, abs=0.6)
    assert fewer.q < f.q  # fewer people with the same CO2: less fresh air
    higher = update_outdoor(f, 480.0, 25.0)
    assert f.b < higher.b < 480.0
    assert higher.q > f.q
    assert higher.bb < f.bb
    assert fewer.ee < f.ee
