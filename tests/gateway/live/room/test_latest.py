"""The newest values of rooms, as rows of the database: only what changed is written."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.people import RoomPeople
from gateway.live.room.latest import LEVELS, Newest, Unwritten, newest_of
from sensors.wire.instant import EPOCH
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

SERRE: RoomKey = (VenueSlug("de-kade"), RoomSlug("serre"))
ZAAL: RoomKey = (VenueSlug("de-kade"), RoomSlug("zaal"))


def moment(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def test_a_reading_writes_itself_and_how_far_was_judged() -> None:
    unwritten = Unwritten()
    first = Newest(700.0, moment(1), judged_at=moment(1), watched_since=moment(0))
    unwritten.written({SERRE: first})
    after = replace(first, co2_ppm=710.0, co2_at=moment(2), judged_at=moment(2))
    assert {row.kind for row in unwritten.rows({SERRE: after})} == {"co2", "judged"}


def test_of_a_room_that_was_not_written_yet_all_is_written() -> None:
    unwritten = Unwritten()
    unwritten.written({ZAAL: Newest()})
    assert [row.kind for row in unwritten.rows({SERRE: Newest()})] == ["sampled"]


def test_what_was_not_committed_is_written_by_the_next_attempt() -> None:
    unwritten, newest = Unwritten(), Newest(700.0, moment(1))
    assert list(unwritten.rows({SERRE: newest})) == list(unwritten.rows({SERRE: newest})) != []


moments = st.none() | st.integers(0, 3).map(moment)
newest = st.builds(
    Newest,
    co2_ppm=st.sampled_from([600.0, 700.0]),
    co2_at=moments,
    people=st.just(RoomPeople())
    | st.builds(
        lambda at, count: RoomPeople().counted(at, count),
        st.integers(0, 3).map(moment),
        st.integers(0, 2),
    ),
    judged_at=moments,
    watched_since=moments,
    sampled_at=st.integers(0, 3).map(moment),
    sampled_level=st.none() | st.sampled_from(LEVELS),
)


@given(st.lists(st.tuples(st.sampled_from([SERRE, ZAAL]), newest, st.booleans()), max_size=12))
def test_the_rows_are_the_same_as_if_all_were_written_each_time(
    writes: list[tuple[RoomKey, Newest, bool]],
) -> None:
    unwritten = Unwritten()
    by_change: dict[tuple[RoomKey, str], tuple[datetime, float]] = {}
    each_time: dict[tuple[RoomKey, str], tuple[datetime, float]] = {}
    for key, one, is_committed in writes:
        rows = list(unwritten.rows({key: one}))
        if is_committed:
            by_change |= {(key, row.kind): (row.at, row.value) for row in rows}
            each_time |= {(key, row.kind): (row.at, row.value) for row in one.rows(key)}
            unwritten.written({key: one})
    assert by_change == each_time


@given(newest)
def test_a_room_comes_back_from_its_rows(one: Newest) -> None:
    known = one if one.co2_at is not None else replace(one, co2_ppm=None)
    assert newest_of(RoomPeople(), known.rows(SERRE)) == known
