"""The policies a venue can choose among: the presets, and its own."""

from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, or_, select, union

from gateway.domain.policy import Policy
from gateway.domain.presets import PRESETS
from gateway.registry.belonging import venues_by_organisation
from gateway.registry.revision import raise_revision
from gateway.registry.tables.venues import meetings, policies, rooms, venues
from gateway.registry.upsert import put
from sensors.wire.topic import VenueSlug

_by_language = msgspec.json.Decoder(dict[str, str]).decode


def all_policies(conn: Connection) -> tuple[Policy, ...]:
    rows = conn.execute(select(policies).order_by(policies.c.slug))
    venues_of = venues_by_organisation(conn)
    return tuple(_policy(row, venues_of.get(row.organisation, ())) for row in rows)


def policies_by_slug(conn: Connection) -> dict[str, Policy]:
    return {policy.slug: policy for policy in all_policies(conn)}


def policies_for(conn: Connection, venue: VenueSlug) -> dict[str, Policy]:
    """By slug those that a venue may name: the whole house's, its organisation's and its own."""
    found = policies_by_slug(conn)
    return {slug: policy for slug, policy in found.items() if policy.serves(venue)}


def venues_that_name(conn: Connection, slug: str) -> frozenset[VenueSlug]:
    """Where a policy is named: by the venue itself, a room or a meeting."""
    of_venue = or_(venues.c.legal_policy == slug, venues.c.healthy_policy == slug)
    named = union(
        select(venues.c.slug).where(of_venue),
        select(rooms.c.venue).where(rooms.c.policy == slug),
        select(meetings.c.venue).where(meetings.c.policy == slug),
    )
    return frozenset(VenueSlug(found) for (found,) in conn.execute(named))


def put_policy(conn: Connection, policy: Policy) -> None:
    row = asdict(policy)
    del row["venues"]
    by_language = {key: msgspec.json.encode(row[key]).decode() for key in ("names", "notes")}
    put(conn, policies, row | by_language)
    raise_revision(conn)


def delete_policy(conn: Connection, slug: str) -> bool:
    """Delete a policy that nothing uses; whether it was there. IntegrityError where it is in
    use.
    """
    raise_revision(conn)
    return conn.execute(delete(policies).where(policies.c.slug == slug)).rowcount == 1


def put_presets(conn: Connection) -> None:
    """Put the presets in, without raising the revision where nothing changes."""
    present = policies_by_slug(conn)
    for policy in PRESETS:
        if present.get(policy.slug) != policy:
            put_policy(conn, policy)


def _policy(row: Row[Any], venues_of: tuple[VenueSlug, ...]) -> Policy:
    by_language = {"names": _by_language(row.names), "notes": _by_language(row.notes)}
    return Policy(**row._asdict() | by_language, venues=venues_of)
