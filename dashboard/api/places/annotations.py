"""Annotations: what people noted of a room or a venue."""

from datetime import timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import LINE, Instant, Moment, RoomRef, VenueRef
from dashboard.api.paging import OnlyNumber, Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand, in_reach, may
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.annotation import Annotation, AnnotationKind
from gateway.registry import annotations as registry
from gateway.registry.rooms import find_room, find_venue
from sensors.wire.instant import to_wire

SPAN: Final = timedelta(days=30)


class AnnotationsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Those that overlap a time, newest first, 500 at most: ``to`` is now where it is left out,
    ``from`` thirty days before. With a ``room`` also those of its whole venue.
    """

    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None
    venue: VenueRef | None = None
    room: RoomRef | None = None


class AnnotationBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a room, or of a whole venue. ``since`` is now where it is left out; without ``until`` it is a
    moment. ``other`` needs a text.
    """

    venue: VenueRef
    room: RoomRef | None = None
    kind: AnnotationKind = "other"
    text: Annotated[str, Meta(max_length=500), LINE] = ""
    since: Moment | None = None
    until: Moment | None = None


class AnnotationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    venue: VenueRef
    room: RoomRef | None
    kind: AnnotationKind
    text: str
    since: Instant
    until: Instant | None
    by: str


class Annotations(msgspec.Struct, frozen=True):
    annotations: tuple[AnnotationAnswer, ...]


def get_annotations(services: Services, query: AnnotationsQuery) -> Annotations:
    end = query.to or services.clock.now()
    start = query.from_ or end - SPAN
    if start >= end:
        expected = "expected a time before to"
        raise Problem(400, f"from: {expected}", [Mistake("from", expected)])
    with services.database.read() as conn:
        found = registry.annotations_between(conn, start, end, query.venue, query.room)
    return Annotations(
        tuple(_answer(number, one) for number, one in found if may(Need.BOARD, one.venue))
    )


def get_annotation(services: Services, annotation: str) -> AnnotationAnswer:
    with services.database.read() as conn:
        return _answer(_number(annotation), _found(conn, annotation))


def make_annotation(services: Services, body: AnnotationBody) -> AnnotationAnswer:
    demand(Need.ANNOTATE, body.venue)
    with services.database.write() as conn:
        made = _read(conn, body, services)
        return _answer(registry.make_annotation(conn, made), made)


def put_annotation(services: Services, annotation: str, body: AnnotationBody) -> AnnotationAnswer:
    with services.database.write() as conn:
        demand(Need.ANNOTATE, _found(conn, annotation).venue)
        demand(Need.ANNOTATE, body.venue)
        changed = _read(conn, body, services)
        registry.put_annotation(conn, _number(annotation), changed)
    return _answer(_number(annotation), changed)


def delete_annotation(services: Services, annotation: str) -> None:
    with services.database.write() as conn:
        demand(Need.ANNOTATE, _found(conn, annotation).venue)
        registry.delete_annotation(conn, _number(annotation))


def _number(text: str) -> int:
    """Of an annotation; 0 is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _version(conn: Connection, annotation: str) -> Annotation | None:
    return in_reach(registry.find_annotation(conn, _number(annotation)))


def _found(conn: Connection, annotation: str) -> Annotation:
    found = _version(conn, annotation)
    if found is None:
        raise Problem(404, f"there is no annotation {annotation!r}")
    return found


def _read(conn: Connection, body: AnnotationBody, services: Services) -> Annotation:
    since, text = body.since or services.clock.now(), body.text.strip()
    mistakes = []
    if find_venue(conn, body.venue) is None:
        mistakes.append(Mistake("/venue", f"there is no venue {body.venue!r}"))
    elif body.room is not None and find_room(conn, body.venue, body.room) is None:
        mistakes.append(Mistake("/room", f"there is no room {body.room!r} in {body.venue}"))
    if body.until is not None and body.until <= since:
        mistakes.append(Mistake("/until", "expected a time after since"))
    if body.kind == "other" and not text:
        mistakes.append(Mistake("/text", "expected what it was, in words"))
    if mistakes:
        raise Problem(422, mistakes[0].message, mistakes)
    visitor = current_user()
    by = "" if visitor is None else visitor.name
    return Annotation(body.venue, body.room, body.kind, text, since, body.until, by)


def _answer(number: int, annotation: Annotation) -> AnnotationAnswer:
    return AnnotationAnswer(
        id=number,
        venue=annotation.venue,
        room=annotation.room,
        kind=annotation.kind,
        text=annotation.text,
        since=to_wire(annotation.since),
        until=None if annotation.until is None else to_wire(annotation.until),
        by=annotation.by,
    )


ROUTES = (
    Route(
        "GET",
        "/annotations",
        get_annotations,
        "what was noted of rooms, newest first",
        Annotations,
        query=AnnotationsQuery,
        paging=Paging("annotations", lambda one: (-one.id,), OnlyNumber),
    ),
    Route(
        "POST",
        "/annotations",
        make_annotation,
        "note what happened in a room",
        AnnotationAnswer,
        body=AnnotationBody,
        made_at=lambda made: f"/annotations/{made.id}",
    ),
    Route(
        "GET",
        "/annotations/{annotation}",
        get_annotation,
        "one annotation",
        AnnotationAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/annotations/{annotation}",
        put_annotation,
        "change an annotation",
        AnnotationAnswer,
        body=AnnotationBody,
        problems=(404,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/annotations/{annotation}",
        delete_annotation,
        "take an annotation away",
        problems=(404,),
        version=_version,
    ),
)
