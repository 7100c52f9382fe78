"""Organisations, the venues that belong to each, and who has a role in all of one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.domain.access import VENUE_ROLES, VenueRole
from gateway.domain.organisation import Organisation
from gateway.registry.accounts.users import end_access
from gateway.registry.belonging import venues_by_organisation
from gateway.registry.revision import raise_revision
from gateway.registry.tables.organisations import (
    organisation_grants,
    organisation_venues,
    organisations,
)
from gateway.registry.tables.protocols import protocols
from gateway.registry.tables.venues import policies
from gateway.registry.upsert import put
from sensors.wire.topic import VenueSlug


def all_organisations(conn: Connection) -> tuple[Organisation, ...]:
    """By slug."""
    venues = venues_by_organisation(conn)
    rows = conn.execute(select(organisations).order_by(organisations.c.slug))
    return tuple(_organisation(row, venues.get(row.slug, ())) for row in rows)


def find_organisation(conn: Connection, slug: str) -> Organisation | None:
    return next((one for one in all_organisations(conn) if one.slug == slug), None)


def put_organisation(conn: Connection, put_in: Organisation) -> None:
    """Make or change one; its venues leave the one that they belonged to. Who had a role in a venue by
    the one or the other logs in again.

    Raises IntegrityError where a venue or policy it names is not there.
    """
    before = {one.slug: frozenset(one.venues) for one in all_organisations(conn)}
    row = {"slug": put_in.slug, "name": put_in.name, "policy": put_in.policy}
    put(conn, organisations, row)
    for venue in before.get(put_in.slug, frozenset()) - set(put_in.venues):
        conn.execute(delete(organisation_venues).where(organisation_venues.c.venue == venue))
    for venue in put_in.venues:
        put(conn, organisation_venues, {"venue": venue, "organisation": put_in.slug})
    after = {one.slug: frozenset(one.venues) for one in all_organisations(conn)}
    _end_access_of(conn, [slug for slug, venues in before.items() if venues - after[slug]])
    raise_revision(conn)


def delete_organisation(conn: Connection, slug: str) -> bool:
    """Delete one, and the roles in it; its venues stay, and its limits and protocols are the whole house's
    from then on. Whether it was there.
    """
    _end_access_of(conn, [slug])
    for table in (policies, protocols):
        conn.execute(update(table).where(table.c.organisation == slug).values(organisation=None))
    gone = conn.execute(delete(organisations).where(organisations.c.slug == slug))
    raise_revision(conn)
    return gone.rowcount == 1


def roles_in(conn: Connection, slug: str) -> Mapping[str, tuple[VenueRole, ...]]:
    """Who has a role in all of it, by account, each from the least on."""
    c = organisation_grants.c
    query = select(organisation_grants).where(c.organisation == slug).order_by(c.user)
    found: dict[str, set[str]] = defaultdict(set)
    for row in conn.execute(query):
        found[row.user].add(row.role)
    return {
        user: tuple(role for role in VENUE_ROLES if role in roles) for user, roles in found.items()
    }


def set_roles_in(conn: Connection, slug: str, user: str, roles: Iterable[VenueRole]) -> bool:
    """Give an account these roles in all of it and no others there; whether that changed something. Its
    sessions and tokens are from before and end.

    Raises IntegrityError where there is no such user or organisation.
    """
    chosen = set(roles)
    after = tuple(role for role in VENUE_ROLES if role in chosen)
    if roles_in(conn, slug).get(user, ()) == after:
        return False
    c = organisation_grants.c
    conn.execute(delete(organisation_grants).where((c.user == user) & (c.organisation == slug)))
    for role in after:
        row = {"user": user, "organisation": slug, "role": role}
        conn.execute(insert(organisation_grants).values(**row))
    end_access(conn, user)
    return True


def _end_access_of(conn: Connection, slugs: Iterable[str]) -> None:
    for slug in slugs:
        for user in roles_in(conn, slug):
            end_access(conn, user)


def _organisation(row: Row[tuple[object, ...]], venues: tuple[VenueSlug, ...]) -> Organisation:
    return Organisation(row.slug, row.name, venues, row.policy)
