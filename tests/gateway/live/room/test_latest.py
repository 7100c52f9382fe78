"""The newest values of a room: told again by its readings, and written where they are not."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.live.room.latest import Newest, Stored
from sensors.wire.instant import EPOCH
from sensors.wire.reading import Reading
from tests.gateway.live_venue import air, count, door, minute

FIRST = Newest(700.0, minute(1), judged_at=minute(1), watched_since=minute(0))


@dataclass
class Room:
    """What is stored of a room that is as it is said to be."""

    newest: Newest = FIRST
    has_flags: bool = False
    stored: Stored = field(init=False)

    def __post_init__(self) -> None:
        self.stored = Stored(self)
        self.stored.saved()

    @property
    def flags(self) -> tuple[str, ...]:
        return ("co2",) if self.has_flags else ()

    def hears(self, reading: Reading) -> None:
        self.stored.hear(reading)
        self.newest = self.newest.heard(reading)


class TestWhatIsWritten:
    def test_an_ordinary_reading_waits_for_the_minute(self) -> None:
        room = Room()
        room.hears(air(2, 710).reading)
        assert (room.stored.is_new, room.stored.is_urgent) == (True, False)
        assert room.newest == Newest(
            710.0, minute(2), None, None, minute(2), minute(0), minute(2), None
        )

    @pytest.mark.parametrize(
        "newest",
        [
            pytest.param(Newest(700.0, minute(1), judged_at=minute(6)), id="judged by the clock"),
            pytest.param(Newest(700.0, minute(1), watched_since=minute(3)), id="watched anew"),
            pytest.param(Newest(700.0, minute(1), sampled_level="watch"), id="of another level"),
        ],
    )
    def test_what_no_reading_tells_is_written_at_once(self, newest: Newest) -> None:
        room = Room()
        room.newest = newest
        assert (room.stored.is_new, room.stored.is_urgent) == (True, True)
        room.stored.saved()
        assert (room.stored.is_new, room.stored.is_urgent) == (False, False)

    def test_neither_does_it_wait_while_a_flag_is_open_nor_when_it_ends(self) -> None:
        """Flags are as of the live cursor: values from before would judge them anew, if the journal
        was lost.
        """
        room = Room(has_flags=True)
        room.hears(air(2, 710).reading)
        assert room.stored.is_urgent
        room.stored.saved()
        room.has_flags = False
        room.hears(air(3, 710).reading)
        assert room.stored.is_urgent
        room.stored.saved()
        room.hears(air(4, 710).reading)
        assert not room.stored.is_urgent

    def test_a_room_that_is_new_is_not_one_of_its_name(self) -> None:
        room = Room(Newest())
        room.stored.begin()
        assert room.stored.is_new
        assert room.stored.is_urgent


def test_a_door_is_stored_apart_and_an_older_reading_is_none() -> None:
    assert FIRST.heard(door(5, 3, 1).reading) is FIRST
    assert FIRST.heard(air(1, 900).reading) is FIRST
    seen = FIRST.heard(count(2, 5).reading)
    assert seen.heard(count(2, 7).reading) is seen


moments = st.none() | st.integers(0, 3).map(minute)
newest = st.builds(
    Newest,
    co2_ppm=st.none() | st.sampled_from([600.0, 700.0]),
    co2_at=moments,
    seen=st.none() | st.integers(0, 2),
    seen_at=moments,
    judged_at=moments,
    watched_since=moments,
    sampled_at=st.just(EPOCH) | st.integers(0, 3).map(minute),
    sampled_level=st.sampled_from([None, "good", "watch", "act", "unknown"]),
)


@given(newest)
def test_a_room_comes_back_from_what_is_stored(one: Newest) -> None:
    again = Room()
    again.stored.restore(Room(one).stored.snapshot())
    assert again.stored.told == one


@given(newest, st.integers(0, 3).map(minute))
def test_nothing_is_kept_of_a_clock_that_ran_ahead(one: Newest, latest: datetime) -> None:
    kept = one.known_by(latest)
    moments = (kept.co2_at, kept.seen_at, kept.judged_at, kept.watched_since, kept.sampled_at)
    assert all(at is None or at <= latest for at in moments)
    assert kept.known_by(latest) == kept
    assert one.known_by(minute(9)).judged_at == one.judged_at
