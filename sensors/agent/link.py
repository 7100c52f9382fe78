"""A device's connection to the broker: a paho client in whatever MQTT the broker speaks, which says
once that the broker is away, and why.

MQTT 5 where the broker has it, since only there it says no to a message; 3.1.1 where it has not. That
takes another client, which whoever was told ``RENEW`` makes by ``renew``. Where the connection ends the
next address has its turn.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.agent.breaks import Breaks
from sensors.config import BrokerSettings
from sensors.mqtt.client import new_client
from sensors.mqtt.refusal import (
    KEEP_ALIVE_TIMEOUT,
    RETAIN_NOT_SUPPORTED,
    UNSUPPORTED_PROTOCOL,
    refusal,
)
from sensors.mqtt.turns import BrokerTurns, Spoken
from sensors.wire.reading import About
from sensors.wire.topic import DeviceLeaf, DeviceSlug, VenueSlug, device_topic

logger = logging.getLogger(__name__)

_KEEPALIVE_S = 30
_FIRST_RETRY_S = 1
_LONGEST_RETRY_S = 30
_FAREWELL_S = 1.5
_SHORT_S = 30.0
ONLINE, OFFLINE = b"online", b"offline"
V5, V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311

MessageId = tuple[int, int]
"""The number of the client, and what that calls the message."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks, and what it says of itself."""

    venue: VenueSlug
    device: DeviceSlug
    about: About

    @property
    def name(self) -> str:
        """The name in the spool."""
        return f"{self.venue}/{self.device}"

    @property
    def client_id(self) -> str:
        return f"luchtig-{self.venue}-{self.device}"

    def topic(self, leaf: DeviceLeaf) -> str:
        return device_topic(self.venue, self.device, leaf)


class Note(Enum):
    """What paho's thread tells: that the broker let us in, or that another client is to be made."""

    CONNECTED = auto()
    RENEW = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """The broker's word on a message."""

    message: MessageId
    reason: ReasonCode


