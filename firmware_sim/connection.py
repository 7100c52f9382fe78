"""One simulated device's MQTT connection: birth, last will, and what still has to be
acknowledged.
"""

import selectors
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.broker import new_client, parse_address
from sensors.config import BrokerSettings
from sensors.wire.payload import encode_about
from sensors.wire.reading import About
from sensors.wire.topic import DeviceLeaf, DeviceSlug, VenueSlug, device_topic

KEEPALIVE_S = 30
CONNECT_WITHIN_S = 1.5
TRY_AGAIN_S = 0.5
"""Wall time between two attempts, so that a broker that hangs up at once is not besieged."""
NEVER = ("Bad user name or password", "Not authorized", "Client identifier not valid")
"""Refusals that asking again does not mend."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A device as it introduces itself."""

    venue: VenueSlug
    device: DeviceSlug
    about: About


class DeviceConnection:
    """A paho client without a thread, registered with a selector while its socket is open.

    ``ready`` from the broker's welcome to the end of the connection. ``waiting`` holds the message
    ids that the broker has not acknowledged; paho sends those again after a reconnect. ``refusal``
    is the broker's word where it wants no such device.

    Raises:
        ConfigError: the broker's settings cannot be used.

    """

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        identity: Identity,
        selector: selectors.BaseSelector,
    ) -> None:
        self.identity = identity
        self.wanted = False
        self.ready = False
        self.waiting: set[int] = set()
        self.refusal: str | None = None
        self.try_again_at = 0.0
        self._selector = selector
        # As a real device: it always has the same id, so a newer one takes the older one's place.
        client_id = f"luchtig-sim-{identity.venue}-{identity.device}"
        client = self._client = new_client(broker, directory, client_id, clean=True)
        client.will_set(self._topic("status"), b"offline", qos=1, retain=True)
        client.max_inflight_messages_set(0)  # the fleet keeps the bound, over all its devices
        client.connect_timeout = CONNECT_WITHIN_S
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        address = parse_address(broker.url)
        client.connect_async(address.host, address.port, KEEPALIVE_S)

    @property
    def is_open(self) -> bool:
        return self._client.socket() is not None

    def open(self) -> None:
        """Begin to connect; ``ready`` follows when the broker welcomes the device.

        Raises:
            OSError: the broker cannot be reached.

        """
        self.try_again_at = time.monotonic() + TRY_AGAIN_S
        self._client.reconnect()

    def publish(self, leaf: DeviceLeaf, payload: bytes, *, retain: bool = False) -> None:
        """Hand a message over at QoS 1; it is in ``waiting`` until the broker has it."""
        info = self._client.publish(self._topic(leaf), payload, qos=1, retain=retain)
        self.waiting.add(info.mid)
        self._watch()

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
        self._client.loop_misc()

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
        """Tell that the device goes offline; ``disconnect`` once that is acknowledged."""
        self.wanted = False
        if self.ready:
            self.publish("status", b"offline", retain=True)

    def disconnect(self) -> None:
        self._client.disconnect()
        self._watch()

    def _topic(self, leaf: DeviceLeaf) -> str:
        return device_topic(self.identity.venue, self.identity.device, leaf)

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
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self.refusal = str(reason) if str(reason) in NEVER else None
            return
        self.publish("about", encode_about(self.identity.about), retain=True)
        self.publish("status", b"online", retain=True)
        self.ready = True

    def _on_disconnect(self, *_: Any) -> None:
        self.ready = False

    def _on_publish(self, _client: mqtt.Client, _userdata: Any, mid: int, *_: Any) -> None:
        self.waiting.discard(mid)

    def _on_socket_open(self, _client: mqtt.Client, _userdata: Any, opened: Any) -> None:
        self._selector.register(opened, selectors.EVENT_READ, self)

    def _on_socket_close(self, _client: mqtt.Client, _userdata: Any, closed: Any) -> None:
        self._selector.unregister(closed)
