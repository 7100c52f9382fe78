"""Which kind of front a gateway has, by ``gateway.processes``."""

import os
from contextlib import suppress
from typing import Protocol, TextIO

from gateway.config import Settings
from gateway.front.front import Events, Front
from gateway.front.near import NearFront
from gateway.front.process import FarFront
from gateway.metrics import Metrics
from sensors.clock import Clock


class StartingFront(Protocol):
    """One that gets ready by itself until it is opened."""

    def open(self, counters: Metrics, events: Events) -> Front:
        """The front, with its journal open.

        Raises:
            JournalError: it cannot be opened.

        """

    def close(self) -> None:
        """Let go of all, once nobody reads the journal any more."""


def start_front(
    settings: Settings, clock: Clock, venues: frozenset[str] | None, lock: TextIO
) -> StartingFront:
    """A process of its own where it can run beside this one, unless the settings say otherwise.

    ``lock`` is held by all processes of the gateway.
    """
    asked = settings.gateway.processes
    if asked == 2 or (asked == "auto" and _cores() > 1):
        return FarFront(settings.broker, settings.directory, venues, clock, held=[lock.fileno()])
    return _NotStarted(settings, clock, venues)


class _NotStarted:
    """One in this process, which has nothing to do before."""

    def __init__(self, settings: Settings, clock: Clock, venues: frozenset[str] | None) -> None:
        self._settings = settings
        self._clock = clock
        self._venues = venues
        self._front: Front | None = None

    def open(self, counters: Metrics, events: Events) -> Front:
        self._front = NearFront(
            self._settings.broker, self._settings.directory, self._venues, self._clock,
            counters, events,
        )  # fmt: skip
        return self._front

    def close(self) -> None:
        if self._front is not None:
            self._front.close()


def _cores() -> int:
    """How many this process may use."""
    with suppress(AttributeError):  # not every system can say
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
