"""What somebody should know before a meeting is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.booking import Taken, TooSmall, concerns
from gateway.domain.meeting import Meeting, overlapping
from gateway.domain.room import Room
from sensors.wire.topic import RoomSlug, VenueSlug

START = datetime(2026, 12, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
VENUE, SERRE = VenueSlug("de-kade"), RoomSlug("serre")
ROOM = Room(VENUE, SERRE, "Serre", seats=12)
MEETING = Meeting("a", VENUE, SERRE, "A", START, START + HOUR)


def other(start: datetime, end: datetime, **values: object) -> Meeting:
    return replace(MEETING, id="b", start=start, end=end, **values)  # type: ignore[arg-type]


class TestConcerns:
    @pytest.mark.parametrize(
        ("start", "end", "taken"),
        [
            (START - HOUR, START, False),
            (START + HOUR, START + 2 * HOUR, False),
            (START - HOUR, START + timedelta(seconds=1), True),
            (START + HOUR / 4, START + HOUR / 2, True),
            (START - HOUR, START + 2 * HOUR, True),
        ],
    )
    def test_a_room_is_taken_where_the_times_meet(
        self, start: datetime, end: datetime, taken: bool
    ) -> None:
        one = other(start, end)
        expected = (Taken((one,)),) if taken else ()
        assert concerns(MEETING, None, ROOM, [one]) == expected

    def test_itself_and_other_rooms_are_no_concern(self) -> None:
        elsewhere = other(START, START + HOUR, room=RoomSlug("atelier"))
        assert concerns(MEETING, None, ROOM, [MEETING, elsewhere]) == ()

    @pytest.mark.parametrize(
        ("people", "room", "found"),
        [
            (13, ROOM, (TooSmall(13, 12),)),
            (12, ROOM, ()),
            (None, ROOM, ()),
            (13, replace(ROOM, seats=None), ()),
            (13, None, ()),
            (1, replace(ROOM, seats=0), (TooSmall(1, 0),)),
        ],
    )
    def test_more_people_than_seats(
        self, people: int | None, room: Room | None, found: tuple[TooSmall, ...]
    ) -> None:
        assert concerns(replace(MEETING, expected_people=people), None, room, []) == found

    def test_what_did_not_change_is_not_said_again(self) -> None:
        before = replace(MEETING, expected_people=13)
        taken = other(START, START + HOUR)
        assert concerns(replace(before, title="B"), before, ROOM, [taken]) == ()
        longer = replace(before, end=START + 2 * HOUR)
        assert concerns(longer, before, ROOM, [taken]) == (Taken((taken,)),)
        more = replace(before, expected_people=14)
        assert concerns(more, before, ROOM, [taken]) == (TooSmall(14, 12),)

    @given(st.integers(-5, 5), st.integers(1, 5))
    def test_it_agrees_with_what_is_shown_as_shared_afterwards(
        self, offset: int, hours: int
    ) -> None:
        one = other(START + offset * HOUR, START + (offset + hours) * HOUR)
        said = bool(concerns(MEETING, None, ROOM, [one]))
        assert said == (MEETING.id in overlapping([MEETING, one]))
