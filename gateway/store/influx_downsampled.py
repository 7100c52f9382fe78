"""A room's history out of InfluxDB, and what of it is down-sampled there: measurements with the fields
``{field}_n``, ``{field}_sum``, ``{field}_min`` and ``{field}_max``, written by us as readings are.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from gateway.store.downsampling import DONE, MARKS, SAMPLED, UNDONE, table
from gateway.store.forgetting.days import Minute
from gateway.store.influxql import ALWAYS, Query, identifier, of_room, parts, series_query, span_of
from gateway.store.interface import STORED, Measurement, RoomDay, SeriesField
from gateway.store.line_protocol import tags
from gateway.store.spans import DAY_NS, GRAIN_NS, Grain, Part, Spans, Stretch, stretches
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

Row = dict[str, Any]

_KINDS: Final[tuple[Measurement, ...]] = tuple(kind for kind in STORED if SAMPLED[kind])

DAYS_AT_ONCE: Final = 32
"""A question about so many days of a room is answered within a second on a small machine."""


class Downsampled:
    """``ask`` answers a query, ``send`` writes lines and says whether they were taken. Whoever marks
    or down-samples sees to it that nothing is written meanwhile.
    """

    def __init__(
        self, ask: Callable[[Query], list[Row]], send: Callable[[Sequence[str]], bool]
    ) -> None:
        self._ask = ask
        self._send = send
        self._marked: set[RoomDay] = set()

    def parts_of(
        self,
        source: Measurement,
        fields: Sequence[SeriesField],
        venue: VenueSlug,
        room: RoomSlug,
        spans: Spans,
    ) -> Iterator[Part]:
        """What a room's devices measured in each span, of everything that is held.

        Raises:
            QueryFailed: the server would not or could not answer.

        """
        read = list(stretches(spans, self._done(source, venue, room, spans)))
        for stretch in read:
            query = (
                series_query(source, fields, venue, room, spans, stretch, counted=len(read) > 1)
                if stretch.grain is None
                else _grain_query(source, fields, (venue, room), spans, (stretch.grain, stretch))
            )
            yield from parts(self._ask(query), fields, spans)

    def _done(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug, spans: Spans
    ) -> Collection[int]:
        if spans.grain is None or not spans.count:
            return ()
        where, params = of_room(venue, room)
        first, last = spans.from_ns // DAY_NS * DAY_NS, spans.to_ns
        query = Query(
            f'SELECT "fields" FROM {identifier(MARKS)} WHERE {where} AND "kind" = $kind'  # noqa: S608 - values are bound
            f' AND ("fields" = $done OR "gone" = true) AND time >= {first} AND time < {last}',
            params | {"kind": kind, "done": DONE[kind]},
        )
        return {int(row["time"]) // DAY_NS for row in self._ask(query)}

    def mark_undone(self, days: Iterable[RoomDay]) -> None:
        """What these days were down-sampled to holds no more; said once until they are done again."""
        new = sorted(day for day in {*days} - self._marked if day.kind in _KINDS)
        if new:
            # Where it is refused, as beyond the retention, nothing was down-sampled either.
            self._send([mark(day, _fields(UNDONE)) for day in new])
            self._marked.update(new)

    def downsample(self, day: RoomDay) -> None:
        """Count a day anew; where the server does not take it, it stays undone. One whose rows were let
        go stays as it is.
        """
        if self._is_gone(day):
            return
        lines = [line for grain in GRAIN_NS for line in self._counted(day, grain)]
        if (not lines or self._send(lines)) and self._send([mark(day, _fields(DONE[day.kind]))]):
            self._marked.discard(day)

    def _counted(self, day: RoomDay, grain: Grain) -> Iterator[str]:
        for row in self._ask(_count_query(day, grain)):
            one = minute_of(row, SAMPLED[day.kind])
            if one.values:
                yield line_of(day, grain, one)

    def _is_gone(self, day: RoomDay) -> bool:
        where, params = of_room(day.venue, day.room)
        query = Query(
            f'SELECT "gone" FROM {identifier(MARKS)} WHERE {where} AND "kind" = $kind'  # noqa: S608 - values are bound
            f" AND time = {day.day * DAY_NS}",
            params | {"kind": day.kind},
        )
        return any(row.get("gone") for row in self._ask(query))

    def undone(self, venue: VenueSlug, before_ns: int) -> Iterator[RoomDay]:
        """The days that ended by ``before_ns``, hold rows and have no mark that says they are done."""
        behind = max(before_ns // DAY_NS, 0)
        for kind in _KINDS:
            params: dict[str, str] = {"venue": venue, "kind": kind, "no": UNDONE}
            marks = f'FROM {identifier(MARKS)} WHERE "venue" = $venue AND "kind" = $kind'
            newest = {
                row["room"]: int(row["time"]) // DAY_NS
                for row in self._ask(
                    Query(
                        f'SELECT last("fields") {marks} AND "fields" != $no GROUP BY "room"', params
                    )
                )
            }
            not_as_now = Query(
                f'SELECT "fields", "gone" {marks} AND "fields" != $done GROUP BY "room"',
                params | {"done": DONE[kind]},
            )
            marked = {
                (row["room"], int(row["time"]) // DAY_NS): row.get("gone")
                for row in self._ask(not_as_now)
            }
            found = set(marked)
            # The oldest is counted first: each that is older than the newest has a mark, or no rows.
            found.update(self._held(kind, venue, newest, behind))
            yield from (
                RoomDay(kind, venue, RoomSlug(room), day)
                for room, day in sorted(found)
                if 0 <= day < behind and not marked.get((room, day))
            )

    def _held(
        self, kind: Measurement, venue: VenueSlug, newest: Mapping[str, int], behind: int
    ) -> Iterator[tuple[str, int]]:
        """The days of each room that hold rows and are younger than its ``newest`` that is done."""
        last = self.ends("last", kind, venue)
        unbegun = last.keys() - newest.keys()
        first = self.ends("first", kind, venue) if unbegun else {}
        for room, day in last.items():
            begun = newest[room] + 1 if room in newest else first[room]
            yield from self.days(kind, (venue, RoomSlug(room)), max(begun, 0), min(behind, day + 1))

    def ends(self, which: str, kind: Measurement, venue: VenueSlug) -> dict[str, int]:
        """The first or last day of each room; the server finds it without reading what is between."""
        query = Query(
            f"SELECT {which}({identifier(ALWAYS[kind])}) FROM {identifier(kind)}"  # noqa: S608 - values are bound
            f' WHERE "venue" = $venue GROUP BY "room"',
            {"venue": venue},
        )
        return {row["room"]: int(row["time"]) // DAY_NS for row in self._ask(query)}

    def days(
        self, kind: Measurement, of: tuple[VenueSlug, RoomSlug], from_day: int, to_day: int
    ) -> Iterator[tuple[str, int]]:
        """The days of a room that hold rows, asked for a month at a time."""
        for begun in range(from_day, to_day, DAYS_AT_ONCE):
            yield from self._days(kind, of, begun, min(begun + DAYS_AT_ONCE, to_day))

    def _days(
        self, kind: Measurement, of: tuple[VenueSlug, RoomSlug], from_day: int, to_day: int
    ) -> Iterator[tuple[str, int]]:
        """Those that hold rows."""
        where, params = of_room(*of)
        query = Query(
            f'SELECT count({identifier(ALWAYS[kind])}) AS "n" FROM {identifier(kind)} WHERE {where}'  # noqa: S608 - values are bound
            f" AND time >= {from_day * DAY_NS} AND time < {to_day * DAY_NS}"
            f" GROUP BY time(1d) fill(none)",
            params,
        )
        for row in self._ask(query):
            if row["n"]:
                yield of[1], int(row["time"]) // DAY_NS


def mark(day: RoomDay, fields: str) -> str:
    """The line that is the mark of a day, with these of its fields."""
    return f"{MARKS},kind={day.kind},{tags(None, day.room, day.venue)} {fields} {day.day * DAY_NS}"


def _fields(names: str) -> str:
    return f'fields="{names}"'


def line_of(day: RoomDay, grain: Grain, one: Minute) -> str:
    """The line of what is down-sampled."""
    device = None if day.kind == "room" else DeviceSlug(one.device)
    values = ",".join(
        f"{field}_n={count}i,{field}_sum={total!r},{field}_min={least!r},{field}_max={greatest!r}"
        for field, (count, total, least, greatest) in one.values.items()
    )
    return f"{table(day.kind, grain)},{tags(device, day.room, day.venue)} {values} {one.at_ns}"


def minute_of(row: Row, fields: Sequence[str]) -> Minute:
    """What a row of an answer says is down-sampled."""
    values = {
        field: (
            int(row[f"{field}_n"]),
            float(row[f"{field}_sum"]),
            float(row[f"{field}_min"]),
            float(row[f"{field}_max"]),
        )
        for field in fields
        if row.get(f"{field}_n")
    }
    return Minute(int(row["time"]), row.get("device") or "", values)


def _count_query(day: RoomDay, grain: Grain) -> Query:
    """How many, the sum, the least and the greatest of each field in a day's minutes (or longer)."""
    measured = ", ".join(
        f"{of}({identifier(field)}) AS {identifier(f'{field}_{name}')}"
        for field in SAMPLED[day.kind]
        for of, name in (("count", "n"), ("sum", "sum"), ("min", "min"), ("max", "max"))
    )
    where, params = of_room(day.venue, day.room)
    by_device = "" if day.kind == "room" else ', "device"'
    from_ns = day.day * DAY_NS
    return Query(
        f"SELECT {measured} FROM {identifier(day.kind)} WHERE {where}"  # noqa: S608 - values are bound
        f" AND time >= {from_ns} AND time < {from_ns + DAY_NS}"
        f" GROUP BY time({GRAIN_NS[grain]}ns){by_device} fill(none)",
        params,
    )


def _grain_query(
    kind: Measurement,
    fields: Sequence[SeriesField],
    of: tuple[VenueSlug, RoomSlug],
    spans: Spans,
    read: tuple[Grain, Stretch],
) -> Query:
    """The sums of what is down-sampled, in each span of a stretch, for each device apart."""
    grain, stretch = read
    measured = ", ".join(
        f"{made}({identifier(f'{field}_{name}')}) AS {identifier(f'{field}_{name}')}"
        for field in fields
        for made, name in (("sum", "n"), ("sum", "sum"), ("min", "min"), ("max", "max"))
    )
    where, params = of_room(*of)
    by_device = "" if kind == "room" else ', "device"'
    return Query(
        f"SELECT {measured} FROM {identifier(table(kind, grain))} WHERE {where}"  # noqa: S608 - values are bound
        f" AND time >= {stretch.from_ns} AND time < {stretch.to_ns}"
        f" GROUP BY {span_of(spans)}{by_device} fill(none)",
        params,
    )
