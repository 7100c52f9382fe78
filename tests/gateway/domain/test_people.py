from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.people import WORD_HOLDS, RoomPeople, last_reset, next_reset
from sensors.wire.topic import DeviceSlug

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FRESH = timedelta(minutes=5)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def people_at(room: RoomPeople, at: float = 30) -> int | None:
    return room.at(minute(at), FRESH)[0]


def test_a_room_of_which_nobody_said_anything_is_not_empty_but_unknown() -> None:
    assert RoomPeople().at(minute(0), FRESH) == (None, None)


def test_the_first_totals_of_a_door_set_its_baseline() -> None:
    room = RoomPeople().passed(DeviceSlug("a"), minute(0), 120, 97)
    assert people_at(room) == 0
    assert people_at(room.passed(DeviceSlug("a"), minute(1), 125, 98)) == 4


def test_a_room_is_the_sum_of_its_doors() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 0, 0)
        .passed(DeviceSlug("b"), minute(0), 50, 40)
    )
    room = room.passed(DeviceSlug("a"), minute(1), 10, 0).passed(DeviceSlug("b"), minute(1), 50, 43)
    assert people_at(room) == 7


def test_a_total_that_falls_and_counts_on_is_a_restart_that_counts_from_zero() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 100, 90)
        .passed(DeviceSlug("a"), minute(1), 110, 90)
    )
    room = room.passed(DeviceSlug("a"), minute(2), 3, 1)
    assert people_at(room) == 10
    assert people_at(room.passed(DeviceSlug("a"), minute(3), 4, 1)) == 13


def test_one_total_that_falls_is_a_restart_though_the_other_has_grown() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 3, 90)
        .passed(DeviceSlug("a"), minute(1), 5, 1)
    )
    assert people_at(room) == 2
    assert people_at(room.passed(DeviceSlug("a"), minute(2), 6, 2)) == 1


def test_totals_that_come_late_or_twice_change_nothing() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 0, 0)
        .passed(DeviceSlug("a"), minute(2), 9, 0)
    )
    assert room.passed(DeviceSlug("a"), minute(1), 5, 0) is room
    assert room.passed(DeviceSlug("a"), minute(2), 11, 0) is room


def test_below_zero_shows_zero_and_keeps_the_evidence() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 0, 0)
        .passed(DeviceSlug("a"), minute(1), 0, 3)
    )
    assert (people_at(room), room.total, room.lowest) == (0, -3, -3)
    assert room.passed(DeviceSlug("a"), minute(2), 5, 3).lowest == -3


def test_a_person_who_counts_is_right_from_then_on() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 0, 0)
        .passed(DeviceSlug("a"), minute(1), 9, 11)
    )
    room = room.set_to(minute(2), 12)
    assert (people_at(room), room.lowest) == (12, 0)
    assert people_at(room.passed(DeviceSlug("a"), minute(3), 10, 11)) == 13


def test_what_a_person_counted_holds_where_no_door_counts_on() -> None:
    def there_until(_device: DeviceSlug, at: datetime) -> datetime:
        return at + timedelta(hours=12)

    word = RoomPeople().set_to(minute(2), 12)
    assert word.held_until(minute(10), FRESH, there_until) == minute(2) + WORD_HOLDS
    door = word.passed(DeviceSlug("a"), minute(3), 0, 0)
    assert door.held_until(minute(10), FRESH, there_until) == minute(3) + timedelta(hours=12)
    assert RoomPeople().held_until(minute(10), FRESH, there_until) is None


def test_who_passed_before_a_person_counted_is_counted_already() -> None:
    room = RoomPeople().passed(DeviceSlug("a"), minute(0), 0, 0).set_to(minute(2), 12)
    assert (
        people_at(room.passed(DeviceSlug("a"), minute(2), 5, 0)) == 12
    )  # in the same moment is before
    room = room.passed(DeviceSlug("a"), minute(1), 5, 0)
    assert people_at(room) == 12
    assert people_at(room.passed(DeviceSlug("a"), minute(3), 6, 0)) == 13


