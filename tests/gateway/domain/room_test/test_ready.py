"""What is looked at before a room is tested, and what refuses it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.room_test.fit import Outdoor, Sample
from gateway.domain.room_test.ready import Check, Sensor, checks, may_begin

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
OUTDOOR = Outdoor(420.0, 12.0)


def sent(every_s: float = 10.0, newest_s: float = 0.0, ppm: float = 1400.0) -> tuple[Sample, ...]:
    return tuple(Sample(-newest_s - every_s * n, ppm) for n in reversed(range(12)))


GOOD = Sensor(sent(), calibrated_at=NOW - timedelta(days=30), battery_pct=80.0)


def looked(
    sensor: Sensor | None = GOOD, people: int | None = 0, *, nights: bool = True
) -> tuple[Check, ...]:
    return checks(sensor, OUTDOOR, people, NOW, knows_nights=nights)


def codes(found: tuple[Check, ...], grade: str) -> set[str]:
    return {check.code for check in found if check.grade == grade}


def test_a_room_that_is_ready_says_what_it_will_count_with() -> None:
    found = looked()
    assert codes(found, "good") == {
        "paced", "battery", "calibrated", "outdoor_of_nights", "enough", "empty",
    }  # fmt: skip
    assert len(found) == 6
    assert {check.code: check.value for check in found}["outdoor_of_nights"] == 420.0


@pytest.mark.parametrize(
    ("sensor", "code"),
    [
        (None, "no_sensor"),
        (Sensor(()), "no_sensor"),
        (replace(GOOD, samples=sent(newest_s=400.0)), "silent"),
        (replace(GOOD, samples=sent(every_s=400.0)), "too_slow"),
        (replace(GOOD, is_faulty=True), "faulty"),
        (replace(GOOD, samples=sent(ppm=600.0)), "too_little"),
        (replace(GOOD, samples=sent(ppm=400.0)), "too_little"),
        (replace(GOOD, samples=sent(ppm=5200.0)), "too_much"),
    ],
)
def test_what_would_give_no_figure_refuses(sensor: Sensor | None, code: str) -> None:
    found = looked(sensor)
    assert codes(found, "act") == {code}
    assert not may_begin(found)


@pytest.mark.parametrize(
    ("sensor", "people", "nights", "code"),
    [
        (replace(GOOD, samples=sent(every_s=120.0)), 0, True, "slow"),
        (replace(GOOD, battery_pct=12.0), 0, True, "battery_low"),
        (replace(GOOD, bad_frames=40), 0, True, "bad_frames"),
        (replace(GOOD, calibrated_at=None), 0, True, "never_calibrated"),
        (replace(GOOD, calibrated_at=NOW - timedelta(days=400)), 0, True, "calibrated_long_ago"),
        (replace(GOOD, samples=sent(ppm=800.0)), 0, True, "little"),
        (GOOD, 3, True, "counted_in"),
        (GOOD, 0, False, "outdoor_as_usual"),
    ],
)
def test_what_makes_it_less_sure_warns(
    sensor: Sensor, people: int, nights: bool, code: str
) -> None:
    found = looked(sensor, people, nights=nights)
    assert codes(found, "watch") == {code}
    assert may_begin(found)


def test_a_reading_on_its_way_is_waited_for() -> None:
    late = replace(GOOD, samples=sent(newest_s=400.0))
    found = checks(late, OUTDOOR, 0, NOW, knows_nights=True, grace_s=200.0)
    assert may_begin(found)


@given(
    st.lists(st.tuples(st.floats(-1800, 0), st.floats(0, 20_000)), max_size=40),
    st.none() | st.integers(0, 500),
)
def test_whatever_was_sent_one_answer_is_given_for_each_thing(
    found: list[tuple[float, float]], people: int | None
) -> None:
    sensor = Sensor(tuple(Sample(*one) for one in sorted(found)))
    codes = [check.code for check in looked(sensor, people)]
    assert len(codes) == len(set(codes))
