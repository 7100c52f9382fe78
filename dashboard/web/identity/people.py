"""The accounts that are there for whoever asks: all for an admin, for a manager those with a role in a
venue of theirs, and of these no more than that role.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from dashboard.web.problem import Problem
from dashboard.web.reach import access
from gateway.domain.access import ADMIN, Need
from gateway.registry.accounts.grants import Roles, all_roles
from gateway.registry.accounts.users import User, all_users


@dataclass(frozen=True, slots=True)
class Person:
    """``roles`` are those that the visitor sees. ``is_whole`` is whether there are no others, so that
    the visitor may let them choose another password.
    """

    user: User
    roles: Roles
    is_whole: bool

    @property
    def is_admin(self) -> bool:
        return self.user.role == ADMIN


def people(conn: Connection) -> tuple[Person, ...]:
    """By name."""
    roles = all_roles(conn)
    found = (_person(user, roles.get(user.name, {})) for user in all_users(conn))
    return tuple(one for one in found if one is not None)


def find_person(conn: Connection, name: str) -> Person:
    """One of them.

    Raises:
        Problem: 404, there is nobody of that name for the visitor.

    """
    for one in people(conn):
        if one.user.name == name:
            return one
    raise Problem(404, f"there is no user {name!r}")


def _person(user: User, roles: Roles) -> Person | None:
    may = access()
    if may.over_all:
        return Person(user, roles, is_whole=True)
    seen = {venue: its for venue, its in roles.items() if may.may(Need.ROLES, venue)}
    if not seen or user.role == ADMIN:
        return None
    return Person(user, seen, is_whole=seen == roles)
