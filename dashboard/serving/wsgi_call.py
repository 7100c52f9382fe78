"""One request as Flask takes it, and its answer: whole where it is small, in pieces where it is not.

Each step runs on a thread of its own choosing, all of them in one context, so that an answer of any
length holds no thread while its reader takes the last piece.
"""

import contextvars
import gzip
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import unquote_to_bytes

from dashboard.serving.proxies import Origin
from dashboard.web.stream import HANDOVER, Followed

WHOLE_BYTES: Final = 262_144
PIECE_BYTES: Final = 65_536
COMPRESSED_FROM_BYTES: Final = 1_000
COMPRESSION: Final = 5
"""A board of 13.6 kB takes 0.13 ms and becomes 3.9 kB; with 9 it takes a quarter more and is as small, with
1 it takes 0.08 ms and is 4.2 kB.
"""
COMPRESSIBLE: Final = (
    "text/", "application/json", "application/problem+json", "application/javascript",
    "image/svg+xml", "application/manifest+json",
)  # fmt: skip

Headers = list[tuple[bytes, bytes]]


class Application(Protocol):
    """A WSGI application."""

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any], /
    ) -> Iterable[bytes]: ...


@dataclass(slots=True)
class Answer:
    """``body`` is whole where ``rest`` is None. ``followed`` are events that go on from here."""

    status: int
    headers: Headers
    body: bytes = b""
    rest: "Pieces | None" = None
    followed: Followed | None = None


@dataclass(slots=True)
class Pieces:
    """What is still to come of a long answer; ``close`` gives back what it holds."""

    iterator: Iterator[bytes]
    iterable: Iterable[bytes]
    context: contextvars.Context = field(default_factory=contextvars.copy_context)

    def next(self) -> bytes:
        """Some of it, empty at the end."""
        return self.context.run(_gathered, self.iterator, PIECE_BYTES)

    def close(self) -> None:
        self.context.run(_close, self.iterable)


def environ_of(
    scope: dict[str, Any], headers: dict[str, str], body: bytes, origin: Origin
) -> dict[str, Any]:
    """A request as WSGI has it. ``headers`` by their names in small letters."""
    server = scope.get("server") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "RAW_URI": scope["raw_path"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": origin.address,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        if name not in ("content-type", "content-length", "transfer-encoding"):
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    if "content-type" in headers:
        environ["CONTENT_TYPE"] = headers["content-type"]
    environ["CONTENT_LENGTH"] = str(len(body))
    if origin.host is not None:
        environ["HTTP_HOST"] = origin.host
    return environ


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By their names in small letters; one that comes twice is one with both. Names with an
    underscore are left out: WSGI could not tell them from those with a dash.
    """
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if "_" in key:
            continue
        joint = "; " if key == "cookie" else ","
        found[key] = f"{found[key]}{joint}{text}" if key in found else text
    return found


def call(app: Application, environ: dict[str, Any]) -> Answer:
    """Ask the application; what it raises is raised here."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    followed: list[Followed] = []
    environ[HANDOVER] = followed.append

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        del exc_info
        said.append((status, headers))
        return _no_write

    context = contextvars.copy_context()
    iterable = context.run(app, environ, start_response)
    status, given = said[-1]
    headers = [(name.lower().encode("latin-1"), v.encode("latin-1")) for name, v in given]
    answer = Answer(int(status.split(" ", 1)[0]), headers)
    if followed:
        context.run(_close, iterable)
        answer.followed = followed[0]
        answer.headers = [(name, value) for name, value in headers if name != b"content-length"]
        return answer
    pieces = Pieces(iter(iterable), iterable, context)
    try:
        answer.body = context.run(_gathered, pieces.iterator, WHOLE_BYTES)
    except BaseException:
        pieces.close()
        raise
    if len(answer.body) >= WHOLE_BYTES:
        answer.rest = pieces
    else:
        pieces.close()
        _compress(answer, environ)
    return answer


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("an answer is returned, not written")


def _gathered(iterator: Iterator[bytes], at_least: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    for part in iterator:
        parts.append(part)
        length += len(part)
        if length >= at_least:
            break
    return b"".join(parts)


def _close(iterable: Iterable[bytes]) -> None:
    close = getattr(iterable, "close", None)
    if close is not None:
        close()


def _compress(answer: Answer, environ: dict[str, Any]) -> None:
    """Make it small for a browser that takes it so. The tag of what was compressed is a weak one: it
    stands for the same, in other bytes.
    """
    headers = dict(answer.headers)
    kind = headers.get(b"content-type", b"").decode("latin-1")
    if not kind.startswith(COMPRESSIBLE) or b"content-encoding" in headers:
        return
    answer.headers.append((b"vary", b"Accept-Encoding"))
    if len(answer.body) < COMPRESSED_FROM_BYTES or not _takes_gzip(environ):
        return
    answer.body = gzip.compress(answer.body, COMPRESSION, mtime=0)
    answer.headers = [
        (name, b"W/" + value if name == b"etag" and value.startswith(b'"') else value)
        for name, value in answer.headers
        if name != b"content-length"
    ]
    answer.headers.append((b"content-encoding", b"gzip"))
    answer.headers.append((b"content-length", b"%d" % len(answer.body)))


def _takes_gzip(environ: dict[str, Any]) -> bool:
    for part in environ.get("HTTP_ACCEPT_ENCODING", "").split(","):
        name, _, quality = part.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
