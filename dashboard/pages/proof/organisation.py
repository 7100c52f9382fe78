"""The board of boards: the venues of an organisation by trouble, and their rooms compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.api.new_slug import free_slug
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.report import units
from dashboard.season.comparison import compared_rooms
from dashboard.season.span import span_of
from dashboard.web.organisations import (
    may_in_all_of,
    organisation_in_reach,
    organisations_in_reach,
)
from dashboard.web.reach import access, may_somewhere
from dashboard.web.services import services
from dashboard.words.codes import rooms_words
from dashboard.words.roles import role_words
from gateway.domain.access import VENUE_ROLES, Need
from gateway.domain.organisation import Organisation
from gateway.domain.room_state import Level
from gateway.domain.season.comparison import Compared
from gateway.registry import organisations as registry
from gateway.registry.accounts.users import all_users
from gateway.words.locale import DASH, PageLocale
from gateway.words.policies import policy_name
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("organisation", __name__)

TROUBLE: Final[tuple[Level, ...]] = ("act", "watch", "unknown", "good")
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class VenueLine:
    """A venue on the board of boards: the worst level of its rooms, and what to say of them."""

    slug: VenueSlug
    name: str
    level: Level
    says: str


@dataclass(frozen=True, slots=True)
class ComparedLine:
    room: str
    venue: str
    people_hours: str
    co2: str
    flow: str
    over: str
    share: float


@blueprint.get("/organisations")
def organisations() -> str:
    with services().database.read() as conn:
        found = organisations_in_reach(conn)
    may_make = may_somewhere(Need.SYSTEM)
    return render_template("organisations.html", may_make=may_make, locale=locale_at(), organisations=found, lines={
        one.slug: _venues(one, locale_at()) for one in found
    })  # fmt: skip


@blueprint.post("/organisations")
def make() -> ResponseReturnValue:
    """Make one; its venues are chosen on its own page."""
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    if not name:
        abort(422)
    with services().database.write() as conn:
        taken = {one.slug for one in registry.all_organisations(conn)}
        slug = free_slug(name, "organisation", lambda one: one in taken)
        registry.put_organisation(conn, Organisation(slug, name))
    return redirect(url_for("organisation.organisation", organisation=slug), 303)


@blueprint.get("/organisations/<organisation>")
def organisation(organisation: str) -> str:
    locale = locale_at()
    span = span_of(None, None, now().date())
    with services().database.read() as conn:
        found = organisation_in_reach(conn, organisation)
        is_whole = may_in_all_of(Need.MEETINGS, found)
        policy, rooms = compared_rooms(conn, found, span, None)
        is_admin = may_somewhere(Need.USERS)
        roles = registry.roles_in(conn, found.slug) if is_admin else {}
        users = [user.name for user in all_users(conn)] if is_admin else []
    start, end = (day.isoformat() for day in span)
    return render_template(
        "organisation.html",
        locale=locale,
        organisation=found,
        venues=_venues(found, locale),
        rooms=[_compared(one, locale) for one in rooms] if is_whole else [],
        policy=policy_name(policy, locale),
        season={"organisation": found.slug, "from": start, "to": end} if is_whole else None,
        is_admin=is_admin,
        all_venues=registry_view().venues.values() if is_admin else (),
        roles={user: [role_words(role, locale) for role in its] for user, its in roles.items()},
        users=users,
        all_roles=[(role, role_words(role, locale)) for role in VENUE_ROLES],
    )


@blueprint.post("/organisations/<organisation>")
def change(organisation: str) -> ResponseReturnValue:
    """Make one, or say what it is called and which venues belong to it."""
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    known = registry_view().venues
    venues = tuple(sorted(VenueSlug(one) for one in request.form.getlist("venues") if one in known))
    if not name:
        abort(422)
    with services().database.write() as conn:
        before = registry.find_organisation(conn, organisation)
        policy = None if before is None else before.policy
        registry.put_organisation(conn, Organisation(organisation, name, venues, policy))
    flash(locale_at().gettext("Kept for %(name)s.", name=name))
    return redirect(url_for("organisation.organisation", organisation=organisation), 303)


@blueprint.post("/organisations/<organisation>/roles")
def set_roles(organisation: str) -> ResponseReturnValue:
    """Say what somebody is in each of its venues; what was open in their name ends."""
    user = request.form.get("user", "")
    chosen = [role for role in VENUE_ROLES if role in request.form.getlist("roles")]
    with services().database.write() as conn:
        found = registry.find_organisation(conn, organisation)
        if found is None or user not in {one.name for one in all_users(conn)}:
            abort(404)
        registry.set_roles_in(conn, found.slug, user, chosen)
    flash(locale_at().gettext("Kept for %(name)s.", name=user))
    return redirect(url_for("organisation.organisation", organisation=organisation), 303)


def _venues(found: Organisation, locale: PageLocale) -> list[VenueLine]:
    """Those that the visitor reaches, where most is to be done first."""
    view = registry_view()
    states = services().board.rooms()
    lines = []
    for slug in found.venues:
        if slug not in view.venues or not access().reaches(slug):
            continue
        levels = [state.level for state in states if state.venue == slug]
        lines.append(
            VenueLine(slug, view.venues[slug].name, _worst(levels), rooms_words(levels, locale))
        )
    weight = {
        slug: [s.level for s in states if s.venue == slug].count("act") for slug in found.venues
    }
    return sorted(
        lines, key=lambda line: (TROUBLE.index(line.level), -weight[line.slug], line.name)
    )


def _worst(levels: Iterable[Level]) -> Level:
    found = set(levels)
    return next((level for level in TROUBLE if level in found), "unknown")


def _compared(one: Compared, locale: PageLocale) -> ComparedLine:
    view = registry_view()
    room, venue = view.rooms.get((one.venue, one.room)), view.venues.get(one.venue)
    share = one.share_over
    return ComparedLine(
        one.room if room is None else room.name,
        one.venue if venue is None else venue.name,
        locale.number(one.people_hours),
        DASH if one.co2_mean_ppm is None else units.ppm(one.co2_mean_ppm, locale),
        DASH if one.flow_lps is None else units.lps(one.flow_lps, locale),
        DASH if share is None else f"{locale.number(100 * share)}\u00a0%",
        round(100 * (share or 0.0), 2),
    )
