"""Wall screens: their links, made and taken back, and the way in by one."""

from dataclasses import dataclass

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.form import Form
from dashboard.web.identity.account import own_account
from dashboard.web.kiosk import keep_link, kiosk_of
from dashboard.web.reach import access, demand, may
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.room import Venue
from gateway.links import Links
from gateway.registry.accounts import kiosks as registry
from gateway.registry.accounts.kiosks import LABEL_LENGTH, Kiosk
from gateway.words.locale import PageLocale
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("kiosks", __name__)


@dataclass(frozen=True, slots=True)
class KioskLine:
    """A screen in words, with its link."""

    number: str
    label: str
    venue: str
    by: str
    made: str
    seen: str
    link: str
    is_new: bool


@blueprint.get("/k/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Make this browser the wall screen that the link was made for."""
    kiosk = kiosk_of(services(), token)
    answer = redirect(url_for("board.kiosk", venue=kiosk.venue), 303)
    assert isinstance(answer, Response)  # noqa: S101 - Flask's own redirect
    keep_link(answer, token, secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")))
    return answer


@blueprint.get("/settings/kiosks")
def kiosks() -> str:
    return _page(Form({"venue": request.args.get("venue", "")}))


@blueprint.post("/settings/kiosks")
def make() -> ResponseReturnValue:
    form, locale = Form(request.form), locale_at()
    venue = form.chosen("venue", {one.slug: one for one in _venues()}, locale)
    if venue is None and not form.wrong:
        form.wrong["venue"] = locale.gettext("Fill this in.")
    label = form.required("label", LABEL_LENGTH, locale)
    if venue is None or form.wrong:
        return _page(form), 422
    demand(Need.ROLES, venue.slug)
    with services().database.write() as conn:
        made = registry.make_kiosk(conn, venue.slug, label, own_account(), now())
    return redirect(url_for("kiosks.kiosks", made=made.number), 303)


@blueprint.post("/settings/kiosks/<kiosk>/end")
def end(kiosk: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        found = registry.find_kiosk(conn, kiosk)
        if found is None or not may(Need.ROLES, found.venue):
            abort(404)
        registry.end_kiosk(conn, kiosk)
    flash(locale_at().gettext("The screen %(label)s shows nothing more.", label=found.label))
    return redirect(url_for("kiosks.kiosks"), 303)


def _page(form: Form) -> str:
    locale, newest = locale_at(), request.args.get("made")
    with services().database.read() as conn:
        found = registry.living_of(conn, access().venues(Need.ROLES))
    return render_template(
        "settings/kiosks.html",
        lines=[_line(kiosk, locale, is_new=kiosk.number == newest) for kiosk in found],
        venues=_venues(),
        form=form,
    )


def _venues() -> list[Venue]:
    """Where the visitor may hang a screen."""
    return [venue for venue in registry_view().venues.values() if may(Need.ROLES, venue.slug)]


def _line(kiosk: Kiosk, locale: PageLocale, *, is_new: bool) -> KioskLine:
    at = now()
    return KioskLine(
        kiosk.number,
        kiosk.label,
        registry_view().venue(kiosk.venue).name,
        kiosk.by,
        locale.moment(kiosk.made, at),
        "" if kiosk.seen is None else locale.moment(kiosk.seen, at),
        kiosk_link(kiosk.number, kiosk.venue),
        is_new,
    )


def kiosk_link(number: str, venue: VenueSlug) -> str:
    return Links(services().secret, services().settings.public_url).kiosk(number, venue)
