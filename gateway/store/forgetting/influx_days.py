"""The days of an InfluxDB: see ``gateway.store.forgetting.days``.

The mark of a day has a second field, ``gone``: what comes late writes the first one alone.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from gateway.store.downsampling import DONE, MARKS, SAMPLED, table
from gateway.store.forgetting.days import Minute, folded
from gateway.store.influx_downsampled import Downsampled, line_of, mark, minute_of
from gateway.store.influxql import Query, delete_span, identifier, of_room
from gateway.store.interface import STORED, Measurement, RoomDay, StoreUnavailable
from gateway.store.spans import DAY_NS, GRAIN_NS, Grain
from sensors.wire.topic import RoomSlug, VenueSlug

Row = dict[str, Any]
_KINDS: Final[tuple[Measurement, ...]] = tuple(kind for kind in STORED if SAMPLED[kind])


class InfluxDays:
    """``ask`` answers a query, ``send`` writes lines and says whether they were taken, ``delete``
    carries out a ``delete_span``. Nothing is written while ``writing`` is held.
    """

    def __init__(
        self,
        ask: Callable[[Query], list[Row]],
        send: Callable[[Sequence[str]], bool],
        delete: Callable[[tuple[Query, bytes]], None],
        downsampled: Downsampled,
        writing: threading.Lock,
    ) -> None:
        self._ask = ask
        self._send = send
        self._delete = delete
        self._downsampled = downsampled
        self._writing = writing

    def expired(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return tuple(self._expired(venue, max(before_ns // DAY_NS, 0)))

    def _expired(self, venue: VenueSlug, behind: int) -> Iterator[RoomDay]:
        for kind in _KINDS:
            first = self._downsampled.ends("first", kind, venue)
            if not first:
                continue
            begun = max(min(first.values()), 0)
            may_go = {
                (day.room, day.day)
                for day, row in self._marks(venue, kind, begun, behind)
                if row.get("gone") or row.get("fields") == DONE[kind]
            }
            for room, day in sorted(first.items()):
                held = self._downsampled.days(kind, (venue, RoomSlug(room)), max(day, 0), behind)
                yield from (
                    RoomDay(kind, venue, RoomSlug(name), number)
                    for name, number in held
                    if (name, number) in may_go
                )

    def let_go(self, day: RoomDay) -> bool:
        with self._writing:
            found = [
                row for _, row in self._marks(day.venue, day.kind, day.day, day.day + 1, day.room)
            ]
            if not found:
                return False
            (row,) = found
            if not row.get("gone"):
                if row.get("fields") != DONE[day.kind]:
                    return False
                self._take([mark(day, "gone=true")])  # before, or it might be counted anew
            self._delete(delete_span(day.kind, day))
            return True

    def outlived(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        behind = max(before_ns // DAY_NS, 0)
        return tuple(
            sorted(day for kind in _KINDS for day, _ in self._marks(venue, kind, 0, behind))
        )

    def forget(self, day: RoomDay) -> None:
        with self._writing:
            for name in (day.kind, *(table(day.kind, grain) for grain in GRAIN_NS), MARKS):
                self._delete(delete_span(name, day))

    def let_gone(self, venue: VenueSlug) -> Sequence[RoomDay]:
        return tuple(
            sorted(
                day
                for kind in _KINDS
                for day, row in self._marks(venue, kind, 0, None)
                if row.get("gone")
            )
        )

    def any_gone(self, venue: VenueSlug, room: RoomSlug, from_ns: int, to_ns: int) -> bool:
        from_day, to_day = from_ns // DAY_NS, to_ns // DAY_NS + 1
        return any(
            row.get("gone")
            for kind in _KINDS
            for _, row in self._marks(venue, kind, from_day, to_day, room)
        )

    def held(self, day: RoomDay, grain: Grain = "minute") -> Sequence[Minute]:
        where, params = of_room(day.venue, day.room)
        from_ns = day.day * DAY_NS
        by_device = "" if day.kind == "room" else ' GROUP BY "device"'
        query = Query(
            f"SELECT * FROM {identifier(table(day.kind, grain))} WHERE {where}"  # noqa: S608 - values are bound
            f" AND time >= {from_ns} AND time < {from_ns + DAY_NS}{by_device}",
            params,
        )
        found = (minute_of(row, SAMPLED[day.kind]) for row in self._ask(query))
        return tuple(sorted(found, key=lambda one: (one.at_ns, one.device)))

    def put_back(self, day: RoomDay, minutes: Sequence[Minute]) -> None:
        with self._writing:
            for grain, span_ns in GRAIN_NS.items():
                lines = [line_of(day, grain, one) for one in folded(minutes, span_ns)]
                if lines:
                    self._take(lines)
            self._take([mark(day, f'fields="{DONE[day.kind]}",gone=true')])

    def _take(self, lines: Sequence[str]) -> None:
        if not self._send(lines):
            raise StoreUnavailable("InfluxDB refuses what is down-sampled: see its log")

    def _marks(
        self,
        venue: VenueSlug,
        kind: Measurement,
        from_day: int,
        to_day: int | None,
        room: RoomSlug | None = None,
    ) -> Iterator[tuple[RoomDay, Row]]:
        where, params = of_room(venue, room)
        until = "" if to_day is None else f" AND time < {to_day * DAY_NS}"
        query = Query(
            f'SELECT "fields", "gone" FROM {identifier(MARKS)} WHERE {where} AND "kind" = $kind'  # noqa: S608 - values are bound
            f' AND time >= {from_day * DAY_NS}{until} GROUP BY "room"',
            params | {"kind": kind},
        )
        for row in self._ask(query):
            number = int(row["time"]) // DAY_NS
            yield RoomDay(kind, venue, RoomSlug(row["room"]), number), row
