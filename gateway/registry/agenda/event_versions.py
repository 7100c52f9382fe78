"""How new what files brought in of calendar events is, also of those that they called off."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select

from gateway.domain.calendar.scheduling import EventVersion
from gateway.registry.portions import portions, rows_where_in
from gateway.registry.tables.calendars import event_versions
from gateway.registry.upsert import put_all
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug

KEPT: Final = timedelta(days=400)
"""Longer than a file is read ahead; a message of an event that is over changes nothing."""


def versions_of(
    conn: Connection, venue: VenueSlug, uids: Collection[str]
) -> tuple[EventVersion, ...]:
    """What is known of these events of a venue."""
    c = event_versions.c
    rows = rows_where_in(conn, select(event_versions).where(c.venue == venue), c.uid, uids)
    return tuple(
        EventVersion(
            row.uid,
            row.recurrence,
            row.following,
            row.sequence,
            None if row.stamp_ns is None else from_ns(row.stamp_ns),
        )
        for row in rows
    )


def put_versions(
    conn: Connection,
    venue: VenueSlug,
    found: Mapping[str, tuple[EventVersion, ...]],
    now: datetime,
) -> None:
    """Put what is known of events in the place of what was; what is long over is forgotten."""
    c = event_versions.c
    conn.execute(delete(event_versions).where(c.venue == venue, c.taken_ns < to_ns(now - KEPT)))
    for some in portions(found):
        conn.execute(delete(event_versions).where(c.venue == venue, c.uid.in_(some)))
    put_all(
        conn,
        event_versions,
        [
            {
                "venue": venue,
                "uid": one.uid,
                "recurrence": one.key,
                "following": one.following,
                "sequence": one.sequence,
                "stamp_ns": None if one.stamp is None else to_ns(one.stamp),
                "taken_ns": to_ns(now),
            }
            for versions in found.values()
            for one in versions
        ],
    )
