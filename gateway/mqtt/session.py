"""The gateway's place on the broker: one persistent session under a fixed client id, kept up.

MQTT 5 with a receive maximum where the broker has it, 3.1.1 where it has not. Every connection is a
new client; what was not acknowledged on the last one the broker sends again. A second gateway with
our client id is told apart from a bad network and reported, never fought with.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.journal.journal import JournalClosed
from gateway.mqtt.connection import Connection, Ended, Outgoing
from gateway.mqtt.takeover_check import NORMAL, Heartbeat, is_alive
from gateway.outage import BackOff, Outage
from sensors.broker import new_client, parse_address
from sensors.config import BrokerSettings
from sensors.wire.topic import gateway_topic

KEEPALIVE_S = 20
SESSION_EXPIRY_S = 7 * 86_400
RECEIVE_MAXIMUM = 500
IN_FLIGHT_311 = (
    20  # what Mosquitto sends on ahead of 3.1.1's acknowledgements unless told otherwise
)
BACK_OFF = BackOff(0.5, 30.0)
SHORT_S = 5.0
SUSPICIOUS_SESSIONS = 3
HOPELESS_SESSIONS = 20
UNSUPPORTED_PROTOCOL = 132
SESSION_TAKEN_OVER = 142
DRAIN_S = 2.0
DEVICES = "luchtig/devices"

log = logging.getLogger(__name__)


class SecondGateway(Exception):
    """Another gateway uses our client id; the message says what to do."""


class Messages(Protocol):
    """Whoever takes the messages: ``gateway.journal.intake.Intake``."""

    def message(
        self, topic: str, payload: bytes, *, retained: bool, done: Callable[[], None] | None
    ) -> None: ...


class BrokerSession:
    """``run`` is the thread of the broker; ``publish`` may be called from any."""

    def __init__(
        self,
        settings: BrokerSettings,
        directory: Path,
        messages: Messages,
        *,
        venues: frozenset[str] | None = None,
        on_up: Callable[[int], None] = lambda _in_flight: None,
        on_subscribed: Callable[[], None] = lambda: None,
        on_down: Callable[[], None] = lambda: None,
        drained: Callable[[], bool] = lambda: True,
        heartbeat: Heartbeat = NORMAL,
    ) -> None:
        """``venues`` are the ones looked after, None for all; ``on_up`` is told how many messages
        the broker sends ahead of acknowledgements, ``on_subscribed`` that it keeps messages for us
        from now on; ``drained`` says whether all taken ones are safe.
        """
        self.status_topic = gateway_topic(settings.client_id)
        self._settings = settings
        self._directory = directory
        self._messages = messages
        self._filters = [
            f"{DEVICES}/#" if venue is None else f"{DEVICES}/{venue}/#"
            for venue in ([None] if venues is None else sorted(venues))
        ]
        self._on_up = on_up
        self._on_subscribed = on_subscribed
        self._on_down = on_down
        self._drained = drained
        self._heartbeat = heartbeat
        self._protocol = MQTTProtocolVersion.MQTTv5
        self._connection: Connection | None = None
        self._closing = False
        self._outage = Outage(log, "broker", back="connected again")
        self._beat_at = 0.0

    @property
    def is_up(self) -> bool:
        connection = self._connection
        return connection is not None and connection.is_up

    def publish(self, message: Outgoing) -> bool:
        """Publish at QoS 1; whether there was a connection to hand it to."""
        connection = self._connection
        if connection is None or not connection.is_up:
            return False
        connection.publish(message)
        return True

    def run(self, stop: threading.Event) -> None:
        """Keep the session up until ``stop``, then acknowledge what is safe and say goodbye.

        Raises:
            SecondGateway: another one uses our client id.
            ConfigError: the address, a certificate or a password file is wrong.

        """
        failures = short = 0
        checked = False
        while not stop.is_set():
            ended = Ended()
            try:
                if not checked:
                    self._yield_to_another(stop)
                    checked = True
                ended = self._session(stop)
            except (OSError, UnicodeError) as error:
                ended = Ended(reached=False, error=f"cannot be reached: {error}")
            if stop.is_set():
                break
            if ended.connected:
                short = short + 1 if ended.lived_s < SHORT_S else 0
            checked = short < SUSPICIOUS_SESSIONS and checked
            self._judge(ended, short)
            failures = 1 if ended.connected else failures + 1
            stop.wait(BACK_OFF.wait_s(failures))

    def _session(self, stop: threading.Event) -> Ended:
        address = parse_address(self._settings.url)
        v5 = self._protocol == MQTTProtocolVersion.MQTTv5
        connection = Connection(self._new_client(), self._up, self._received, self._on_subscribed)
        properties = _connect_properties() if v5 else None
        self._connection = connection
        try:
            connection.open(address.host, address.port, KEEPALIVE_S, properties)
            connection.run(lambda: self._is_over(connection, stop))
        finally:
            self._connection = None
            connection.close()
            self._on_down()
        return connection.ended

    def _new_client(self) -> mqtt.Client:
        client = new_client(
            self._settings, self._directory, self._settings.client_id,
            clean=False, protocol=self._protocol, manual_ack=True,
        )  # fmt: skip
        client.will_set(self.status_topic, b"offline", qos=1, retain=True)
        return client

    def _up(self, connection: Connection, flags: mqtt.ConnectFlags) -> None:
        v5 = self._protocol == MQTTProtocolVersion.MQTTv5
        topics = [*self._filters, self.status_topic]
        if v5:
            # Retained ones come again only where the broker has no session of ours.
            options = SubscribeOptions(qos=1, retainAsPublished=False, retainHandling=1)
            connection.client.subscribe([(topic, options) for topic in topics])
        else:
            connection.client.subscribe([(topic, 1) for topic in topics])
        self._say_online(connection)
        version = "MQTT 5" if v5 else "MQTT 3.1.1"
        known = "session continued" if flags.session_present else "new session"
        self._outage.ends()
        log.info("broker: connected to %s, %s, %s", self._settings.url, version, known)
        self._on_up(RECEIVE_MAXIMUM if v5 else IN_FLIGHT_311)

    def _received(self, connection: Connection, message: mqtt.MQTTMessage) -> None:
        if self._closing:
            return
        done = partial(connection.acknowledge, message.mid) if message.qos == 1 else None
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(a topic that is not UTF-8)"
        if topic == self.status_topic:
            # The will of a connection that the broker gave up late must not be the last word.
            if message.payload == b"offline":
                self._say_online(connection)
            if done is not None:
                done()
            return
        try:
            payload = bytes(message.payload)
            self._messages.message(topic, payload, retained=message.retain, done=done)
        except JournalClosed:
            self._closing = True

    def _is_over(self, connection: Connection, stop: threading.Event) -> bool:
        now = time.monotonic()
        if connection.is_up and now - self._beat_at > self._heartbeat.every_s:
            self._say_online(connection)
        if not stop.is_set():
            return False
        if not self._closing:
            self._closing = True
            self._close_by = now + DRAIN_S
            self._goodbye = False
        if self._goodbye or not connection.is_up:
            return connection.is_idle or not connection.is_up or now > self._close_by
        if self._drained() or now > self._close_by - DRAIN_S / 2:
            connection.publish(Outgoing(self.status_topic, b"offline", retain=True))
            self._goodbye = True
        return False

    def _say_online(self, connection: Connection) -> None:
        self._beat_at = time.monotonic()
        connection.publish(Outgoing(self.status_topic, b"online", retain=True))

    def _judge(self, ended: Ended, short: int) -> None:
        """Draw the conclusion from a connection that ended: another protocol, a message, giving
        up.
        """
        taken_over = ended.reason is not None and ended.reason.value == SESSION_TAKEN_OVER
        if taken_over or short >= HOPELESS_SESSIONS:
            raise SecondGateway(self._second_gateway())
        if ended.refused is not None and ended.refused.value != UNSUPPORTED_PROTOCOL:
            self._outage.begins(f"the broker refuses us: {ended.refused}")
            return
        v5 = self._protocol == MQTTProtocolVersion.MQTTv5
        if v5 and ended.reached and not ended.connected:
            # Refused for its version, or closed without an answer as old brokers do with MQTT 5.
            self._protocol = MQTTProtocolVersion.MQTTv311
            return
        self._protocol = MQTTProtocolVersion.MQTTv5  # the broker that comes back may be a newer one
        self._outage.begins(f"{self._settings.url}: {ended.error}")

    def _yield_to_another(self, stop: threading.Event) -> None:
        wait_s = self._heartbeat.wait_s
        if is_alive(self._settings, self._directory, self.status_topic, stop, wait_s):
            raise SecondGateway(self._second_gateway())

    def _second_gateway(self) -> str:
        return (
            f"another gateway is connected to {self._settings.url} as "
            f"{self._settings.client_id!r}: stop that one, or give this one its own broker.client_id"
        )


def _connect_properties() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # as paho has it
    properties.SessionExpiryInterval = SESSION_EXPIRY_S
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    return properties
