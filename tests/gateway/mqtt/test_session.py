"""The subscriber on real brokers: nothing acknowledged before it is safe, nothing lost, no fights."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.journal.interface import JournalClosed
from gateway.mqtt.connection import Outgoing
from gateway.mqtt.session import BrokerSession, SecondGateway
from gateway.mqtt.takeover_check import NORMAL, Heartbeat
from sensors.config import BrokerSettings
from tests.gateway.brokers import amqtt_broker
from tests.gateway.mail_inbox import raw_server
from tests.servers import Broker, free_port, mosquitto, wait_until

AIR = "luchtig/devices/de-kade/co2-03/air"


class Taker:
    """Takes messages as the gateway would; ``hold`` keeps them from being acknowledged."""

    def __init__(self, *, hold: bool = False) -> None:
        self.hold = hold
        self.payloads: list[bytes] = []
        self.topics: list[str] = []
        self.retained: list[bool] = []
        self.sessions: list[bool] = []
        self.packets: list[tuple[int | None, bool]] = []
        self.held: list[Callable[[], None]] = []

    def tick(self, *, is_up: bool, ending: bool = False) -> None:
        pass

    def connected(self, *, session_present: bool) -> None:
        self.sessions.append(session_present)

    def message(
        self,
        topic: str,
        payload: bytes,
        *,
        retained: bool,
        done: Callable[[], None] | None,
        packet: int | None,
        again: bool,
    ) -> None:
        self.packets.append((packet, again))
        self.topics.append(topic)
        self.retained.append(retained)
        self.payloads.append(payload)
        if payload == b"burn":
            raise RuntimeError("a mistake in the code behind the broker")
        if done is not None and not self.hold:
            done()
        elif done is not None:
            self.held.append(done)


class Running:
    def __init__(self, subscriber: BrokerSession) -> None:
        self.subscriber = subscriber
        self.stop = threading.Event()
        self.died: Exception | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.subscriber.run(self.stop)
        except SecondGateway as error:
            self.died = error


@contextmanager
def subscribed(
    broker: Broker,
    taker: Taker,
    client_id: str = "g1",
    venues: frozenset[str] | None = None,
    heartbeat: Heartbeat = NORMAL,
) -> Iterator[Running]:
    settings = BrokerSettings(url=broker.url, client_id=client_id)
    session = BrokerSession(settings, broker.directory, taker, venues=venues, heartbeat=heartbeat)
    running = Running(session)
    wait_until(lambda: running.subscriber.is_up or running.died, "the subscriber")
    try:
        yield running
    finally:
        running.stop.set()
        running.thread.join(10)
        assert not running.thread.is_alive()


def publish(broker: Broker, *messages: tuple[str, bytes], retain: bool = False) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    for topic, payload in messages:
        client.publish(topic, payload, 1, retain).wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def retained(broker: Broker, topic: str) -> bytes | None:
    """What the broker holds under a topic."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    found: list[bytes] = []
    asked = threading.Event()
    client.on_message = lambda _c, _u, message: found.append(bytes(message.payload))
    client.on_subscribe = lambda *_: asked.set()
    client.connect("127.0.0.1", broker.port)
    client.subscribe(topic, 1)
    client.loop_start()
    asked.wait(60)
    client.publish(topic + "/end", b"", 1).wait_for_publish(60)
    client.disconnect()
    client.loop_stop()
    return found[-1] if found else None


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    with mosquitto(tmp_path / "broker") as started:
        yield started


def test_messages_come_while_hundreds_are_not_yet_safe(own_broker: Broker) -> None:
    taker = Taker(hold=True)
    with subscribed(own_broker, taker):
        publish(own_broker, *[(AIR, b"%d" % i) for i in range(300)])
        wait_until(lambda: len(taker.payloads) == 300, "all 300 without an acknowledgement")


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(own_broker: Broker) -> None:
    taker = Taker(hold=True)
    with subscribed(own_broker, taker):
        publish(own_broker, (AIR, b"safe"), (AIR, b"not safe"))
        wait_until(lambda: len(taker.held) == 2, "both")
        taker.held[0]()
    again = Taker()
    with subscribed(own_broker, again):
        wait_until(lambda: again.payloads, "the one that was not safe")
        publish(own_broker, (AIR, b"last"))
        wait_until(lambda: b"last" in again.payloads, "the next one")
    assert again.payloads == [b"not safe", b"last"]
    assert again.packets[0] == (taker.packets[1][0], True), "under the same identifier, and marked"
    assert again.packets[1][1] is False
    assert (taker.sessions, again.sessions) == ([False], [True])


