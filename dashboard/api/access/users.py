"""Accounts and their roles. A manager sees and gives those of the own venues alone."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import Instant, MailAddress
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.identity.people import Person, find_person, people
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand
from dashboard.web.services import Services
from gateway.domain.access import ADMIN, Need, VenueRole
from gateway.registry.accounts import grants, users
from gateway.registry.accounts.passwords import LONGEST, SHORTEST, weakness
from gateway.registry.rooms import find_venue
from sensors.wire.instant import to_wire
from sensors.wire.plain_line import is_plain_line
from sensors.wire.topic import VenueSlug

LONGEST_NAME: Final = 100
Password = Annotated[str, Meta(min_length=SHORTEST, max_length=LONGEST)]


class UserBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``admin`` is the role over all venues; those in venues stay as they are. ``email`` counts as
    verified by the word of whoever puts it. A ``password`` of null leaves the one there is.
    """

    email: MailAddress | None = None
    admin: bool = False
    disabled: bool = False
    password: Password | None = None


class RolesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that somebody is in the venue; none: nothing any more."""

    roles: Annotated[tuple[VenueRole, ...], Meta(max_length=10)]


class UserAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``roles`` are by venue; a manager sees those of the own ones."""

    user: str
    email: str | None
    verified: bool
    admin: bool
    roles: dict[str, tuple[VenueRole, ...]]
    has_password: bool
    disabled: bool
    created: Instant


class Users(msgspec.Struct, frozen=True):
    users: tuple[UserAnswer, ...]


def get_users(services: Services) -> Users:
    with services.database.read() as conn:
        return Users(tuple(map(_answer, people(conn))))


def get_user(services: Services, user: str) -> UserAnswer:
    with services.database.read() as conn:
        return _answer(find_person(conn, user))


def put_user(services: Services, user: str, body: UserBody) -> UserAnswer:
    _check(user, body)
    try:
        with services.database.write() as conn:
            _put(conn, services, user, body)
            return _answer(find_person(conn, user))
    except grants.LastAdmin as error:
        raise Problem(409, str(error)) from error


def delete_user(services: Services, user: str) -> None:
    try:
        with services.database.write() as conn:
            find_person(conn, user)
            grants.keep_an_admin(conn, user)
            users.delete_user(conn, user)
    except grants.LastAdmin as error:
        raise Problem(409, str(error)) from error


def put_user_roles(
    services: Services, user: str, venue: VenueSlug, body: RolesBody
) -> UserAnswer | None:
    """Of an admin they change nothing, and none may be there to see afterwards (204)."""
    with services.database.write() as conn:
        if find_venue(conn, venue) is None:
            raise Problem(404, f"there is no venue {venue!r}")
        find_person(conn, user)
        demand(Need.ROLES, venue)
        grants.set_roles(conn, user, venue, body.roles)
        found = [one for one in people(conn) if one.user.name == user]
        return _answer(found[0]) if found else None


def _check(name: str, body: UserBody) -> None:
    if len(name) > LONGEST_NAME or not is_plain_line(name):
        expected = f"expected a line of at most {LONGEST_NAME} characters"
        raise Problem(422, f"user: {expected}", [Mistake("/user", expected)])
    if body.password is not None and weakness(body.password, name) is not None:
        expected = "expected one that is not guessed within moments"
        raise Problem(422, f"password: {expected}", [Mistake("/password", expected)])


def _put(conn: Connection, services: Services, name: str, body: UserBody) -> None:
    now = services.clock.now()
    before = users.find_user(conn, name)
    if before is None:
        role = ADMIN if body.admin else ""
        verified = body.email is not None
        users.add_user(conn, name, role, body.password, now, body.email, verified=verified)
        if body.disabled:
            users.disable(conn, name, now)
        return
    if before.role == ADMIN and not before.disabled and (body.disabled or not body.admin):
        grants.keep_an_admin(conn, name)
    if body.admin != (before.role == ADMIN):
        grants.set_admin(conn, name, is_admin=body.admin)
    if body.email != before.email or not before.verified:
        users.set_email(conn, name, body.email, verified=body.email is not None)
    if body.password is not None:
        users.set_password(conn, name, body.password)
    if body.disabled != before.disabled:
        users.disable(conn, name, now) if body.disabled else users.enable(conn, name)


def _version(conn: Connection, user: str) -> UserAnswer | None:
    return next((_answer(one) for one in people(conn) if one.user.name == user), None)


def _answer(person: Person) -> UserAnswer:
    user = person.user
    return UserAnswer(
        user=user.name,
        email=user.email,
        verified=user.verified,
        admin=person.is_admin,
        roles={str(venue): roles for venue, roles in person.roles.items()},
        has_password=user.has_password,
        disabled=user.disabled,
        created=to_wire(user.created),
    )


ROUTES = (
    Route(
        "GET",
        "/users",
        get_users,
        "accounts with their roles",
        Users,
        paging=Paging("users", lambda one: (one.user,), tuple[str]),
    ),
    Route(
        "GET",
        "/users/{user}",
        get_user,
        "one of them",
        UserAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/users/{user}",
        put_user,
        "make or change an account",
        UserAnswer,
        body=UserBody,
        problems=(409,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/users/{user}",
        delete_user,
        "delete an account with its tokens and sessions",
        problems=(404, 409),
        version=_version,
    ),
    Route(
        "PUT",
        "/users/{user}/roles/{venue}",
        put_user_roles,
        "say what somebody is in a venue; what was open in their name ends",
        UserAnswer,
        body=RolesBody,
        problems=(404,),
    ),
)
