"""What uvicorn asks: a request is heard out before a thread is spent on it, and sent within a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Final

from dashboard.serving.connection import RETRY_S, House
from dashboard.serving.event_stream import Wakes, send_events
from dashboard.serving.hosts import KnownHosts
from dashboard.serving.proxies import TrustedProxies
from dashboard.serving.wsgi_call import Answer, Application, Pieces, call, environ_of, headers_of

WAITING_AT_MOST: Final = 256
"""More requests than these wait for no thread: they are told to come again."""
LARGE_AT_ONCE: Final = 4
"""Of bodies that may be larger than others."""
HEALTHZ: Final = "/healthz"

_log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Refused(Exception):
    """A request that is answered without the application."""

    def __init__(self, status: int, says: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(says)
        self.status = status
        self.says = says
        self.headers = headers


class Gone(Exception):
    """Nobody is there any more to be answered."""


class Server:
    """An ASGI application around a WSGI one, whose bodies have ``body_bytes`` at most; those of some
    paths ``larger``, a few at a time, so that what strangers send never fills the memory.
    """

    def __init__(
        self,
        app: Application,
        threads: Executor,
        house: House,
        hosts: KnownHosts,
        proxies: TrustedProxies,
        body_bytes: int,
        larger: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._threads = threads
        self._house = house
        self._hosts = hosts
        self._proxies = proxies
        self._body_bytes = body_bytes
        self._larger = larger or {}
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._waiting = 0
        self._wakes: Wakes | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not spoken here")
        connection = self._house.find(tuple(scope["client"])) if scope.get("client") else None
        if connection is not None:
            connection.asked()
        try:
            await self._answer(scope, receive, self._timed(send))
        except (Gone, TimeoutError):  # took nothing for too long, or left
            if connection is not None:
                connection.abort()
        finally:
            if connection is not None:
                connection.answered()

    def _timed(self, send: Send) -> Send:
        async def timed(message: dict[str, Any]) -> None:
            async with asyncio.timeout(self._house.patience.send_s):
                await send(message)

        return timed

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            if scope["path"] == HEALTHZ and scope["method"] in ("GET", "HEAD"):
                await _send_whole(
                    send, 200, b'{"status":"ok"}', (b"content-type", b"application/json")
                )
                return
            environ = await self._environ(scope, receive)
            answer = await self._ask(environ)
        except Refused as no:
            body = f"{no.says}\n".encode()
            kind = (b"content-type", b"text/plain; charset=utf-8")
            await _send_whole(send, no.status, body, kind, *no.headers)
            return
        await self._send(answer, receive, send)

    async def _environ(self, scope: dict[str, Any], receive: Receive) -> dict[str, Any]:
        """The request, whole.

        Raises:
            Refused: it is asked under another's name, or its body is too large or too slow.
            Gone: who asked left.

        """
        headers = headers_of(scope["headers"])
        peer = scope["client"][0] if scope.get("client") else ""
        origin = self._proxies.origin(peer, scope["scheme"], headers)
        host = origin.host or headers.get("host", "")
        server = scope.get("server") or ("", 0)
        if not self._hosts.knows(host, server[0]):
            raise Refused(
                421,
                f"this dashboard is not known as {host!r}: put that name in dashboard.hosts",
            )
        body = await self._body_of(scope["path"], headers, receive)
        return environ_of(scope, headers, body, origin)

    async def _body_of(self, path: str, headers: dict[str, str], receive: Receive) -> bytes:
        most = self._larger.get(path)
        if most is None:
            return await self._body(headers, receive, self._body_bytes)
        if self._large.locked():
            raise Refused(503, "others have their files read now: try again in a moment")
        async with self._large:
            return await self._body(headers, receive, most)

    async def _body(self, headers: dict[str, str], receive: Receive, most: int) -> bytes:
        told = headers.get("content-length", "0")
        found = bytearray()
        too_large = Refused(413, f"a body is at most {most} bytes here", (b"connection", b"close"))
        if told.isdecimal() and int(told) > most:
            raise too_large
        try:
            async with asyncio.timeout(self._house.patience.body_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    found += message.get("body", b"")
                    if len(found) > most:
                        raise too_large
                    if not message.get("more_body"):
                        return bytes(found)
        except TimeoutError as error:
            raise Refused(
                408, "the request took too long to arrive", (b"connection", b"close")
            ) from error

    async def _ask(self, environ: dict[str, Any]) -> Answer:
        if self._waiting >= WAITING_AT_MOST:
            raise Refused(
                503, "too much is asked at once: try again", (b"retry-after", b"%d" % RETRY_S)
            )
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, call, self._app, environ)
        except Exception as error:
            _log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            raise Refused(500, "that went wrong on our side; the log says how") from error
        finally:
            self._waiting -= 1

    async def _send(self, answer: Answer, receive: Receive, send: Send) -> None:
        goes_on = answer.rest is not None or answer.followed is not None
        try:
            await send(
                {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
            )
            if answer.followed is not None:
                await send_events(answer.followed, send, receive, self._wakes_of_loop())
                return
            await send({"type": "http.response.body", "body": answer.body, "more_body": goes_on})
            if answer.rest is not None:
                await self._send_rest(answer.rest, send)
        finally:
            if answer.followed is not None:
                answer.followed.events.close()
            if answer.rest is not None:
                asyncio.get_running_loop().run_in_executor(self._threads, answer.rest.close)

    async def _send_rest(self, rest: Pieces, send: Send) -> None:
        loop = asyncio.get_running_loop()
        more = b" "
        while more:
            try:
                more = await loop.run_in_executor(self._threads, rest.next)
            except Exception as error:
                _log.exception("a long answer ended in the middle")
                raise Gone from error  # the reader must not take it for the whole
            await send({"type": "http.response.body", "body": more, "more_body": bool(more)})

    def _wakes_of_loop(self) -> Wakes:
        if self._wakes is None:
            self._wakes = Wakes(asyncio.get_running_loop())
        return self._wakes


async def _send_whole(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
