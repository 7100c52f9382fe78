"""From an MQTT message to the journal: judged, its room resolved, handed in with its
acknowledgement.
"""

import logging
from collections.abc import Callable, Sequence

from gateway.journal.classify import Classified, classify, refused_whole
from gateway.journal.deliveries import NO_DIGEST, Delivery, digest_of, first_session
from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.journal.foreign import OURS, Foreign
from gateway.journal.journal import Journal
from gateway.journal.placements import Placements
from gateway.metrics import DROPPED, ZONE_ASSUMED, Metrics, device_label
from gateway.store.interface import Placed
from sensors.adapters.source import Source
from sensors.clock import Clock
from sensors.wire.refusal import Reason, Refused

SAME_INSTANT_NS = 1_000_000

log = logging.getLogger(__name__)


class Intake:
    """Takes messages on the subscriber's thread; ``use`` and ``use_sources`` may be called from
    another.
    """

    def __init__(
        self, journal: Journal, counters: Metrics, clock: Clock, client_id: str | None = None
    ) -> None:
        """``client_id`` is whose messages these are, where there are others as well."""
        self._placements = Placements()
        self._journal = journal
        self._counters = counters
        self._clock = clock
        self._arrived_ns = 0
        self._session = journal.session(first_session(client_id))
        self._foreign = Foreign()

    def use(self, placements: Placements) -> None:
        """Resolve rooms and local times by these from now on."""
        self._placements = placements

    def use_sources(self, sources: Sequence[Source]) -> None:
        """Hear these sources from now on."""
        self._foreign.use(sources)

    def connected(self, *, session_present: bool) -> None:
        """The broker took us; without our session it gives its packet identifiers out anew."""
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
        entry = self._placed(taken)
        delivery = None
        if packet is not None:
            has_time = isinstance(entry, Placed) and entry.reading.ts_given
            digest = NO_DIGEST if has_time else digest_of(topic, payload)
            delivery = Delivery(self._session, packet, again, digest)
        self._journal.submit(entry, done, delivery)

    def tick(self, *, ending: bool = False) -> None:
        """Take what waited for values that belong to it; called a few times a second, and once more
        when it is ``ending``.

        Raises:
            JournalClosed: the gateway is stopping; nothing was taken.

        """
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
        if not found:  # it tells nothing, or its values wait for others
            if done is not None:
                done()
            return
        entry, *more = (self._placed(taken) for taken in found)
        delivery = None
        if packet is not None:
            delivery = Delivery(self._session, packet, again, digest_of(topic, payload))
        self._journal.submit(entry, done, delivery, more=more)

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
        return now_ns


def _failed(topic: str, payload: bytes, arrived_ns: int) -> Classified:
    refused = Refused(Reason.INTERNAL, "the gateway failed on it; its log says where")
    return Classified(refused_whole(topic, payload, arrived_ns, refused))
