"""What every connection promises, on Mosquitto: MQTT 5 as we speak it, and 3.1.1 as paho does."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.mqtt.connection import Connection, Outgoing
from gateway.mqtt.connection_5 import Connection5
from gateway.mqtt.connection_311 import Connection311
from gateway.mqtt.packets import Will
from sensors.config import BrokerSettings
from sensors.mqtt.client import new_client, open_socket, parse_address
from sensors.mqtt.refusal import BrokerRefusal
from tests.gateway.mail_inbox import raw_server
from tests.scripted_broker import Script, ScriptedBroker
from tests.servers import Broker, mosquitto, wait_until

TOPIC = "luchtig/devices/de-kade/co2-03/air"
WILL = Will("luchtig/gateways/g1/status", b"offline", retain=True)
Make = Callable[[str, "Heard"], Connection]


@dataclass
class Heard:
    """A listener that subscribes as soon as it is let in."""

    messages: list[tuple[str, bytes, int | None, bool, bool]] = field(default_factory=list)
    granted: list[tuple[str, BrokerRefusal | None]] = field(default_factory=list)
    answers: list[BrokerRefusal | None] = field(default_factory=list)
    sessions: list[bool] = field(default_factory=list)
    burns: bool = False
    acknowledges: bool = True

    def up(self, connection: Connection, *, session_present: bool) -> None:
        self.sessions.append(session_present)
        connection.subscribe(["luchtig/devices/#"])

    def received(
        self, connection: Connection, topic: str, payload: bytes, packet: int | None, *,
        retained: bool, again: bool,
    ) -> None:  # fmt: skip
        self.messages.append((topic, payload, packet, retained, again))
        if self.burns:
            raise RuntimeError("a mistake behind the connection")
        if self.acknowledges and packet is not None:
            connection.acknowledge(packet)

    def subscribed(self, topic: str, refused: BrokerRefusal | None) -> None:
        self.granted.append((topic, refused))

    def answered(self, message: Outgoing, refused: BrokerRefusal | None) -> None:  # noqa: ARG002
        self.answers.append(refused)

    @property
    def payloads(self) -> list[bytes]:
        return [message[1] for message in self.messages]


def _connection_5(url: str, heard: Heard) -> Connection:
    settings = BrokerSettings(url=url, client_id="g1")
    address = parse_address(url)
    return Connection5("g1", lambda: open_socket(settings, address, Path(), 5.0), WILL, None, heard)


def _connection_311(url: str, heard: Heard) -> Connection:
    settings = BrokerSettings(url=url, client_id="g1")
    client = new_client(settings, Path(), "g1", clean=False, manual_ack=True)
    client.will_set(WILL.topic, WILL.payload, 1, WILL.retain)
    return Connection311(client, "127.0.0.1", int(url.rpartition(":")[2]), heard)


@pytest.fixture(params=[_connection_5, _connection_311], ids=["5", "3.1.1"])
def make(request: pytest.FixtureRequest) -> Make:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    with mosquitto(tmp_path / "broker") as started:
        yield started


@contextmanager
def running(connection: Connection, *, keepalive_s: int = 20) -> Iterator[threading.Thread]:
    stop = threading.Event()
    connection.open(keepalive_s)
    thread = threading.Thread(target=connection.run, args=(stop.is_set,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
        connection.close()
        assert not thread.is_alive()


def publish(broker: Broker, *payloads: bytes, topic: str = TOPIC, retain: bool = False) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    for payload in payloads:
        client.publish(topic, payload, 1, retain).wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def test_messages_come_as_they_were_sent_and_in_order(own_broker: Broker, make: Make) -> None:
    heard = Heard()
    sent = [b"", b"x" * 127, b"\x00\xff", b"y" * 300_000, *(b"%d" % n for n in range(2_000))]
    with running(make(own_broker.url, heard)):
        wait_until(lambda: heard.granted, "the subscription")
        publish(own_broker, *sent)
        wait_until(lambda: len(heard.messages) == len(sent), "all of them")
    assert heard.payloads == sent
    assert {message[0] for message in heard.messages} == {TOPIC}
    assert not any(again for *_, again in heard.messages)


def test_what_is_not_acknowledged_comes_again_with_its_mark(own_broker: Broker, make: Make) -> None:
    first, second = Heard(acknowledges=False), Heard()
    connection = make(own_broker.url, first)
    with running(connection):
        wait_until(lambda: first.granted, "the subscription")
        publish(own_broker, b"safe", b"not safe")
        wait_until(lambda: len(first.messages) == 2, "both")
        packet = first.messages[0][2]
        assert packet is not None
        connection.acknowledge(packet)
        wait_until(lambda: connection.is_idle, "it to be out")
    with running(make(own_broker.url, second)):
        wait_until(lambda: second.messages, "the other")
    assert [(payload, again) for _, payload, _, _, again in second.messages] == [
        (b"not safe", True)
    ]
    assert (first.sessions, second.sessions) == ([False], [True])


def test_what_is_retained_is_told_as_such(own_broker: Broker, make: Make) -> None:
    publish(own_broker, b"old", retain=True)
    heard = Heard()
    with running(make(own_broker.url, heard)):
        wait_until(lambda: heard.messages, "the retained one")
        publish(own_broker, b"new", retain=True)
        wait_until(lambda: len(heard.messages) == 2, "the new one")
    assert [retained for *_, retained, _ in heard.messages] == [True, False]


def test_hundreds_of_our_own_messages_are_confirmed(own_broker: Broker, make: Make) -> None:
    heard, confirmed = Heard(), []
    connection = make(own_broker.url, heard)
    with running(connection):
        wait_until(lambda: heard.granted, "the subscription")
        for number in range(1_500):
            done = lambda n=number: confirmed.append(n)  # noqa: E731
            connection.publish(Outgoing(TOPIC, b"%d" % number, False, done))
        wait_until(lambda: len(heard.messages) == 1_500, "our own, as we read them too")
        wait_until(lambda: connection.is_idle, "every answer")
    assert confirmed == list(range(1_500))
    assert heard.payloads == [b"%d" % number for number in range(1_500)]


def test_a_mistake_behind_it_does_not_end_it(own_broker: Broker, make: Make) -> None:
    heard = Heard(burns=True)
    with running(make(own_broker.url, heard)) as thread:
        wait_until(lambda: heard.granted, "the subscription")
        publish(own_broker, b"one", b"two")
        wait_until(lambda: len(heard.messages) == 2, "both")
        assert thread.is_alive()


def test_a_connection_that_is_cut_ends_and_leaves_its_will(own_broker: Broker, make: Make) -> None:
    heard = Heard()
    connection = make(own_broker.url, heard)
    with running(connection) as thread:
        wait_until(lambda: heard.granted, "the subscription")
        sock = connection.socket()
        assert sock is not None
        sock.shutdown(2)
        thread.join(60)
        assert not thread.is_alive()
    assert connection.ended.connected
    assert not connection.is_up
    found: list[bytes] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _c, _u, message: found.append(bytes(message.payload))
    client.connect("127.0.0.1", own_broker.port)
    client.subscribe(WILL.topic, 1)
    client.loop_start()
    wait_until(lambda: found == [b"offline"], "the will")
    client.disconnect()
    client.loop_stop()


def test_a_silent_connection_is_kept_alive(own_broker: Broker, make: Make) -> None:
    heard = Heard()
    connection = make(own_broker.url, heard)
    with running(connection, keepalive_s=1) as thread:
        wait_until(lambda: connection.is_up and connection.lived_s > 4, "it to grow old")
        assert thread.is_alive()


def test_a_broker_that_hangs_up_ends_it_without_having_let_us_in(make: Make) -> None:
    with raw_server(lambda _connection: None) as port:
        connection = make(f"mqtt://127.0.0.1:{port}", Heard())
        with running(connection) as thread:
            thread.join(60)
            assert not thread.is_alive()
    assert not connection.ended.connected


def test_a_broker_that_speaks_something_else_ends_it(make: Make) -> None:
    with raw_server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n")) as port:
        connection = make(f"mqtt://127.0.0.1:{port}", Heard())
        with running(connection) as thread:
            thread.join(60)
            assert not thread.is_alive()
    assert not connection.ended.connected


def test_a_no_to_a_filter_is_told(make: Make) -> None:
    script = Script(suback=lambda packet: [0x80] * len(packet.filters))
    heard = Heard()
    with ScriptedBroker(script).serving() as broker, running(make(broker.url, heard)):
        wait_until(lambda: heard.granted, "the answer")
    ((topic, refused),) = heard.granted
    assert refused is not None
    assert (topic, refused.packet, refused.code) == ("luchtig/devices/#", "suback", 0x80)


def test_a_topic_that_is_not_utf_8_is_handed_on_and_the_next_message_comes() -> None:
    def serve(broker: socket.socket) -> None:
        broker.recv(4096)
        broker.sendall(b"\x20\x03\x00\x00\x00")
        for number, topic in enumerate((b"\xff\xfe", b"ok"), start=1):
            body = b"\x00\x02" + topic + number.to_bytes(2, "big") + b"\x00x"
            for byte in b"\x32" + bytes([len(body)]) + body:  # in as many pieces as there can be
                broker.sendall(bytes([byte]))
        while broker.recv(4096):
            pass

    heard = Heard()
    with raw_server(serve) as port, running(_connection_5(f"mqtt://127.0.0.1:{port}", heard)):
        wait_until(lambda: len(heard.messages) == 2, "both")
    assert [topic for topic, *_ in heard.messages] == ["(a topic that is not UTF-8)", "ok"]
    assert [packet for _, _, packet, _, _ in heard.messages] == [1, 2]


class Busy(Heard):
    """A listener that comes to its second message when the broker is dead."""

    def __init__(self) -> None:
        super().__init__()
        self.has_first, self.goes_on = threading.Event(), threading.Event()

    def received(
        self, connection: Connection, topic: str, payload: bytes, packet: int | None, *,
        retained: bool, again: bool,
    ) -> None:  # fmt: skip
        super().received(connection, topic, payload, packet, retained=retained, again=again)
        self.has_first.set()
        self.goes_on.wait(60)


def test_what_a_broker_sent_before_it_died_is_heard_though_no_acknowledgement_reaches_it() -> None:
    """It told the devices that it has it, and nobody else knows of it any more."""
    heard = Busy()

    def serve(broker: socket.socket) -> None:
        broker.recv(4096)
        broker.sendall(b"\x20\x03\x00\x00\x00")
        for number in range(1, 6):
            broker.sendall(b"\x32\x07\x00\x01a" + number.to_bytes(2, "big") + b"\x00x")
            assert heard.has_first.wait(60)
        broker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        broker.close()
        heard.goes_on.set()

    with raw_server(serve) as port:
        connection = _connection_5(f"mqtt://127.0.0.1:{port}", heard)
        with running(connection) as thread:
            thread.join(60)
            assert not thread.is_alive()
    assert [packet for _, _, packet, _, _ in heard.messages] == [1, 2, 3, 4, 5]
    assert "broke" in (connection.ended.error or "")
