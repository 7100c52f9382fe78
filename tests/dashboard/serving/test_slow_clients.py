"""The server on real sockets, against those who take their time: each of them ends, nobody waits."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask, Response, request

from dashboard.serving.connection import Patience
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from gateway.config import DashboardSettings
from tests.servers import free_port, wait_until

LONG = Patience(3600.0, 3600.0, 3600.0, 3600.0, 3600.0, 0.05)
SHORT = Patience(0.3, 0.3, 0.3, 0.3, 0.3, 0.05)
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\na="


@dataclass(frozen=True)
class Front:
    port: int

    def connect(self, sends: bytes = b"", source: str = "127.0.0.1") -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), 20, source_address=(source, 0))
        made.sendall(sends)
        return made

    def ask(self, source: str = "127.0.0.1") -> socket.socket:
        """A request that the server waits for the body of."""
        made = self.connect(BODY.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"), source)
        assert made.recv(65_536).startswith(b"HTTP/1.1 100 ")
        return made

    def get(self, path: str = "/", **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()


def app() -> Flask:
    made = Flask("tried")
    made.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @made.route("/", methods=["GET", "POST"])
    def page() -> str:
        return f"{request.remote_addr} {len(request.get_data())}"

    @made.route("/large")
    def large() -> Response:
        return Response((b"x" * 65_536 for _ in range(2_000)), mimetype="application/octet-stream")

    return made


FrontMaker = Callable[..., Front]


@contextmanager
def served(patience: Patience, **settings: Any) -> Iterator[Front]:
    port, stop = free_port(), threading.Event()
    chosen = msgspec.structs.replace(DashboardSettings(), **settings)
    listener = listen(f"127.0.0.1:{port}")
    running = Running(app(), lambda: None, lambda: None)
    thread = threading.Thread(target=serve, args=(listener, chosen, running, stop, patience))
    thread.start()
    try:
        yield Front(port)
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def front() -> Iterator[FrontMaker]:
    with ExitStack() as opened:

        def make(patience: Patience = LONG, **settings: Any) -> Front:
            return opened.enter_context(served(patience, **settings))

        yield make


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()


def ended(one: socket.socket) -> bytes:
    """What is said until the other side ends it."""
    said = b""
    with suppress(ConnectionResetError):
        while more := one.recv(65_536):
            said += more
    return said


class TestSlow:
    @pytest.mark.parametrize("sends", [b"", HEAD, BODY])
    def test_many_of_them_hold_up_nobody(
        self, front: FrontMaker, sockets: list[socket.socket], sends: bytes
    ) -> None:
        tried = front()
        sockets += [tried.connect(sends) for _ in range(300)]
        assert tried.get()[0] == 200
        assert tried.get("/healthz")[1] == b'{"status":"ok"}'

    def test_a_silent_one_is_ended(self, front: FrontMaker, sockets: list[socket.socket]) -> None:
        sockets.append(front(SHORT).connect())
        assert ended(sockets[0]) == b""

    @pytest.mark.parametrize("second", [False, True], ids=["first request", "on a kept connection"])
    def test_a_dripped_head_is_ended(
        self, front: FrontMaker, sockets: list[socket.socket], *, second: bool
    ) -> None:
        one = front(SHORT).connect()
        sockets.append(one)
        if second:
            one.sendall(HEAD + b"\r\n")
            assert b"200 OK" in one.recv(65_536)
        gone = threading.Event()

        def drip() -> None:
            with suppress(OSError):
                while not gone.wait(0.05):
                    one.sendall(b"G")

        dripping = threading.Thread(target=drip)
        dripping.start()
        ended(one)
        gone.set()
        dripping.join()

    def test_a_dripped_body_is_told_and_ended(
        self, front: FrontMaker, sockets: list[socket.socket]
    ) -> None:
        sockets.append(front(SHORT).connect(BODY))
        assert ended(sockets[0]).startswith(b"HTTP/1.1 408 ")

    def test_a_reader_that_takes_nothing_is_ended(
        self, front: FrontMaker, sockets: list[socket.socket]
    ) -> None:
        tried = front(SHORT)
        one = tried.connect(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        sockets.append(one)
        assert one.recv(1_000).startswith(b"HTTP/1.1 200 ")
        assert tried.get()[0] == 200
        wait_until(lambda: _is_reset(tried.port, one), "the connection to be given up")

    def test_a_head_without_end_is_ended(
        self, front: FrontMaker, sockets: list[socket.socket]
    ) -> None:
        one = front().connect(HEAD)
        sockets.append(one)
        with suppress(OSError):
            for number in range(2_000):
                one.sendall(b"X-%d: %b\r\n" % (number, b"a" * 100))
        assert ended(one)[:13] in (b"HTTP/1.1 431 ", b"")


class TestFull:
    def test_a_full_house_says_when_to_come_again_and_that_it_lives(
        self, front: FrontMaker, sockets: list[socket.socket]
    ) -> None:
        tried = front(connections=3)
        # They ask for something, so nobody takes their place.
        sockets += [tried.ask() for _ in range(3)]
        status, _, headers = tried.get("/")
        assert (status, headers["Retry-After"]) == (503, "10")
        assert tried.get("/healthz")[:2] == (200, b'{"status":"ok"}')

    def test_whoever_waits_longest_without_asking_gives_way(
        self, front: FrontMaker, sockets: list[socket.socket]
    ) -> None:
        tried = front(connections=3)
        sockets += [tried.connect(HEAD) for _ in range(3)]
        assert tried.get("/")[0] == 200
        assert ended(sockets[0]) == b""

    def test_one_address_cannot_take_it_all(
        self, front: FrontMaker, sockets: list[socket.socket]
    ) -> None:
        tried = front(connections_per_address=5)
        sockets += [tried.ask("127.0.0.9") for _ in range(5)]
        sockets.append(tried.connect(HEAD + b"\r\n", "127.0.0.9"))
        assert ended(sockets[-1]).startswith(b"HTTP/1.1 503 ")
        assert tried.get("/")[0] == 200


class TestRequests:
    def test_a_body_over_the_limit_is_too_large_chunked_or_not(self, front: FrontMaker) -> None:
        tried = front()
        for chunked in (False, True):
            connection = http.client.HTTPConnection("127.0.0.1", tried.port, timeout=20)
            body = iter([b"x" * 4_096] * 17) if chunked else b"x" * 4_096 * 17
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request("POST", "/", body, encode_chunked=chunked)
            assert connection.getresponse().status == 413
            connection.close()

    def test_another_name_is_misdirected_and_told_what_to_set(self, front: FrontMaker) -> None:
        status, said, _ = front().get("/", Host="evil.example")
        assert status == 421
        assert b"dashboard.hosts" in said

    def test_a_trusted_proxy_says_who_asks(self, front: FrontMaker) -> None:
        tried = front(trusted_proxies=("127.0.0.1",))
        assert tried.get("/", **{"X-Forwarded-For": "192.0.2.7"})[1] == b"192.0.2.7 0"

    def test_nobody_else_does(self, front: FrontMaker) -> None:
        assert front().get("/", **{"X-Forwarded-For": "192.0.2.7"})[1] == b"127.0.0.1 0"


def _is_reset(port: int, one: socket.socket) -> bool:
    """Whether the server holds no connection to it any more."""
    mine = one.getsockname()[1]
    table = Path("/proc/net/tcp").read_text(encoding="ascii")
    rows = [line.split()[1:4] for line in table.splitlines()[1:]]
    local, remote = f":{port:04X}", f":{mine:04X}"
    return not any(a.endswith(local) and b.endswith(remote) and s == "01" for a, b, s in rows)
