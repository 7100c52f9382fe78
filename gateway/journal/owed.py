"""Acknowledgements that may have to wait until the store has what they are for.

Those of one session of the broker's are given in the order in which its messages came, as MQTT wants it;
what one session waits for holds up no other.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from gateway.journal.deliveries import SESSIONS, WITH_THE_LAST, Delivery
from gateway.journal.entry import Entry, RefusedMessage
from gateway.store.by_venue.share import Share
from gateway.store.interface import Placed

Done = Callable[[], None]
HandedIn = tuple[Entry, Delivery | None, Done | None]
"""An entry, how the broker handed it over, and what acknowledges it."""

ALL: Final = Share.of_all()


class Owed:
    """``add`` is the committing thread's, ``stored`` may be called from any."""

    def __init__(self, stored: int) -> None:
        """``stored`` is the number of the entry up to which none waits."""
        self._begun_after = stored
        self._stored: dict[Share, int] = {}
        self._lock = threading.Lock()
        self._waiting: dict[int, deque[tuple[int, str | None, Done]]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def add(self, number: int, handed_in: Iterable[HandedIn]) -> None:
        """These are due once the store of each has everything up to an entry."""
        if number <= self._begun_after:
            for _, _, done in handed_in:
                if done is not None:
                    done()
            return
        session = 0
        with self._lock:
            for entry, delivery, done in handed_in:
                if delivery is not None and delivery is not WITH_THE_LAST:
                    session = delivery.session >> SESSIONS
                if done is not None:
                    waiting = self._waiting.setdefault(session, deque())
                    waiting.append((number, _venue_of(entry), done))
            self._give()

    def stored(self, number: int, share: Share = ALL) -> None:
        """The store that has these venues has everything of them up to that entry."""
        with self._lock:
            self._stored[share] = max(self._stored.get(share, 0), number)
            self._give()

    def _give(self) -> None:
        for session, waiting in list(self._waiting.items()):
            while waiting and self._is_due(waiting[0][0], waiting[0][1]):
                waiting.popleft()[2]()
            if not waiting:
                del self._waiting[session]

    def _is_due(self, number: int, venue: str | None) -> bool:
        """What is of no store is due once one of them has come so far."""
        if number <= self._begun_after:
            return True
        found = self._stored.items()
        return any(number <= upto for share, upto in found if venue is None or venue in share)


def _venue_of(entry: Entry) -> str | None:
    if isinstance(entry, RefusedMessage):
        return None
    return entry.reading.venue if isinstance(entry, Placed) else entry.venue
