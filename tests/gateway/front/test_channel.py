"""Two processes talk: in order, without loss, and whoever speaks waits for nobody."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import pytest

from gateway.front.channel import Channel
from gateway.front.wire import COMMITTED, MoveLive, Order, Publish, Report, decode_orders, encode
from tests.servers import wait_until

_NOTHING: list[Report] = []


def nothing(_body: bytes) -> list[Report]:
    return _NOTHING


@contextmanager
def pair() -> Iterator[tuple[Channel[Order, Report], Channel[Report, Order]]]:
    """The gateway's end, and the front's."""
    one, other = socket.socketpair()
    ours: Channel[Order, Report] = Channel(one, encode, nothing)
    theirs: Channel[Report, Order] = Channel(other, encode, decode_orders)
    try:
        yield ours, theirs
    finally:
        ours.close()
        theirs.close()


def test_all_that_is_said_is_heard_in_order() -> None:
    heard: list[Order] = []
    with pair() as (ours, theirs):
        for number in range(10_000):
            ours.say(MoveLive(number))
        while len(heard) < 10_000:
            heard += theirs.receive() or ()
    assert heard == [MoveLive(number) for number in range(10_000)]


def test_what_is_said_before_closing_is_heard_and_then_that_nobody_is_there() -> None:
    one, other = socket.socketpair()
    ours: Channel[Order, Report] = Channel(one, encode, nothing)
    theirs: Channel[Report, Order] = Channel(other, encode, decode_orders)
    ours.say(Publish(1, "t", b"\xff" * 500_000, retain=True))
    closer = threading.Thread(target=ours.close, args=(60.0,))
    closer.start()
    assert theirs.receive() == [Publish(1, "t", b"\xff" * 500_000, retain=True)]
    assert theirs.receive() is None
    closer.join(60)
    theirs.close()


def test_an_end_that_nobody_listens_to_does_not_hold_up_and_says_the_same_thing_once() -> None:
    one, other = socket.socketpair()
    front: Channel[Report, Order] = Channel(one, encode, decode_orders)
    with other:
        for _ in range(100_000):
            front.say_once(COMMITTED)
        other.shutdown(socket.SHUT_WR)
        assert front.receive() is None
        assert len(bytes(other.recv(1 << 20))) < 100_000
        front.close()


def test_what_goes_along_goes_also_where_nothing_else_is_said() -> None:
    one, other = socket.socketpair()
    due = [MoveLive(7)]

    def also() -> list[MoveLive]:
        found = due[:]
        due.clear()
        return found

    ours: Channel[Order, Report] = Channel(one, encode, nothing, also)
    theirs: Channel[Report, Order] = Channel(other, encode, decode_orders)
    assert theirs.receive() == [MoveLive(7)]
    ours.close()
    theirs.close()


def test_a_message_that_cannot_be_sent_ends_the_channel_instead_of_being_missed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(_messages: object) -> bytes:
        raise msgspec.MsgspecError("no such thing")

    one, other = socket.socketpair()
    ours: Channel[Order, Report] = Channel(one, fails, nothing)
    theirs: Channel[Report, Order] = Channel(other, encode, decode_orders)
    ours.say(MoveLive(1))
    assert theirs.receive() is None
    wait_until(lambda: "no such thing" in caplog.text, "the traceback")
    ours.close()
    theirs.close()


def test_what_is_said_soon_goes_in_one_frame_when_it_is_sent() -> None:
    frames: list[int] = []
    heard: list[Order] = []

    def counted(messages: Sequence[Order]) -> bytes:
        frames.append(len(messages))
        return encode(messages)

    one, other = socket.socketpair()
    ours: Channel[Order, Report] = Channel(one, counted, nothing)
    theirs: Channel[Report, Order] = Channel(other, encode, decode_orders)
    for number in range(100):
        ours.say_soon(MoveLive(number))
    ours.send()
    while len(heard) < 100:
        heard += theirs.receive() or ()
    assert heard == [MoveLive(number) for number in range(100)]
    assert len(frames) <= 10  # one, but for what the idle sender finds
    ours.close()
    theirs.close()


def test_what_is_said_soon_goes_before_what_is_said_after_it() -> None:
    heard: list[Order] = []
    with pair() as (ours, theirs):
        for number in range(0, 3_000, 3):
            ours.say_soon(MoveLive(number))
            ours.say(MoveLive(number + 1))
            ours.say_soon(MoveLive(number + 2))
            if number % 60 == 0:
                ours.send()
        while len(heard) < 3_000:
            heard += theirs.receive() or ()
    assert heard == [MoveLive(number) for number in range(3_000)]
