"""The season of each month, mailed on the first of the next to whoever asked for it."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from gateway.domain.access import Need
from gateway.domain.alerts.notice import Notice
from gateway.domain.room import Venue
from gateway.proof.canonical import Document
from gateway.registry.accounts.grants import access_of
from gateway.registry.accounts.users import find_user
from gateway.registry.agenda.season_mails import asked_for
from gateway.registry.alerts import outbox
from gateway.registry.database import Database
from gateway.registry.rooms import all_venues
from gateway.reports.season import Scope, make_document
from sensors.time_zone import zone_or_utc
from sensors.wire.topic import RoomSlug, VenueSlug

FROM_HOUR: Final = 8
"""Of the local first: by then the meetings of the evening before have their reports."""
DAYS: Final = 3
"""So many days a month is news."""


def post_months(database: Database, venues: Collection[str] | None, now: datetime) -> int:
    """Put into the outbox what is due now; what was told once is told no more. How many were new.

    Raises:
        DatabaseAway: the database is away.

    """
    with database.read() as conn:
        asked = asked_for(conn)
        due = {
            venue.slug: venue
            for venue in all_venues(conn)
            if venue.slug in asked
            and (venues is None or venue.slug in venues)
            and is_due(venue, now)
        }
    posted = 0
    for slug, venue in due.items():
        start, end = last_month(now.astimezone(zone_or_utc(venue.timezone)).date())
        flag = f"season:{start:%Y-%m}"
        with database.read() as conn:
            told = outbox.told_of(conn, slug, flag)
            whom = [one for one in _whom(conn, venue, asked[slug]) if one[0] not in told]
        if not whom:
            continue
        scope = Scope("venue", slug, venue.name, (slug,))
        document = make_document(database, scope, start, end, now).document
        with database.write() as conn:
            for address, language in whom:
                notice = _notice(venue, language, document)
                posted += outbox.post(conn, slug, flag, address, notice, now)
    return posted


def is_due(venue: Venue, now: datetime) -> bool:
    local = now.astimezone(zone_or_utc(venue.timezone))
    return local.day <= DAYS and (local.day > 1 or local.hour >= FROM_HOUR)


def last_month(today: date) -> tuple[date, date]:
    """Its first day, and the first of this month."""
    end = today.replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end


def _whom(conn: Connection, venue: Venue, users: Collection[str]) -> list[tuple[str, str]]:
    """The address and language of those who asked and may still look."""
    found = []
    for name in sorted(users):
        user = find_user(conn, name)
        if user is None or user.disabled or user.email is None or not user.verified:
            continue
        if access_of(conn, user).may(Need.MEETINGS, venue.slug):
            found.append((user.email, user.language or venue.language))
    return found


def _notice(venue: Venue, language: str, document: Document) -> Notice:
    zone = zone_or_utc(venue.timezone)
    figures: dict[str, Any] = {
        name: document[name] for name in ("meetings", "kept", "not_kept", "cannot_say")
    }
    return Notice(
        kind="season",
        rule="co2",
        venue=VenueSlug(venue.slug),
        venue_name=venue.name,
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
        evidence=({"code": "season", **figures},),
        recipient_role="manager",
        severity="info",
    )
