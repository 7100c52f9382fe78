"""What an InfluxDB in trouble answers, or answers slowly or by half, in place of the real one behind."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Literal, get_args

Trouble = Literal[
    "400 request", "400 lines", "401", "404", "413", "422", "429", "500", "503",
    "slow", "half, written", "half, unwritten",
]  # fmt: skip
"""``400 request`` is about the address, ``400 lines`` and ``422`` about every line of the air; ``413`` is
of bodies over ``MOST_BYTES``; ``half`` breaks off in the middle of the answer.
"""
TROUBLES: Final[tuple[Trouble, ...]] = get_args(Trouble)
MOST_BYTES: Final = 2_000
SLOW_S: Final = 3.0
RETRY_AFTER_S: Final = "2"

Whole = tuple[int, list[tuple[str, str]], bytes]
SAID: Final[dict[str, tuple[int, object]]] = {
    "400 request": (400, {"error": "database is required"}),
    "401": (401, {"error": "authorization failed"}),
    "404": (404, {"error": 'database not found: "soak"'}),
    "413": (413, {"error": "Request Entity Too Large"}),
    "429": (429, {"code": "too many requests", "message": "exceeded the rate"}),
    "500": (500, {"error": "engine: internal error"}),
    "503": (503, {"error": "timeout"}),
}
CONFLICT: Final = (
    'partial write: field type conflict: input field "co2_ppm" on measurement "air" is type float, '
    "already exists as type integer dropped={}"
)
BEYOND: Final = "partial write: points beyond retention policy dropped={}"


class Answers:
    """In front of the InfluxDB on ``to``; ``trouble`` counts for the requests that come from now on."""

    def __init__(self, to: int) -> None:
        self.trouble: Trouble | None = None
        self.to = to
        self.port = 0

    def said(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Whole:
        """The answer to a request, that of the real server where there is no trouble with it.

        Raises:
            OSError: the real server is away, or was while it answered.

        """
        trouble, is_write = self.trouble, path.startswith("/write") and bool(body)
        if trouble in ("400 lines", "422") and is_write:
            return self._without_air(trouble, path, headers, body)
        if trouble == "413" and len(body) <= MOST_BYTES:
            trouble = None
        if trouble in ("400 request", "404") and not is_write:
            trouble = None
        if trouble == "slow":
            time.sleep(SLOW_S)
        if trouble in SAID:
            status, said = SAID[trouble]
            extra = [("Retry-After", RETRY_AFTER_S)] if trouble == "429" else []
            return status, [("Content-Type", "application/json"), *extra], json.dumps(said).encode()
        if trouble == "half, unwritten" and is_write:
            return 200, [], b"x" * 64
        return self._asked(method, path, headers, body)

    def _without_air(
        self, trouble: Trouble, path: str, headers: dict[str, str], body: bytes
    ) -> Whole:
        lines = body.splitlines(keepends=True)
        sound = [line for line in lines if not line.startswith(b"air,")]
        if sound:
            self._asked("POST", path, headers, b"".join(sound))
        if len(sound) == len(lines):
            return 204, [], b""
        words = (CONFLICT if trouble == "400 lines" else BEYOND).format(len(lines) - len(sound))
        return (
            int(trouble[:3]),
            [("Content-Type", "application/json")],
            json.dumps({"error": words}).encode(),
        )

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Whole:
        behind = http.client.HTTPConnection("127.0.0.1", self.to, timeout=60)
        try:
            sent = {name: value for name, value in headers.items() if name.lower() not in _OF_A_HOP}
            behind.request(method, path, body or None, sent | {"Content-Length": str(len(body))})
            answer = behind.getresponse()
            whole = answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            behind.close()
        told = [
            (name, value) for name, value in answer.getheaders() if name.lower() not in _OF_A_HOP
        ]
        return answer.status, told, whole


_OF_A_HOP: Final = ("connection", "content-length", "host", "transfer-encoding", "keep-alive")


@contextmanager
def answers(to: int) -> Iterator[Answers]:
    bent = Answers(to)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one segment

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            try:
                status, told, content = bent.said(
                    self.command, self.path, dict(self.headers.items()), body
                )
            except OSError:
                self.close_connection = True
                return
            self.send_response_only(status)
            for name, value in told:
                self.send_header(name, value)
            is_half = bent.trouble in ("half, written", "half, unwritten")
            if status != 204 or is_half:
                self.send_header("Content-Length", str(len(content) + is_half))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if is_half else content)
            self.close_connection = self.close_connection or is_half

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            pass  # who hangs up meanwhile is the point

    server = Server(("127.0.0.1", 0), Handler)
    bent.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield bent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
