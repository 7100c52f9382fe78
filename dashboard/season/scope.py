"""Whose season is asked for."""

from sqlalchemy import Connection

from gateway.registry.organisations import find_organisation
from gateway.registry.rooms import find_venue
from gateway.reports.season import Scope
from sensors.wire.topic import VenueSlug


def organisation_scope(conn: Connection, slug: str) -> Scope | None:
    """None where there is no such organisation."""
    found = find_organisation(conn, slug)
    if found is None:
        return None
    return Scope("organisation", found.slug, found.name, found.venues)


def venue_scope(conn: Connection, slug: VenueSlug) -> Scope | None:
    """None where there is no such venue."""
    venue = find_venue(conn, slug)
    return None if venue is None else Scope("venue", venue.slug, venue.name, (venue.slug,))
