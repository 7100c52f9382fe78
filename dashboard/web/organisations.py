"""The organisations that are there for whoever asks: those with a venue of theirs."""

from sqlalchemy import Connection

from dashboard.web.problem import Problem
from dashboard.web.reach import access, may, too_small
from gateway.domain.access import Need
from gateway.domain.organisation import Organisation
from gateway.registry.organisations import all_organisations


def organisations_in_reach(conn: Connection) -> tuple[Organisation, ...]:
    """By slug."""
    return tuple(one for one in all_organisations(conn) if _reaches(one))


def organisation_in_reach(conn: Connection, slug: str) -> Organisation:
    """One of them.

    Raises:
        Problem: 404, there is none of that name for the visitor.

    """
    found = next((one for one in organisations_in_reach(conn) if one.slug == slug), None)
    if found is None:
        raise Problem(404, f"there is no organisation {slug!r}")
    return found


def may_in_all_of(need: Need, organisation: Organisation) -> bool:
    return all(may(need, venue) for venue in organisation.venues)


def demand_all_of(need: Need, organisation: Organisation) -> None:
    """Make sure that the visitor may do this in each of its venues: what is told of all of them tells of
    each.

    Raises:
        Problem: 403.

    """
    if not may_in_all_of(need, organisation):
        raise too_small(need)


def _reaches(organisation: Organisation) -> bool:
    visitor = access()
    return visitor.over_all or any(visitor.reaches(venue) for venue in organisation.venues)
