"""When a test ends, and with what."""

from gateway.domain.room_test.course import GRACE_S, LONGEST_S, NARROW, SHORTEST_S, judged
from gateway.domain.room_test.decay import Refusal
from gateway.domain.room_test.fit import Decay
from tests.gateway.domain.room_test.curve import OUTDOOR, curve


def test_it_ends_when_the_interval_is_narrow() -> None:
    over = judged(curve(lambda _: 3.0), OUTDOOR, LONGEST_S, 150.0)
    assert isinstance(over.found, Decay)
    assert over.found.half_width <= NARROW
    assert over.ended_s is not None
    assert SHORTEST_S <= over.ended_s <= 1800.0


def test_it_ends_the_same_whenever_it_is_looked_at() -> None:
    samples = curve(lambda _: 3.0)
    looks = [judged(samples, OUTDOOR, now_s, 150.0) for now_s in (2000.0, 3000.0, 86_400.0)]
    assert looks[0] == looks[1] == looks[2]


def test_before_that_it_runs_and_says_what_is_known() -> None:
    samples = [s for s in curve(lambda _: 3.0) if s.at_s <= 600.0]
    assert judged(samples, OUTDOOR, 600.0, 150.0).ended_s is None
    assert judged([], OUTDOOR, 600.0).found == Refusal("too_few")


def test_a_door_ends_it() -> None:
    samples = curve(lambda at_s: 6.0 if at_s > 400.0 else 3.0)
    over = judged(samples, OUTDOOR, LONGEST_S, 150.0)
    assert isinstance(over.found, Refusal)
    assert over.found.reason == "changed"
    assert over.ended_s is not None


def test_an_hour_is_the_longest_also_without_readings() -> None:
    assert judged([], OUTDOOR, LONGEST_S).ended_s is None
    assert judged([], OUTDOOR, LONGEST_S + GRACE_S).ended_s == LONGEST_S


def test_who_stops_it_has_the_figure_of_then() -> None:
    samples = [s for s in curve(lambda _: 5.0) if s.at_s <= 700.0]
    over = judged(samples, OUTDOOR, 700.0, 150.0, is_stopped=True)
    assert over.ended_s == 700.0
