"""Events to a viewer, sent together where they come close to each other."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dashboard.board.port import StreamEvent
from dashboard.board.viewers import Viewers
from dashboard.serving import event_stream
from dashboard.serving.event_stream import Wakes, send_events
from dashboard.web.stream import Followed
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug


def room(name: str) -> tuple[RoomKey, StreamEvent]:
    return (VenueSlug("v"), RoomSlug(name)), StreamEvent("room", name.encode())


def test_what_comes_soon_after_something_was_sent_is_sent_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def follow() -> list[bytes]:
        viewers = Viewers(1)
        bodies: asyncio.Queue[bytes] = asyncio.Queue()
        waits, over = asyncio.Event(), asyncio.Event()

        async def rest(_seconds: float) -> None:
            waits.set()
            await over.wait()

        monkeypatch.setattr(event_stream, "sleep", rest)
        monkeypatch.setattr(event_stream, "APART_S", 3600.0)
        followed = Followed(viewers.add(), 60.0, begin=b"")
        task = asyncio.create_task(
            send_events(followed, _to(bodies), _never, Wakes(asyncio.get_running_loop()))
        )
        assert await bodies.get() == b""
        viewers.tell_room(*room("a"))
        first = await bodies.get()
        viewers.tell_room(*room("b"))
        await waits.wait()
        viewers.tell_room(*room("c"))
        over.set()
        second = await bodies.get()
        viewers.close()
        await task
        return [first, second]

    with ThreadPoolExecutor(
        1
    ) as elsewhere:  # this thread's loop is the browsers' where they were first
        first, second = elsewhere.submit(lambda: asyncio.run(_within_a_minute(follow))).result()
    assert first == b"event: room\ndata: a\n\n"
    assert second == b"event: room\ndata: b\n\nevent: room\ndata: c\n\n"


async def _within_a_minute(follow: Callable[[], Awaitable[list[bytes]]]) -> list[bytes]:
    return await asyncio.wait_for(follow(), 60)


def _to(bodies: "asyncio.Queue[bytes]") -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def send(message: dict[str, Any]) -> None:
        await bodies.put(message["body"])

    return send


async def _never() -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}
