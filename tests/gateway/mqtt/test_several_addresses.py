"""The gateway's session where the broker has several addresses, or no MQTT 5."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gateway.mqtt.session import BrokerSession
from gateway.mqtt.takeover_check import Heartbeat
from sensors.config import BrokerSettings
from tests.gateway.mqtt.test_session import AIR, Taker, publish
from tests.scripted_broker import CONNECT, Packet, Script, ScriptedBroker
from tests.servers import free_port, mosquitto, wait_until

IN_3_1_1, IN_5 = False, True


class Listening:
    """A session of a gateway; ``subscribed`` is the number of the connection that last was told that
    the broker keeps messages for it.
    """

    def __init__(self, urls: tuple[str, ...], directory: Path) -> None:
        self.taker = Taker()
        self.subscribed = 0
        settings = BrokerSettings(url=urls, client_id="g1")
        self.session = BrokerSession(
            settings, directory, self.taker, heartbeat=Heartbeat(wait_s=0.5), on_subscribed=self._up
        )

    def _up(self) -> None:
        self.subscribed = len(self.taker.sessions)

    def cut(self) -> None:
        """Break the connection as a network does."""
        assert self.session._connection is not None
        sock = self.session._connection.socket()
        assert sock is not None
        sock.shutdown(2)


@contextmanager
def listening(urls: tuple[str, ...], directory: Path) -> Iterator[Listening]:
    made = Listening(urls, directory)
    stop = threading.Event()
    thread = threading.Thread(target=made.session.run, args=(stop,))
    thread.start()
    try:
        wait_until(lambda: made.subscribed, "the session")
        yield made
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def spoken(broker: ScriptedBroker) -> list[bool]:
    """Of each CONNECT of the gateway's own, whether it was MQTT 5."""
    return [p.is_5 for p in broker.of_kind(CONNECT) if b"\x00\x02g1" in p.body]


class Deaf(ScriptedBroker):
    """Closes on MQTT 5 without an answer."""

    def _answer(self, connection: object, packet: Packet) -> bool:
        return not packet.is_5 and super()._answer(connection, packet)  # type: ignore[arg-type]


def test_the_first_that_answers_is_taken_and_when_it_dies_the_next(tmp_path: Path) -> None:
    dead = f"mqtt://127.0.0.1:{free_port()}"
    with ExitStack() as stack, ExitStack() as dies:
        second = stack.enter_context(mosquitto(tmp_path / "b"))
        first = dies.enter_context(mosquitto(tmp_path / "a"))
        urls = (dead, first.url, second.url)
        gateway = stack.enter_context(listening(urls, tmp_path))
        publish(first, (AIR, b"on the first"))
        wait_until(lambda: gateway.taker.payloads == [b"on the first"], "its message")
        dies.close()
        wait_until(lambda: gateway.subscribed == 2, "the session elsewhere")
        publish(second, (AIR, b"on the second"))
        wait_until(lambda: b"on the second" in gateway.taker.payloads, "its message")


def test_one_that_falls_silent_is_left_for_the_next(tmp_path: Path) -> None:
    """Its machine may be gone: the connection stands, and nobody answers."""
    with (
        mosquitto(tmp_path / "b") as second,
        mosquitto(tmp_path / "a") as first,
        listening((first.url, second.url), tmp_path) as gateway,
    ):
        os.kill(first.pid, signal.SIGSTOP)
        try:
            wait_until(lambda: gateway.subscribed == 2, "the session elsewhere")
            publish(second, (AIR, b"on the second"))
            wait_until(lambda: gateway.taker.payloads, "its message")
        finally:
            os.kill(first.pid, signal.SIGCONT)


@pytest.mark.parametrize("kind", ["refused", "unanswered"])
def test_3_1_1_is_spoken_at_once_and_remembered(tmp_path: Path, kind: str) -> None:
    script = Script(connack=lambda packet: 0x84 if packet.is_5 else 0)
    made = ScriptedBroker(script) if kind == "refused" else Deaf(Script())
    with made.serving() as broker, listening((broker.url,), tmp_path) as gateway:
        assert spoken(broker) == [IN_5, IN_3_1_1]
        gateway.cut()
        wait_until(lambda: gateway.subscribed == 2, "the next connection")
        assert spoken(broker) == [IN_5, IN_3_1_1, IN_3_1_1]


def test_each_address_is_spoken_to_in_its_own_manner(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    old = ScriptedBroker(Script(connack=lambda packet: 0x84 if packet.is_5 else 0))
    with mosquitto(tmp_path / "a") as new, old.serving() as broker:
        with listening((broker.url, new.url), tmp_path) as gateway:
            gateway.cut()
            wait_until(lambda: f"{new.url}, MQTT 5" in caplog.text, "MQTT 5 at the other")
        assert spoken(broker) == [IN_5, IN_3_1_1]
