import threading

import pytest

from dashboard.board.port import StreamEvent, TooManyViewers
from dashboard.board.viewers import MAX_ALERTS, Viewer, Viewers
from sensors.wire.topic import RoomSlug, VenueSlug

NEVER_S = 60.0
NOW_S = 0.0


def room(value: int) -> StreamEvent:
    return StreamEvent("room", str(value).encode())


def unread(viewer: Viewer) -> list[bytes]:
    """All that waits for it, until a heartbeat says that nothing does."""
    found = []
    while (event := next(viewer)) is not None:
        found.append(event.data)
    return found


class TestFanOut:
    def test_each_follower_gets_each_change(self) -> None:
        viewers = Viewers(2)
        both = [viewers.add(NOW_S), viewers.add(NOW_S)]
        viewers.tell_room((VenueSlug("v"), RoomSlug("a")), room(1))
        viewers.tell_room((VenueSlug("v"), RoomSlug("b")), room(2))
        assert [unread(one) for one in both] == [[b"1", b"2"], [b"1", b"2"]]

    def test_slow_follower_gets_the_newest_state_of_each_room_only(self) -> None:
        viewers = Viewers(1)
        slow = viewers.add(NOW_S)
        for value in range(1000):
            viewers.tell_room((VenueSlug("v"), RoomSlug("ab"[value % 2])), room(value))
        assert unread(slow) == [b"998", b"999"]

    def test_newer_state_stands_when_all_rooms_come_after_it(self) -> None:
        viewer = Viewers(1).add(NOW_S)
        viewer.put_room((VenueSlug("v"), RoomSlug("a")), room(2))
        viewer.start_with([((VenueSlug("v"), RoomSlug(name)), room(1)) for name in "ab"])
        assert sorted(unread(viewer)) == [b"1", b"2"]

    def test_alerts_come_first_and_the_oldest_are_dropped_and_counted(self) -> None:
        viewers = Viewers(1)
        slow = viewers.add(NOW_S)
        viewers.tell_room((VenueSlug("v"), RoomSlug("a")), room(1))
        for value in range(MAX_ALERTS + 3):
            viewers.tell_alert(StreamEvent("alert", str(value).encode()))
        assert unread(slow) == [
            *(str(value).encode() for value in range(3, MAX_ALERTS + 3)),
            b"1",
        ]
        assert viewers.dropped == 3


class TestPlaces:
    def test_one_more_than_the_limit_is_refused_until_somebody_leaves(self) -> None:
        viewers = Viewers(2)
        first = viewers.add(NOW_S)
        viewers.add(NOW_S)
        with pytest.raises(TooManyViewers):
            viewers.add(NOW_S)
        first.close()
        first.close()
        viewers.add(NOW_S)
        assert len(viewers) == 2

    def test_closing_wakes_and_ends_every_waiting_follower(self) -> None:
        viewers = Viewers(3)
        waiting = [viewers.add(NEVER_S) for _ in range(3)]
        threads = [threading.Thread(target=list, args=(one,)) for one in waiting]
        for thread in threads:
            thread.start()
        viewers.close()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)
        with pytest.raises(TooManyViewers):
            viewers.add(NOW_S)

    def test_change_wakes_a_waiting_follower(self) -> None:
        viewers = Viewers(1)
        viewer = viewers.add(NEVER_S)
        got: list[StreamEvent | None] = []
        thread = threading.Thread(target=lambda: got.append(next(viewer)))
        thread.start()
        viewers.tell_room((VenueSlug("v"), RoomSlug("a")), room(1))
        thread.join(10)
        assert got == [room(1)]
