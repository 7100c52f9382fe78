"""Messages on topics that are not ours: judged as those that devices of ours would have sent."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from gateway.journal.classify import Classified, Zones, classify, refused_whole
from gateway.journal.entry import RefusedMessage
from sensors.adapters.source import Source
from sensors.adapters.topic_filter import matches
from sensors.adapters.translation import Translated, Translation
from sensors.wire.refusal import Refused

OURS: Final = "luchtig/"


class Foreign:
    """Used by the subscriber's thread; ``use`` may be called from another."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._sources: tuple[Source, ...] = ()
        self._translation = Translation()
        self._monotonic = monotonic

    def use(self, sources: Sequence[Source]) -> None:
        """Hear these from now on."""
        self._sources = tuple(sources)

    def take(
        self, topic: str, payload: bytes, *, retained: bool, arrived_ns: int, zones: Zones
    ) -> list[Classified]:
        """What a message becomes; nothing where no source is for it, or where it tells nothing. Of
        several sources that it is for the first has it.
        """
        source = next((one for one in self._sources if matches(one.filter, topic)), None)
        if source is None:
            return []
        found = self._translation.take(
            source, topic, payload,
            retained=retained, arrived_ns=arrived_ns, monotonic_s=self._monotonic(),
        )  # fmt: skip
        return [self._judged(one, topic, payload, arrived_ns, zones) for one in found]

    def due(self, zones: Zones, *, all_of_them: bool = False) -> list[Classified]:
        """The readings whose values have all come, or that of all that wait."""
        upto_s = float("inf") if all_of_them else self._monotonic()
        return [_own(one, zones) for one in self._translation.due(upto_s)]

    def _judged(
        self, one: Translated | Refused, topic: str, payload: bytes, arrived_ns: int, zones: Zones
    ) -> Classified:
        """A refusal shows the message as it came."""
        if isinstance(one, Translated):
            own = _own(one, zones)
            if not isinstance(own.what, RefusedMessage):
                return own
            one = Refused(own.what.reason, own.what.detail)
        return Classified(refused_whole(topic, payload, arrived_ns, one))


def _own(one: Translated, zones: Zones) -> Classified:
    return classify(one.topic, one.payload, retained=False, arrived_ns=one.arrived_ns, zones=zones)