def test_the_night_empties_a_room_and_keeps_the_baselines() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 0, 0)
        .passed(DeviceSlug("a"), minute(1), 9, 0)
    )
    room = room.reset(minute(2))
    assert (people_at(room), room.lowest) == (0, 0)
    assert people_at(room.passed(DeviceSlug("a"), minute(3), 11, 0)) == 2
    assert people_at(RoomPeople().reset(minute(2))) is None
    assert people_at(RoomPeople().set_to(minute(1), 12).reset(minute(2))) == 0


def test_a_fresh_look_at_the_room_wins_over_its_doors() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 0, 0)
        .passed(DeviceSlug("a"), minute(1), 9, 0)
    )
    room = room.counted(minute(2), 7)
    assert room.at(minute(6), FRESH) == (7, minute(2))
    assert room.at(minute(7), FRESH) == (9, minute(1))
    assert room.counted(minute(1), 3) is room
    assert room.counted(minute(2), 3) is room


def test_a_door_that_is_taken_away_leaves_who_came_in_by_it() -> None:
    room = (
        RoomPeople()
        .passed(DeviceSlug("a"), minute(0), 0, 0)
        .passed(DeviceSlug("a"), minute(1), 9, 0)
    )
    without = room.without(DeviceSlug("a"))
    assert (people_at(without), without.doors) == (9, {})
    assert (
        people_at(without.passed(DeviceSlug("a"), minute(2), 20, 0)) == 9
    )  # hung again: a new baseline
    assert without.without(DeviceSlug("a")) is without


movements = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30)


@given(movements, st.data())
def test_a_lost_message_loses_nobody(moves: list[tuple[int, int]], data: st.DataObject) -> None:
    came = went = 0
    all_heard = some_heard = RoomPeople().passed(DeviceSlug("a"), minute(0), 0, 0)
    for i, (more_in, more_out) in enumerate(moves, 1):
        came, went = came + more_in, went + more_out
        all_heard = all_heard.passed(DeviceSlug("a"), minute(i), came, went)
        if i == len(moves) or data.draw(st.booleans()):
            some_heard = some_heard.passed(DeviceSlug("a"), minute(i), came, went)
    assert all_heard.total == some_heard.total == came - went


@given(movements)
def test_the_count_never_shows_below_zero(moves: list[tuple[int, int]]) -> None:
    room = RoomPeople()
    for i, (in_total, out_total) in enumerate(moves):
        room = room.passed(DeviceSlug("a"), minute(i), in_total, out_total)
        shown = people_at(room, 60)
        assert shown is not None
        assert shown >= 0
        assert room.lowest <= min(0, room.total)


@pytest.mark.parametrize(
    ("reset_at", "day", "expected"),
    [
        pytest.param(time(4), date(2026, 11, 24), (3, 0), id="winter"),
        pytest.param(time(4), date(2026, 7, 1), (2, 0), id="summer"),
        pytest.param(time(2, 30), date(2026, 10, 25), (0, 30), id="the hour that comes twice"),
        pytest.param(time(2, 30), date(2026, 3, 29), (1, 30), id="the hour that never comes"),
    ],
)
def test_the_reset_goes_by_the_clock_on_the_wall(
    reset_at: time, day: date, expected: tuple[int, int]
) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    at = last_reset(AMSTERDAM, reset_at, noon)
    assert (at.date(), at.hour, at.minute) == (day, *expected)


def test_the_moment_of_the_reset_is_the_first_of_its_day() -> None:
    four = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    found = last_reset(AMSTERDAM, time(4), four)
    assert (found, found.tzinfo) == (four, UTC)
    assert next_reset(AMSTERDAM, time(4), four) == four + timedelta(days=1)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_there_is_one_reset_on_each_day(at: datetime, reset_at: time) -> None:
    before = last_reset(AMSTERDAM, reset_at, at)
    after = next_reset(AMSTERDAM, reset_at, at)
    assert before <= at < after
    assert timedelta(hours=22) < after - before < timedelta(hours=26)
    assert next_reset(AMSTERDAM, reset_at, before) == after
