import pytest

from gateway.domain.faults import room_faults
from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.room_faults import RoomFaults, after_count, after_reading, begin
from gateway.domain.faults.sensor_context import SensorContext
from sensors.wire.topic import DeviceSlug
from tests.gateway.domain.faults.watching import KNOWN, START_S, noisy, with_people

NIGHT = KNOWN._replace(is_expected_empty=True)


def minutes(
    memory: RoomFaults,
    start_min: int,
    until_min: int,
    co2_ppm: float,
    around: SensorContext = KNOWN,
) -> RoomFaults:
    for minute, value in zip(
        range(start_min, until_min), noisy([co2_ppm] * (until_min - start_min)), strict=True
    ):
        memory = after_reading(memory, START_S + 60.0 * minute, DeviceSlug("co2-01"), value, around)
    return memory


def door(memory: RoomFaults, minute: int, total: int) -> RoomFaults:
    return after_count(memory, START_S + 60.0 * minute, DeviceSlug("door-01"), total)


def at(memory: RoomFaults, minute: int) -> tuple[Evidence, ...]:
    return room_faults.found(memory, START_S + 60.0 * minute)


class TestBelowZero:
    def test_three_below_is_told_at_once(self) -> None:
        (fault,) = at(door(begin(), 0, -3), 0)
        assert (fault.code, fault.device, fault.people) == ("door_drift", "door-01", -3)
        assert not fault.is_unfit

    @pytest.mark.parametrize(("lasts", "count"), [(25, 0), (35, 1)])
    def test_one_below_is_told_after_half_an_hour(self, lasts: int, count: int) -> None:
        memory = minutes(door(begin(), 0, -1), 1, lasts, 600.0)
        assert len(at(memory, lasts)) == count

    def test_it_ends_a_quarter_of_an_hour_after_the_count_was_set(self) -> None:
        memory = door(door(begin(), 0, -4), 10, 0)
        assert len(at(minutes(memory, 11, 25, 600.0), 25)) == 1
        assert at(minutes(memory, 11, 27, 600.0), 27) == ()


class TestNobodyThere:
    def test_people_whose_breath_a_gale_could_carry_off_are_believed(self) -> None:
        memory = minutes(begin(), 0, 30, 470.0)
        unsure = KNOWN._replace(volume_m3=460.0, outdoor_sd_ppm=33.0)
        assert at(minutes(door(memory, 30, 20), 31, 200, 470.0, unsure), 200) == ()

    def test_people_counted_in_outdoor_air_are_told_after_an_hour(self) -> None:
        memory = door(minutes(begin(), 0, 30, 430.0), 30, 8)
        assert at(minutes(memory, 31, 88, 430.0), 88) == ()
        (fault,) = at(minutes(memory, 31, 95, 430.0), 95)
        assert (fault.code, fault.people) == ("door_drift", 8)

    def test_where_nobody_is_expected_fewer_are_enough(self) -> None:
        memory = door(begin(), 0, 3)
        assert at(minutes(memory, 1, 120, 430.0), 120) == ()
        assert len(at(minutes(memory, 1, 120, 430.0, NIGHT), 120)) == 1

    def test_an_estimate_of_nobody_is_enough(self) -> None:
        memory = door(begin(), 0, 2)
        (fault,) = at(minutes(memory, 1, 63, 480.0, with_people(0.2)), 63)
        assert fault.people == 2

    def test_while_the_count_changes_somebody_is_about(self) -> None:
        memory = begin()
        for quarter in range(12):
            memory = door(memory, 15 * quarter, 8 + quarter % 2)
            memory = minutes(memory, 15 * quarter + 1, 15 * quarter + 15, 430.0)
        assert at(memory, 180) == ()

    @pytest.mark.parametrize(
        ("co2_ppm", "total", "around"),
        [
            pytest.param(600.0, 8, NIGHT, id="their breath is seen"),
            pytest.param(430.0, 0, NIGHT, id="nobody is counted"),
            pytest.param(430.0, 1, NIGHT, id="one person would not be seen in this room"),
            pytest.param(
                430.0, 8, NIGHT._replace(volume_m3=None), id="the room's volume is not known"
            ),
            pytest.param(
                430.0, 3, NIGHT._replace(outdoor_sd_ppm=100.0), id="the baseline is not known"
            ),
        ],
    )
    def test_what_may_be_right_is_not_told(
        self, co2_ppm: float, total: int, around: SensorContext
    ) -> None:
        memory = door(begin(), 0, total)
        assert at(minutes(memory, 1, 300, co2_ppm, around), 300) == ()

    def test_it_ends_when_the_air_shows_people(self) -> None:
        memory = minutes(door(begin(), 0, 8), 1, 90, 430.0)
        assert len(at(memory, 90)) == 1
        assert at(minutes(memory, 91, 140, 700.0), 140) == ()

    def test_a_sensor_that_is_ill_says_nothing_of_people(self) -> None:
        frozen = begin()
        for minute in range(60 * 80):
            frozen = after_reading(
                frozen, START_S + 60.0 * minute, DeviceSlug("co2-01"), 430.0, KNOWN
            )
        memory = door(frozen, 60 * 80, 8)
        for minute in range(60 * 80, 60 * 83):
            memory = after_reading(
                memory, START_S + 60.0 * minute, DeviceSlug("co2-01"), 430.0, KNOWN
            )
        assert {fault.code for fault in at(memory, 60 * 83)} == {"stuck"}
