"""Whether another gateway is alive under our client id, asked before we would push it off the
broker.

A living gateway repeats its retained ``online`` every few seconds. One that is retained may be a
dead one's (broker and gateway lost power together), so only a fresh one counts.
"""

import logging
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.reasoncodes import ReasonCode

from sensors.config import BrokerSettings
from sensors.mqtt.client import Address, new_client


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How often a gateway says that it lives, and how long another waits to hear it."""

    every_s: float = 5.0
    wait_s: float = 8.0


NORMAL = Heartbeat()

log = logging.getLogger(__name__)


class _Watch:
    """What the status topic said while we watched it; ``settled`` once the retained word is
    known.
    """

    def __init__(self) -> None:
        self.says_online = False
        self.is_alive = False
        self.subacks = 0
        self.refused = False

    def connected(
        self, client: mqtt.Client, topic: str, _f: Any, reason: ReasonCode, _p: Any
    ) -> None:
        if reason.is_failure:
            self.refused = True
            return
        # The retained message comes before the answer to the second subscription.
        client.subscribe(topic, 1)
        client.subscribe(topic, 1)

    def subscribed(self, _c: Any, _u: Any, _mid: int, reasons: list[ReasonCode], _p: Any) -> None:
        self.subacks += 1
        self.refused = self.refused or any(reason.is_failure for reason in reasons)

    def received(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        self.says_online = message.payload == b"online"
        self.is_alive = self.is_alive or (self.says_online and not message.retain)

    @property
    def settled(self) -> bool:
        return self.refused or self.is_alive or (self.subacks >= 2 and not self.says_online)


def is_alive(
    settings: BrokerSettings,
    address: Address,
    directory: Path,
    status_topic: str,
    stop: threading.Event,
    wait_s: float,
    *,
    says: bool = True,
) -> bool:
    """Whether a gateway speaks on ``status_topic`` now; ``wait_s`` at most where it is said to be online,
    and whether it ``says`` that it waits.

    Where the broker does not let us ask, nobody is there.

    Raises:
        OSError: the broker is not reached.
        ConfigError: an address, a certificate or a password file is wrong.

    """
    watch = _Watch()
    client = new_client(settings, directory, f"luchtig-{secrets.token_hex(6)}", clean=True)
    client.user_data_set(status_topic)
    client.on_connect = watch.connected
    client.on_subscribe = watch.subscribed
    client.on_message = watch.received
    client.connect_timeout = 5.0
    client.connect(address.host, address.port, keepalive=60)
    until = time.monotonic() + wait_s
    said = not says
    try:
        while not watch.settled and time.monotonic() < until and not stop.is_set():
            if client.loop(0.1) != mqtt.MQTT_ERR_SUCCESS:
                break
            if watch.subacks >= 2 and watch.says_online and not said:
                said = True
                log.warning("broker: another gateway may be using our client id; looking for it")
    finally:
        client.disconnect()
        client.loop(0.1)
    return watch.is_alive


def second_gateway(url: str, client_id: str) -> str:
    """What to do where another one has our client id."""
    return (
        f"another gateway is connected to {url} as "
        f"{client_id!r}: stop that one, or give this one its own broker.client_id"
    )
