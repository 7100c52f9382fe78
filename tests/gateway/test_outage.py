"""What is away is said once, waited for ever longer, and said again when it is back."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.outage import BackOff, Outage, repeat

EVEN = BackOff(first_s=1.0, most_s=8.0)


class Wall:
    """A stop that is set after so many waits, and the wall clock that they make pass."""

    def __init__(self, waits: int) -> None:
        self.left = waits
        self.at_s = 0.0
        self.waited: list[float] = []

    def is_set(self) -> bool:
        return self.left <= 0

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        self.at_s += timeout or 0.0
        self.waited.append(timeout or 0.0)
        return self.is_set()

    def monotonic(self) -> float:
        return self.at_s


class Busy(Exception):
    """What passes."""


class Steps:
    """A step that does as it is told, one after another, and then goes well."""

    def __init__(self, *outcomes: Exception | bool | None) -> None:
        self.outcomes = list(outcomes)

    def __call__(self) -> bool | None:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def run(
    steps: Callable[[], bool | None],
    wall: Wall,
    on_failure: Callable[[Exception], float] | None = None,
) -> None:
    outage = Outage(logging.getLogger("x"), "store", monotonic=wall.monotonic)
    repeat(steps, 0.25, (Busy,), wall, outage=outage, back_off=EVEN, on_failure=on_failure)


class TestRepeat:
    def test_a_step_is_taken_again_and_again_until_the_stop(self) -> None:
        wall = Wall(4)
        run(Steps(), wall)
        assert wall.waited == [0.25] * 4

    def test_a_stop_that_is_set_already_takes_no_step(self) -> None:
        run(Steps(ValueError("not asked for")), Wall(0))

    def test_what_passes_is_waited_for_longer_each_time_and_anew_after_it_went_well(self) -> None:
        wall = Wall(8)
        run(Steps(*[Busy("full")] * 5, None, Busy("full"), None), wall)
        expected = [1.0, 2.0, 4.0, 8.0, 8.0, 0.25, 1.0, 0.25]
        for waited, even_s in zip(wall.waited, expected, strict=True):
            assert waited == pytest.approx(even_s, rel=0.2)

    def test_what_does_not_pass_is_raised(self) -> None:
        with pytest.raises(KeyError):
            run(Steps(None, Busy("full"), KeyError("serre")), Wall(9))

    def test_a_failure_may_ask_for_a_longer_wait(self) -> None:
        wall = Wall(2)
        run(Steps(Busy("full")), wall, on_failure=lambda _error: 60.0)
        assert wall.waited == [60.0, 0.25]

    def test_a_step_that_tried_nothing_ends_no_outage(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        run(Steps(Busy("full"), False, Busy("full"), False), Wall(4))
        assert [record.message for record in caplog.records] == ["store: full; trying again"]

    def test_a_pause_of_ones_own_takes_the_place_of_the_stop_s(self) -> None:
        wall, paused = Wall(1), list[float]()

        def pause(seconds: float) -> None:
            paused.append(seconds)
            wall.left -= len(paused) // 3

        outage = Outage(logging.getLogger("x"), "store")
        repeat(Steps(), 0.5, (Busy,), wall, outage=outage, pause=pause)
        assert (paused, wall.waited) == ([0.5] * 3, [])


class TestOutage:
    def test_each_reason_is_said_once_and_that_it_is_over_with_how_long_it_lasted(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        wall = Wall(0)
        outage = Outage(
            logging.getLogger("x"),
            "store",
            meanwhile="readings wait",
            back="takes readings",
            monotonic=wall.monotonic,
        )
        outage.ends()
        for why in ("busy\n[SQL: …]", "busy", "no such bucket", "busy"):
            wall.at_s += 10
            outage.begins(why)
            assert outage.is_on
        wall.at_s += 3
        outage.ends()
        outage.ends()
        assert not outage.is_on
        outage.begins("busy")
        assert [(record.levelname, record.message) for record in caplog.records] == [
            ("ERROR", "store: busy; readings wait"),
            ("ERROR", "store: no such bucket; readings wait"),
            ("WARNING", "store: takes readings after 33 s"),
            ("ERROR", "store: busy; readings wait"),
        ]


class TestBackOff:
    @given(st.integers(1, 10_000))
    def test_the_wait_never_shrinks_and_never_leaves_its_bounds(self, failures: int) -> None:
        assert EVEN.first_s <= EVEN.even_s(failures) <= EVEN.even_s(failures + 1) <= EVEN.most_s
        assert 0.8 <= EVEN.wait_s(failures) / EVEN.even_s(failures) <= 1.2
