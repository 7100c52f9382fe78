"""A season from the records of its meetings, as the one document that page, file and signature share."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection

from gateway.domain.protocol.protocol import Protocol
from gateway.domain.protocol.verdict import Declaration, judge_protocol, measured_of
from gateway.domain.report.report import Report
from gateway.domain.season.line import Line, line_of
from gateway.domain.season.season import Season, make_season
from gateway.proof.canonical import Document
from gateway.registry.agenda.reports import Record, records_within
from gateway.registry.agenda.seasons import Shown, last_made, shown_as
from gateway.registry.database import Database
from gateway.registry.policies import policies_by_slug
from gateway.registry.protocols.of_meetings import begun_under, declarations_of
from gateway.registry.rooms import all_rooms, all_venues
from gateway.reports.builder import decode_summary
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.topic import VenueSlug

FORMAT: Final = "luchtig-season-1"
LONGEST: Final = timedelta(days=3700)
_MARGIN = timedelta(days=1)
"""A day somewhere in the world begins and ends so much beside that in UTC."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose season it is: a venue's, or that of all the ``venues`` of an organisation."""

    kind: Literal["venue", "organisation"]
    slug: str
    name: str
    venues: tuple[VenueSlug, ...]

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Made:
    """``document`` is to be signed; ``meetings`` are the ids of the worst, in their order: for a link,
    and in no document.
    """

    document: Document
    meetings: tuple[str, ...]


def make_document(database: Database, scope: Scope, from_: date, to: date, now: datetime) -> Made:
    """The season of a scope as it is now, with its version: one that differs from what was shown
    before is the next, and says what changed.

    Raises:
        DatabaseAway: the database is away.

    """
    with database.read() as conn:
        before = last_made(conn, scope.key, from_, to)
        records = tuple(_records(conn, scope.venues, from_, to))
        reports = {record.meeting: decode_summary(record.summary) for record in records}
        begun = _begun(conn, reports.values())
        lines = _lines(conn, records, reports, begun)
        moving = {slug for slug, one in policies_by_slug(conn).items() if one.above_outdoor}
        names = _names(conn, scope)
    season = make_season(lines, from_, to, moving)
    body = _body(season)
    revised = Counter(
        revision.why
        for record in records
        for revision in record.revisions
        if before is not None and revision.at > before
    )
    with database.write() as conn:
        shown = shown_as(conn, scope.key, (from_, to), body, revised, now)
    document = _document(scope, body, names, shown, now) | {"items": _items(body, begun)}
    return Made(document, _ids(season, lines))


def lines_of(
    conn: Connection, venues: Collection[VenueSlug], from_: date, to: date
) -> tuple[Line, ...]:
    """What a season of these venues takes of each of its meetings."""
    records = tuple(_records(conn, venues, from_, to))
    reports = {record.meeting: decode_summary(record.summary) for record in records}
    lines = _lines(conn, records, reports, _begun(conn, reports.values()))
    return tuple(line for line in lines if from_ <= line.day < to)


def _records(
    conn: Connection, venues: Collection[VenueSlug], from_: date, to: date
) -> Iterator[Record]:
    start, end = (datetime.combine(day, time(), UTC) for day in (from_, to))
    return records_within(conn, venues, to_ns(start - _MARGIN), to_ns(end + _MARGIN))


def _begun(conn: Connection, reports: Iterable[Report]) -> Mapping[str, Protocol]:
    return begun_under(conn, {one.meeting: one.planned_start for one in reports})


def _lines(
    conn: Connection,
    records: tuple[Record, ...],
    reports: Mapping[str, Report],
    begun: Mapping[str, Protocol],
) -> list[Line]:
    """Of each record. A meeting that began under a protocol is judged by that, as its own page does;
    of one from before there were any it is its limits.
    """
    said = declarations_of(conn, begun)
    return [
        _line(record, reports[record.meeting], begun.get(record.meeting), said)
        for record in records
    ]


def _line(
    record: Record,
    report: Report,
    protocol: Protocol | None,
    said: Mapping[str, tuple[Declaration, ...]],
) -> Line:
    if protocol is None:
        return line_of(report, revision=record.revision)
    kept = judge_protocol(
        protocol,
        report.planned_start,
        report.planned_end,
        measured_of(report),
        said.get(record.meeting, ()),
    )
    declared = {one.item.id: one.verdict for one in kept.of("declared")}
    return line_of(report, kept.verdict, declared, record.revision)


def _ids(season: Season, lines: list[Line]) -> tuple[str, ...]:
    by_place = {(line.venue, line.room, line.start): line.meeting for line in lines}
    return tuple(by_place.get((one.venue, one.room, one.start), "") for one in season.worst)


def _body(season: Season) -> dict[str, Any]:
    """All that a version is about: no names, which change nothing."""
    plain: dict[str, Any] = msgspec.to_builtins(season)

    def flat(part: dict[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in part.items() if name != "figures"} | dict(
            part["figures"]
        )

    return {
        "from": plain["from"],
        "to": plain["to"],
        **plain["total"],
        "months": [flat(month) for month in plain["months"]],
        "policies": [flat(held) for held in plain["policies"]],
        "rooms": [flat(room) for room in plain["rooms"]],
        "worst": plain["worst"],
    }


def _document(
    scope: Scope, body: dict[str, Any], names: dict[str, str], shown: Shown, now: datetime
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        scope.kind: scope.slug,
        "name": scope.name,
        "venues": list(scope.venues),
        "names": names,
        "as_of": to_wire(now),
        "version": shown.version,
        "made": to_wire(shown.made),
        "changed": msgspec.to_builtins(shown.history),
        **body,
    }


def _items(body: dict[str, Any], begun: Mapping[str, Protocol]) -> dict[str, Any]:
    """What was declared, as it was asked: the words of a template's are those of each language."""
    asked = {
        item.id: {"text": item.text, "texts": dict(item.texts)}
        for protocol in begun.values()
        for item in protocol.items
    }
    return {item: asked[item] for item in body["declared"] if item in asked}


def _names(conn: Connection, scope: Scope) -> dict[str, str]:
    """Of venues by slug, of rooms by ``venue/room``."""
    venues = {v.slug: v.name for v in all_venues(conn) if v.slug in scope.venues}
    rooms = {f"{r.venue}/{r.slug}": r.name for r in all_rooms(conn) if r.venue in scope.venues}
    return dict(sorted((venues | rooms).items()))
