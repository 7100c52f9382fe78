"""Which venues belong to which organisation."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, select

from gateway.registry.tables.organisations import organisation_venues
from sensors.wire.topic import VenueSlug


def venues_by_organisation(conn: Connection) -> Mapping[str, tuple[VenueSlug, ...]]:
    """By slug; one without venues is left out."""
    found: dict[str, list[VenueSlug]] = defaultdict(list)
    belonging = select(organisation_venues).order_by(organisation_venues.c.venue)
    for row in conn.execute(belonging):
        found[row.organisation].append(VenueSlug(row.venue))
    return {slug: tuple(venues) for slug, venues in found.items()}
