"""A room's own history of flow: what it keeps, what it forgets, when windows show in it."""

import math
import random
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.flow_history import TYPICAL, FlowHistory, history_after, priors
from gateway.domain.air.room_estimate import Range, RoomEstimate

VOLUME_M3 = 200.0
START_S = 1_790_000_000.0
DAY_S = 86_400.0


def seen(at_s: float, flow_lps: float, factor: float = 1.3, people: float = 8.0) -> RoomEstimate:
    flow = Range(flow_lps, flow_lps / factor, flow_lps * factor)
    outdoor, present = Range(430.0, 415.0, 445.0), Range(people, people, people)
    return RoomEstimate(at_s, VOLUME_M3, 800.0, 800.0, outdoor, flow, None, present, ())


def after(flows_lps: Iterable[float], history: FlowHistory | None = None) -> FlowHistory:
    """A minute of each flow, one after the other."""
    history = history or FlowHistory()
    at_s = max(history.at_s, START_S)
    for flow_lps in flows_lps:
        at_s += 60.0
        history = history_after(history, seen(at_s, flow_lps))
    return history


def wandering(median_lps: float, minutes: int, seed: int, log_sd: float = 0.2) -> list[float]:
    dice = random.Random(seed)
    return [median_lps * math.exp(dice.gauss(0.0, log_sd)) for _ in range(minutes)]


class TestWhatCounts:
    def test_a_moment_counts_for_the_time_since_the_one_before(self) -> None:
        assert after([100.0] * 60).minutes == pytest.approx(61.0, rel=0.01)

    def test_after_a_pause_it_counts_for_two_minutes_at_most(self) -> None:
        history = after([100.0])
        later = history_after(history, seen(history.at_s + 3600.0, 100.0))
        assert later.minutes - history.minutes == pytest.approx(2.0, abs=0.01)

    @pytest.mark.parametrize(
        "estimate",
        [
            pytest.param(seen(START_S + 300, 100.0, factor=2.0), id="the flow is hardly known"),
            pytest.param(seen(START_S + 300, 100.0, people=0.2), id="nobody is in"),
            pytest.param(seen(START_S + 300, 100.0)._replace(flow_lps=None), id="no flow"),
            pytest.param(seen(START_S + 300, 100.0)._replace(people=None), id="no idea of people"),
            pytest.param(seen(START_S + 70, 100.0), id="a moment later"),
            pytest.param(seen(START_S - 70, 100.0), id="a moment before"),
        ],
    )
    def test_what_says_nothing_leaves_it_as_it_was(self, estimate: RoomEstimate) -> None:
        history = after([100.0])
        assert history_after(history, estimate) is history

    def test_a_month_later_a_third_is_left(self) -> None:
        history = after([100.0] * 100)
        later = history_after(history, seen(history.at_s + 30 * DAY_S, 100.0))
        assert later.minutes == pytest.approx(history.minutes / math.e + 2.0, rel=1e-6)

    def test_its_size_stays_the_same(self) -> None:
        history = after(wandering(100.0, 2000, 1) + wandering(420.0, 500, 2))
        assert len(msgspec.msgpack.encode(history)) < 2000

    def test_it_survives_being_written(self) -> None:
        history = after(wandering(100.0, 50, 1))
        read = msgspec.msgpack.decode(msgspec.msgpack.encode(history), type=FlowHistory)
        assert read == history


class TestRegimes:
    def test_nothing_is_said_before_half_an_hour(self) -> None:
        assert after([100.0] * 25).closed is None

    def test_one_regime_is_what_it_was_as_a_rule(self) -> None:
        closed = after(wandering(100.0, 600, 3)).closed
        assert closed is not None
        assert closed.median == pytest.approx(1.8, rel=0.05)  # 100 l/s into 200 m3
        assert 0.2 < closed.log_sd < 0.45

    def test_the_more_was_seen_the_surer(self) -> None:
        few, many = after([100.0] * 60).closed, after([100.0] * 1200).closed
        assert few is not None
        assert many is not None
        assert few.log_sd > 2 * many.log_sd

    def test_windows_that_open_now_and_then_are_the_upper_regime(self) -> None:
        day = wandering(60.0, 110, 4) + wandering(240.0, 10, 5)
        history = FlowHistory()
        for number in range(6):
            history = after(day, history)
            assert number < 2 or history.opened is not None
        closed, opened = history.closed, history.opened
        assert closed is not None
        assert opened is not None
        assert closed.median == pytest.approx(1.08, rel=0.1)
        assert opened.median == pytest.approx(4.32, rel=0.1)

    @pytest.mark.parametrize("seed", range(8))
    def test_a_flow_that_wanders_widely_is_not_two(self, seed: int) -> None:
        assert after(wandering(100.0, 900, seed, log_sd=0.4)).opened is None

    def test_two_meetings_with_another_flow_each_are_no_windows(self) -> None:
        first = after(wandering(60.0, 120, 6, log_sd=0.05))
        pause = msgspec.structs.replace(first, at_s=first.at_s + DAY_S)
        assert after(wandering(150.0, 120, 7, log_sd=0.05), pause).opened is None

    @given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=200))
    def test_any_flows_give_regimes_in_order(self, flows_lps: list[float]) -> None:
        history = after([f for f in flows_lps for _ in range(4)])
        closed, opened = history.closed, history.opened
        assert history.minutes > 0
        assert closed is None or (closed.median > 0 and 0 < closed.log_sd < 8)
        if opened is not None:
            assert closed is not None
            assert opened.median >= 1.79 * closed.median


class TestPriors:
    def test_without_anything_it_is_wide(self) -> None:
        closed, opened = priors(None, 100.0, None)
        assert closed.median == pytest.approx(43.06, abs=0.01)
        assert closed.log_sd == TYPICAL.log_sd
        assert opened is None

    def test_what_it_was_built_for_comes_before_what_rooms_are(self) -> None:
        assert priors(FlowHistory(), 100.0, 80.0) == ((80.0, 0.5), None)

    def test_its_own_history_comes_first_and_follows_the_volume(self) -> None:
        history = after([100.0] * 300)
        closed, _ = priors(history, 2 * VOLUME_M3, 80.0)
        assert closed.median == pytest.approx(200.0, rel=0.01)
