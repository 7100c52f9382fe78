"""Organisations: venues that belong together, who has a role in all of them, and their rooms compared."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import Name, Slug, VenueRef
from dashboard.api.paging import Paging
from dashboard.api.proof.season import Day
from dashboard.api.route import Route
from dashboard.season.comparison import compared_rooms, shared_policies
from dashboard.season.span import WrongSpan, span_of
from dashboard.web.organisations import (
    demand_all_of,
    organisation_in_reach,
    organisations_in_reach,
)
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import access, may_somewhere
from dashboard.web.services import Services
from gateway.domain.access import Need, VenueRole
from gateway.domain.organisation import Organisation
from gateway.domain.season.comparison import Compared
from gateway.registry import organisations as registry
from gateway.registry.accounts.users import find_user
from gateway.registry.rooms import all_venues

MOST_VENUES = 500


class OrganisationBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``venues`` leave the organisation that they belonged to. ``policy`` is what its rooms are compared
    by, null for the default.
    """

    name: Name
    venues: Annotated[tuple[VenueRef, ...], Meta(max_length=MOST_VENUES)] = ()
    policy: Slug | None = None


class OrganisationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``venues`` are those that are there for who asks; ``roles`` in all of it, by account, are told to
    admins.
    """

    organisation: Slug
    name: str
    venues: tuple[VenueRef, ...]
    policy: str | None
    roles: dict[str, tuple[VenueRole, ...]]


class Organisations(msgspec.Struct, frozen=True):
    organisations: tuple[OrganisationAnswer, ...]


class OrganisationRolesBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    roles: Annotated[tuple[VenueRole, ...], Meta(max_length=10)]


class ComparisonQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Days as those of a season. ``policy`` is what all rooms are judged by, whatever each is held to: the
    organisation's where it is left out.
    """

    from_: date | None = msgspec.field(name="from", default=None)
    to: date | None = None
    policy: Slug | None = None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The worst room first."""

    organisation: Slug
    from_: Day = msgspec.field(name="from")
    to: Day
    policy: str
    compared: tuple[Compared, ...]


def get_organisations(services: Services) -> Organisations:
    with services.database.read() as conn:
        return Organisations(tuple(_answer(conn, one) for one in organisations_in_reach(conn)))


def get_organisation(services: Services, organisation: str) -> OrganisationAnswer:
    with services.database.read() as conn:
        return _answer(conn, organisation_in_reach(conn, organisation))


def put_organisation(
    services: Services, organisation: str, body: OrganisationBody
) -> OrganisationAnswer:
    put = Organisation(organisation, body.name, tuple(sorted(set(body.venues))), body.policy)
    with services.database.write() as conn:
        _check(conn, put)
        registry.put_organisation(conn, put)
        return _answer(conn, put)


def delete_organisation(services: Services, organisation: str) -> None:
    with services.database.write() as conn:
        if not registry.delete_organisation(conn, organisation):
            raise _no_such(organisation)


def put_organisation_roles(
    services: Services, organisation: str, user: str, body: OrganisationRolesBody
) -> OrganisationAnswer:
    with services.database.write() as conn:
        found = registry.find_organisation(conn, organisation)
        if found is None:
            raise _no_such(organisation)
        if find_user(conn, user) is None:
            raise Problem(404, f"there is no user {user!r}")
        registry.set_roles_in(conn, organisation, user, body.roles)
        return _answer(conn, found)


def get_comparison(services: Services, organisation: str, query: ComparisonQuery) -> Comparison:
    today = services.clock.now().date()
    try:
        span = span_of(query.from_, query.to, today)
    except WrongSpan as error:
        raise Problem(400, f"from: {error}", [Mistake("from", str(error))]) from error
    with services.database.read() as conn:
        found = organisation_in_reach(conn, organisation)
        demand_all_of(Need.MEETINGS, found)
        if query.policy is not None and query.policy not in shared_policies(conn, found.slug):
            expected = "expected a policy of the whole house or of its own"
            raise Problem(400, f"policy: {expected}", [Mistake("policy", expected)])
        policy, rooms = compared_rooms(conn, found, span, query.policy)
    return Comparison(
        organisation=found.slug,
        from_=span[0].isoformat(),
        to=span[1].isoformat(),
        policy=policy.slug,
        compared=rooms,
    )


def _check(conn: Connection, put: Organisation) -> None:
    known = {venue.slug for venue in all_venues(conn)}
    for index, venue in enumerate(put.venues):
        if venue not in known:
            raise Problem(
                422,
                f"there is no venue {venue!r}",
                [Mistake(f"/venues/{index}", "is not a venue that is there")],
            )
    if put.policy is not None and put.policy not in shared_policies(conn, put.slug):
        mistake = Mistake("/policy", "expected a policy of the whole house or of its own")
        raise Problem(422, f"there is no policy {put.policy!r} of the whole house", [mistake])


def _no_such(organisation: str) -> Problem:
    return Problem(404, f"there is no organisation {organisation!r}")


def _answer(conn: Connection, found: Organisation) -> OrganisationAnswer:
    return OrganisationAnswer(
        organisation=found.slug,
        name=found.name,
        venues=tuple(venue for venue in found.venues if access().reaches(venue)),
        policy=found.policy,
        roles=dict(registry.roles_in(conn, found.slug)) if may_somewhere(Need.USERS) else {},
    )


def _version(conn: Connection, organisation: str) -> Organisation | None:
    return registry.find_organisation(conn, organisation)


ROUTES = (
    Route(
        "GET",
        "/organisations",
        get_organisations,
        "organisations: venues that belong together",
        Organisations,
        problems=(503,),
        paging=Paging("organisations", lambda one: (one.organisation,), tuple[str]),
    ),
    Route(
        "GET",
        "/organisations/{organisation}",
        get_organisation,
        "one of them",
        OrganisationAnswer,
        problems=(404, 503),
        version=_version,
    ),
    Route(
        "PUT",
        "/organisations/{organisation}",
        put_organisation,
        "make or change an organisation",
        OrganisationAnswer,
        body=OrganisationBody,
        problems=(503,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/organisations/{organisation}",
        delete_organisation,
        "delete an organisation with the roles in it; its venues stay",
        problems=(404, 503),
        version=_version,
    ),
    Route(
        "PUT",
        "/organisations/{organisation}/users/{user}",
        put_organisation_roles,
        "say what somebody is in each venue of an organisation",
        OrganisationAnswer,
        body=OrganisationRolesBody,
        problems=(404, 503),
    ),
    Route(
        "GET",
        "/organisations/{organisation}/rooms",
        get_comparison,
        "its rooms compared: per person, and all by the same limits",
        Comparison,
        query=ComparisonQuery,
        problems=(404, 503),
    ),
)
