"""An MQTT connection of simulated devices: birth, last will, and what still has to be acknowledged."""

import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from firmware_sim.event import Post
from firmware_sim.station import Station
from sensors.config import BrokerSettings
from sensors.holding import Holding
from sensors.mqtt.client import new_client
from sensors.mqtt.refusal import (
    BAD_CLIENT_ID,
    BAD_LOGIN,
    BANNED,
    KEEP_ALIVE_TIMEOUT,
    NOT_AUTHORIZED,
    RETAIN_NOT_SUPPORTED,
    UNSUPPORTED_PROTOCOL,
    BrokerRefusal,
    refusal,
)
from sensors.mqtt.turns import BrokerTurns, Spoken

KEEPALIVE_S = 30
CONNECT_WITHIN_S = 1.5
TRY_AGAIN_S = 0.5
"""Wall time between two attempts, so that a broker that hangs up at once is not besieged."""
NEVER = (BAD_CLIENT_ID, BAD_LOGIN, NOT_AUTHORIZED, BANNED)
"""Refusals that asking again does not mend."""


class DeviceConnection:
    """A paho client without a thread, registered with a selector while its socket is open.

    ``ready`` from the broker's welcome to the end of the connection. ``waiting`` holds by message id
    what the broker has not answered; paho sends that again after a reconnect. ``refused`` holds what it
    did not want, which ``keep_alive`` tries again, and what is kept for it; ``no`` is its word on that. ``refusal`` is its word
    where it wants no such device. MQTT 5 is spoken where the broker has it, 3.1.1 elsewhere. ``turns``
    is shared: all devices go to the same node, and learn from each other how it is spoken to.

    Raises:
        ConfigError: the broker's settings cannot be used.

    """

    def __init__(
        self,
        broker: BrokerSettings,
        turns: BrokerTurns,
        directory: Path,
        station: Station,
        selector: selectors.BaseSelector,
    ) -> None:
        self.station = station
        self.wanted = False
        self.ready = False
        self.waiting: dict[int, Post] = {}
        self.refused: deque[Post] = deque()
        self.no: BrokerRefusal | None = None
        self.refusal: str | None = None
        self.try_again_at = 0.0
        self._broker = broker
        self._turns = turns
        self._directory = directory
        self._selector = selector
        self._holding = Holding()
        self._is_answered = True
        self._client = self._new_client()

    def _new_client(self) -> mqtt.Client:
        self._address, self._spoken = address, spoken = self._turns.address, self._turns.spoken
        client = new_client(
            self._broker,
            self._directory,
            self.station.client_id,
            clean=True,
            protocol=spoken.protocol,
        )
        will = self.station.will
        if will is not None:
            retain = will.retain and spoken.retain
            client.will_set(will.topic, will.payload, qos=will.qos, retain=retain)
        client.max_inflight_messages_set(0)  # the fleet keeps the bound, over all its devices
        client.connect_timeout = CONNECT_WITHIN_S
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.connect_async(address.host, address.port, self._turns.keepalive_s(KEEPALIVE_S))
        return client

    @property
    def is_settled(self) -> bool:
        """Whether the broker has answered everything, though it may have refused some."""
        held = self._holding.holds
        return not self.waiting and all(held(post.topic) for post in self.refused)

    @property
    def is_open(self) -> bool:
        return self._client.socket() is not None

    def open(self) -> None:
        """Begin to connect; ``ready`` follows when the broker welcomes the device.

        Raises:
            OSError: the broker cannot be reached.

        """
        self.try_again_at = time.monotonic() + TRY_AGAIN_S
        if (self._address, self._spoken) != (self._turns.address, self._turns.spoken):
            self._client = self._new_client()
            self.refused.extendleft(reversed(self.waiting.values()))
            self.waiting.clear()
        self._is_answered = False
        self._client.reconnect()

    def publish(self, post: Post) -> None:
        """Hand a message over; at QoS 1 it is in ``waiting`` or ``refused`` until the broker has it."""
        if any(earlier.topic == post.topic for earlier in self.refused):
            self.refused.append(post)
        else:
            self._hand_over(post)

    def keep(self, posts: Iterable[Post]) -> None:
        """Say it when the broker is there again."""
        self.refused.extend(posts)

    def serve(self, mask: int) -> None:
        """Read and write what the socket is ready for."""
        if mask & selectors.EVENT_WRITE:
            self._client.loop_write()
        if mask & selectors.EVENT_READ:
            self._client.loop_read()
            while (pending := getattr(self._client.socket(), "pending", None)) and pending():
                self._client.loop_read()  # TLS holds more than the selector knows of
        self._watch()

    def keep_alive(self) -> None:
        """Do what time asks for: a ping, and another try of what was refused."""
        self._client.loop_misc()
        if self.ready:
            self._try_refused()

    def _try_refused(self) -> None:
        for _ in range(len(self.refused)):
            post = self.refused.popleft()
            if self._holding.may_send(post.topic):
                self._hand_over(post)
            else:
                self.refused.append(post)

    def drop(self) -> None:
        """End the connection as a power cut would, without goodbye: the broker sends the last
        will.
        """
        self.wanted = False
        self.try_again_at = 0.0
        open_socket: Any = self._client.socket()
        if open_socket is not None:
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

    def say_goodbye(self) -> None:
        """Say what is said at the end; ``disconnect`` once that is acknowledged."""
        self.wanted = False
        if self.ready:
            for post in self.station.goodbyes:
                self.publish(post)

    def disconnect(self) -> None:
        self._client.disconnect()
        self._watch()

    def close(self) -> None:
        """Leave no socket behind, whatever the broker does; nothing is served after it."""
        open_socket: Any = self._client.socket()
        if open_socket is not None:
            open_socket.close()

    def _hand_over(self, post: Post) -> None:
        retain = post.retain and self._spoken.retain
        info = self._client.publish(post.topic, post.payload, qos=post.qos, retain=retain)
        if post.qos > 0:
            self.waiting[info.mid] = post
        self._watch()

    def _watch(self) -> None:
        """Ask the selector for writing only while something waits to be written."""
        open_socket = self._client.socket()
        if open_socket is None:
            return
        events = selectors.EVENT_READ
        if self._client.want_write():
            events |= selectors.EVENT_WRITE
        if self._selector.get_key(open_socket).events != events:
            self._selector.modify(open_socket, events, self)

    def _on_connect(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        self._is_answered = True
        if reason.is_failure:
            self._heed(refusal("connack", reason))
            return
        if getattr(properties, "RetainAvailable", 1) == 0:
            self._spoken = Spoken(self._spoken.protocol, retain=False)
        self._turns.learn(self._address, self._spoken)
        self._holding.start_over()
        self._try_refused()
        for post in self.station.births:
            self.publish(post)
        self.ready = True

    def _heed(self, no: BrokerRefusal) -> None:
        """Speak in another manner where the broker has not this one, else be refused."""
        spoken = self._spoken
        if no.code == UNSUPPORTED_PROTOCOL and spoken.protocol == MQTTProtocolVersion.MQTTv5:
            self._change(Spoken(MQTTProtocolVersion.MQTTv311, spoken.retain))
        elif no.code == RETAIN_NOT_SUPPORTED and spoken.retain:
            self._change(Spoken(spoken.protocol, retain=False))
        elif no.code in NEVER:
            self.refusal = f"{no}: {no.mend}"
        else:
            self._turns.leave(self._address)

    def _change(self, spoken: Spoken) -> None:
        self._turns.learn(self._address, spoken)
        self.try_again_at = 0.0

    def _on_disconnect(
        self, _client: mqtt.Client, _userdata: Any, flags: mqtt.DisconnectFlags,
        reason: ReasonCode, _properties: Properties | None,
    ) -> None:  # fmt: skip
        self.ready = False
        if flags.is_disconnect_packet_from_server and reason.is_failure:
            self._heed(refusal("disconnect", reason))
            return
        silent = reason.value == KEEP_ALIVE_TIMEOUT  # it may be dead, so another goes before it
        is_5 = self._spoken.protocol == MQTTProtocolVersion.MQTTv5
        if not self._is_answered and is_5:
            self._change(Spoken(MQTTProtocolVersion.MQTTv311, self._spoken.retain))
        if silent or (not self._is_answered and not is_5):
            self._turns.leave(self._address)

    def _on_publish(
        self, _client: mqtt.Client, _userdata: Any, mid: int, reason: ReasonCode, _properties: Any
    ) -> None:
        post = self.waiting.pop(mid, None)
        if post is None:
            return
        if reason.is_failure:
            self.no = refusal("puback", reason, post.topic)
            self._holding.refused(post.topic)
            self.refused.append(post)
        else:
            self._holding.taken(post.topic)
            if not self.refused:
                self.no = None

    def _on_socket_open(self, _client: mqtt.Client, _userdata: Any, opened: Any) -> None:
        self._selector.register(opened, selectors.EVENT_READ, self)

    def _on_socket_close(self, _client: mqtt.Client, _userdata: Any, closed: Any) -> None:
        self._selector.unregister(closed)
