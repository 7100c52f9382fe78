"""The steps of the filter, which is written out in plain numbers, against the same in matrices."""

from collections.abc import Callable
from math import exp, log, pi, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.domain.air.kalman_filter import (
    GATE,
    LAG_COVARIANCE,
    LAG_VARIANCE,
    TAU_S,
    FilterState,
    Noise,
    predict,
    update,
    update_outdoor,
    update_people,
)

Vector = list[float]
Matrix = list[Vector]

LETTERS = "csqgeb"
SIZE = len(LETTERS)
C, S, Q, G, E, B = range(SIZE)
TYPICAL_SD = (40.0, 40.0, 0.5, 0.15, 3.0, 20.0)


def product(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [[sum(x * y for x, y in zip(row, col, strict=True)) for col in columns] for row in a]


def transposed(a: Matrix) -> Matrix:
    return [list(column) for column in zip(*a, strict=True)]


def scaled(a: Matrix, factor: float) -> Matrix:
    return [[factor * x for x in row] for row in a]


def added(a: Matrix, b: Matrix) -> Matrix:
    return [[x + y for x, y in zip(r, t, strict=True)] for r, t in zip(a, b, strict=True)]


def identity(size: int) -> Matrix:
    return [[float(i == j) for j in range(size)] for i in range(size)]


def exponential(a: Matrix) -> Matrix:
    """By its series, of the matrix halved so often that it converges at once."""
    halvings = 0
    while max(abs(x) for row in a for x in row) > 0.25:
        a, halvings = scaled(a, 0.5), halvings + 1
    total = term = identity(len(a))
    for n in range(1, 14):
        term = scaled(product(term, a), 1.0 / n)
        total = added(total, term)
    for _ in range(halvings):
        total = product(total, total)
    return total


def means(f: FilterState) -> Vector:
    return [getattr(f, letter) for letter in LETTERS]


def covariance(f: FilterState) -> Matrix:
    def of(i: int, j: int) -> float:
        found: float = getattr(f, LETTERS[min(i, j)] + LETTERS[max(i, j)])
        return found

    return [[of(i, j) for j in range(SIZE)] for i in range(SIZE)]


def state(x: Vector, p: Matrix, likelihood: float) -> FilterState:
    upper = {LETTERS[i] + LETTERS[j]: p[i][j] for i in range(SIZE) for j in range(i, SIZE)}
    return FilterState(**dict(zip(LETTERS, x, strict=True)), **upper, likelihood=likelihood)


def flowed(x: Vector, dt_s: float, count: float, volume_l: float, noise: Noise) -> Vector:
    """The way of the state over a step, by the exponential of the linear equations

    dc/dt = r (b - c) + p, ds/dt = (c - s) / TAU, with b and p (what people give off) as they are.
    """
    rate, lag = exp(x[Q]) / volume_l, 1.0 / TAU_S
    given_ppm_s = 1e6 * (count + x[E]) * exp(x[G]) / volume_l
    equations = [[-rate, 0.0, rate, 1.0], [lag, -lag, 0.0, 0.0], [0.0] * 4, [0.0] * 4]
    after = product(exponential(scaled(equations, dt_s)), [[x[C]], [x[S]], [x[B]], [given_ppm_s]])
    fades = noise.e_fades * dt_s
    left = 1.0 - fades if fades < 0.5 else exp(-fades)
    back = noise.q_usual + (x[Q] - noise.q_usual) * (1.0 - noise.q_back * dt_s)
    return [after[0][0], after[1][0], back, x[G], x[E] * left, x[B]]


def derivatives(way: Callable[[Vector], Vector], x: Vector) -> Matrix:
    """By central differences."""
    columns = []
    for i in range(SIZE):
        step = 1e-4 * TYPICAL_SD[i]
        up, down = ([*x[:i], x[i] + side * step, *x[i + 1 :]] for side in (1.0, -1.0))
        pairs = zip(way(up), way(down), strict=True)
        columns.append([(a - b) / (2.0 * step) for a, b in pairs])
    return transposed(columns)


def strayed(noise: Noise, dt_s: float) -> Matrix:
    found = [[0.0] * SIZE for _ in range(SIZE)]
    seen = 1.0 - exp(-dt_s / TAU_S)
    found[C][C] = noise.c * dt_s
    found[C][S] = found[S][C] = LAG_COVARIANCE * noise.c * dt_s * seen
    found[S][S] = LAG_VARIANCE * noise.c * dt_s * seen
    for i, variance in ((Q, noise.q), (G, noise.g), (E, noise.e), (B, noise.b)):
        found[i][i] = variance * dt_s
    return found


def is_near(found: FilterState, x: Vector, p: Matrix, rel: float) -> bool:
    """Means and covariances, each in standard deviations of its own letters."""
    sd = [sqrt(max(p[i][i], 1e-12)) for i in range(SIZE)]
    off = [abs(a - b) / d for a, b, d in zip(means(found), x, sd, strict=True)]
    apart = [
        abs(found_ij - p[i][j]) / (sd[i] * sd[j])
        for i, row in enumerate(covariance(found))
        for j, found_ij in enumerate(row)
    ]
    return max(off) < rel and max(apart) < rel


parts = st.lists(
    st.lists(st.floats(-1.0, 1.0), min_size=SIZE, max_size=SIZE), min_size=SIZE, max_size=SIZE
)


@st.composite
def states(draw: st.DrawFn) -> FilterState:
    """Any state of a room of 150 m3 with a proper covariance: A A' and a little more."""
    rows = draw(parts)
    a = [[sd * part for part in row] for sd, row in zip(TYPICAL_SD, rows, strict=True)]
    least = [
        [(0.01 * TYPICAL_SD[i] ** 2) * float(i == j) for j in range(SIZE)] for i in range(SIZE)
    ]
    co2_ppm = draw(st.floats(400.0, 3000.0))
    x = [
        co2_ppm, co2_ppm + draw(st.floats(-200.0, 200.0)), log(draw(st.floats(3.0, 1800.0))),
        log(draw(st.floats(0.002, 0.01))), draw(st.floats(-4.0, 20.0)),
        draw(st.floats(400.0, 480.0)),
    ]  # fmt: skip
    return state(x, added(product(a, transposed(a)), least), draw(st.floats(-5.0, 0.0)))


noises = st.builds(
    Noise,
    st.floats(0.0, 2.0), st.floats(0.0, 1e-4), st.floats(0.0, 1e-6), st.floats(0.0, 1e-2),
    st.floats(0.0, 0.01), st.floats(0.0, 1e-3), st.floats(3.0, 6.0), st.floats(0.0, 1e-4),
)  # fmt: skip
variances = st.floats(1.0, 3600.0)


@given(states(), st.floats(0.1, 600.0), st.floats(5.0, 40.0), noises)
def test_predict_is_the_way_of_the_state_and_f_p_f_transposed(
    f: FilterState, dt_s: float, count: float, noise: Noise
) -> None:
    volume_l = 150e3
    # At the sensor's own rate the closed form keeps the two apart.
    assume(abs(exp(f.q) / volume_l * TAU_S - 1.0) > 0.05)

    def way(x: Vector) -> Vector:
        return flowed(x, dt_s, count, volume_l, noise)

    jacobian = derivatives(way, means(f))
    spread = product(product(jacobian, covariance(f)), transposed(jacobian))
    found = predict(f, dt_s, count, volume_l, noise)
    assert is_near(found, way(means(f)), added(spread, strayed(noise, dt_s)), 1e-4)
    assert found.likelihood == f.likelihood


def measured(
    f: FilterState, letter: int, value: float, variance: float
) -> tuple[Vector, Matrix, float]:
    """After a measurement of one letter: x + K (z - h'x) and P - K h'P, with K = P h / (h'P h + R)."""
    p = covariance(f)
    total = p[letter][letter] + variance
    gain = [row[letter] / total for row in p]
    off = value - means(f)[letter]
    x = [a + k * off for a, k in zip(means(f), gain, strict=True)]
    change = product([[-k] for k in gain], [p[letter]])
    return x, added(p, change), total


@given(states(), st.floats(-1.0, 1.0), variances)
def test_update_takes_in_what_the_sensor_shows(f: FilterState, off: float, variance: float) -> None:
    ppm = f.s + off * (GATE * (f.ss + variance)) ** 0.5
    x, p, total = measured(f, S, ppm, variance)
    found = update(f, ppm, variance)
    assert is_near(found, x, p, 1e-7)
    density = -0.5 * (log(2.0 * pi * total) + (ppm - f.s) ** 2 / total)
    assert found.likelihood == pytest.approx(f.likelihood + density, abs=1e-9)


@given(states(), st.floats(1.01, 50.0), variances)
def test_update_takes_what_is_far_off_for_a_noisier_reading(
    f: FilterState, off: float, variance: float
) -> None:
    ppm = f.s + off * (GATE * (f.ss + variance)) ** 0.5
    x, p, _ = measured(f, S, ppm, off**2 * variance)
    assert is_near(update(f, ppm, variance), x, p, 1e-7)


@given(states(), st.floats(-10.0, 10.0), st.floats(0.01, 10.0))
def test_update_people_takes_in_how_many_more_than_counted_are_in(
    f: FilterState, more: float, variance: float
) -> None:
    x, p, _ = measured(f, E, more, variance)
    found = update_people(f, more, variance)
    assert is_near(found, x, p, 1e-7)
    assert found.likelihood == f.likelihood


@given(states(), st.floats(350.0, 550.0), variances)
def test_update_outdoor_takes_in_what_the_sensor_would_show_outdoors(
    f: FilterState, ppm: float, variance: float
) -> None:
    x, p, _ = measured(f, B, ppm, variance)
    found = update_outdoor(f, ppm, variance)
    assert is_near(found, x, p, 1e-7)
    assert found.likelihood == f.likelihood
