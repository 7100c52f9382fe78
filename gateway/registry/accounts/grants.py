"""The roles that accounts have: in venues, and the admins' over all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.domain.access import ADMIN, OVER_ALL, VENUE_ROLES, Access, VenueRole, granted
from gateway.registry.accounts.users import User, end_access
from gateway.registry.tables.accounts import grants, users
from gateway.registry.tables.organisations import organisation_grants, organisation_venues
from sensors.wire.topic import VenueSlug

Roles = dict[VenueSlug, tuple[VenueRole, ...]]
"""Those of an account by venue, each from the least on."""


class LastAdmin(Exception):
    """Nobody would be left who may do everything."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the last admin who can log in: make another one first")


def access_of(conn: Connection, user: User) -> Access:
    """What an account may do."""
    if user.role == ADMIN:
        return OVER_ALL
    return granted(
        chain(
            ((venue, role) for venue, roles in roles_of(conn, user.name).items() for role in roles),
            _of_organisations(conn, user.name),
        ),
        is_reached=user.email is not None and user.verified,
    )


def _of_organisations(conn: Connection, user: str) -> Iterator[tuple[VenueSlug, VenueRole]]:
    """What a role in all of an organisation is in each of its venues."""
    belongs = organisation_venues.c.organisation == organisation_grants.c.organisation
    query = select(organisation_venues.c.venue, organisation_grants.c.role).join(
        organisation_grants, belongs
    )
    for row in conn.execute(query.where(organisation_grants.c.user == user)):
        yield row.venue, row.role


def roles_of(conn: Connection, user: str) -> Roles:
    return _by_user(conn, user).get(user, {})


def all_roles(conn: Connection) -> dict[str, Roles]:
    """By account; those without are left out."""
    return _by_user(conn)


def _by_user(conn: Connection, user: str | None = None) -> dict[str, Roles]:
    query = select(grants).order_by(grants.c.venue)
    if user is not None:
        query = query.where(grants.c.user == user)
    found: dict[str, dict[VenueSlug, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in conn.execute(query):
        found[row.user][row.venue].add(row.role)
    return {
        name: {venue: _ordered(roles) for venue, roles in its.items()}
        for name, its in found.items()
    }


def _ordered(roles: set[str]) -> tuple[VenueRole, ...]:
    return tuple(role for role in VENUE_ROLES if role in roles)


def set_roles(conn: Connection, user: str, venue: VenueSlug, roles: Iterable[VenueRole]) -> bool:
    """Give an account these roles in a venue and no others there; whether that changed something.
    Its sessions and tokens are from before and end.

    Raises IntegrityError where there is no such user or venue.
    """
    before, after = roles_of(conn, user).get(venue, ()), _ordered(set(roles))
    if before == after:
        return False
    conn.execute(delete(grants).where((grants.c.user == user) & (grants.c.venue == venue)))
    for role in after:
        conn.execute(insert(grants).values(user=user, venue=venue, role=role))
    end_access(conn, user)
    return True


def make_admin(conn: Connection, user: str) -> bool:
    """Let an account do everything; whether it was there."""
    return set_admin(conn, user, is_admin=True)


def set_admin(conn: Connection, user: str, *, is_admin: bool) -> bool:
    """Say whether an account may do everything, beside its roles in venues; whether it was there."""
    changed = update(users).where(users.c.name == user).values(role=ADMIN if is_admin else "")
    end_access(conn, user)
    return conn.execute(changed).rowcount == 1


def take_all_roles(conn: Connection, user: str) -> bool:
    """Leave an account nothing that it may do; whether it was there.

    Raises:
        LastAdmin: it is the last one.

    """
    keep_an_admin(conn, user)
    conn.execute(delete(grants).where(grants.c.user == user))
    end_access(conn, user)
    return conn.execute(update(users).where(users.c.name == user).values(role="")).rowcount == 1


def keep_an_admin(conn: Connection, without: str) -> None:
    """Make sure that an admin is left who can log in when this account is one no longer.

    Raises:
        LastAdmin: none is.

    """
    able = (users.c.role == ADMIN) & users.c.disabled_ns.is_(None)
    names = set(conn.execute(select(users.c.name).where(able)).scalars())
    if names == {without}:
        raise LastAdmin(without)


def has_admin(conn: Connection) -> bool:
    """Whether there is somebody who may do everything."""
    query = select(func.count()).select_from(users).where(users.c.role == ADMIN)
    return conn.execute(query).scalar_one() > 0
