"""A machine that does not know the time yet: what it measures gets its time later, or is dropped aloud."""

import logging
from pathlib import Path

import pytest

from sensors.agent.untimed import Untimed, boottime_ns, this_boot
from sensors.protocols.event import MeasuredAir, MeasuredPeople

S = 1_000_000_000
A, B = "de-kade/co2-01", "de-kade/door-01"


class Boot:
    def __init__(self) -> None:
        self.ns = 7 * S

    def __call__(self) -> int:
        return self.ns


def test_each_reading_gets_the_time_at_which_it_was_measured(tmp_path: Path) -> None:
    boot = Boot()
    untimed = Untimed(tmp_path / "untimed", "one", boot)
    untimed.add(A, MeasuredAir(800))
    boot.ns += 10 * S
    untimed.add(A, MeasuredAir(810, 21.5))
    untimed.add(B, MeasuredPeople(in_total=3, out_total=1))
    boot.ns += 20 * S
    now_ns = 1_795_507_200 * S
    assert untimed.take(A, now_ns) == [
        (now_ns - 30 * S, MeasuredAir(800)), (now_ns - 20 * S, MeasuredAir(810, 21.5))
    ]  # fmt: skip
    assert untimed.take(A, now_ns) == []
    assert untimed.take(B, now_ns) == [(now_ns - 20 * S, MeasuredPeople(in_total=3, out_total=1))]
    assert not (tmp_path / "untimed").exists()


def test_an_agent_that_begins_again_within_the_boot_still_knows_them(tmp_path: Path) -> None:
    boot = Boot()
    Untimed(tmp_path / "untimed", "one", boot).add(A, MeasuredAir(800))
    boot.ns += 5 * S
    assert Untimed(tmp_path / "untimed", "one", boot).take(A, 100 * S) == [
        (95 * S, MeasuredAir(800))
    ]


def test_those_of_a_boot_that_never_learned_the_time_are_dropped_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    earlier = Untimed(tmp_path / "untimed", "one", Boot())
    for _ in range(3):
        earlier.add(A, MeasuredAir(800))
    later = Untimed(tmp_path / "untimed", "two", Boot())
    assert later.dropped == 3
    assert later.take(A, 100 * S) == []
    (said,) = caplog.messages
    assert "3 of de-kade/co2-01" in said


def test_a_line_that_a_power_cut_left_half_is_no_trouble(tmp_path: Path) -> None:
    boot = Boot()
    Untimed(tmp_path / "untimed", "one", boot).add(A, MeasuredAir(800))
    with (tmp_path / "untimed").open("ab") as file:
        file.write(b'{"boot":"one","boott')
    assert len(Untimed(tmp_path / "untimed", "one", boot).take(A, 100 * S)) == 1


def test_this_machine_has_a_boot_and_a_clock_that_runs() -> None:
    assert len(this_boot()) == 36
    assert boottime_ns() < boottime_ns()
