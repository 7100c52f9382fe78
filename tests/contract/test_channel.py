"""What every channel promises, asked of each with a real server on its other end."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from gateway.notify import apprise_channel
from gateway.notify.apprise_channel import AppriseChannel
from gateway.notify.channel import Channel, Envelope, SendFailed
from gateway.notify.mail import Sender
from gateway.notify.mail_channel import MailChannel
from gateway.notify.mail_server import MailServer
from gateway.notify.message import write_test
from tests.gateway.live_venue import START
from tests.gateway.mail_inbox import mail_server, new_inbox, raw_server, text_of
from tests.gateway.notices import ANNA, LINKS
from tests.servers import free_port

# Apprise loads every plugin it has; some of their libraries warn of their own future.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

Maker = Callable[[int], Channel]


def mail(port: int) -> Channel:
    server = MailServer("127.0.0.1", port, "plain")
    return MailChannel(server, Sender("Luchtig", "luchtig@localhost"), timeout_s=0.5)


def push(port: int) -> Channel:
    return AppriseChannel(f"json://127.0.0.1:{port}/")


@dataclass
class Web:
    """A web server that keeps what is posted to it."""

    port: int = 0
    bodies: list[str] = field(default_factory=list)

    def take(self, connection: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += connection.recv(65536)
        head, _, body = asked.partition(b"\r\n\r\n")
        length = next(
            int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += connection.recv(65536)
        self.bodies.append(body.decode("unicode_escape"))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def letter() -> Envelope:
    return Envelope(write_test("en", "anna", START, LINKS), ANNA, START, "a-name")


@pytest.fixture(params=["mail", "apprise"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(apprise_channel, "TIMEOUT_S", 0.5)
    return str(request.param)


@pytest.fixture
def make(kind: str) -> Maker:
    return mail if kind == "mail" else push


@pytest.fixture
def taken(kind: str, make: Maker) -> Iterator[tuple[Channel, Callable[[], list[str]]]]:
    """A channel with a server that takes everything, and what that took."""
    if kind == "mail":
        with mail_server(new_inbox()) as inbox:
            yield make(inbox.port), lambda: [text_of(one) for one in inbox.of(ANNA)]
    else:
        web = Web()
        with raw_server(web.take) as port:
            yield make(port), lambda: web.bodies


def test_what_is_sent_arrives_once(taken: tuple[Channel, Callable[[], list[str]]]) -> None:
    channel, arrived = taken
    channel.send(letter())
    channel.rest()
    (said,) = arrived()
    assert "This is a test message, asked for by anna" in said


def test_it_can_be_used_again_after_a_rest(
    taken: tuple[Channel, Callable[[], list[str]]],
) -> None:
    channel, arrived = taken
    for _ in range(2):
        channel.send(letter())
        channel.rest()
        channel.rest()
    assert len(arrived()) == 2


def test_a_server_that_is_not_there_is_a_failure_for_now(make: Maker) -> None:
    channel = make(free_port())
    with pytest.raises(SendFailed):
        channel.send(letter())
    channel.rest()


@pytest.mark.parametrize(
    "answer", [b"", b"500 no\r\n", b"HTTP/1.1 503 later\r\n\r\n", b"\x00\xff" * 5000]
)
def test_a_server_that_does_not_take_it_is_a_failure_for_now(make: Maker, answer: bytes) -> None:
    def converse(connection: socket.socket) -> None:
        connection.sendall(answer)

    with raw_server(converse) as port, pytest.raises(SendFailed) as failure:
        make(port).send(letter())
    assert str(failure.value)


def test_a_server_that_hangs_is_left_after_the_timeout(make: Maker) -> None:
    over = threading.Event()

    def hang(_connection: socket.socket) -> None:
        over.wait(20)

    with raw_server(hang) as port:
        with pytest.raises(SendFailed):
            make(port).send(letter())
        over.set()
