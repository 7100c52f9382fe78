"""Which kind of front a gateway has, by ``gateway.processes``."""

import os
from contextlib import suppress
from typing import Protocol, TextIO

from gateway.config import Settings
from gateway.front.front import Events, Front
from gateway.front.near import NearFront
from gateway.front.process import FarFront
from gateway.journal.commit_pace import AT_ONCE_S, gathers
from gateway.metrics import Metrics
from sensors.clock import Clock
from sensors.config import ConfigError


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
    settings: Settings,
    clock: Clock,
    venues: frozenset[str] | None,
    lock: TextIO,
    *,
    is_leased: bool = False,
) -> StartingFront:
    """A process of its own where it can run beside this one, unless the settings say otherwise.

    One process where commits are rare: what is judged before it is on disk is in this one's memory.
    ``lock`` is held by all processes of the gateway; ``is_leased`` as of ``Sessions``.

    Raises:
        ConfigError: rare commits and two processes are asked for.

    """
    asked = settings.gateway.processes
    if gathers(settings.journal):
        if asked == 2:
            seldom = f"journal.commit_every_s = {settings.journal.commit_every_s:g}"
            raise ConfigError([f"{seldom}: needs gateway.processes = 1 (over {AT_ONCE_S:g} s)"])
    elif asked == 2 or (asked == "auto" and _cores() > 1):
        return FarFront(
            settings.broker, settings.directory, venues, clock,
            held=[lock.fileno()], kept=settings.journal, is_leased=is_leased,
            share_per_s=settings.gateway.device_messages_per_s,
        )  # fmt: skip
    return _NotStarted(settings, clock, venues, is_leased=is_leased)


class _NotStarted:
    """One in this process, which has nothing to do before."""

    def __init__(
        self, settings: Settings, clock: Clock, venues: frozenset[str] | None, *, is_leased: bool
    ) -> None:
        self._is_leased = is_leased
        self._settings = settings
        self._clock = clock
        self._venues = venues
        self._front: Front | None = None

    def open(self, counters: Metrics, events: Events) -> Front:
        self._front = NearFront(
            self._settings.broker, self._settings.directory, self._venues, self._clock,
            counters, events, kept=self._settings.journal, is_leased=self._is_leased,
            share_per_s=self._settings.gateway.device_messages_per_s,
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
