"""A board as a browser has it open: the page, what the page asks for, then its stream, and what it asks for
as the stream tells. Both ways of the pages are known: parts over ``/board/stream``, and before that the
whole board again after each event of ``/api/v1/stream``.
"""

import asyncio
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

PAGE: Final = "/?lang=en"
ADDRESSES: Final = 50
GATHER_S: Final = 0.06
APART_S: Final = 1.0
"""As long did a page that fetches wait after an event, and between two questions."""
PEOPLE: Final = re.compile(
    rb"bench/room-(\d)(?:(?!bench/room-).)*?<dt>People</dt><dd><b>([\d,.]+)</b>", re.DOTALL
)
STATIC: Final = re.compile(rb'(?:href|src|data-worker|data-following)="(/static/[^"]+)"')
DATA: Final = re.compile(rb'data-(stream|shows|since|fragment)="([^"]*)"')

Heard = Callable[[int, int, float], None]
"""Of which room which number is shown, and when."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    wire_bytes: int


class Connection:
    """One that is kept and used again, as browsers do; counts what comes over the wire."""

    def __init__(self, port: int, source: tuple[str, int]) -> None:
        self._port = port
        self._source = source
        self.reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, **headers: str) -> Answer:
        for attempt in (1, 2):
            try:
                await self.send(path, **headers)
                return await self._answer()
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    async def send(self, path: str, **headers: str) -> None:
        if self._writer is None:
            self.reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self._port, local_addr=self._source
            )
        told = {"Host": "127.0.0.1", "Accept-Encoding": "gzip"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self._writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())

    async def head(self) -> tuple[int, dict[str, str], int]:
        assert self.reader is not None
        raw = await self.reader.readuntil(b"\r\n\r\n")
        first, *lines = raw.decode("latin-1").strip().split("\r\n")
        headers = {n.lower(): v for n, v in (line.split(": ", 1) for line in lines)}
        return int(first.split(" ")[1]), headers, len(raw)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self.reader = self._writer = None

    async def _answer(self) -> Answer:
        status, headers, length = await self.head()
        assert self.reader is not None
        body = b""
        if status != 304:
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        length += len(body)
        if headers.get("content-encoding") == "gzip":
            body = zlib.decompress(body, 31)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body, length)


@dataclass
class Board:
    """One open page. ``wire_bytes`` are those of all answers, with their heads."""

    port: int
    number: int
    heard: Heard
    wire_bytes: int = 0
    is_open: bool = False
    _kept: set[bytes] = field(default_factory=set)
    _tag: str = ""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self) -> bytes:
        """The page and what it is drawn with, which is kept for the next time.

        Raises:
            OSError: it is refused.

        """
        pages = Connection(self.port, address(self.number))
        page = await self._asked(pages, PAGE)
        for path in dict.fromkeys(STATIC.findall(page.body)):
            if path not in self._kept:
                await self._asked(pages, path.decode())
                self._kept.add(path)
        pages.close()
        return page.body

    async def follow(self, page: bytes, *, alone: bool = False) -> None:
        """Until it is cancelled. ``alone``: whatever the page would do besides is left."""
        given = {name.decode(): value.decode() for name, value in DATA.findall(page)}
        stream, asking = Connection(self.port, address(self.number)), None
        in_parts = "shows" in given
        path = given["stream"].replace("&amp;", "&")
        if in_parts:
            path += f"&show={given['shows']}&since={given['since']}"
        elif not alone:
            asking = asyncio.ensure_future(self._refresh(given["fragment"].replace("&amp;", "&")))
        try:
            await stream.send(path, Accept="text/event-stream")
            status, _, length = await stream.head()
            self.wire_bytes += length
            self.is_open = status == 200
            assert stream.reader is not None
            while line := await stream.reader.readline():
                self.wire_bytes += len(line)
                if not line.startswith(b"data: "):
                    continue
                if in_parts or alone:
                    self._read(line)
                self._changed.set()
        finally:
            self.is_open = False
            stream.close()
            if asking is not None:
                asking.cancel()

    async def _refresh(self, path: str) -> None:
        """As the page did that fetches the whole board when something changed."""
        pages = Connection(self.port, address(self.number))
        try:
            while True:
                await self._changed.wait()
                await asyncio.sleep(GATHER_S)
                self._changed.clear()
                asked_s = time.monotonic()
                tag = {"If_None_Match": self._tag} if self._tag else {}
                answer = await self._asked(pages, path, **tag)
                self._tag = answer.headers.get("etag", "")
                self._read(answer.body)
                await asyncio.sleep(max(0.0, asked_s + APART_S - time.monotonic()))
        finally:
            pages.close()

    async def _asked(self, pages: Connection, path: str, **headers: str) -> Answer:
        answer = await pages.ask(path, **headers)
        self.wire_bytes += answer.wire_bytes
        if answer.status not in (200, 304):
            raise OSError(f"{path}: {answer.status}")
        return answer

    def _read(self, said: bytes) -> None:
        at_s = time.monotonic()
        if said.startswith(b'data: {"venue":') and (number := re.search(rb'"people":(\d+)', said)):
            room = re.search(rb'"room":"room-(\d)"', said)  # a state, as JSON
            if room is not None:
                self.heard(int(room[1]), int(number[1]), at_s)
        for found in PEOPLE.finditer(said):
            self.heard(int(found[1]), int(re.sub(rb"\D", b"", found[2])), at_s)


def address(number: int) -> tuple[str, int]:
    return (f"127.0.1.{1 + number % ADDRESSES}", 0)
