"""A journal with its committing thread, and readings to put into it."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.config import USUAL_JOURNAL, JournalSettings
from gateway.journal.journal import TAIL, Journal
from gateway.store.interface import Placed
from sensors.clock import SYSTEM, Clock
from sensors.wire.reading import AirReading, Kind
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

START_NS = 1_795_000_000_000_000_000
SECOND_NS = 1_000_000_000


def placed(
    second: int, *, device: DeviceSlug = DeviceSlug("co2-03"), ts_given: bool = True
) -> Placed:
    at_ns = START_NS + second * SECOND_NS
    reading = AirReading(VenueSlug("de-kade"), device, at_ns, at_ns, ts_given, 800.0 + second % 100)
    return Placed(RoomSlug("serre"), reading)


class Counted:
    """What a journal reported."""

    def __init__(self) -> None:
        self.duplicates: Counter[Kind] = Counter()
        self.errors = 0

    def duplicate(self, kind: Kind) -> None:
        self.duplicates[kind] += 1

    def error(self) -> None:
        self.errors += 1


@contextmanager
def running_journal(
    path: Path,
    clock: Clock = SYSTEM,
    counted: Counted | None = None,
    tail: int = TAIL,
    settings: JournalSettings = USUAL_JOURNAL,
) -> Iterator[Journal]:
    """A journal whose thread runs, and is stopped at the end."""
    counted = counted or Counted()
    journal = Journal(
        path, clock, on_duplicate=counted.duplicate, on_error=counted.error, tail=tail,
        settings=settings,
    )  # fmt: skip
    stop = threading.Event()
    thread = threading.Thread(target=journal.run, args=(stop,))
    thread.start()
    try:
        yield journal
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()
        journal.close()