class Link:
    """All but the callbacks is called by one thread; ``stop`` by any, once that one has ended."""

    def __init__(
        self,
        identity: Identity,
        broker: BrokerSettings,
        directory: Path,
        at_once: int,
        tell: Callable[[Note | Answer], None],
    ) -> None:
        """``tell`` is called on paho's thread; ``at_once`` messages may be under way.

        Raises:
            ConfigError: the broker's address, a certificate or a password file is wrong.

        """
        self._identity = identity
        self._turns = BrokerTurns(broker)
        self._address = self._turns.address
        self._broker = broker
        self._directory = directory
        self._at_once = at_once
        self._tell = tell
        self._protocol, self._retain = V5, True
        self._number = 0
        self._answered = False
        self._let_in_at: float | None = None
        self._closings = 0
        self._breaks = Breaks()
        self._away = False
        self._said_closed = ""
        self._client = self._new_client()

    def start(self) -> None:
        """Connect, now or whenever the broker is there. Returns at once."""
        self._answered, self._let_in_at = False, None
        self._aim(self._client)
        self._client.loop_start()

    def renew(self) -> None:
        """Speak to the broker in the other manner; what was not acknowledged is forgotten."""
        self._end()
        spoken = self._turns.spoken
        self._protocol, self._retain = spoken.protocol, spoken.retain
        self._number += 1
        self._client = self._new_client()
        self.start()

    def stop(self) -> None:
        """Say ``offline`` and disconnect."""
        if self._client.is_connected():
            # A will is not sent after a clean disconnect, so this has to be said.
            farewell = self._client.publish(
                self._identity.topic("status"), OFFLINE, qos=1, retain=self._retain
            )
            with suppress(RuntimeError, ValueError):  # the connection ended just now
                farewell.wait_for_publish(_FAREWELL_S)
        self._end()

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected()

    def publish(self, leaf: DeviceLeaf, payload: bytes, *, retain: bool = False) -> MessageId:
        """Publish at QoS 1; paho repeats it until the broker answers or ``renew`` is called."""
        topic = self._identity.topic(leaf)
        sent = self._client.publish(topic, payload, qos=1, retain=retain and self._retain)
        return self._number, sent.mid

    def _end(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _new_client(self) -> mqtt.Client:
        client = new_client(
            self._broker, self._directory, self._identity.client_id,
            clean=True, protocol=self._protocol,
        )  # fmt: skip
        client.will_set(self._identity.topic("status"), OFFLINE, qos=1, retain=self._retain)
        client.max_inflight_messages_set(self._at_once)
        client.reconnect_delay_set(_FIRST_RETRY_S, self._longest_retry_s)
        client.suppress_exceptions = True  # an exception in a callback would end paho's thread
        client.user_data_set(self._number)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        return client

    # What paho's thread calls: no more than a note, or a line in the log.

    def _on_connect(
        self, _client: mqtt.Client, number: int, _flags: mqtt.ConnectFlags,
        reason: ReasonCode, properties: Properties | None,
    ) -> None:  # fmt: skip
        if number != self._number:
            return
        self._answered = True
        if reason.is_failure:
            no = refusal("connack", reason)
            if no.code == UNSUPPORTED_PROTOCOL and self._protocol == V5:
                self._change(V311, retain=self._retain)
            elif no.code == RETAIN_NOT_SUPPORTED and self._retain:
                self._say_no_retained()
                self._change(self._protocol, retain=False)
            else:
                self._say_away(f"refuses us ({no}): {no.mend}")
                self._turns.leave(self._address)
            return
        if getattr(properties, "RetainAvailable", 1) == 0:
            self._retain = False
        self._turns.learn(self._address, Spoken(self._protocol, self._retain))
        self._away = False
        self._let_in_at = time.monotonic()
        if not self._breaks.are_told:
            logger.info("%s: connected to %s", self._identity.device, self._shown_address)
        self._tell(Note.CONNECTED)

    def _on_connect_fail(self, client: mqtt.Client, number: int) -> None:
        if number != self._number:
            return
        self._say_away("cannot be reached (luchtig check says more)")
        self._turns.away(self._address)
        self._try_next(client)

    def _on_disconnect(
        self, client: mqtt.Client, number: int, flags: mqtt.DisconnectFlags,
        reason: ReasonCode, _properties: Properties | None,
    ) -> None:  # fmt: skip
        if number != self._number or not reason.is_failure:
            return
        answered, let_in_at = self._answered, self._let_in_at
        self._answered, self._let_in_at = False, None
        if flags.is_disconnect_packet_from_server:
            self._closed(client, reason, let_in_at)
        elif not answered and self._protocol == V5:
            # As old brokers do with MQTT 5. One that is silent may be dead, so another goes before it.
            self._turns.learn(self._address, Spoken(V311, self._retain))
            if reason.value == KEEP_ALIVE_TIMEOUT:
                self._turns.leave(self._address)
            self._try_next(client)
            return
        elif answered and let_in_at is None:  # refused, and what follows from that is settled
            if self._turns.address != self._address:
                self._try_next(client)
            return
        else:
            self._broke_off(client, reason, let_in_at)
        self._turns.leave(self._address)
        self._try_next(client)

    def _on_publish(
        self, _client: mqtt.Client, number: int, message_id: int,
        reason: ReasonCode, _properties: Properties,
    ) -> None:  # fmt: skip
        self._tell(Answer((number, message_id), reason))

    def _closed(self, client: mqtt.Client, reason: ReasonCode, let_in_at: float | None) -> None:
        """The broker ended the connection and said why; where it does so again and again it is said
        once, and tried later each time.
        """
        no = refusal("disconnect", reason)
        if let_in_at is None or time.monotonic() - let_in_at > _SHORT_S:
            self._closings, self._said_closed = 0, ""
        self._closings += 1
        client.reconnect_delay_set(min(2**self._closings, _LONGEST_RETRY_S), _LONGEST_RETRY_S)
        how = f"closed the connection ({no}): {no.mend}"
        if how != self._said_closed:
            self._say_away(how)
        self._said_closed = how

    def _broke_off(self, client: mqtt.Client, why: ReasonCode, let_in_at: float | None) -> None:
        self._breaks.add(let_in_at)
        client.reconnect_delay_set(self._breaks.pause_s, self._longest_retry_s)
        if words := self._breaks.words(why, self._identity.client_id):
            self._say_away(words)

    def _change(self, protocol: MQTTProtocolVersion, *, retain: bool) -> None:
        self._turns.learn(self._address, Spoken(protocol, retain))
        self._tell(Note.RENEW)

    def _try_next(self, client: mqtt.Client) -> None:
        """Have this client try whose turn it is, or ask for one that speaks its language."""
        if self._turns.spoken != Spoken(self._protocol, self._retain):
            self._tell(Note.RENEW)
        elif self._turns.address != self._address:
            self._aim(client)

    def _aim(self, client: mqtt.Client) -> None:
        self._address = address = self._turns.address
        client.connect_async(address.host, address.port, self._turns.keepalive_s(_KEEPALIVE_S))

    def _say_no_retained(self) -> None:
        logger.warning(
            "%s: the broker at %s keeps no retained messages: a gateway that starts later does not "
            "hear what this device says of itself; set retain_available true in mosquitto.conf",
            self._identity.device, self._shown_address,
        )  # fmt: skip

    def _say_away(self, how: str) -> None:
        if self._away:
            return
        self._away = True
        logger.warning(
            "%s: the broker at %s %s; readings wait in the spool",
            self._identity.device, self._shown_address, how,
        )  # fmt: skip

    @property
    def _shown_address(self) -> str:
        return str(self._address)

    @property
    def _longest_retry_s(self) -> int:
        return self._turns.longest_retry_s(_LONGEST_RETRY_S)
