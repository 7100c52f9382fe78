"""What devices sent beyond their share: counted, and said once for as long as it lasts."""

import logging
import time
from collections.abc import Callable
from typing import Final

from gateway.metrics import OVER_SHARE, REFUSED, Metrics
from gateway.outage import Outage
from sensors.wire.refusal import Reason, Refused

QUIET_S: Final = 120.0
"""Of wall time. One that keeps on has its share of each minute before it is over it again."""

log = logging.getLogger(__name__)


class LeftOut:
    """Of the subscriber's thread."""

    def __init__(
        self, counters: Metrics, per_s: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._counters = counters
        self._per_s = per_s
        self._monotonic = monotonic
        self._over: dict[str, tuple[Outage, float]] = {}

    def note(self, label: str) -> Refused | None:
        """Count one message of a device; what is to be kept of it for a person, where it is the first."""
        self._counters.add(OVER_SHARE, label)
        now_s = self._monotonic()
        known = self._over.get(label)
        outage = self._outage(label) if known is None else known[0]
        self._over[label] = (outage, now_s)
        if known is not None:
            self._counters.add(REFUSED, Reason.OVER_SHARE.value)
            return None
        outage.begins(f"sends over {self._per_s:g} messages a second")
        return Refused(
            Reason.OVER_SHARE,
            f"over {self._per_s:g} a second for a minute; those behind this one are counted alone",
        )

    def tick(self) -> None:
        """Say who has kept to its share for a while."""
        if not self._over:
            return
        before_s = self._monotonic() - QUIET_S
        for label in [one for one, (_, at_s) in self._over.items() if at_s < before_s]:
            self._over.pop(label)[0].ends()

    def _outage(self, label: str) -> Outage:
        return Outage(
            log, f"device {label}", meanwhile="what is beyond that is left out and counted",
            back="keeps to its share again", monotonic=self._monotonic,
        )  # fmt: skip
