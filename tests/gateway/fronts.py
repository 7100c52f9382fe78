"""A front of either kind, with no broker to talk to, whose journal's thread runs."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from gateway.front.front import Events, Front
from gateway.front.near import NearFront
from gateway.front.process import FarFront
from gateway.metrics import Metrics
from sensors.clock import SYSTEM, Clock
from sensors.config import BrokerSettings

Kind = Literal["near", "far"]

NO_BROKER = BrokerSettings(url="mqtt://127.0.0.1:1")


class Heard:
    """What a front told."""

    def __init__(self) -> None:
        self.said: Counter[str] = Counter()
        self.events = Events(
            up=lambda: self._hear("up"),
            down=lambda: self._hear("down"),
            subscribed=lambda: self._hear("subscribed"),
            refused=lambda packet, code: self._hear(f"{packet} {code}"),
        )

    def _hear(self, what: str) -> None:
        self.said[what] += 1


def make_front(
    kind: Kind,
    directory: Path,
    *,
    broker: BrokerSettings = NO_BROKER,
    counters: Metrics | None = None,
    heard: Heard | None = None,
    clock: Clock = SYSTEM,
) -> Front:
    """One of that kind, opened.

    Raises:
        JournalError: its journal cannot be opened.

    """
    counters, events = counters or Metrics(), (heard or Heard()).events
    if kind == "near":
        return NearFront(broker, directory, None, clock, counters, events)
    front = FarFront(broker, directory, None, clock)
    try:
        front.open(counters, events)
    except BaseException:
        front.close()
        raise
    return front


@contextmanager
def running_front(
    kind: Kind,
    directory: Path,
    *,
    counters: Metrics | None = None,
    begin_after: int = 0,
) -> Iterator[Front]:
    """One whose journal's thread runs, and is stopped at the end."""
    front = make_front(kind, directory, counters=counters)
    front.journal.begin_after(begin_after)
    stop = threading.Event()
    thread = threading.Thread(target=front.commit, args=(stop,))
    thread.start()
    try:
        yield front
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()
        front.close()
