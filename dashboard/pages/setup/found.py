"""The venue that is being set up."""

from flask import abort
from sqlalchemy import Connection

from gateway.domain.room import Venue
from gateway.registry.rooms import find_venue
from sensors.wire.topic import VenueSlug


def found_venue(conn: Connection, slug: VenueSlug) -> Venue:
    """The venue of that slug; what answers is 404 where there is none."""
    found = find_venue(conn, slug)
    if found is None:
        abort(404)
    return found
