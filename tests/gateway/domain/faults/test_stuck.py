import pytest

from sensors.wire.topic import DeviceSlug
from tests.gateway.domain.faults.watching import (
    KNOWN,
    START_S,
    Watched,
    every,
    noisy,
    room_air,
    watch,
    with_people,
)

MORNING = noisy(room_air([0] * 60 + [8] * 120))
"""An hour and a half of a fine sensor, half a minute apart, up to 830 ppm or so."""
FROZEN = [MORNING[-1]] * 240
AFTER_S = START_S + len(MORNING) * 30.0


def found_after_min(watched: Watched) -> float | None:
    first_s = watched.first_s("stuck")
    return None if first_s is None else (first_s - AFTER_S) / 60.0


class TestFineSensor:
    def test_that_freezes_is_found_within_the_hour(self) -> None:
        watched = watch(every(30.0, MORNING + FROZEN))
        minutes = found_after_min(watched)
        assert minutes is not None
        assert 40.0 < minutes < 60.0

    def test_that_freezes_says_since_when_and_at_what(self) -> None:
        watched = watch(every(30.0, MORNING + FROZEN))
        (fault,) = watched.seen[-1][1]
        assert (fault.code, fault.device) == ("stuck", "co2-01")
        assert fault.since_s == AFTER_S - 30.0
        assert fault.co2_ppm == MORNING[-1]
        assert fault.minutes == pytest.approx(120.0)
        assert fault.is_unfit

    def test_at_its_floor_is_fresh_air(self) -> None:
        clipped = [max(value, 425.0) for value in noisy(room_air([8] * 60 + [0] * 600))]
        assert watch(every(30.0, clipped + [425.0] * 1200)).codes() == set()

    def test_that_moves_again_is_well_after_three_changes(self) -> None:
        moving = watch(every(30.0, MORNING + FROZEN + [901.0]))
        assert "stuck" in {fault.code for fault in moving.seen[-1][1]}
        well = watch(every(30.0, MORNING + FROZEN + [901.0, 905.0, 897.0]))
        assert well.seen[-1][1] == ()


class TestCoarseSensor:
    """One that rounds to 5 ppm and shows no noise."""

    def test_in_an_empty_room_may_stand_still_for_a_night(self) -> None:
        evening = noisy(room_air([6] * 60 + [0] * 480), sd_ppm=0.1, step_ppm=5.0)
        assert watch(every(30.0, evening + [430.0] * 1440)).codes() == set()

    def test_well_over_outdoor_air_may_not(self) -> None:
        morning = noisy(room_air([8] * 240), sd_ppm=0.1, step_ppm=5.0)
        watched = watch(every(30.0, morning + [750.0] * 300))
        first_s = watched.first_s("stuck")
        assert first_s is not None
        assert (first_s - START_S) / 60.0 - 120.0 == pytest.approx(90.0, abs=2.0)

    def test_at_baseline_among_people_is_found_by_their_breath(self) -> None:
        flat = every(30.0, [430.0] * 120)
        assert watch(flat, with_people(20.0)).first_s("stuck") == START_S + 1800.0

    def test_at_baseline_beside_a_person_or_two_is_not(self) -> None:
        assert watch(every(30.0, [430.0] * 480), with_people(1.5)).codes() == set()

    def test_at_baseline_where_nobody_is_expected_rather_the_door_is_wrong(self) -> None:
        night = with_people(20.0)._replace(is_expected_empty=True)
        assert watch(every(30.0, [430.0] * 480), night).codes() == set()

    def test_that_never_changes_for_three_days_is_found_anyhow(self) -> None:
        flat = every(300.0, [430.0] * (12 * 73))
        assert watch(flat).first_s("stuck") == START_S + 3 * 86_400.0


def test_another_sensor_that_saw_the_air_move_speaks_against_it() -> None:
    other = noisy(room_air([0] * 10 + [10] * 170), sd_ppm=2.0)
    both = [
        reading
        for pair in zip(
            every(30.0, [430.0] * 180, DeviceSlug("co2-01")),
            every(30.0, other, DeviceSlug("co2-02"), START_S + 1.0),
            strict=True,
        )
        for reading in pair
    ]
    watched = watch(both)
    stuck = {f.device for _, faults in watched.seen for f in faults if f.code == "stuck"}
    assert stuck == {"co2-01"}


def test_after_hours_of_silence_nothing_is_known_of_the_time_between() -> None:
    first = list(every(30.0, [600.0] * 100))
    again = list(every(30.0, [600.0] * 100, start_s=START_S + 30_000.0))
    assert watch(first + again, KNOWN).codes() == set()
