"""Silences: what is judged and shown, and told to nobody for a time."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import LINE, Instant, Moment, RoomRef, VenueRef
from dashboard.api.paging import OnlyNumber, Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand, demand_silence, in_reach, may
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.alerts.silence import Silence
from gateway.domain.room_state import Rule
from gateway.registry.alerts import silences as registry
from gateway.registry.rooms import find_room, find_venue
from sensors.wire.instant import to_wire


class SilencesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Silences that were on at some time since then (by default: that are on now), newest first."""

    since: Moment | None = None
    venue: VenueRef | None = None
    room: RoomRef | None = None
    rule: Rule | None = None


class SilenceBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a whole venue, or of a room, a rule or both."""

    venue: VenueRef
    room: RoomRef | None = None
    rule: Rule | None = None
    until: Moment
    reason: Annotated[str, Meta(min_length=1, max_length=500), LINE]


class SilenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``ended_at`` and ``ended_by`` are null where nobody ended it before its time."""

    id: int
    venue: VenueRef
    room: RoomRef | None
    rule: Rule | None
    since: Instant
    until: Instant
    reason: str
    by: str
    ended_at: Instant | None
    ended_by: str | None


class Silences(msgspec.Struct, frozen=True):
    silences: tuple[SilenceAnswer, ...]


def get_silences(services: Services, query: SilencesQuery) -> Silences:
    with services.database.read() as conn:
        found = registry.silences_since(conn, query.since or services.clock.now())
    return Silences(
        tuple(
            _answer(number, silence)
            for number, silence in found
            if query.venue in (None, silence.venue)
            and query.room in (None, silence.room)
            and query.rule in (None, silence.rule)
            and may(Need.ALERTS, silence.venue)
        )
    )


def get_silence(services: Services, silence: str) -> SilenceAnswer:
    with services.database.read() as conn:
        found = _version(conn, silence)
    if found is None:
        raise Problem(404, f"there is no silence {silence!r}")
    demand(Need.ALERTS, found.venue)
    return _answer(_number(silence), found)


def make_silence(services: Services, body: SilenceBody) -> SilenceAnswer:
    now = services.clock.now()
    demand(Need.SILENCE, body.venue)
    with services.database.write() as conn:
        mistakes = _mistakes(conn, body, now)
        if mistakes:
            raise Problem(422, mistakes[0].message, mistakes)
        made = Silence(
            body.venue, body.room, body.rule, now, body.until, body.reason.strip(), _visitor()
        )
        demand_silence(made)
        return _answer(registry.put_silence(conn, made), made)


def end_silence(services: Services, silence: str) -> None:
    with services.database.write() as conn:
        number = _number(silence)
        found = _version(conn, silence)
        if found is None:
            raise Problem(404, f"there is no silence {silence!r}")
        demand(Need.SILENCE, found.venue)
        demand_silence(found)
        if not registry.end_silence(conn, number, _visitor(), services.clock.now()):
            raise Problem(409, f"silence {silence} is over already")


def _number(text: str) -> int:
    """Of a silence; 0 is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _version(conn: Connection, silence: str) -> Silence | None:
    return in_reach(registry.find_silence(conn, _number(silence)))


def _visitor() -> str:
    visitor = current_user()
    return "" if visitor is None else visitor.name


def _mistakes(conn: Connection, body: SilenceBody, now: datetime) -> list[Mistake]:
    found = []
    if find_venue(conn, body.venue) is None:
        found.append(Mistake("/venue", f"there is no venue {body.venue!r}"))
    elif body.room is not None and find_room(conn, body.venue, body.room) is None:
        found.append(Mistake("/room", f"there is no room {body.room!r} in {body.venue}"))
    if body.until <= now:
        found.append(Mistake("/until", "expected a time that is to come"))
    if not body.reason.strip():
        found.append(Mistake("/reason", "expected a reason that others can read"))
    return found


def _answer(number: int, silence: Silence) -> SilenceAnswer:
    return SilenceAnswer(
        id=number,
        venue=silence.venue,
        room=silence.room,
        rule=silence.rule,
        since=to_wire(silence.since),
        until=to_wire(silence.until),
        reason=silence.reason,
        by=silence.by,
        ended_at=None if silence.ended_at is None else to_wire(silence.ended_at),
        ended_by=silence.ended_by,
    )


ROUTES = (
    Route(
        "GET",
        "/silences",
        get_silences,
        "silences, newest first",
        Silences,
        query=SilencesQuery,
        paging=Paging("silences", lambda silence: (-silence.id,), OnlyNumber),
    ),
    Route(
        "POST",
        "/silences",
        make_silence,
        "tell nobody for a time",
        SilenceAnswer,
        body=SilenceBody,
        made_at=lambda made: f"/silences/{made.id}",
    ),
    Route(
        "GET",
        "/silences/{silence}",
        get_silence,
        "one silence",
        SilenceAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/silences/{silence}",
        end_silence,
        "end a silence: what still fires is told at once",
        problems=(404, 409),
        version=_version,
    ),
)
