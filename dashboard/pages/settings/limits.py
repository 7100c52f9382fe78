"""Limits: those that can be chosen, and what the rooms of each venue are shown against."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.limits import LEGAL_KINDS, PolicyGroup, policy_groups
from dashboard.pages.settings.changing import changing, told
from dashboard.web.reach import access, sees
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.policy import Policy
from gateway.domain.presets import HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room import Venue
from gateway.registry.policies import policies_by_slug, policies_for
from gateway.registry.rooms import all_venues, find_venue, put_venue
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("limits", __name__)


@dataclass(frozen=True, slots=True)
class StandardsPanel:
    """What the rooms of a venue are shown against by name, and what may be chosen for it."""

    venue: Venue
    legal: str
    healthy: str
    groups: tuple[PolicyGroup, ...]


@blueprint.get("/settings/limits")
def limits() -> str:
    locale = locale_at()
    with services().database.read() as conn:
        policies = {slug: one for slug, one in policies_by_slug(conn).items() if sees(one)}
        own = access().venues(Need.SETTINGS)
        venues = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
    return render_template(
        "settings/limits.html",
        panels=[_panel(venue, policies, locale) for venue in venues],
        groups=policy_groups(policies.values(), locale),
        legal_kinds=LEGAL_KINDS,
        usual_legal=policy_name(LEGAL_DEFAULT, locale),
        usual_healthy=policy_name(HEALTHY_DEFAULT, locale),
    )


@blueprint.post("/settings/venues/<venue>/standards")
def set_standards(venue: VenueSlug) -> ResponseReturnValue:
    """Say what the rooms of a venue are shown against."""
    with changing() as conn:
        found = find_venue(conn, venue)
        if found is None:
            abort(404)
        legal, healthy = (chosen_limits(conn, venue, name) for name in ("legal", "healthy"))
        put_venue(conn, replace(found, legal_policy=legal, healthy_policy=healthy))
    locale = locale_at(venue)
    told(locale.gettext("Kept for %(name)s.", name=found.name), locale)
    return redirect(url_for("limits.limits"), 303)


def chosen_limits(conn: Connection, venue: VenueSlug, field: str) -> str | None:
    """The policy that was chosen in a form; None for the default."""
    slug = request.form.get(field) or None
    if slug is not None and slug not in policies_for(conn, venue):
        abort(404)
    return slug


def _panel(venue: Venue, policies: Mapping[str, Policy], locale: PageLocale) -> StandardsPanel:
    def named(slug: str | None, otherwise: Policy) -> str:
        return policy_name(policies.get(slug or otherwise.slug, otherwise), locale)

    return StandardsPanel(
        venue,
        named(venue.legal_policy, LEGAL_DEFAULT),
        named(venue.healthy_policy, HEALTHY_DEFAULT),
        policy_groups((one for one in policies.values() if one.serves(venue.slug)), locale),
    )
