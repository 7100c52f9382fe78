"""What devices sent beyond their share: counted, and said once for as long as it lasts."""

import logging
import time
from collections.abc import Callable
from typing import Final

from gateway.metrics import OVER_SHARE, REFUSED, Metrics
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
        self._last_at_s: dict[str, float] = {}

    def note(self, label: str) -> Refused | None:
        """Count one message of a device; what is to be kept of it for a person, where it is the first."""
        self._counters.add(OVER_SHARE, label)
        is_known = label in self._last_at_s
        self._last_at_s[label] = self._monotonic()
        if is_known:
            self._counters.add(REFUSED, Reason.OVER_SHARE.value)
            return None
        log.warning(
            "device %s sends over %g messages a second: what is beyond that is left out and counted",
            label, self._per_s,
        )  # fmt: skip
        return Refused(
            Reason.OVER_SHARE,
            f"over {self._per_s:g} a second for a minute; those behind this one are counted alone",
        )

    def tick(self) -> None:
        """Say who has kept to its share for a while."""
        if not self._last_at_s:
            return
        before_s = self._monotonic() - QUIET_S
        for label in [one for one, at_s in self._last_at_s.items() if at_s < before_s]:
            del self._last_at_s[label]
            log.warning("device %s keeps to its share again", label)
