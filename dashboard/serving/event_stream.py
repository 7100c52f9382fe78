"""Events to a viewer for as long as it stays: no thread waits for it."""

import asyncio
import threading
from asyncio import sleep
from collections.abc import Awaitable, Callable
from typing import Any, Final

from dashboard.web.stream import Followed

Send = Callable[[dict[str, Any]], Awaitable[None]]


AT_ONCE: Final = 50
"""So many are woken, then the loop looks who else wants something: a page waits for no more of them."""


APART_S: Final = 0.01
"""What comes within that time after something was sent is sent together: at a thousand changes a second
each by itself costs more than what is in it.
"""


class Wakes:
    """Wakes tasks of one event loop from other threads, many with one call."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._due: list[asyncio.Event] = []

    def wake(self, event: asyncio.Event) -> None:
        with self._lock:
            self._due.append(event)
            if len(self._due) > 1:  # on the way already
                return
        try:
            self._loop.call_soon_threadsafe(self._wake)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def _wake(self) -> None:
        with self._lock:
            due, self._due = self._due[:AT_ONCE], self._due[AT_ONCE:]
            more = bool(self._due)
        for event in due:
            event.set()
        if more:
            self._loop.call_soon(self._wake)


async def send_events(
    followed: Followed, send: Send, receive: Callable[[], Awaitable[dict[str, Any]]], wakes: Wakes
) -> None:
    """Send what comes until the viewer leaves, its time is over or the stream ends."""
    changed = asyncio.Event()
    followed.events.notify_by(lambda: wakes.wake(changed))
    leaving = asyncio.ensure_future(_until_gone(receive))
    leaving.add_done_callback(lambda _task: changed.set())
    loop = asyncio.get_running_loop()
    until_s = loop.time() + followed.lasts_s
    next_s = 0.0
    try:
        await _send_all(send, followed.begin)
        while not leaving.done() and loop.time() < until_s:
            try:
                async with asyncio.timeout(followed.heartbeat_s):
                    await changed.wait()
            except TimeoutError:
                await _send_all(send, followed.heartbeat)
                continue
            if next_s > loop.time():
                await sleep(next_s - loop.time())
            changed.clear()
            events, is_over = followed.events.take()
            if events:
                await _send_all(send, b"".join(event.sent() for event in events))
                next_s = loop.time() + APART_S
            if is_over:
                break
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        leaving.cancel()
        followed.events.close()


async def _send_all(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