def test_an_acknowledgement_after_a_reconnect_acknowledges_nothing_else(tmp_path: Path) -> None:
    port = free_port()
    taker = Taker(hold=True)
    with mosquitto(tmp_path / "broker", port=port) as broker:
        running = subscribed(broker, taker)
        with running as gateway:
            publish(broker, (AIR, b"one"), (AIR, b"two"))
            wait_until(lambda: len(taker.held) == 2, "both")
            stale = list(taker.held)
            _cut(broker, gateway.subscriber)
            wait_until(lambda: len(taker.held) == 4, "both again on the new connection")
            for done in stale:
                done()
            _cut(broker, gateway.subscriber)
            wait_until(
                lambda: len(taker.held) == 6, "both a third time: stale ones counted for nothing"
            )
            for done in taker.held[4:]:
                done()
            _cut(broker, gateway.subscriber)
            publish(broker, (AIR, b"three"))
            wait_until(lambda: b"three" in taker.payloads, "the next one")
    assert taker.payloads == [b"one", b"two"] * 3 + [b"three"]


def _cut(broker: Broker, subscriber: BrokerSession) -> None:
    """Break the connection as a network does, and wait for the next one."""
    connection = subscriber._connection
    assert connection is not None
    wait_until(lambda: connection.is_idle, "everything to be out")
    sock = connection.socket()
    assert sock is not None
    sock.shutdown(2)
    wait_until(
        lambda: subscriber.is_up and subscriber._connection is not connection, "a new connection"
    )


