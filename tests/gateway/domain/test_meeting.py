from datetime import UTC, datetime, timedelta

from gateway.domain.meeting import Meeting, overlapping
from sensors.wire.topic import RoomSlug, VenueSlug

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def meeting(
    name: str,
    start: float,
    end: float,
    room: RoomSlug = RoomSlug("serre"),
    venue: VenueSlug = VenueSlug("de-kade"),
) -> Meeting:
    return Meeting(
        name, venue, room, name, NOON + timedelta(hours=start), NOON + timedelta(hours=end)
    )


def shared(*meetings: Meeting) -> dict[str, set[str]]:
    return {name: {m.id for m in others} for name, others in overlapping(meetings).items()}


def test_meetings_that_share_their_room_for_a_while_overlap() -> None:
    long, first, second = meeting("long", 0, 5), meeting("first", 1, 2), meeting("second", 3, 6)
    expected = {"long": {"first", "second"}, "first": {"long"}, "second": {"long"}}
    assert shared(long, first, second) == expected
    assert shared(second, first, long) == expected


def test_meetings_that_follow_each_other_do_not() -> None:
    assert shared(meeting("a", 0, 1), meeting("b", 1, 2)) == {}


def test_meetings_elsewhere_do_not() -> None:
    assert shared(meeting("a", 0, 2), meeting("b", 1, 3, RoomSlug("atelier"))) == {}
    assert shared(meeting("a", 0, 2), meeting("b", 1, 3, venue=VenueSlug("de-bron"))) == {}
