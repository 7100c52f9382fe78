"""The front in a process of its own, so that no estimate delays an acknowledgement.

It ends with its parent, however that ends: it hears that nobody holds the other end any more. Signals
are its parent's business, which stops its parts in order. What is held open for it (the lock of the
data directory) stays so until both have ended.
"""

import logging
import mmap
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final, Self

from gateway.config import USUAL_JOURNAL, USUAL_SHARE_PER_S, JournalSettings
from gateway.front.channel import Channel
from gateway.front.far_journal import FarJournal
from gateway.front.far_session import FarSession
from gateway.front.front import JOURNAL, Events
from gateway.front.wire import (
    Answered,
    Committed,
    Counted,
    Down,
    Ended,
    Failed,
    Open,
    Opened,
    Order,
    Part,
    Refused,
    Report,
    Run,
    Stop,
    Subscribed,
    Up,
    Use,
    UseSources,
    decode_reports,
    encode,
)
from gateway.journal.placements import Placements
from gateway.journal.progress import SIZE, Progress
from gateway.journal.reader import JournalError
from gateway.metrics import Metrics
from gateway.mqtt.connection import Outgoing
from gateway.process.threads import Work
from sensors.adapters.source import Source
from sensors.clock import Clock
from sensors.config import BrokerSettings

log = logging.getLogger(__name__)

STOPPED_BY: Final = (signal.SIGTERM, signal.SIGINT)
LOOK_S: Final = 0.25
END_S: Final = 1.0


class FrontDied(Exception):
    """A part of the front ended; the message says why, in its own words."""


class FarFront:
    """``open`` once, then as of ``Front``."""

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        venues: frozenset[str] | None,
        clock: Clock,
        held: Sequence[int] = (),
        kept: JournalSettings = USUAL_JOURNAL,
        *,
        is_leased: bool = False,
        share_per_s: float = USUAL_SHARE_PER_S,
    ) -> None:
        """Start the process; ``held`` are files that it is to hold as well, ``kept`` the settings of its
        journal, ``is_leased`` and ``share_per_s`` as of ``Sessions``.
        """
        ours, theirs = socket.socketpair()
        with theirs, _shared_file() as shared:
            self._memory = mmap.mmap(shared.fileno(), SIZE)
            numbers = (theirs.fileno(), shared.fileno())
            self._process = _started(numbers, (*numbers, *held))
        self._channel: Channel[Order, Report] = Channel(ours, encode, decode_reports)
        self._progress = Progress(memoryview(self._memory))
        self._position: int | None = None
        self._failure: str | None = None
        self._why: dict[Part, str | None] = {}
        self._is_lost = False
        self._changed = threading.Condition()
        say, soon = self._channel.say, self._channel.say_soon
        self._session = FarSession(soon)
        self.journal = FarJournal(
            directory / JOURNAL, self._progress, say, soon, self._ask,
            says_stored=kept.acknowledge == "stored",
        )  # fmt: skip
        self._listener = threading.Thread(target=self._listen, name="front", daemon=True)
        level = logging.getLogger().getEffectiveLevel()
        self._channel.say(
            Open(str(directory), broker, venues, clock, kept, is_leased, share_per_s, level)
        )

    def open(self, counters: Metrics, events: Events) -> Self:
        """Wait for the journal.

        Raises:
            JournalError: it cannot be opened.

        """
        self._counters = counters
        self._events = events
        self._listener.start()
        self.journal.opened(self._answer())
        return self

    @property
    def commit(self) -> Work:
        return lambda stop: self._run("journal", stop, self.journal.stop)

    @property
    def subscribe(self) -> Work:
        return lambda stop: self._run("subscriber", stop, lambda: None)

    def use(self, placements: Placements) -> None:
        zones = {venue: str(zone) for venue, zone in placements.zones.items()}
        self._channel.say(Use(placements.spans, zones))

    def use_sources(self, sources: Sequence[Source]) -> None:
        self._channel.say(UseSources(list(sources)))

    def publish(self, message: Outgoing) -> bool:
        return self._session.publish(message)

    def send(self) -> None:
        self._channel.send()

    def close(self) -> None:
        """End the process, which has nothing left to do once its parts have ended."""
        self._channel.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._listener.ident is not None:
            self._listener.join()
        self.journal.close()
        self._progress.release()
        self._memory.close()

    def _run(self, part: Part, stop: threading.Event, before: Callable[[], None]) -> None:
        """Have a part run there until ``stop``, ``before`` which it is told to end something is done here.

        Raises:
            FrontDied: it ended by itself.

        """
        self._channel.say(Run(part))
        while not stop.wait(LOOK_S):
            self._raise_if_ended(part)
        before()
        self._channel.say(Stop(part))
        with self._changed:
            self._changed.wait_for(lambda: part in self._why or self._is_lost)

    def _raise_if_ended(self, part: Part) -> None:
        with self._changed:
            if part in self._why:
                raise FrontDied(self._why[part] or "it ended")
            if not self._is_lost:
                return
        raise FrontDied(self._last_words())

    def _last_words(self) -> str:
        try:
            status = self._process.wait(END_S)
        except subprocess.TimeoutExpired:  # it hangs, or we cannot hear it any more
            self._process.kill()
            status = self._process.wait()
        if status >= 0:
            return f"its process ended with status {status}"
        return f"its process was ended by {signal.Signals(-status).name}"

    def _ask(self, order: Order) -> int:
        self._position = None
        self._channel.say(order)
        return self._answer()

    def _answer(self) -> int:
        with self._changed:
            self._changed.wait_for(
                lambda: self._position is not None or self._failure is not None or self._is_lost
            )
            if self._position is not None:
                return self._position
        raise JournalError(self._failure or f"journal: {self._last_words()}")

    def _listen(self) -> None:
        try:
            while (reports := self._channel.receive()) is not None:
                for report in reports:
                    self._hear(report)
        except Exception:  # a mistake of ours ends the gateway, as that of any thread does
            log.exception("front died")
        self._session.down()
        with self._changed:
            self._is_lost = True
            self._changed.notify_all()

    def _hear(self, report: Report) -> None:
        match report:
            case Committed():
                self.journal.committed()
            case Answered(number, taken):
                self._session.answered(number, taken=taken)
            case Counted(more):
                self._counters.add_all({(name, label): by for name, label, by in more})
            case Up():
                self._session.up()
                self._events.up()
            case Down():
                self._session.down()
                self._events.down()
            case Subscribed():
                self._events.subscribed()
            case Refused(packet, code):
                self._events.refused(packet, code)
            case Opened() | Failed() | Ended():
                with self._changed:
                    self._note(report)
                    self._changed.notify_all()

    def _note(self, report: Opened | Failed | Ended) -> None:
        match report:
            case Opened(position):
                self._position = position
            case Failed(why):
                self._failure = why
            case Ended(part, why):
                self._why[part] = why


def _shared_file() -> IO[bytes]:
    """Memory that two processes see, as long as one of them does."""
    if hasattr(os, "memfd_create"):
        found: IO[bytes] = os.fdopen(os.memfd_create("luchtig-front"), "r+b")
    else:  # a file without a name does as well
        found = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    found.truncate(SIZE)
    return found


def _started(numbers: Sequence[int], held: Sequence[int]) -> "subprocess.Popen[bytes]":
    """The process. What stops the gateway comes to all of its group, and is not for this one: it is
    kept from it until it says so itself.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPED_BY)
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "gateway.front", *map(str, numbers)],
            stdin=subprocess.DEVNULL, pass_fds=held,
        )  # fmt: skip
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
