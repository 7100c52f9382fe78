"""Who wants the season of a venue, or of an organisation, by mail on the first of each month."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from gateway.registry.tables.seasons import organisation_season_mails, season_mails
from gateway.registry.upsert import put
from sensors.wire.topic import VenueSlug


def asked_for(conn: Connection) -> Mapping[VenueSlug, frozenset[str]]:
    """The accounts by venue."""
    found: dict[VenueSlug, set[str]] = defaultdict(set)
    for row in conn.execute(select(season_mails)):
        found[VenueSlug(row.venue)].add(row.user)
    return {venue: frozenset(users) for venue, users in found.items()}


def ask_for(conn: Connection, venue: VenueSlug, user: str, *, is_wanted: bool) -> None:
    """Raises IntegrityError where there is no such venue or user."""
    if is_wanted:
        put(conn, season_mails, {"venue": venue, "user": user})
        return
    c = season_mails.c
    conn.execute(delete(season_mails).where((c.venue == venue) & (c.user == user)))


def organisations_asked_for(conn: Connection) -> Mapping[str, frozenset[str]]:
    """The accounts by organisation."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in conn.execute(select(organisation_season_mails)):
        found[row.organisation].add(row.user)
    return {organisation: frozenset(users) for organisation, users in found.items()}


def ask_for_organisation(
    conn: Connection, organisation: str, user: str, *, is_wanted: bool
) -> None:
    """Raises IntegrityError where there is no such organisation or user."""
    if is_wanted:
        put(conn, organisation_season_mails, {"organisation": organisation, "user": user})
        return
    c = organisation_season_mails.c
    which = (c.organisation == organisation) & (c.user == user)
    conn.execute(delete(organisation_season_mails).where(which))
