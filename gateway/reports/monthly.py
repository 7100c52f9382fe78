"""The season of each month, mailed on the first of the next to whoever asked for it."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from gateway.domain.access import Need
from gateway.domain.alerts.notice import Notice
from gateway.domain.room import Venue
from gateway.proof.canonical import Document
from gateway.registry.accounts.grants import access_of
from gateway.registry.accounts.users import find_user
from gateway.registry.agenda.season_mails import asked_for, organisations_asked_for
from gateway.registry.alerts import outbox
from gateway.registry.database import Database
from gateway.registry.organisations import all_organisations
from gateway.registry.rooms import all_venues
from gateway.reports.season import Scope, make_document
from sensors.time_zone import zone_or_utc
from sensors.wire.topic import RoomSlug, VenueSlug

FROM_HOUR: Final = 8
"""Of the local first: by then the meetings of the evening before have their reports."""
DAYS: Final = 3
"""So many days a month is news."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A season that somebody wants: ``home`` is the venue by whose clock it goes out, and in whose name;
    ``users`` are the accounts that asked. ``flag`` is what it is told as, but for its month.
    """

    scope: Scope
    home: Venue
    users: frozenset[str]
    flag: str


def post_months(database: Database, venues: Container[str] | None, now: datetime) -> int:
    """Put into the outbox what is due now; what was told once is told no more. How many were new.

    Raises:
        DatabaseAway: the database is away.

    """
    with database.read() as conn:
        due = [
            one
            for one in _asked(conn)
            if (venues is None or one.home.slug in venues) and is_due(one.home, now)
        ]
    posted = 0
    for asked in due:
        scope, zone = asked.scope, zone_or_utc(asked.home.timezone)
        start, end = last_month(now.astimezone(zone).date())
        flag = f"{asked.flag}:{start:%Y-%m}"
        with database.read() as conn:
            told = outbox.told_of(conn, scope.slug, flag)
            whom = [one for one in _whom(conn, asked) if one[0] not in told]
        if not whom:
            continue
        document = make_document(database, scope, start, end, now).document
        with database.write() as conn:
            for address, language in whom:
                notice = _notice(asked, language, document)
                posted += outbox.post(conn, scope.slug, flag, address, notice, now)
    return posted


def _asked(conn: Connection) -> Iterator[_Asked]:
    known = {venue.slug: venue for venue in all_venues(conn)}
    for slug, users in asked_for(conn).items():
        if slug in known:
            scope = Scope("venue", slug, known[slug].name, (slug,))
            yield _Asked(scope, known[slug], users, "season")
    wanted = organisations_asked_for(conn)
    for one in all_organisations(conn) if wanted else ():
        if one.slug in wanted and one.venues:
            scope = Scope("organisation", one.slug, one.name, one.venues)
            yield _Asked(scope, known[one.venues[0]], wanted[one.slug], "season-of")


def is_due(venue: Venue, now: datetime) -> bool:
    local = now.astimezone(zone_or_utc(venue.timezone))
    return local.day <= DAYS and (local.day > 1 or local.hour >= FROM_HOUR)


def last_month(today: date) -> tuple[date, date]:
    """Its first day, and the first of this month."""
    end = today.replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end


def _whom(conn: Connection, asked: _Asked) -> list[tuple[str, str]]:
    """The address and language of those who asked and may still look at all of it."""
    found = []
    for name in sorted(asked.users):
        user = find_user(conn, name)
        if user is None or user.disabled or user.email is None or not user.verified:
            continue
        access = access_of(conn, user)
        if all(access.may(Need.MEETINGS, venue) for venue in asked.scope.venues):
            found.append((user.email, user.language or asked.home.language))
    return found


def _notice(asked: _Asked, language: str, document: Document) -> Notice:
    venue, scope = asked.home, asked.scope
    zone = zone_or_utc(venue.timezone)
    figures: dict[str, Any] = {
        name: document[name] for name in ("meetings", "kept", "not_kept", "cannot_say")
    }
    return Notice(
        kind="season",
        rule="co2",
        venue=VenueSlug(venue.slug),
        venue_name=scope.name,
        language=language,
        timezone=venue.timezone,
        room=RoomSlug(""),
        room_name="",
        meeting=None,
        since=datetime.combine(date.fromisoformat(document["from"]), datetime.min.time(), zone),
        at=datetime.combine(date.fromisoformat(document["to"]), datetime.min.time(), zone),
        value=None,
        peak=None,
        limit=None,
        evidence=({"code": "season", scope.kind: scope.slug, **figures},),
        recipient_role="manager",
        severity="info",
    )
