"""One device's own connection to the broker: its birth, its will, and its readings from the spool.

A last will belongs to a connection, so each device has one. Paho's network thread and the poller
only put notes into a queue; one thread of ours does everything else, so nothing needs a lock, and
no mistake of ours can end paho's thread. A reading leaves the spool when the broker acknowledged
it.
"""

import logging
import queue
import threading
import time
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.agent.spool import Spool, SpoolError
from sensors.broker import new_client, parse_address
from sensors.config import BrokerSettings
from sensors.wire.payload import encode_about
from sensors.wire.reading import About
from sensors.wire.topic import DeviceLeaf, DeviceSlug, VenueSlug, device_topic

logger = logging.getLogger(__name__)

IN_FLIGHT = 20
_KEEPALIVE_S = 30
_LONGEST_RETRY_S = 30
_FAREWELL_S = 1.5
_DISK_RETRY_S = 5.0
ONLINE, OFFLINE = b"online", b"offline"


class _Note(Enum):
    CONNECTED = auto()
    LOOK = auto()
    STOP = auto()


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


class SpoolPublisher:
    """Sends what is in the spool while the broker is there, and waits while it is not.

    ``start`` and ``stop`` once each; ``look`` and ``set_present`` from any thread at any time.
    """

    def __init__(
        self, identity: Identity, broker: BrokerSettings, directory: Path, spool: Spool
    ) -> None:
        """Nothing is connected yet.

        Raises:
            ConfigError: the broker's address, a certificate or a password file is wrong.

        """
        self._identity = identity
        self._address = parse_address(broker.url)
        self._spool = spool
        self._notes: queue.SimpleQueue[_Note | int] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"publish {identity.name}")
        self._present = True
        self._introduced = False
        self._said: bool | None = None  # the last status that paho has taken
        self._unanswered: dict[int, DeviceLeaf] = {}  # message ids of status and about
        self._in_flight: dict[int, int] = {}  # message id: spool id
        self._acknowledged: set[int] = set()  # spool ids yet to be forgotten
        self._sent_to_id = 0
        self._away = False
        self._spool_trouble = False
        self._client = self._new_client(broker, directory)

    def start(self) -> None:
        """Connect, now or whenever the broker is there. Returns at once."""
        self._thread.start()
        self._client.connect_async(self._address.host, self._address.port, _KEEPALIVE_S)
        self._client.loop_start()

    def look(self) -> None:
        """There is something new in the spool."""
        self._notes.put(_Note.LOOK)

    def set_present(self, present: bool) -> None:
        """Whether the device itself is there: what its status says while the connection stands."""
        self._present = present
        self._notes.put(_Note.LOOK)

    def is_alive(self) -> bool:
        """Whether it still works: it ends by ``stop`` alone."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Say ``offline`` and disconnect; what was not acknowledged stays in the spool."""
        self._notes.put(_Note.STOP)
        self._thread.join()
        if self._client.is_connected():
            # A will is not sent after a clean disconnect, so this has to be said.
            farewell = self._client.publish(
                self._identity.topic("status"), OFFLINE, qos=1, retain=True
            )
            farewell.wait_for_publish(_FAREWELL_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _new_client(self, broker: BrokerSettings, directory: Path) -> mqtt.Client:
        client = new_client(broker, directory, self._identity.client_id, clean=True)
        client.will_set(self._identity.topic("status"), OFFLINE, qos=1, retain=True)
        client.max_inflight_messages_set(IN_FLIGHT + 4)  # ours, and birth, about, status, farewell
        client.reconnect_delay_set(1, _LONGEST_RETRY_S)
        client.suppress_exceptions = True  # an exception in a callback would end paho's thread
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        return client

    # What paho's thread calls: no more than a note, or a line in the log.

    def _on_connect(
        self, _client: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags,
        reason: ReasonCode, _properties: Properties | None,
    ) -> None:  # fmt: skip
        if reason.is_failure:
            self._say_away(f"refuses us: {reason}")
            return
        self._away = False
        logger.info("%s: connected to %s", self._identity.device, self._shown_address)
        self._notes.put(_Note.CONNECTED)

    def _on_connect_fail(self, _client: mqtt.Client, _data: object) -> None:
        self._say_away("cannot be reached (luchtig check says more)")

    def _on_disconnect(
        self, _client: mqtt.Client, _data: object, _flags: mqtt.DisconnectFlags,
        reason: ReasonCode, _properties: Properties | None,
    ) -> None:  # fmt: skip
        if reason.is_failure:
            self._say_away(f"is gone: {reason}")

    def _on_publish(
        self, _client: mqtt.Client, _data: object, message_id: int,
        _reason: ReasonCode, _properties: Properties,
    ) -> None:  # fmt: skip
        self._notes.put(message_id)

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
        return f"{self._address.host}:{self._address.port}"

    # What our thread does.

    def _work(self) -> None:
        while True:
            notes = self._next_notes(_DISK_RETRY_S if self._spool_trouble else None)
            self._note_acknowledged(notes)
            if _Note.CONNECTED in notes:
                self._introduce()
            self._tell_status()
            self._move_on()
            if _Note.STOP in notes:
                self._wait_for_in_flight()
                return

    def _next_notes(self, within_s: float | None) -> list[_Note | int]:
        """All notes there are; waits for the first, at most ``within_s``."""
        notes: list[_Note | int] = []
        try:
            notes.append(self._notes.get(timeout=within_s))
            while True:
                notes.append(self._notes.get_nowait())
        except queue.Empty:
            return notes

    def _note_acknowledged(self, notes: list[_Note | int]) -> None:
        for note in notes:
            if isinstance(note, int):
                self._unanswered.pop(note, None)
                if note in self._in_flight:
                    self._acknowledged.add(self._in_flight.pop(note))

    def _introduce(self) -> None:
        # Paho repeats by itself what an earlier connection left unacknowledged; saying it again
        # would pile up on a connection that comes and goes.
        self._introduced = True
        if "status" not in self._unanswered.values():
            self._said = None
        self._tell_status()
        if "about" not in self._unanswered.values():
            self._publish_own("about", encode_about(self._identity.about))

    def _tell_status(self) -> None:
        present = self._present
        if self._introduced and present != self._said:
            self._said = present
            self._publish_own("status", ONLINE if present else OFFLINE)

    def _publish_own(self, leaf: DeviceLeaf, payload: bytes) -> None:
        sent = self._client.publish(self._identity.topic(leaf), payload, qos=1, retain=True)
        self._unanswered[sent.mid] = leaf

    def _move_on(self) -> None:
        """Forget what was acknowledged and send what is next, as far as the disk lets us."""
        try:
            if self._acknowledged:
                self._spool.forget(self._acknowledged)
                self._acknowledged.clear()
            if self._introduced and self._client.is_connected():
                self._send_next()
        except SpoolError as error:
            if not self._spool_trouble:
                logger.warning("%s: %s; trying again", self._identity.device, error)
            self._spool_trouble = True
        else:
            self._spool_trouble = False

    def _send_next(self) -> None:
        room = IN_FLIGHT - len(self._in_flight)
        for spooled in self._spool.oldest(self._identity.name, self._sent_to_id, room):
            sent = self._client.publish(self._identity.topic(spooled.leaf), spooled.payload, qos=1)
            self._in_flight[sent.mid] = spooled.id
            self._sent_to_id = spooled.id

    def _wait_for_in_flight(self) -> None:
        until_s = time.monotonic() + _FAREWELL_S
        while self._in_flight and self._client.is_connected():
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return
            self._note_acknowledged(self._next_notes(left_s))
            self._move_on()
