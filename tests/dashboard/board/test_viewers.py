import pytest

from dashboard.board.port import StreamEvent, TooManyViewers
from dashboard.board.viewers import MAX_ALERTS, Viewer, Viewers
from sensors.wire.topic import RoomSlug, VenueSlug


def room(value: int) -> StreamEvent:
    return StreamEvent("room", str(value).encode())


def unread(viewer: Viewer) -> list[bytes]:
    """All that waits for it."""
    return [event.data for event in viewer.take()[0]]


class TestFanOut:
    def test_each_follower_gets_each_change(self) -> None:
        viewers = Viewers(2)
        both = [viewers.add(), viewers.add()]
        viewers.tell_room((VenueSlug("v"), RoomSlug("a")), room(1))
        viewers.tell_room((VenueSlug("v"), RoomSlug("b")), room(2))
        assert [unread(one) for one in both] == [[b"1", b"2"], [b"1", b"2"]]

    def test_slow_follower_gets_the_newest_state_of_each_room_only(self) -> None:
        viewers = Viewers(1)
        slow = viewers.add()
        for value in range(1000):
            viewers.tell_room((VenueSlug("v"), RoomSlug("ab"[value % 2])), room(value))
        assert unread(slow) == [b"998", b"999"]

    def test_newer_state_stands_when_all_rooms_come_after_it(self) -> None:
        viewer = Viewers(1).add()
        viewer.put_room((VenueSlug("v"), RoomSlug("a")), room(2))
        viewer.start_with([((VenueSlug("v"), RoomSlug(name)), room(1)) for name in "ab"])
        assert sorted(unread(viewer)) == [b"1", b"2"]

    def test_alerts_come_first_and_the_oldest_are_dropped_and_counted(self) -> None:
        viewers = Viewers(1)
        slow = viewers.add()
        viewers.tell_room((VenueSlug("v"), RoomSlug("a")), room(1))
        for value in range(MAX_ALERTS + 3):
            viewers.tell_alert(VenueSlug("v"), StreamEvent("alert", str(value).encode()))
        assert unread(slow) == [
            *(str(value).encode() for value in range(3, MAX_ALERTS + 3)),
            b"1",
        ]
        assert viewers.dropped == 3


class TestPlaces:
    def test_one_more_than_the_limit_is_refused_until_somebody_leaves(self) -> None:
        viewers = Viewers(2)
        first = viewers.add()
        viewers.add()
        with pytest.raises(TooManyViewers):
            viewers.add()
        first.close()
        first.close()
        viewers.add()
        assert len(viewers) == 2

    def test_closing_tells_and_ends_every_follower(self) -> None:
        viewers = Viewers(3)
        told: list[int] = []
        waiting = [viewers.add() for _ in range(3)]
        for number, one in enumerate(waiting):
            one.notify_by(lambda number=number: told.append(number))  # type: ignore[misc]
        viewers.close()
        assert sorted(told) == [0, 1, 2]
        assert [one.take() for one in waiting] == [([], True)] * 3
        with pytest.raises(TooManyViewers):
            viewers.add()


class TestNotice:
    def test_it_is_given_once_until_what_came_is_taken(self) -> None:
        viewer, told = Viewers(1).add(), []
        viewer.notify_by(lambda: told.append("told"))
        assert told == []
        for value in range(3):
            viewer.put_room((VenueSlug("v"), RoomSlug("a")), room(value))
        assert told == ["told"]
        assert unread(viewer) == [b"2"]
        viewer.put_alert(VenueSlug("v"), StreamEvent("alert", b"3"))
        assert told == ["told", "told"]

    def test_what_came_before_anybody_listened_is_told_at_once(self) -> None:
        viewer, told = Viewers(1).add(), []
        viewer.put_room((VenueSlug("v"), RoomSlug("a")), room(1))
        viewer.notify_by(lambda: told.append("told"))
        assert told == ["told"]
