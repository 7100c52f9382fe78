"""The rooms of an organisation beside each other."""

from datetime import date

from sqlalchemy import Connection

from gateway.domain.organisation import Organisation
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.season.comparison import Compared, compare
from gateway.registry.policies import policies_by_slug
from gateway.reports.season import lines_of


def shared_policies(conn: Connection, organisation: str) -> dict[str, Policy]:
    """Those of the whole house and of the organisation, by slug."""
    return {
        slug: one
        for slug, one in policies_by_slug(conn).items()
        if one.venue is None and one.organisation in (None, organisation)
    }


def compared_rooms(
    conn: Connection, organisation: Organisation, span: tuple[date, date], policy: str | None
) -> tuple[Policy, tuple[Compared, ...]]:
    """What all are judged by, absolute, and the rooms, the worst first."""
    known = shared_policies(conn, organisation.slug)
    chosen = known.get(policy or organisation.policy or DEFAULT.slug, DEFAULT).at(None)
    return chosen, compare(lines_of(conn, organisation.venues, *span), chosen)
