"""Noting what happened in a room, on its page."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.history.chart import state_of
from dashboard.pages.parts.context import locale_at, now
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import demand, in_reach
from dashboard.web.services import services
from dashboard.words.annotations import KINDS
from gateway.domain.access import Need
from gateway.domain.annotation import Annotation, AnnotationKind
from gateway.registry.annotations import delete_annotation, find_annotation, make_annotation
from gateway.words.locale import PageLocale
from sensors.wire.plain_line import made_plain
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("notes", __name__)

LONGEST = 500


@blueprint.post("/rooms/<venue>/<room>/notes")
def make(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    state_of(venue, room)
    demand(Need.ANNOTATE, venue)
    locale = locale_at(venue)
    made = _read(venue, room, locale)
    if isinstance(made, str):
        flash(made)
    else:
        with services().database.write() as conn:
            make_annotation(conn, made)
        flash(locale.gettext("Noted."))
    return _back(venue, room)


@blueprint.post("/rooms/<venue>/<room>/notes/<int:number>/delete")
def take_away(venue: VenueSlug, room: RoomSlug, number: int) -> ResponseReturnValue:
    with services().database.write() as conn:
        found = in_reach(find_annotation(conn, number))
        if found is None or found.venue != venue:
            abort(404)
        demand(Need.ANNOTATE, venue)
        delete_annotation(conn, number)
    flash(locale_at(venue).gettext("The note is gone."))
    return _back(venue, room)


def _read(venue: VenueSlug, room: RoomSlug, locale: PageLocale) -> Annotation | str:
    """What is asked, or what is wrong with it."""
    kinds = [one for one in KINDS if one == request.form.get("kind")]
    kind: AnnotationKind = kinds[0] if kinds else "other"
    text = made_plain(request.form.get("text", ""))[:LONGEST].strip()
    since = _moment("since", locale) or now()
    until = _moment("until", locale)
    if kind == "other" and not text:
        return locale.gettext("Say in a few words what it was.")
    if until is not None and until <= since:
        return locale.gettext("It cannot end before it begins.")
    visitor = current_user()
    by = "" if visitor is None else visitor.name
    return Annotation(venue, room, kind, text, since, until, by)


def _moment(name: str, locale: PageLocale) -> datetime | None:
    try:
        at = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
    return at.replace(tzinfo=locale.zone) if 2000 <= at.year < 2250 else None


def _back(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    return redirect(url_for("room.room", venue=venue, room=room, _anchor="noted"), 303)
