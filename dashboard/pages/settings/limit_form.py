"""Limits of one's own: made by copying others, changed, and tried on what was measured last month."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.api.new_slug import free_slug
from dashboard.api.places.policies import PolicyBody, contradictions
from dashboard.pages.parts.context import locale_at, registry_view
from dashboard.pages.parts.form import Form
from dashboard.pages.parts.limits import kind_word, policy_line
from dashboard.pages.parts.owner_choice import Owner, chosen_owner, owner_choices, usual_owner
from dashboard.pages.settings.changing import changing, told
from dashboard.pages.settings.trial import RoomTrial, tried
from dashboard.web.reach import demand_keeping, may, may_keep, sees
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.policy import Policy
from gateway.domain.presets import BY_SLUG
from gateway.domain.room import Venue
from gateway.registry.policies import (
    delete_policy,
    policies_by_slug,
    put_policy,
    venues_that_name,
)
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("limit_form", __name__)

NAME_LENGTH: Final = 200
NOTE_LENGTH: Final = 2000
NUMBERS: Final[Mapping[str, tuple[float, float]]] = {
    "co2_warn_ppm": (1, 40_000),
    "co2_limit_ppm": (1, 40_000),
    "co2_clear_ppm": (1, 40_000),
    "min_flow_lps": (0.1, 1_000),
    "min_flow_area_lps_m2": (0, 100),
    "area_m2_per_person": (0.1, 999_999),
    "co2_pending_s": (0, 86_400),
    "ventilation_pending_s": (0, 86_400),
    "occupancy_pending_s": (0, 86_400),
    "no_data_s": (0, 86_400),
    "clear_s": (0, 86_400),
}
"""What the API takes, from the least to the most."""
FLAGS: Final = ("above_outdoor", "one_suffices", "counts_cleaned_air")


@dataclass(frozen=True, slots=True)
class Trial:
    """What limits would have flagged last month in a venue; ``is_away``: its readings cannot be had."""

    venue: Venue
    rooms: tuple[RoomTrial, ...]
    is_away: bool


@blueprint.get("/settings/limits/new")
def new() -> str:
    with services().database.read() as conn:
        found = _find(conn, request.args.get("from", "")) if request.args.get("from") else None
    locale = locale_at()
    values = _values(Policy("") if found is None else found, locale)
    if found is not None:
        name = policy_name(found, locale)
        values["name"] = locale.gettext("Copy of %(name)s", name=name)[:NAME_LENGTH]
    return _page(None, Form(values | {"venue": usual_owner()}))


@blueprint.post("/settings/limits/new")
def make() -> ResponseReturnValue:
    form, locale = Form(request.form), locale_at()
    owner = chosen_owner(form, locale)
    body = _read(form, owner, locale)
    if body is None or form.text("do") == "try":
        return _shown(None, form, body)
    demand_keeping(owner)
    with changing() as conn:
        taken = policies_by_slug(conn).keys() | BY_SLUG.keys()
        made = _policy(free_slug(body.name, "policy", lambda one: one in taken), body)
        put_policy(conn, made)
    told(locale.gettext("%(name)s can be chosen now.", name=made.name), locale)
    return redirect(url_for("limit_form.policy", policy=made.slug), 303)


@blueprint.get("/settings/limits/<policy>")
def policy(policy: str) -> str:
    with services().database.read() as conn:
        found = _find(conn, policy)
    asked = request.args.get("try", "")
    trial = _trial(found, VenueSlug(asked)) if asked else None
    return _page(found, Form(_values(found, locale_at())), trial)


@blueprint.post("/settings/limits/<policy>")
def change(policy: str) -> ResponseReturnValue:
    """Keep limits of one's own as they are filled in, try these, or delete them where nothing is held to
    them.
    """
    form, locale = Form(request.form), locale_at()
    with services().database.read() as conn:
        found = _find(conn, policy)
    if found.slug in BY_SLUG:
        abort(404)
    demand_keeping(found)
    if form.text("do") == "delete":
        return _delete(found, locale)
    body = _read(form, Owner(found.venue, found.organisation), locale)
    if body is None or form.text("do") == "try":
        return _shown(found, form, body)
    with changing() as conn:
        put_policy(conn, replace(_policy(found.slug, body), names=found.names, notes=found.notes))
    told(locale.gettext("Kept for %(name)s.", name=body.name), locale)
    return redirect(url_for("limit_form.policy", policy=found.slug), 303)


def _delete(found: Policy, locale: PageLocale) -> ResponseReturnValue:
    with changing() as conn:
        is_named = bool(venues_that_name(conn, found.slug))
        if not is_named:
            delete_policy(conn, found.slug)
    if is_named:
        form = Form(_values(found, locale))
        form.wrong["delete"] = locale.gettext("A venue, a room or a meeting is held to it.")
        return _page(found, form), 409
    told(locale.gettext("%(name)s is gone.", name=policy_name(found, locale)), locale)
    return redirect(url_for("limits.limits"), 303)


def _find(conn: Connection, slug: str) -> Policy:
    """Limits that are there for the visitor."""
    found = policies_by_slug(conn).get(slug)
    if found is None or not sees(found):
        abort(404)
    return found


def _venues() -> list[Venue]:
    return [one for one in registry_view().venues.values() if may(Need.SETTINGS, one.slug)]


def _read(form: Form, owner: Owner, locale: PageLocale) -> PolicyBody | None:
    """What was filled in; None where that is wrong."""
    values: dict[str, Any] = {"name": form.required("name", NAME_LENGTH, locale)}
    values |= {"venue": owner.venue, "organisation": owner.organisation}
    for name, (least, most) in NUMBERS.items():
        values[name] = _number(form, name, least, most, locale)
    values |= {name: bool(form.text(name)) for name in FLAGS}
    note = " ".join(form.text("note").split())
    if len(note) > NOTE_LENGTH or not note.isprintable():
        form.wrong["note"] = locale.gettext("One line, without signs that cannot be seen.")
    if form.wrong:
        return None
    given = {name: value for name, value in values.items() if value is not None}
    body = PolicyBody(**given, note=note)
    for mistake in contradictions(body):
        form.wrong[mistake.pointer.lstrip("/")] = _contradiction(mistake.pointer, locale)
    return None if form.wrong else body


def _number(form: Form, name: str, least: float, most: float, locale: PageLocale) -> float | None:
    given = form.text(name)
    if not given:
        return None
    try:
        found = float(given.replace(",", "."))
    except ValueError:
        found = least - 1
    if not least <= found <= most:
        form.wrong[name] = locale.gettext(
            "A number from %(least)s to %(most)s.",
            least=locale.tenths(least),
            most=locale.number(most),
        )
        return None
    return found


def _contradiction(pointer: str, locale: PageLocale) -> str:
    match pointer:
        case "/co2_warn_ppm" | "/co2_clear_ppm":
            return locale.gettext("At most the CO₂ limit, which must be there.")
        case "/above_outdoor":
            return locale.gettext("Only with a CO₂ limit.")
        case "/one_suffices":
            return locale.gettext("Only with a CO₂ limit and fresh air per person.")
        case _:
            return locale.gettext("Only with fresh air per person.")


def _policy(slug: str, body: PolicyBody) -> Policy:
    values = msgspec.structs.asdict(body)
    if body.co2_clear_ppm is None:
        values["co2_clear_ppm"] = body.co2_limit_ppm
    return Policy(slug, **values)


def _values(policy: Policy, locale: PageLocale) -> dict[str, str]:
    """Limits as the fields show them."""
    row = asdict(policy)
    values = {name: _text(row[name], locale) for name in NUMBERS}
    values |= {name: "1" if row[name] else "" for name in FLAGS}
    note = policy.note if policy.slug not in BY_SLUG else ""
    return values | {"name": policy.name, "note": note, "venue": policy.venue or ""}


def _text(value: float | None, locale: PageLocale) -> str:
    text = "" if value is None else f"{value:.10g}"
    return text if locale.language == "en" else text.replace(".", ",")


def _trial(policy: Policy, venue: VenueSlug) -> Trial:
    place = registry_view().venues.get(venue)
    if place is None or not may(Need.SETTINGS, venue):
        abort(404)
    found = tried(policy, venue)
    return Trial(place, found or (), is_away=found is None)


def _shown(found: Policy | None, form: Form, body: PolicyBody | None) -> ResponseReturnValue:
    """The form as it was filled in: with what is wrong, or what it would have flagged."""
    if body is None:
        return _page(found, form), 422
    venues = _venues()
    venue = body.venue or (venues[0].slug if venues else None)
    slug = "" if found is None else found.slug
    return _page(found, form, None if venue is None else _trial(_policy(slug, body), venue))


def _page(found: Policy | None, form: Form, trial: Trial | None = None) -> str:
    locale = locale_at()
    is_preset = found is not None and found.slug in BY_SLUG
    is_theirs = found is None or (not is_preset and may_keep(found))
    return render_template(
        "settings/limit_form.html",
        policy=found,
        title=locale.gettext("Limits of your own") if found is None else policy_name(found, locale),
        kind="" if found is None else kind_word(found.kind, locale),
        line=None if found is None else policy_line(found, locale),
        form=form,
        is_theirs=is_theirs,
        venues=_venues(),
        owners=owner_choices(locale),
        trial=trial,
    )
