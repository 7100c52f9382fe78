"""The readings themselves, or what became of protocols, as CSV: of a meeting, a room or a venue,
streamed.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Literal

import msgspec
from flask import Response, stream_with_context

from dashboard.api.fields import Moment, RoomRef, VenueRef
from dashboard.api.route import Route
from dashboard.csv_rows import Selection, csv_chunks
from dashboard.report.protocol_rows import Teller, protocol_chunks
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import (
    access,
    demand,
    may,
    may_change,
    may_read_words,
    shown_name,
    too_small,
)
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.agenda.reports import find_record
from gateway.registry.protocols.spoken_of import find_spoken_of
from gateway.registry.rooms import find_room, find_venue
from gateway.reports.builder import decode_summary
from gateway.reports.gone import find_on_record, meetings_on_record
from gateway.store.interface import StoreError
from sensors.wire.instant import from_ns, to_ns

_log = logging.getLogger(__name__)

SPAN = timedelta(days=1)


class ExportQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Either ``meeting``, or a ``venue``, with or without one ``room`` of it. ``to`` is now where
    it is left out, ``from`` a day before. Of a meeting it is the time that its report looked at.
    With ``what=protocols`` it is a line for each item of the protocol of each meeting.
    """

    what: Literal["readings", "protocols"] = "readings"

    meeting: str | None = None
    venue: VenueRef | None = None
    room: RoomRef | None = None
    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None


def export_csv(services: Services, query: ExportQuery) -> Response:
    selection = _of_meeting(services, query) if query.meeting else _of_place(services, query)
    if query.what == "protocols":
        chunks = _protocols(services, query, selection)
    else:
        chunks = csv_chunks(services.store, selection)
    first = next(chunks)  # a store that is away is told as a problem, not as half a file
    answer = Response(chain([first], _rest(chunks)), content_type="text/csv; charset=utf-8")
    name = "-".join(filter(None, (selection.venue, selection.room)))
    day = from_ns(selection.from_ns).date()
    what = "" if query.what == "readings" else f"-{query.what}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}{what}.csv"'
    return answer


def _protocols(services: Services, query: ExportQuery, selection: Selection) -> Iterator[bytes]:
    with services.database.read() as conn:
        if query.meeting is not None:
            found = tuple(filter(None, (find_on_record(conn, query.meeting),)))
        else:
            start, end = from_ns(selection.from_ns), from_ns(selection.to_ns)
            found = meetings_on_record(conn, start, end, selection.venue, selection.room)
    teller = Teller(may_read_words, shown_name)
    chunks = protocol_chunks(services.database, found, services.clock.now(), teller)
    return stream_with_context(chunks)  # whoever asks may be told who said what to the last line


def _rest(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A store that goes away meanwhile breaks the transfer off: the file shows that it is not
    whole.
    """
    try:
        yield from chunks
    except StoreError as error:
        _log.warning("an export was broken off: %s", error)
        raise


def _of_meeting(services: Services, query: ExportQuery) -> Selection:
    if others := [name for name in ("venue", "room", "to") if getattr(query, name) is not None]:
        raise _wrong(others[0], "expected none beside meeting")
    with services.database.read() as conn:
        meeting = find_meeting(conn, query.meeting or "")
        record = find_record(conn, query.meeting or "")
        spoken_of = find_spoken_of(conn, query.meeting or "")
    own = meeting is not None and may_change(meeting)
    if record is not None and (own or may(Need.EXPORT, record.venue)):
        basis = decode_summary(record.summary).basis
        return Selection(record.venue, record.room, basis.from_ns, basis.to_ns)
    planned = meeting or (spoken_of if query.what == "protocols" else None)
    venue = record.venue if record is not None else planned and planned.venue
    if not venue or not access().reaches(venue):
        raise Problem(404, f"there is no meeting {query.meeting!r}")
    if planned is None or not (own or (meeting is None and may(Need.EXPORT, venue))):
        raise too_small(Need.EXPORT)
    return Selection(planned.venue, planned.room, to_ns(planned.start), to_ns(planned.end))


def _of_place(services: Services, query: ExportQuery) -> Selection:
    if query.venue is None:
        raise _wrong("venue", "expected a venue, or a meeting")
    demand(Need.EXPORT, query.venue)
    with services.database.read() as conn:
        if find_venue(conn, query.venue) is None:
            raise Problem(404, f"there is no venue {query.venue!r}")
        if query.room is not None and find_room(conn, query.venue, query.room) is None:
            raise Problem(404, f"there is no room {query.venue}/{query.room}")
    end = query.to or services.clock.now()
    start = query.from_ or end - SPAN
    if start >= end:
        raise _wrong("from", "expected a time before to")
    return Selection(query.venue, query.room, to_ns(start), to_ns(end))


def _wrong(name: str, expected: str) -> Problem:
    return Problem(400, f"{name}: {expected}", [Mistake(name, expected)])


ROUTES = (
    Route(
        "GET",
        "/export.csv",
        export_csv,
        "readings, or what became of protocols, as CSV of any length",
        media="text/csv",
        query=ExportQuery,
        problems=(404, 503),
    ),
)
