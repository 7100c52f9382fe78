"""Reading rows of InfluxDB back as they were written: the queries in InfluxQL, and the answers."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gateway.store.influxql import Query, identifier, of_room
from gateway.store.interface import STORED, Measurement, Placed, RoomSample
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

PAGE = 5_000

_ARRIVAL = ("arrived_ms", "ts_given")


def _types(kind: Measurement) -> dict[str, type]:
    fields: dict[str, type] = {field.name: field.type for field in STORED[kind]}
    return fields if kind == "room" else fields | {"seq": int}


_TYPES: dict[Measurement, dict[str, type]] = {kind: _types(kind) for kind in STORED}
_FIELDS: dict[Measurement, tuple[str, ...]] = {
    kind: tuple(types) if kind == "room" else (*types, *_ARRIVAL) for kind, types in _TYPES.items()
}
_NEEDED: dict[Measurement, str] = {"air": "co2_ppm", "people": "arrived_ms", "room": "level"}


Ask = Callable[[Query], list[dict[str, Any]]]


def rows(
    ask: Ask, kind: Measurement, of: tuple[VenueSlug, RoomSlug | None], span: tuple[int, int]
) -> Iterator[Placed | RoomSample]:
    """Everything held of a venue or a room of it, a page at a time."""
    venue, room = of
    rooms = _rooms(ask, kind, venue) if room is None else [room]
    return (row for name in rooms for row in _pages(ask, kind, (venue, name), span))


def _rooms(ask: Ask, kind: Measurement, venue: VenueSlug) -> Iterator[RoomSlug]:
    found = ask(rooms_query(kind, venue))
    yield from sorted({RoomSlug(row["value"]) for row in found})


def _pages(
    ask: Ask, kind: Measurement, of: tuple[VenueSlug, RoomSlug], span: tuple[int, int]
) -> Iterator[Placed | RoomSample]:
    from_ns, to_ns = span
    limit = PAGE
    while True:
        page = sorted(ask(page_query(kind, *of, (from_ns, to_ns), limit)), key=place)
        if len(page) < limit:
            yield from rows_of(kind, *of, page)
            return
        # Of the last moment there may be more: it is asked again as the first of the next page.
        last_ns = place(page[-1])[0]
        whole = [row for row in page if place(row)[0] < last_ns]
        if not whole:
            limit *= 2
            continue
        yield from rows_of(kind, *of, whole)
        from_ns, limit = last_ns, PAGE


def rooms_query(kind: Measurement, venue: VenueSlug) -> Query:
    """Answers a row with ``value`` for each room of a venue."""
    return Query(
        f'SHOW TAG VALUES FROM {identifier(kind)} WITH KEY = "room" WHERE "venue" = $venue',
        {"venue": venue},
    )


def page_query(
    kind: Measurement, venue: VenueSlug, room: RoomSlug, span: tuple[int, int], limit: int
) -> Query:
    """The first rows of a room in a span of time."""
    where, params = of_room(venue, room)
    device = "" if kind == "room" else ', "device"'
    fields = ", ".join(identifier(field) for field in _FIELDS[kind])
    return Query(
        f"SELECT {fields}{device} FROM {identifier(kind)} WHERE {where}"  # noqa: S608 - values are bound
        f" AND time >= {span[0]} AND time < {span[1]} ORDER BY time LIMIT {limit}",
        params,
    )


def place(answer: dict[str, Any]) -> tuple[int, DeviceSlug]:
    """Where a row of the answer stands among those of its room."""
    return int(answer["time"]), DeviceSlug(answer.get("device") or "")


def rows_of(
    kind: Measurement, venue: VenueSlug, room: RoomSlug, answers: Iterable[dict[str, Any]]
) -> Iterator[Placed | RoomSample]:
    """The rows that an answer to ``page_query`` shows; points that somebody else wrote there without
    what every row of ours has are left out.
    """
    for answer in answers:
        if answer.get(_NEEDED[kind]) is not None:
            yield _row(kind, venue, room, answer)


def _row(
    kind: Measurement, venue: VenueSlug, room: RoomSlug, answer: dict[str, Any]
) -> Placed | RoomSample:
    at_ns, device = place(answer)
    # JSON writes whole floats as integers.
    values: dict[str, Any] = {
        name: None if (said := answer.get(name)) is None else held(said)
        for name, held in _TYPES[kind].items()
    }
    if kind == "room":
        return RoomSample(venue, room, at_ns, **values)
    build = AirReading if kind == "air" else PeopleReading
    arrived_ns = int(answer.get("arrived_ms") or at_ns // 1_000_000) * 1_000_000
    ts_given = bool(answer.get("ts_given"))
    return Placed(room, build(venue, device, at_ns, arrived_ns, ts_given, **values))
