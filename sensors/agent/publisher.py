"""One device's own connection to the broker: its birth, its will, and its readings from the spool.

A last will belongs to a connection, so each device has one. Paho's network thread and the poller
only put notes into a queue; one thread of ours does everything else, so nothing needs a lock, and
no mistake of ours can end paho's thread. A reading leaves the spool when the broker took it; one that
the broker refuses stays there, and is tried again later each time.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path

from msgspec.structs import replace

from sensors.agent.gathering import GatheringSpool
from sensors.agent.link import OFFLINE, ONLINE, Answer, Identity, Link, MessageId, Note
from sensors.agent.spool import Spool, Spooled, SpoolError
from sensors.config import BrokerSettings
from sensors.holding import Holding
from sensors.mqtt.refusal import refusal
from sensors.refusals import Refusals
from sensors.wire.payload import encode_about, encode_health
from sensors.wire.reading import Health
from sensors.wire.topic import DeviceLeaf

logger = logging.getLogger(__name__)

IN_FLIGHT = 20
_FAREWELL_S = 1.5
_DISK_RETRY_S = 5.0
HEALTH_S = 20.0
REPEAT_S = 300.0
"""So often it says again what it is and that it lives: not every broker keeps that for whoever comes
later, and a node that dies may never send the will."""


class _Wish(Enum):
    LOOK = auto()
    STOP = auto()


_Told = Note | Answer | _Wish


class SpoolPublisher:
    """Sends what is in the spool while the broker is there, and waits while it is not.

    ``start`` and ``stop`` once each; ``look`` and ``set_present`` from any thread at any time.
    """

    def __init__(
        self,
        identity: Identity,
        broker: BrokerSettings,
        directory: Path,
        spool: Spool | GatheringSpool,
        *,
        repeat_s: float = REPEAT_S,
        health: Callable[[], Health] | None = None,
    ) -> None:
        """Nothing is connected yet. ``health`` says how the device is; it is asked from a thread of ours
        three times a minute, and what has not changed is not said again until ``repeat_s`` is over.

        Raises:
            ConfigError: the broker's address, a certificate or a password file is wrong.

        """
        self._identity = identity
        self._spool = spool
        self._notes: queue.SimpleQueue[_Told] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"publish {identity.name}")
        self._present = True
        self._introduced = False
        self._said: bool | None = None  # the last status that paho has taken
        self._about_said = False
        self._health = health
        self._health_said: Health | None = None
        self._health_at = 0.0
        self._repeat_s = repeat_s
        self._repeat_at = 0.0
        self._unanswered: dict[MessageId, DeviceLeaf] = {}  # of status and about
        self._in_flight: dict[MessageId, Spooled] = {}
        self._acknowledged: set[int] = set()  # spool ids yet to be forgotten
        self._sent_to_id = 0
        self._refused: dict[DeviceLeaf, int] = {}  # the lowest spool id that the broker refused
        self._holding = Holding()
        self._refusals = Refusals(logger, f"{identity.device}: the broker")
        self._spool_trouble = False
        # Ours, and birth, about, health, status, farewell.
        self._link = Link(identity, broker, directory, IN_FLIGHT + 5, self._notes.put)

    def start(self) -> None:
        """Connect, now or whenever the broker is there. Returns at once."""
        self._thread.start()
        self._link.start()

    def look(self) -> None:
        """There is something new in the spool."""
        self._notes.put(_Wish.LOOK)

    def set_present(self, present: bool) -> None:
        """Whether the device itself is there: what its status says while the connection stands."""
        self._present = present
        self._notes.put(_Wish.LOOK)

    def is_alive(self) -> bool:
        """Whether it still works: it ends by ``stop`` alone."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Say ``offline`` and disconnect; what was not acknowledged stays in the spool."""
        self._notes.put(_Wish.STOP)
        self._thread.join()
        self._link.stop()

    def _work(self) -> None:
        while True:
            notes = self._next_notes(self._patience_s())
            self._hear(notes)
            if Note.RENEW in notes:
                self._begin_again()
            if Note.CONNECTED in notes:
                self._introduce()
            self._repeat()
            self._tell_status()
            self._tell_about()
            self._tell_health()
            self._move_on()
            if _Wish.STOP in notes:
                self._wait_for_in_flight()
                return

    def _patience_s(self) -> float | None:
        """How long to wait for a note, None for as long as it takes."""
        waits = [_DISK_RETRY_S] if self._spool_trouble else []
        if self._link.is_connected:
            again_s = self._holding.wait_s()
            waits += [] if again_s is None else [again_s]
            now_s = time.monotonic()
            if self._introduced:
                waits.append(max(0.0, self._repeat_at - now_s))
                waits += [max(0.0, self._health_at - now_s)] if self._health is not None else []
        return min(waits, default=None)

    def _next_notes(self, within_s: float | None) -> list[_Told]:
        """All notes there are; waits for the first, at most ``within_s``."""
        notes: list[_Told] = []
        try:
            notes.append(self._notes.get(timeout=within_s))
            while True:
                notes.append(self._notes.get_nowait())
        except queue.Empty:
            return notes

    def _hear(self, notes: list[_Told]) -> None:
        """Take in what the broker answered."""
        for note in notes:
            if not isinstance(note, Answer):
                continue
            own = self._unanswered.pop(note.message, None)
            spooled = self._in_flight.pop(note.message, None)
            leaf = own if spooled is None else spooled.leaf
            if leaf is None:
                continue
            topic = self._identity.topic(leaf)
            if note.reason.is_failure:
                self._refusals.refused(refusal("puback", note.reason, topic))
                self._holding.refused(topic)
                self._keep(leaf, spooled)
            else:
                self._refusals.taken(topic)
                self._holding.taken(topic)
                self._let_go(leaf, spooled)

    def _keep(self, leaf: DeviceLeaf, spooled: Spooled | None) -> None:
        """What was refused is to be said again."""
        if spooled is not None:
            self._refused[leaf] = min(self._refused.get(leaf, spooled.id), spooled.id)
        elif leaf == "status":
            self._said = None
        elif leaf == "health":
            self._health_said = None
        else:
            self._about_said = False

    def _let_go(self, leaf: DeviceLeaf, spooled: Spooled | None) -> None:
        """What was taken is done with, and what was refused before it comes next."""
        if spooled is not None:
            self._acknowledged.add(spooled.id)
            if leaf in self._refused:
                self._sent_to_id = min(self._sent_to_id, self._refused.pop(leaf) - 1)

    def _begin_again(self) -> None:
        """Another client knows nothing of what an earlier one left unacknowledged."""
        self._link.renew()
        self._introduced = False
        self._unanswered.clear()
        self._in_flight.clear()
        self._refused.clear()
        self._sent_to_id = 0

    def _introduce(self) -> None:
        # Paho repeats by itself what an earlier connection left unacknowledged; saying it again
        # would pile up on a connection that comes and goes.
        self._introduced = True
        self._holding.start_over()
        self._say_anew()

    def _repeat(self) -> None:
        if self._introduced and self._link.is_connected and time.monotonic() >= self._repeat_at:
            self._say_anew()

    def _say_anew(self) -> None:
        self._repeat_at = time.monotonic() + self._repeat_s
        if "status" not in self._unanswered.values():
            self._said = None
        if "about" not in self._unanswered.values():
            self._about_said = False
        if "health" not in self._unanswered.values():
            self._health_said = None
            self._health_at = 0.0

    def _tell_status(self) -> None:
        present = self._present
        if self._introduced and present != self._said and self._may_send("status"):
            self._said = present
            self._publish_own("status", ONLINE if present else OFFLINE)

    def _tell_about(self) -> None:
        if self._introduced and not self._about_said and self._may_send("about"):
            self._about_said = True
            self._publish_own("about", encode_about(self._identity.about))

    def _tell_health(self) -> None:
        if self._health is None or not self._introduced or time.monotonic() < self._health_at:
            return
        self._health_at = time.monotonic() + HEALTH_S
        health = self._health()
        same = self._health_said is not None and replace(self._health_said, at=health.at) == health
        if not same and self._may_send("health"):
            self._health_said = health
            self._publish_own("health", encode_health(health))

    def _may_send(self, leaf: DeviceLeaf) -> bool:
        return self._holding.may_send(self._identity.topic(leaf))

    def _publish_own(self, leaf: DeviceLeaf, payload: bytes) -> None:
        self._unanswered[self._link.publish(leaf, payload, retain=True)] = leaf

    def _move_on(self) -> None:
        """Forget what was acknowledged and send what is next, as far as the disk lets us."""
        try:
            if self._acknowledged:
                self._spool.forget(self._acknowledged)
                self._acknowledged.clear()
            if self._introduced and self._link.is_connected:
                self._send_refused()
                self._send_next()
        except SpoolError as error:
            if not self._spool_trouble:
                logger.warning("%s: %s; trying again", self._identity.device, error)
            self._spool_trouble = True
        else:
            self._spool_trouble = False

    def _send_refused(self) -> None:
        """Try the oldest reading of each kind that was refused, where it is time for it."""
        for leaf, lowest in list(self._refused.items()):
            if not self._may_send(leaf):
                continue
            waiting = self._spool.oldest(self._identity.name, lowest - 1, IN_FLIGHT)
            first = next((spooled for spooled in waiting if spooled.leaf == leaf), None)
            if first is None:  # dropped meanwhile, the spool being full
                del self._refused[leaf]
                self._holding.taken(self._identity.topic(leaf))
            else:
                self._send(first)

    def _send_next(self) -> None:
        while (room := IN_FLIGHT - len(self._in_flight)) > 0:
            page = self._spool.oldest(self._identity.name, self._sent_to_id, room)
            if not page:
                return
            under_way = {spooled.id for spooled in self._in_flight.values()}
            for spooled in page:
                self._sent_to_id = spooled.id
                if spooled.leaf not in self._refused and spooled.id not in under_way:
                    self._send(spooled)

    def _send(self, spooled: Spooled) -> None:
        self._in_flight[self._link.publish(spooled.leaf, spooled.payload)] = spooled

    def _wait_for_in_flight(self) -> None:
        until_s = time.monotonic() + _FAREWELL_S
        while self._in_flight and self._link.is_connected:
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return
            self._hear(self._next_notes(left_s))
            self._move_on()
