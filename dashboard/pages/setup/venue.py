"""The first start: which venue it is."""

from zoneinfo import available_timezones

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.api.new_slug import free_slug
from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.form import Form
from dashboard.web.services import services
from gateway.domain.room import Venue
from gateway.registry.rooms import all_venues, put_venue
from gateway.words.locale import LANGUAGES, PageLocale
from sensors.time_zone import find_zone, local_zone
from sensors.wire.topic import CHECK, VenueSlug, is_slug

blueprint = Blueprint("setup_venue", __name__)

NAME_LENGTH = 200


@blueprint.get("/setup/venue")
def venue() -> str:
    heard = _spoken_of()
    language = locale_at().language
    suggested = {"language": language, "timezone": local_zone(), "slug": next(iter(heard), "")}
    return _page(Form(suggested), heard)


@blueprint.post("/setup/venue")
def make() -> ResponseReturnValue:
    form, locale = Form(request.form), locale_at()
    with services().database.write() as conn:
        made = _filled_in(conn, form, locale)
        if not form.wrong:
            put_venue(conn, made)
    if form.wrong:
        return _page(form, _spoken_of()), 422
    return redirect(url_for("setup_rooms.rooms", venue=made.slug), 303)


def _filled_in(conn: Connection, form: Form, locale: PageLocale) -> Venue:
    name = form.required("name", NAME_LENGTH, locale)
    taken = {one.slug for one in all_venues(conn)}
    slug = form.text("slug") or free_slug(name, "venue", lambda one: one in taken)
    if not is_slug(slug) or slug == CHECK:
        form.wrong["slug"] = locale.gettext("Small letters, digits and hyphens alone.")
    elif slug in taken:
        form.wrong["slug"] = locale.gettext("There is a venue of this name already.")
    zone = form.text("timezone")
    if find_zone(zone) is None:
        form.wrong["timezone"] = locale.gettext("Choose one of the list.")
    language = form.text("language")
    if language not in LANGUAGES:
        form.wrong["language"] = locale.gettext("Choose one of the list.")
    return Venue(VenueSlug(slug), name, zone, language)


def _spoken_of() -> tuple[str, ...]:
    """The venues that devices name which can be heard, and that are not there yet."""
    ear = services().heard
    named = () if ear is None else ear.heard()
    with services().database.read() as conn:
        known = {one.slug for one in all_venues(conn)}
    return tuple(sorted({one.key[0] for one in named} - known))


def _page(form: Form, heard: tuple[str, ...]) -> str:
    return render_template(
        "setup_venue.html",
        form=form,
        heard=heard,
        zones=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
    )