def test_a_mistake_behind_the_broker_does_not_end_the_connection(
    own_broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    taker = Taker()
    with subscribed(own_broker, taker):
        publish(own_broker, (AIR, b"burn"), (AIR, b"next"))
        wait_until(lambda: taker.payloads == [b"burn", b"next"], "the next one")
    assert any("could not be handled" in record.message for record in caplog.records)


def test_messages_wait_in_the_session_while_the_gateway_is_away(own_broker: Broker) -> None:
    with subscribed(own_broker, Taker()):
        pass
    publish(own_broker, *[(AIR, b"%d" % i) for i in range(50)])
    taker = Taker()
    with subscribed(own_broker, taker):
        wait_until(lambda: len(taker.payloads) == 50, "what came meanwhile")
    assert taker.payloads == [b"%d" % i for i in range(50)]


def test_the_broker_may_come_later_and_may_go_and_come(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    port = free_port()
    taker = Taker()
    settings = BrokerSettings(url=f"mqtt://127.0.0.1:{port}", client_id="g1")
    running = Running(BrokerSession(settings, tmp_path, taker))
    wait_until(lambda: "cannot be reached" in caplog.text, "the first complaint")
    for round_ in (b"first", b"second"):
        with mosquitto(tmp_path / "broker", port=port) as broker:
            wait_until(lambda: running.subscriber.is_up, "the broker")
            publish(broker, (AIR, round_))
            wait_until(lambda r=round_: r in taker.payloads, "its message")  # type: ignore[misc]
        wait_until(lambda: not running.subscriber.is_up, "the broker to be gone")
    running.stop.set()
    running.thread.join(10)
    complaints = [r for r in caplog.records if "cannot be reached" in r.message]
    assert 1 <= len(complaints) <= 3  # once each time it went away, not once a try


def test_the_gateway_says_that_it_is_online_and_that_it_goes(own_broker: Broker) -> None:
    topic = "luchtig/gateways/g1/status"
    with subscribed(own_broker, Taker()) as running:
        wait_until(lambda: retained(own_broker, topic) == b"online", "online")
        publish(own_broker, (topic, b"offline"), retain=True)  # a late will of an older connection
        wait_until(lambda: retained(own_broker, topic) == b"online", "online again")
        running.stop.set()
        running.thread.join(10)
        assert retained(own_broker, topic) == b"offline"


def test_a_newcomer_leaves_a_living_gateway_alone(own_broker: Broker) -> None:
    with subscribed(own_broker, Taker(), heartbeat=Heartbeat(every_s=0.2)) as first:
        wait_until(lambda: retained(own_broker, first.subscriber.status_topic) == b"online", "it")
        with subscribed(own_broker, Taker()) as second:
            second.thread.join(20)
        assert isinstance(second.died, SecondGateway)
        assert "client_id" in str(second.died)
        assert first.died is None
        assert first.subscriber.is_up


def test_what_a_dead_gateway_left_behind_is_no_living_one(own_broker: Broker) -> None:
    publish(own_broker, ("luchtig/gateways/g1/status", b"online"), retain=True)
    with subscribed(own_broker, Taker(), heartbeat=Heartbeat(wait_s=0.5)) as running:
        assert running.died is None
        assert running.subscriber.is_up


def test_a_gateway_that_is_pushed_off_again_and_again_finds_the_other_and_gives_up(
    own_broker: Broker,
) -> None:
    with subscribed(own_broker, Taker()) as running:
        status_topic = running.subscriber.status_topic
        rival = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="g1")
        rival.reconnect_delay_set(0.05, 0.05)  # type: ignore[arg-type]  # fractions work
        rival.connect("127.0.0.1", own_broker.port)
        rival.loop_start()

        def pushed_off() -> bool:
            rival.publish(status_topic, b"online", 0)
            return not running.thread.is_alive()

        wait_until(pushed_off, "the gateway to give up")
        rival.disconnect()
        rival.loop_stop()
        assert isinstance(running.died, SecondGateway)
        assert "g1" in str(running.died)


def test_only_the_venues_looked_after_are_subscribed(own_broker: Broker) -> None:
    taker = Taker()
    with subscribed(own_broker, taker, venues=frozenset({"de-kade"})):
        publish(own_broker, (AIR.replace("de-kade", "elders"), b"no"), (AIR, b"yes"))
        wait_until(lambda: taker.payloads, "the one of our venue")
    assert taker.payloads == [b"yes"]


def test_what_is_published_is_confirmed(own_broker: Broker) -> None:
    confirmed = threading.Event()
    with subscribed(own_broker, Taker()) as running:
        state = Outgoing("luchtig/rooms/de-kade/serre/state", b"{}", True, confirmed.set)
        assert running.subscriber.publish(state)
        assert confirmed.wait(60)
        assert retained(own_broker, state.topic) == b"{}"
    assert not running.subscriber.publish(state)


def test_a_broker_without_mqtt_5_is_spoken_to_in_3_1_1(tmp_path: Path) -> None:
    with amqtt_broker(tmp_path) as broker:
        taker = Taker()
        with subscribed(broker, taker) as running:
            publish(broker, *[(AIR, b"%d" % i) for i in range(60)])
            wait_until(lambda: len(taker.payloads) == 60, "messages beyond any window")
            assert retained(broker, running.subscriber.status_topic) == b"online"


def test_a_broker_that_only_hangs_up_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A proxy whose broker is down takes every connection and closes it, whatever version is spoken."""
    with raw_server(lambda _connection: None) as port:
        settings = BrokerSettings(url=f"mqtt://127.0.0.1:{port}", client_id="g1")
        running = Running(BrokerSession(settings, tmp_path, Taker()))
        try:
            wait_until(lambda: "closed the connection" in caplog.text, "the complaint")
        finally:
            running.stop.set()
            running.thread.join(30)
    assert not running.thread.is_alive()
    assert [record.levelname for record in caplog.records].count("ERROR") == 1


class Full(Taker):
    """A journal that takes nothing more, as it is while the gateway stops."""

    def message(self, topic: str, payload: bytes, **more: Any) -> None:
        super().message(topic, payload, **{**more, "done": None})
        raise JournalClosed


def test_a_journal_that_was_closed_first_does_not_keep_the_session_from_its_goodbye(
    own_broker: Broker,
) -> None:
    taker = Full()
    with subscribed(own_broker, taker) as running:
        topic = running.subscriber.status_topic
        wait_until(lambda: retained(own_broker, topic) == b"online", "online")
        publish(own_broker, (AIR, b"too late"))
        wait_until(lambda: taker.payloads, "it to come")
    assert retained(own_broker, topic) == b"offline"
