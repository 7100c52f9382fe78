"""The store as pages read it: none waits longer for it than a moment, whatever it does.

A read that takes longer goes on in a thread of its own; until it has ended the store counts as away,
so that a store that hangs costs one visitor the moment and holds no more than a few threads. The API
waits as long as the store's own time-outs let it: a program asks for much, and has time.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Any, Final, TypeVar

from flask import g, has_request_context, request

from dashboard.web.problem import wants_problem
from gateway.store.by_venue.store import StoreByVenue
from gateway.store.forgetting.days import Days
from gateway.store.interface import (
    Measurement,
    Placed,
    Rejected,
    RoomDay,
    RoomSample,
    Series,
    SeriesField,
    Store,
    StoreUnavailable,
)
from sensors.wire.topic import RoomSlug, VenueSlug

PAGE_WAIT_S = 2.0
"""How long a page waits for the store in all, of wall time."""
CHUNK: Final = 2_000

Found = TypeVar("Found")


class QuickStore:
    """A ``Store`` before another one, which whoever opened it closes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._late: set[Future[Any]] = set()

    @property
    def days(self) -> Days:
        return self._store.days

    def write(self, rows: Sequence[Placed | RoomSample]) -> tuple[Rejected, ...]:
        return self._store.write(rows)

    def series(
        self,
        venue: VenueSlug,
        room: RoomSlug,
        fields: Sequence[SeriesField],
        from_ns: int,
        to_ns: int,
        points: int,
    ) -> Series:
        return self._quick(lambda: self._store.series(venue, room, fields, from_ns, to_ns, points))

    def rows(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
    ) -> Iterator[Placed | RoomSample]:
        return self._chunks(
            self._quick(lambda: self._store.rows(kind, venue, room, from_ns, to_ns))
        )

    def count(self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None = None) -> int:
        return self._quick(lambda: self._store.count(kind, venue, room))

    def undone(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return self._store.undone(venue, before_ns)

    def downsample(self, day: RoomDay) -> None:
        self._store.downsample(day)

    def remove(self, venue: VenueSlug) -> bool:
        return self._store.remove(venue)

    def check(self) -> str:
        return self._quick(self._store.check)

    def close(self) -> None:
        self._store.close()

    def _chunks(self, rows: Iterator[Placed | RoomSample]) -> Iterator[Placed | RoomSample]:
        while chunk := self._quick(lambda: list(islice(rows, CHUNK))):
            yield from chunk

    def _quick(self, ask: Callable[[], Found]) -> Found:
        """What the store answers, in the time that is left to a page.

        Raises:
            StoreUnavailable: it takes longer, or still has not answered somebody else.

        """
        if not has_request_context() or wants_problem(request.path):
            return ask()
        with self._lock:
            if self._late:
                raise StoreUnavailable("the store has not answered an earlier question yet")
        began_s = time.monotonic()
        left_s = PAGE_WAIT_S - g.get("waited_for_store_s", 0.0)
        answer = _asked(ask)
        try:
            return answer.result(max(0.0, left_s))
        except TimeoutError as error:
            if answer.done():  # at the last moment, or the time-out is the store's own
                return answer.result()
            self._remember(answer)
            raise StoreUnavailable(
                f"the store did not answer a page within {PAGE_WAIT_S:g} s"
            ) from error
        finally:
            waited_s = g.get("waited_for_store_s", 0.0) + time.monotonic() - began_s
            g.waited_for_store_s = waited_s

    def _remember(self, answer: Future[Any]) -> None:
        with self._lock:
            self._late.add(answer)
        answer.add_done_callback(self._forget)

    def _forget(self, answer: Future[Any]) -> None:
        with self._lock:
            self._late.discard(answer)


def quick(store: Store) -> Store:
    """The store as pages read it; of several stores each on its own, so that one that hangs is none of
    another's venues.
    """
    return store.each(QuickStore) if isinstance(store, StoreByVenue) else QuickStore(store)


def _asked(ask: Callable[[], Found]) -> Future[Found]:
    """Ask in a thread of its own, that no end of the process waits for."""
    answer: Future[Found] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001 - it is whoever waits that handles it
            answer.set_exception(error)

    threading.Thread(target=run, name="store", daemon=True).start()
    return answer
