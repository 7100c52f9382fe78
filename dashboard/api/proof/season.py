"""The sum of a span of days, signed."""

from datetime import date
from typing import Annotated, Any

import msgspec
from flask import Response
from msgspec import UNSET, Meta, UnsetType

from dashboard.api.fields import Instant, Slug, VenueRef
from dashboard.api.route import Route
from dashboard.season.scope import organisation_scope, venue_scope
from dashboard.season.signed import signed_season, signer_of
from dashboard.season.span import WrongSpan, span_of
from dashboard.web.organisations import demand_all_of, organisation_in_reach
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.season.figures import RuleFigures, SensorFigures, Tally
from gateway.domain.season.worst import Worst
from gateway.proof.canonical import canonical
from gateway.registry.agenda.seasons import Version
from gateway.registry.rooms import all_venues, find_venue
from gateway.reports.season import Scope
from sensors.time_zone import zone_or_utc
from sensors.wire.topic import RoomSlug, VenueSlug

Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]


class SeasonQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Either ``venue`` or ``organisation``. ``from`` and ``to`` are days in a venue's own time, ``to`` not included: the end of this month
    where it is left out, ``from`` three months before.
    """

    venue: VenueRef | None = None
    organisation: Slug | None = None
    from_: date | None = msgspec.field(name="from", default=None)
    to: date | None = None


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """``people_hours`` are those of the ``counted`` meetings, of which the air counted
    ``counted_by_air``; ``completeness`` is the share of the hours of which the CO2 is known.
    """

    meetings: int
    hours: float
    people_hours: float
    counted: int
    counted_by_air: int
    kept: int
    not_kept: int
    cannot_say: int
    by_rule: dict[str, RuleFigures]
    declared: dict[str, Tally]
    completeness: float | None
    sensors: SensorFigures


class MonthSums(Sums, frozen=True, kw_only=True):
    month: str


class PolicySums(Sums, frozen=True, kw_only=True):
    """What was held to a policy with these limits, from the first to the last day of it."""

    policy: str
    name: str
    kind: str
    source: str
    dated: str
    co2_limit_ppm: float | None
    min_flow_lps: float | None
    first: Day
    last: Day


class RoomSums(Sums, frozen=True, kw_only=True):
    venue: VenueSlug
    room: RoomSlug


class SignatureAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed is all of it but ``value``: ``digests`` hold the SHA-256 of each part."""

    algorithm: str
    name: str
    address: str
    key: str
    at: Instant
    digests: dict[str, str]
    value: str


class AskedItem(msgspec.Struct, frozen=True):
    """What an item that was declared asked; a template's words are those of each language."""

    text: str
    texts: dict[str, str]


class SeasonAnswer(Sums, frozen=True, kw_only=True):
    """``version`` rises whenever the figures of these days are others than when they were last shown;
    ``changed`` says what was.
    """

    format: str
    venue: VenueSlug | UnsetType = UNSET
    organisation: str | UnsetType = UNSET
    name: str
    venues: tuple[VenueSlug, ...]
    names: dict[str, str]
    items: dict[str, AskedItem]
    from_: Day = msgspec.field(name="from")
    to: Day
    months: tuple[MonthSums, ...]
    policies: tuple[PolicySums, ...]
    rooms: tuple[RoomSums, ...]
    worst: tuple[Worst, ...]
    as_of: Instant
    made: Instant
    version: int
    changed: tuple[Version, ...]
    signature: SignatureAnswer


def get_season(services: Services, query: SeasonQuery) -> Response:
    scope, timezone = _scope(services, query)
    now = services.clock.now()
    try:
        today = now.astimezone(zone_or_utc(timezone)).date()
        span = span_of(query.from_, query.to, today)
    except WrongSpan as error:
        raise Problem(400, f"from: {error}", [Mistake("from", str(error))]) from error
    signer = signer_of(services.settings, services.directory, scope.name)
    document: dict[str, Any]
    document, _ = signed_season(services.database, scope, span, now, signer)
    return Response(canonical(document), mimetype="application/json")


def _scope(services: Services, query: SeasonQuery) -> tuple[Scope, str]:
    if query.organisation is not None and query.venue is None:
        with services.database.read() as conn:
            found = organisation_in_reach(conn, query.organisation)
            scope = organisation_scope(conn, found.slug)
            zones = {venue.slug: venue.timezone for venue in all_venues(conn)}
        demand_all_of(Need.MEETINGS, found)
        if scope is not None:
            return scope, next((zones[venue] for venue in scope.venues), "UTC")
    if query.venue is None or query.organisation is not None:
        raise Problem(
            400,
            "venue: expected this or organisation",
            [Mistake("venue", "expected this or organisation")],
        )
    demand(Need.MEETINGS, query.venue)
    with services.database.read() as conn:
        scope, venue = venue_scope(conn, query.venue), find_venue(conn, query.venue)
    if scope is None or venue is None:
        raise Problem(404, f"there is no venue {query.venue!r}")
    return scope, venue.timezone


ROUTES = (
    Route(
        "GET",
        "/season",
        get_season,
        "what the meetings of a span of days came to, signed",
        SeasonAnswer,
        query=SeasonQuery,
        problems=(404, 503),
    ),
)
