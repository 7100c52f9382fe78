"""The protocols a venue can choose among: the templates, and its own in their versions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, union

from gateway.domain.protocol.protocol import Item, Protocol, Version
from gateway.domain.protocol.templates import BY_SLUG, TEMPLATES
from gateway.registry.belonging import venues_by_organisation
from gateway.registry.revision import raise_revision
from gateway.registry.tables.protocols import protocol_versions, protocols
from gateway.registry.tables.venues import meetings, rooms, venues
from gateway.registry.upsert import put
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug


class _Body(msgspec.Struct, frozen=True):
    name: str
    names: dict[str, str]
    items: tuple[Item, ...]
    source: str = ""
    dated: str = ""


def all_protocols(conn: Connection) -> tuple[Protocol, ...]:
    """The templates, then everybody's own by slug."""
    rows = conn.execute(select(protocols).order_by(protocols.c.slug))
    venues_of = venues_by_organisation(conn)
    return (*TEMPLATES, *(_own(row, venues_of) for row in rows))


def protocols_for(conn: Connection, venue: VenueSlug) -> dict[str, Protocol]:
    """By slug those that a venue may choose."""
    return {found.slug: found for found in all_protocols(conn) if found.serves(venue)}


def find_protocol(conn: Connection, slug: str) -> Protocol | None:
    if slug in BY_SLUG:
        return BY_SLUG[slug]
    row = conn.execute(select(protocols).where(protocols.c.slug == slug)).one_or_none()
    return None if row is None else _own(row, venues_by_organisation(conn))


def put_protocol(conn: Connection, asked: Protocol, now: datetime) -> Protocol:
    """Keep it as its next version; what there is where nothing is changed."""
    before = find_protocol(conn, asked.slug)
    if before is not None and replace(asked, version=before.version) == before:
        return before
    number = func.max(protocol_versions.c.version)
    last = conn.scalar(select(number).where(protocol_versions.c.protocol == asked.slug)) or 0
    made = replace(asked, version=last + 1)
    body = encode_protocol(made)
    row = {"slug": made.slug, "version": made.version, "body": body}
    row |= {"venue": made.venue, "organisation": made.organisation}
    put(conn, protocols, row)
    conn.execute(
        insert(protocol_versions).values(
            protocol=made.slug, version=made.version, since_ns=to_ns(now), body=body
        )
    )
    raise_revision(conn)
    return made


def delete_protocol(conn: Connection, slug: str) -> bool:
    """Delete one that nothing chose; whether it was there. Its versions stay on record."""
    raise_revision(conn)
    return conn.execute(delete(protocols).where(protocols.c.slug == slug)).rowcount == 1


def versions_of(conn: Connection, slug: str) -> tuple[Version, ...]:
    """Of one that was kept here; a template has one."""
    query = select(protocol_versions).where(protocol_versions.c.protocol == slug)
    return tuple(
        Version(decode_protocol(slug, row.version, row.body), from_ns(row.since_ns))
        for row in conn.execute(query)
    )


def venues_that_choose(conn: Connection, slug: str) -> frozenset[VenueSlug]:
    """Where a protocol is chosen: by the venue itself, a room or a meeting."""
    chosen = union(
        select(venues.c.slug).where(venues.c.protocol == slug),
        select(rooms.c.venue).where(rooms.c.protocol == slug),
        select(meetings.c.venue).where(meetings.c.protocol == slug),
    )
    return frozenset(VenueSlug(found) for (found,) in conn.execute(chosen))


def meetings_that_choose(conn: Connection, slug: str, now: datetime) -> Mapping[VenueSlug, int]:
    """How many meetings chose a protocol themselves that are not over, by venue."""
    query = (
        select(meetings.c.venue, func.count())
        .where((meetings.c.protocol == slug) & (meetings.c.end_ns > to_ns(now)))
        .group_by(meetings.c.venue)
    )
    return {VenueSlug(venue): number for venue, number in conn.execute(query)}


def _own(row: Row[Any], venues_of: Mapping[str, tuple[VenueSlug, ...]]) -> Protocol:
    return replace(
        decode_protocol(row.slug, row.version, row.body, row.venue),
        organisation=row.organisation,
        venues=venues_of.get(row.organisation, ()),
    )


def encode_protocol(protocol: Protocol) -> str:
    """As the tables keep it: all but its slug, its version and whose it is."""
    names, items = dict(protocol.names), protocol.items
    body = _Body(protocol.name, names, items, protocol.source, protocol.dated)
    return msgspec.json.encode(body).decode()


def decode_protocol(slug: str, version: int, body: str, venue: VenueSlug | None = None) -> Protocol:
    read: dict[str, Any] = msgspec.structs.asdict(_decode(body))
    return Protocol(slug, venue=venue, version=version, **read)


_decode = msgspec.json.Decoder(_Body).decode
