"""What goes away and comes back: said once each time, tried again later each time."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

STEADIES_AFTER: Final = 30
"""So many failures double the wait no more: it would be years by then."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """Twice as long after each failure, up to a limit."""

    first_s: float = 0.5
    most_s: float = 10.0

    def even_s(self, failures: int) -> float:
        """The wait after so many failures in a row."""
        return min(self.most_s, self.first_s * 2.0 ** min(failures - 1, STEADIES_AFTER))

    def wait_s(self, failures: int) -> float:
        """The same, up to a fifth more or less: what failed together does not come back
        together.
        """
        return self.even_s(failures) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


USUAL: Final = BackOff()


class Outage:
    """Says in a log that something is away, once for each reason, and once that it is back.

    Whoever shares one between threads holds a lock.
    """

    def __init__(
        self,
        log: logging.Logger,
        what: str,
        *,
        meanwhile: str = "trying again",
        back: str = "goes on",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``meanwhile`` and ``back`` are how the two lines end."""
        self._log = log
        self._what = what
        self._meanwhile = meanwhile
        self._back = back
        self._monotonic = monotonic
        self._began_at: float | None = None
        self._said: set[str] = set()

    @property
    def is_on(self) -> bool:
        """Whether it is away."""
        return self._began_at is not None

    def begins(self, why: str) -> None:
        """It is away, or still is; of ``why`` the first line is said."""
        if self._began_at is None:
            self._began_at = self._monotonic()
        reason = (why.splitlines() or [""])[0]
        if reason not in self._said:
            self._said.add(reason)
            self._log.error("%s: %s; %s", self._what, reason, self._meanwhile)

    def ends(self) -> None:
        """It is there; nothing is said where it was all along."""
        if self._began_at is not None:
            lasted_s = self._monotonic() - self._began_at
            self._began_at = None
            self._said.clear()
            self._log.warning("%s: %s after %.0f s", self._what, self._back, lasted_s)


class Stop(Protocol):
    """What ends a loop: a ``threading.Event``."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool: ...


def repeat(
    step: Callable[[], bool | None],
    every_s: float,
    retry_on: tuple[type[Exception], ...],
    stop: Stop,
    *,
    outage: Outage,
    back_off: BackOff = USUAL,
    pause: Callable[[float], object] | None = None,
    on_failure: Callable[[Exception], float] | None = None,
) -> None:
    """Take a step every ``every_s`` of wall time until ``stop``; what is of ``retry_on`` is waited
    for.

    A step that returns False found nothing to try, and ends no outage. ``pause`` waits between
    steps in place of ``stop``. ``on_failure`` is told of each failure and says how long to wait at
    least.

    Raises:
        Exception: whatever else a step raises, as it is.

    """
    pause = pause or stop.wait
    failures = 0
    while not stop.is_set():
        try:
            tried = step()
        except retry_on as error:
            failures += 1
            outage.begins(str(error))
            asked_s = 0.0 if on_failure is None else on_failure(error)
            stop.wait(max(back_off.wait_s(failures), asked_s))
            continue
        if tried is not False:
            failures = 0
            outage.ends()
        pause(every_s)
