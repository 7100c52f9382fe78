"""From an MQTT message to the journal: judged, its room resolved, handed in with its
acknowledgement.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from gateway.config import MOST_PER_S
from gateway.journal.classify import Classified, classify, device_of, refused_whole
from gateway.journal.deliveries import NO_DIGEST, Delivery, digest_of, first_session
from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.journal.foreign import OURS, Foreign
from gateway.journal.journal import Journal
from gateway.journal.placements import Placements
from gateway.journal.share.fair_share import CatchUp, FairShare
from gateway.journal.share.left_out import LeftOut
from gateway.metrics import DROPPED, ZONE_ASSUMED, Metrics, device_label
from gateway.store.interface import Placed
from sensors.adapters.source import Source
from sensors.clock import Clock
from sensors.wire.reading import AirReading, PeopleReading, Reading
from sensors.wire.refusal import Reason, Refused

SAME_INSTANT_NS = 1_000_000
NO_DEVICE: Final = "unknown"
"""The label of what is counted of a topic that names none."""

log = logging.getLogger(__name__)


class Intake:
    """Takes messages on the subscriber's thread; ``use`` and ``use_sources`` may be called from
    another.
    """

    def __init__(
        self,
        journal: Journal,
        counters: Metrics,
        clock: Clock,
        client_id: str | None = None,
        share_per_s: float = MOST_PER_S,
    ) -> None:
        """``client_id`` is whose messages these are, where there are others as well; ``share_per_s`` how
        much is taken of one device.
        """
        self._placements = Placements()
        self._journal = journal
        self._counters = counters
        self._clock = clock
        self._arrived_ns = 0
        self._session = journal.session(first_session(client_id))
        self._foreign = Foreign()
        self._share = FairShare(share_per_s)
        self._left_out = LeftOut(counters, share_per_s)
        self._catch_up = CatchUp(journal.written_ns)

    def use(self, placements: Placements) -> None:
        """Resolve rooms and local times by these from now on."""
        self._placements = placements

    def use_sources(self, sources: Sequence[Source]) -> None:
        """Hear these sources from now on."""
        self._foreign.use(sources)

    def connected(self, *, session_present: bool) -> None:
        """The broker took us; without our session it gives its packet identifiers out anew."""
        self._catch_up.heard(self._clock.now_ns())
        if not session_present:
            self._session += 1

    def message(
        self,
        topic: str,
        payload: bytes,
        *,
        retained: bool,
        done: Callable[[], None] | None,
        packet: int | None = None,
        again: bool = False,
    ) -> None:
        """Take one message; ``done`` is called once it is safe. Waits while the journal is full.

        ``packet`` is its identifier where the broker wants it acknowledged, ``again`` whether it says
        that it sent it before: one without a time that was taken then is left.

        Raises:
            JournalClosed: the gateway is stopping; nothing was taken.

        """
        if not topic.startswith(OURS):
            self._foreign_message(topic, payload, retained, done, packet, again)
            return
        arrived_ns = self._next_instant()
        try:
            taken = classify(
                topic, payload,
                retained=retained, arrived_ns=arrived_ns, zones=self._placements.zones,
            )  # fmt: skip
        except (
            Exception
        ):  # a mistake of ours: the message is kept for a person, the next ones go on
            log.exception("a message on %s could not be judged", topic[:200])
            taken = _failed(topic, payload, arrived_ns)
        if not again and not self._is_within_share(taken.what, arrived_ns):
            refused = self._beyond_share(taken.what, topic, payload, arrived_ns)
            if refused is None:
                _safe(done)
                return
            taken = refused
        entry = self._placed(taken)
        delivery = None
        if packet is not None:
            has_time = isinstance(entry, Placed) and entry.reading.ts_given
            digest = NO_DIGEST if has_time else digest_of(topic, payload)
            delivery = Delivery(self._session, packet, again, digest)
        self._journal.submit(entry, done, delivery)

    def tick(self, *, is_up: bool, ending: bool = False) -> None:
        """Take what waited for values that belong to it; called a few times a second, and once more
        when it is ``ending``. ``is_up`` is whether the broker is heard.

        Raises:
            JournalClosed: the gateway is stopping; nothing was taken.

        """
        if is_up:
            self._catch_up.heard(self._clock.now_ns())
        self._left_out.tick()
        for taken in self._foreign.due(self._placements.zones, all_of_them=ending):
            self._journal.submit(self._placed(taken))
        if ending:
            self._journal.hurry()

    def _foreign_message(
        self,
        topic: str,
        payload: bytes,
        retained: bool,
        done: Callable[[], None] | None,
        packet: int | None,
        again: bool,
    ) -> None:
        arrived_ns = self._next_instant()
        try:
            found = self._foreign.take(
                topic, payload,
                retained=retained, arrived_ns=arrived_ns, zones=self._placements.zones,
            )  # fmt: skip
        except Exception:  # as above
            log.exception("a message on %s could not be judged", topic[:200])
            found = [_failed(topic, payload, arrived_ns)]
        if not again:
            found = self._within_share(found, topic, payload, arrived_ns)
        if not found:  # it tells nothing, or too often, or its values wait for others
            _safe(done)
            return
        entry, *more = (self._placed(taken) for taken in found)
        delivery = None
        if packet is not None:
            delivery = Delivery(self._session, packet, again, digest_of(topic, payload))
        self._journal.submit(entry, done, delivery, more=more)

    def _within_share(
        self, found: list[Classified], topic: str, payload: bytes, arrived_ns: int
    ) -> list[Classified]:
        """What of one message is taken, and of what is not what a person is to see."""
        kept = [
            one
            if self._is_within_share(one.what, arrived_ns)
            else self._beyond_share(one.what, topic, payload, arrived_ns)
            for one in found
        ]
        return [one for one in kept if one is not None]

    def _is_within_share(self, what: Reading | Note | RefusedMessage, arrived_ns: int) -> bool:
        """Counted by its own time; without one it may be what the broker kept for us."""
        if isinstance(what, AirReading | PeopleReading) and what.ts_given:
            return self._share.takes((what.venue, what.device, type(what)), what.at_ns)
        if self._catch_up.is_on(arrived_ns):
            return True
        return self._share.takes((*device_of(what), type(what)), arrived_ns)

    def _beyond_share(
        self, what: Reading | Note | RefusedMessage, topic: str, payload: bytes, arrived_ns: int
    ) -> Classified | None:
        venue, device = device_of(what)
        refused = self._left_out.note(device_label(venue, device) if venue else NO_DEVICE)
        if refused is None:
            return None
        return Classified(refused_whole(topic, payload, arrived_ns, refused))

    def _placed(self, taken: Classified) -> Entry:
        for field in taken.dropped:
            self._counters.add(DROPPED, field)
        what = taken.what
        if isinstance(what, Note | RefusedMessage):
            return what
        if taken.zone_assumed:
            self._counters.add(ZONE_ASSUMED, device_label(what.venue, what.device))
        return Placed(self._placements.room_at(what.venue, what.device, what.at_ns), what)

    def _next_instant(self) -> int:
        """The time of arrival, never twice the same: without ``ts`` it is a reading's identity."""
        now_ns = self._clock.now_ns()
        if 0 <= self._arrived_ns - now_ns < SAME_INSTANT_NS:
            now_ns = self._arrived_ns + 1
        self._arrived_ns = now_ns
        self._catch_up.heard(now_ns)
        return now_ns


def _failed(topic: str, payload: bytes, arrived_ns: int) -> Classified:
    refused = Refused(Reason.INTERNAL, "the gateway failed on it; its log says where")
    return Classified(refused_whole(topic, payload, arrived_ns, refused))


def _safe(done: Callable[[], None] | None) -> None:
    """Nothing more is made of a message."""
    if done is not None:
        done()
