"""Policies: the sets of limits that rooms and meetings are held to."""

from dataclasses import asdict, replace

import msgspec
from sqlalchemy import Connection

from dashboard.api.fields import (
    Dated,
    Lps,
    LpsM2,
    Metres2,
    Name,
    Names,
    Note,
    Notes,
    Ppm,
    Seconds,
    Slug,
    VenueRef,
)
from dashboard.api.new_slug import free_slug
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.owning import owned
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand_keeping, sees
from dashboard.web.services import Services
from gateway.domain.policy import Kind, Policy
from gateway.domain.presets import BY_SLUG
from gateway.registry import policies as registry
from gateway.words.locale import LANGUAGES


class PoliciesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """With ``venue`` those that it may name: the whole house's, its organisation's and its own. With
    ``organisation`` those of that.
    """

    venue: VenueRef | None = None
    organisation: Slug | None = None


class PolicyBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """CO2 is over from ``co2_limit_ppm`` until back at ``co2_clear_ppm`` (the limit, where it is
    not given); with ``above_outdoor`` these are ppm over the outdoor air. Fresh air is too little
    below ``min_flow_lps`` a person and ``min_flow_area_lps_m2`` a square metre of floor. A room is
    for one person each ``area_m2_per_person``. With ``one_suffices`` either CO2 or fresh air is
    enough; with ``counts_cleaned_air`` too little fresh air alone is no breach. A breach counts
    when it lasted the pending time; null is no limit. ``names`` and ``notes`` are the name and the
    note (what CO2 cannot show) by language, for those that shall not read ``name`` and ``note``.
    ``venue`` is whose it is, and its managers keep it; ``organisation`` is for all of its venues, and
    who manages each of them keeps it; null of both is the whole house's, kept by admins.
    """

    name: Name
    names: Names = msgspec.field(default_factory=dict)
    co2_warn_ppm: Ppm | None = None
    co2_limit_ppm: Ppm | None = None
    co2_clear_ppm: Ppm | None = None
    above_outdoor: bool = False
    min_flow_lps: Lps | None = None
    min_flow_area_lps_m2: LpsM2 = 0.0
    area_m2_per_person: Metres2 | None = None
    one_suffices: bool = False
    counts_cleaned_air: bool = False
    co2_pending_s: Seconds = 300.0
    ventilation_pending_s: Seconds = 600.0
    occupancy_pending_s: Seconds = 60.0
    no_data_s: Seconds = 300.0
    clear_s: Seconds = 60.0
    source: Note = ""
    dated: Dated = ""
    note: Note = ""
    notes: Notes = msgspec.field(default_factory=dict)
    venue: VenueRef | None = None
    organisation: Slug | None = None


class PolicyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``preset``: it follows a published standard and cannot be changed. ``kind`` is ``own`` for
    the others. A preset is known by its slug: what it is called and what CO2 cannot show of it are
    words of each language, and ``name`` is null here. ``venue`` is whose it is, null the whole
    house's.
    """

    policy: Slug
    name: str | None
    names: dict[str, str]
    co2_warn_ppm: float | None
    co2_limit_ppm: float | None
    co2_clear_ppm: float | None
    above_outdoor: bool
    min_flow_lps: float | None
    min_flow_area_lps_m2: float
    area_m2_per_person: float | None
    one_suffices: bool
    counts_cleaned_air: bool
    co2_pending_s: float
    ventilation_pending_s: float
    occupancy_pending_s: float
    no_data_s: float
    clear_s: float
    kind: Kind
    source: str
    dated: str
    note: str
    notes: dict[str, str]
    venue: VenueRef | None
    organisation: Slug | None
    preset: bool


class Policies(msgspec.Struct, frozen=True):
    policies: tuple[PolicyAnswer, ...]


def get_policies(services: Services, query: PoliciesQuery) -> Policies:
    with services.database.read() as conn:
        found = [policy for policy in registry.all_policies(conn) if sees(policy)]
    asked, whose = query.venue, query.organisation
    shown = (one for one in found if asked is None or one.serves(asked))
    return Policies(tuple(_answer(one) for one in shown if whose in (None, one.organisation)))


def get_policy(services: Services, policy: str) -> PolicyAnswer:
    with services.database.read() as conn:
        return _answer(_found(conn, policy))


def make_policy(services: Services, body: PolicyBody) -> PolicyAnswer:
    """A slug is made of its name."""
    made = _policy("", body)
    with services.database.write() as conn:
        made = owned(conn, made, registry.venues_that_name)
        taken = registry.policies_by_slug(conn).keys() | BY_SLUG.keys()
        made = replace(made, slug=free_slug(body.name, "policy", lambda one: one in taken))
        registry.put_policy(conn, made)
    return _answer(made)


def put_policy(services: Services, policy: str, body: PolicyBody) -> PolicyAnswer:
    _refuse_preset(policy)
    put = _policy(policy, body)
    with services.database.write() as conn:
        if policy in registry.policies_by_slug(conn):
            demand_keeping(_found(conn, policy))
        put = owned(conn, put, registry.venues_that_name)
        registry.put_policy(conn, put)
    return _answer(put)


def _policy(slug: str, body: PolicyBody) -> Policy:
    mistakes = contradictions(body)
    if mistakes:
        raise Problem(422, "the policy is not right", mistakes)
    values = msgspec.structs.asdict(body)
    if body.co2_clear_ppm is None:
        values["co2_clear_ppm"] = body.co2_limit_ppm
    return Policy(slug, **values)


def delete_policy(services: Services, policy: str) -> None:
    _refuse_preset(policy)
    with services.database.write() as conn:
        demand_keeping(_found(conn, policy))
        registry.delete_policy(conn, policy)


def contradictions(body: PolicyBody) -> list[Mistake]:
    """What contradicts itself among the limits, and languages that are not spoken."""
    limit = body.co2_limit_ppm
    found = [
        Mistake(f"/{key}/{code}", f"expected one of {', '.join(LANGUAGES)}")
        for key in ("names", "notes")
        for code in getattr(body, key)
        if code not in LANGUAGES
    ]
    for key in ("co2_warn_ppm", "co2_clear_ppm"):
        level = getattr(body, key)
        if level is not None and (limit is None or level > limit):
            found.append(Mistake(f"/{key}", "at most co2_limit_ppm"))
    if body.above_outdoor and limit is None:
        found.append(Mistake("/above_outdoor", "only with co2_limit_ppm"))
    if body.min_flow_area_lps_m2 and body.min_flow_lps is None:
        found.append(Mistake("/min_flow_area_lps_m2", "only with min_flow_lps"))
    if body.counts_cleaned_air and body.min_flow_lps is None:
        found.append(Mistake("/counts_cleaned_air", "only with min_flow_lps"))
    if body.one_suffices and None in (limit, body.min_flow_lps):
        found.append(Mistake("/one_suffices", "only with co2_limit_ppm and min_flow_lps"))
    return found


def _refuse_preset(policy: str) -> None:
    if policy in BY_SLUG:
        raise Problem(409, f"{policy} is a preset: make your own under another name")


def _answer(policy: Policy) -> PolicyAnswer:
    values = asdict(policy)
    values["name"] = policy.name or None
    del values["venues"]
    return PolicyAnswer(policy=values.pop("slug"), preset=policy.slug in BY_SLUG, **values)


def _found(conn: Connection, slug: str) -> Policy:
    """A policy that is there for the visitor."""
    found = _version(conn, slug)
    if found is None:
        raise Problem(404, f"there is no policy {slug!r}")
    return found


def _version(conn: Connection, policy: str) -> Policy | None:
    found = registry.policies_by_slug(conn).get(policy)
    return found if found is not None and sees(found) else None


ROUTES = (
    Route(
        "GET",
        "/policies",
        get_policies,
        "all sets of limits",
        Policies,
        query=PoliciesQuery,
        paging=Paging("policies", lambda policy: (policy.policy,), tuple[str]),
    ),
    Route(
        "POST",
        "/policies",
        make_policy,
        "make a set of limits",
        PolicyAnswer,
        body=PolicyBody,
        made_at=lambda made: f"/policies/{made.policy}",
    ),
    Route(
        "GET",
        "/policies/{policy}",
        get_policy,
        "one set of limits",
        PolicyAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/policies/{policy}",
        put_policy,
        "make or change a set of limits",
        PolicyAnswer,
        body=PolicyBody,
        problems=(404, 409),
        version=_version,
    ),
    Route(
        "DELETE",
        "/policies/{policy}",
        delete_policy,
        "delete a set of limits that nothing uses",
        problems=(404, 409),
        version=_version,
    ),
)
