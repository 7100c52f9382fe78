"""What motion sensors tell of who is in: somebody, or nobody for so long that it is held against doors."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.motion import (
    LEFT_FOR,
    LOOK_EVERY,
    SOMEBODY_FOR,
    STILL_FOR,
    RoomMotion,
)
from sensors.wire.topic import DeviceSlug

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PIR, OTHER = DeviceSlug("pir-01"), DeviceSlug("pir-02")


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def always(device: DeviceSlug, heard_at: datetime) -> datetime:
    del device, heard_at
    return datetime.max.replace(tzinfo=UTC)


def heard(*said: tuple[float, bool], device: DeviceSlug = PIR) -> RoomMotion:
    motion = RoomMotion()
    for at, moved in said:
        motion = motion.heard(device, minute(at), moved=moved)
    return motion


class TestSomebody:
    def test_who_moved_is_in_for_a_quarter_of_an_hour(self) -> None:
        motion = heard((0, True), (1, False))
        assert motion.moved_at == minute(0)
        assert motion.is_somebody_in(minute(14.9))
        assert not motion.is_somebody_in(minute(15))

    def test_nobody_is_in_by_a_sensor_that_never_saw_anybody(self) -> None:
        motion = heard((0, False))
        assert motion.moved_at is None
        assert not motion.is_somebody_in(minute(0))

    def test_an_older_message_changes_nothing(self) -> None:
        motion = heard((5, False))
        assert motion.heard(PIR, minute(5), moved=True) is motion
        assert motion.heard(PIR, minute(4), moved=True) is motion

    def test_a_late_message_of_another_sensor_moves_nothing_back(self) -> None:
        motion = heard((5, True)).heard(OTHER, minute(2), moved=True)
        assert motion.moved_at == minute(5)

    def test_it_denies_that_nobody_is_in_but_right_after_somebody_left(self) -> None:
        left = heard((0, True)).passed(minute(10))
        assert not left.heard(PIR, minute(10) + LEFT_FOR, moved=True).denies_nobody(minute(14))
        later = left.heard(PIR, minute(14), moved=True)
        assert later.denies_nobody(minute(14))
        assert not later.denies_nobody(minute(14) + SOMEBODY_FOR)


class TestStillness:
    def test_counts_from_the_first_message_that_says_so(self) -> None:
        motion = heard((0, True), (10, False), (20, False))
        assert motion.still_since(minute(30), always) == minute(10)

    def test_counts_from_the_last_passage_at_a_door(self) -> None:
        motion = heard((0, True), (10, False)).passed(minute(40))
        assert motion.still_since(minute(60), always) == minute(40)

    def test_is_not_there_while_one_sensor_sees_somebody(self) -> None:
        motion = heard((0, False)).heard(OTHER, minute(1), moved=True)
        assert motion.still_since(minute(200), always) is None

    def test_is_not_told_by_a_sensor_that_went_away(self) -> None:
        def until_minute_30(device: DeviceSlug, heard_at: datetime) -> datetime:
            del device, heard_at
            return minute(30)

        motion = heard((0, False))
        assert motion.still_since(minute(29), until_minute_30) == minute(0)
        assert motion.still_since(minute(30), until_minute_30) is None
        assert motion.still_since(minute(12 * 60), always) is None

    def test_the_count_is_looked_at_after_an_hour_and_again(self) -> None:
        motion = heard((0, False))
        assert not motion.is_look(minute(59.9), always)
        assert motion.is_look(minute(60), always)
        moments = [motion.next_moment(minute(m), always, counted=True) for m in (0, 60, 61, 65)]
        assert moments == [minute(60), minute(65), minute(65), minute(70)]
        assert motion.next_moment(minute(0), always, counted=False) is None

    def test_nothing_is_due_of_a_room_without_motion_sensors(self) -> None:
        assert RoomMotion().next_moment(START, always, counted=True) is None


moments = st.floats(0, 600).map(minute)


@given(
    st.lists(st.tuples(moments, st.booleans(), st.sampled_from([PIR, OTHER])), max_size=12), moments
)
def test_the_next_moment_lies_ahead_and_within_an_hour_of_stillness(
    said: list[tuple[datetime, bool, DeviceSlug]], at: datetime
) -> None:
    motion = RoomMotion()
    for when, moved, device in said:
        motion = motion.heard(device, when, moved=moved)
    due = motion.next_moment(at, always, counted=True)
    if due is None:
        assert not motion.is_somebody_in(at) or motion.moved_at is None
        return
    assert at < due
    since = motion.still_since(at, always)
    latest = [] if since is None else [max(since + STILL_FOR, at + LOOK_EVERY)]
    if motion.moved_at is not None:
        latest.append(motion.moved_at + SOMEBODY_FOR)
    assert due <= max(latest)


@given(st.permutations([(0, True), (3, False), (7, True), (9, False)]))
def test_when_somebody_moved_last_is_the_same_in_whatever_order_two_sensors_are_heard(
    order: list[tuple[float, bool]],
) -> None:
    motion = RoomMotion()
    for number, (at, moved) in enumerate(order):
        motion = motion.heard(DeviceSlug(f"pir-{number}"), minute(at), moved=moved)
    assert motion.moved_at == minute(7)
