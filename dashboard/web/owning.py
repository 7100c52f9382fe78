"""Whose limits and house rules are: a venue's, an organisation's, or the whole house's."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection

from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand_keeping
from gateway.domain.policy import Policy
from gateway.domain.protocol.protocol import Protocol
from gateway.registry.organisations import find_organisation
from gateway.registry.rooms import find_venue
from sensors.wire.topic import VenueSlug

Kept = TypeVar("Kept", Policy, Protocol)
NamedBy = Callable[[Connection, str], frozenset[VenueSlug]]


def owned(conn: Connection, asked: Kept, named_by: NamedBy) -> Kept:
    """With the venues that it is for, where whoever asks may keep it for them; ``named_by`` gives the
    venues that name it by now.

    Raises:
        Problem: 404 or 403; 422, there is no such venue or organisation; 409, others name it.

    """
    if asked.organisation is not None:
        asked = _of_organisation(conn, asked, asked.organisation)
    demand_keeping(asked)
    if asked.venue is not None and find_venue(conn, asked.venue) is None:
        mistake = Mistake("/venue", "expected the slug of a venue")
        raise Problem(422, f"there is no venue {asked.venue!r}", [mistake])
    others = sorted(venue for venue in named_by(conn, asked.slug) if not asked.serves(venue))
    if others:
        raise Problem(409, f"{others[0]} is held to {asked.slug}, and would be no more")
    return asked


def _of_organisation(conn: Connection, asked: Kept, slug: str) -> Kept:
    if asked.venue is not None:
        mistake = Mistake("/organisation", "expected none beside venue")
        raise Problem(422, "it is a venue's or an organisation's", [mistake])
    found = find_organisation(conn, slug)
    if found is None:
        mistake = Mistake("/organisation", "expected the slug of an organisation")
        raise Problem(422, f"there is no organisation {slug!r}", [mistake])
    return replace(asked, venues=found.venues)
