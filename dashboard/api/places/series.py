"""A room's history."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from dashboard.api.fields import Instant, Moment
from dashboard.api.places.rooms import no_room
from dashboard.api.route import Route
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from gateway.registry.rooms import find_room
from gateway.store.interface import SERIES_FIELDS, Series, SeriesField
from sensors.wire.instant import from_ns, to_ns, to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

SPAN = timedelta(hours=6)
LONGEST = timedelta(days=366 * 5)


class SeriesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """``fields`` are names with commas between; ``to`` is now where it is left out, ``from`` six
    hours before.
    """

    fields: str = "co2_ppm,people"
    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None
    points: Annotated[int, Meta(ge=1, le=2000)] = 500


class Band(msgspec.Struct, frozen=True):
    """What a field was in each span; null where there was no reading."""

    mean: tuple[float | None, ...]
    min: tuple[float | None, ...]
    max: tuple[float | None, ...]


SeriesAnswer = msgspec.defstruct(
    "SeriesAnswer",
    [
        ("at", tuple[Instant, ...]),
        *((field, Band | UnsetType, UNSET) for field in SERIES_FIELDS),
    ],
    namespace={
        "__doc__": "``at`` holds the beginning of each span; the fields asked for are as long."
    },
    module=__name__,
    frozen=True,
    kw_only=True,
)


def get_series(
    services: Services, venue: VenueSlug, room: RoomSlug, query: SeriesQuery
) -> msgspec.Struct:
    fields = _fields(query.fields)
    start, end = _span(query, services.clock.now())
    with services.database.read() as conn:
        if find_room(conn, venue, room) is None:
            raise no_room(venue, room)
    found = services.store.series(venue, room, fields, to_ns(start), to_ns(end), query.points)
    return SeriesAnswer(
        at=tuple(to_wire(from_ns(at_ns)) for at_ns in found.at_ns),
        **{field: _band(found, field) for field in fields},
    )


def _fields(text: str) -> tuple[SeriesField, ...]:
    wanted = [name.strip() for name in text.split(",")]
    if unknown := [name for name in wanted if name not in SERIES_FIELDS]:
        expected = f"expected some of {', '.join(SERIES_FIELDS)}"
        raise Problem(
            400, f"fields: {unknown[0]!r} is not known, {expected}", [Mistake("fields", expected)]
        )
    return tuple(field for field in SERIES_FIELDS if field in wanted)


def _span(query: SeriesQuery, now: datetime) -> tuple[datetime, datetime]:
    end = query.to or (now if query.from_ is None else max(now, query.from_ + SPAN))
    start = query.from_ or end - SPAN
    if not timedelta(0) < end - start <= LONGEST:
        expected = "expected a time before to, by five years at most"
        raise Problem(400, f"from: {expected}", [Mistake("from", expected)])
    return start, end


def _band(found: Series, field: SeriesField) -> Band:
    return Band(found.mean[field], found.min[field], found.max[field])


ROUTES = (
    Route(
        "GET",
        "/rooms/{venue}/{room}/series",
        get_series,
        "a room's history in spans of equal length",
        SeriesAnswer,
        query=SeriesQuery,
        problems=(404, 503),
    ),
)
