from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.calendar.free import free_from
from gateway.domain.meeting import Meeting
from sensors.wire.topic import RoomSlug, VenueSlug

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


def meeting(start: float, end: float) -> Meeting:
    hour = timedelta(hours=1)
    return Meeting("m", VenueSlug("v"), RoomSlug("r"), "", TEN + start * hour, TEN + end * hour)


@pytest.mark.parametrize(
    ("taken", "hours"),
    [
        ([], 0),
        ([(1, 2)], 0),
        ([(-1, 0.5)], 0.5),
        ([(0.5, 1), (1.5, 3)], 3),
        ([(2.5, 3), (0, 2)], 3),
        ([(0, 2), (3, 4)], 2),
        ([(0, 9)], None),
    ],
)
def test_a_room_is_free_once_the_gap_is_long_enough(
    taken: list[tuple[float, float]], hours: float | None
) -> None:
    found = free_from(
        [meeting(*span) for span in taken], TEN, timedelta(hours=1), TEN + timedelta(hours=8)
    )
    assert found == (None if hours is None else TEN + timedelta(hours=hours))
