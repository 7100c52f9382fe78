"""How a meeting repeats, in a request."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.web.problem import Mistake, Problem
from gateway.domain.calendar.repeat import (
    MOST,
    CannotRepeat,
    Every,
    Repeat,
    occurrences,
)
from gateway.domain.meeting import Meeting
from gateway.registry.rooms import find_venue
from sensors.time_zone import zone_or_utc
from sensors.wire.topic import VenueSlug

_EXPECTED = {
    "endless": "expected until or count, one of the two",
    "too_many": f"expected at most {MOST} occurrences, four years ahead at most",
    "none": "expected a day that is not left out",
}


class RepeatBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every ``interval`` weeks on the weekday of its start, or months on its weekday of the month (the
    second Tuesday; a fifth is the last), by the clock of the venue. Up to and including the day
    ``until``, or ``count`` times; ``without`` are days that are left out, which count.
    """

    every: Every
    interval: Annotated[int, Meta(ge=1, le=52)] = 1
    until: date | None = None
    count: Annotated[int, Meta(ge=1, le=MOST)] | None = None
    without: Annotated[tuple[date, ...], Meta(max_length=MOST)] = ()


def all_of(conn: Connection, meeting: Meeting, body: RepeatBody | None) -> tuple[Meeting, ...]:
    """A meeting as often as it is to be held; the first of them keeps its id.

    Raises:
        Problem: 422, it cannot be held so.

    """
    if body is None:
        return (meeting,)
    repeat = Repeat(body.every, body.interval, body.until, body.count, frozenset(body.without))
    try:
        return occurrences(
            meeting, repeat, str(uuid4()), _ids(meeting.id), zone_of(conn, meeting.venue)
        )
    except CannotRepeat as error:
        expected = _EXPECTED[error.reason]
        raise Problem(422, f"repeat: {expected}", [Mistake("/repeat", expected)]) from error


def zone_of(conn: Connection, venue: VenueSlug) -> ZoneInfo:
    """The zone of a venue's clock; UTC of one that is not there."""
    found = find_venue(conn, venue)
    return zone_or_utc("UTC" if found is None else found.timezone)


def _ids(first: str) -> Iterator[str]:
    yield first
    while True:
        yield str(uuid4())
