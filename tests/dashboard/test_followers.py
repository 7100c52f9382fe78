import threading

import pytest

from dashboard.board import StreamEvent, TooManyViewers
from dashboard.followers import MAX_ALERTS, Follower, Followers

NEVER_S = 60.0
NOW_S = 0.0


def room(value: int) -> StreamEvent:
    return StreamEvent("room", str(value).encode())


def unread(follower: Follower) -> list[bytes]:
    """All that waits for it, until a heartbeat says that nothing does."""
    found = []
    while (event := next(follower)) is not None:
        found.append(event.data)
    return found


class TestFanOut:
    def test_each_follower_gets_each_change(self) -> None:
        followers = Followers(2)
        both = [followers.add(NOW_S), followers.add(NOW_S)]
        followers.tell_room(("v", "a"), room(1))
        followers.tell_room(("v", "b"), room(2))
        assert [unread(one) for one in both] == [[b"1", b"2"], [b"1", b"2"]]

    def test_slow_follower_gets_the_newest_state_of_each_room_only(self) -> None:
        followers = Followers(1)
        slow = followers.add(NOW_S)
        for value in range(1000):
            followers.tell_room(("v", "ab"[value % 2]), room(value))
        assert unread(slow) == [b"998", b"999"]

    def test_newer_state_stands_when_all_rooms_come_after_it(self) -> None:
        follower = Followers(1).add(NOW_S)
        follower.put_room(("v", "a"), room(2))
        follower.start_with([(("v", "a"), room(1)), (("v", "b"), room(1))])
        assert sorted(unread(follower)) == [b"1", b"2"]

    def test_alerts_come_first_and_the_oldest_are_dropped_and_counted(self) -> None:
        followers = Followers(1)
        slow = followers.add(NOW_S)
        followers.tell_room(("v", "a"), room(1))
        for value in range(MAX_ALERTS + 3):
            followers.tell_alert(StreamEvent("alert", str(value).encode()))
        assert unread(slow) == [
            *(str(value).encode() for value in range(3, MAX_ALERTS + 3)),
            b"1",
        ]
        assert followers.dropped == 3


class TestPlaces:
    def test_one_more_than_the_limit_is_refused_until_somebody_leaves(self) -> None:
        followers = Followers(2)
        first = followers.add(NOW_S)
        followers.add(NOW_S)
        with pytest.raises(TooManyViewers):
            followers.add(NOW_S)
        first.close()
        first.close()
        followers.add(NOW_S)
        assert len(followers) == 2

    def test_closing_wakes_and_ends_every_waiting_follower(self) -> None:
        followers = Followers(3)
        waiting = [followers.add(NEVER_S) for _ in range(3)]
        threads = [threading.Thread(target=list, args=(one,)) for one in waiting]
        for thread in threads:
            thread.start()
        followers.close()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)
        with pytest.raises(TooManyViewers):
            followers.add(NOW_S)

    def test_change_wakes_a_waiting_follower(self) -> None:
        followers = Followers(1)
        follower = followers.add(NEVER_S)
        got: list[StreamEvent | None] = []
        thread = threading.Thread(target=lambda: got.append(next(follower)))
        thread.start()
        followers.tell_room(("v", "a"), room(1))
        thread.join(10)
        assert got == [room(1)]
