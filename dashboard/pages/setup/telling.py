"""The first start: who is told, which calendar is followed, and where to go from there."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.contacts_panel import ContactForm, read_contact
from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.form import Form
from dashboard.pages.settings.calendar_form import filled_in
from dashboard.pages.setup.found import found_venue
from dashboard.web.services import services
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.alerts.contacts import contacts_of, put_contacts
from gateway.registry.devices import all_devices
from gateway.registry.rooms import all_rooms
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("setup_telling", __name__)


@blueprint.get("/setup/contacts/<venue>")
def contacts(venue: VenueSlug) -> str:
    return _contacts_page(venue, ContactForm(venue, language=locale_at(venue).language))


@blueprint.post("/setup/contacts/<venue>")
def add_contact(venue: VenueSlug) -> ResponseReturnValue:
    asked = read_contact(venue, request.form, ())
    if isinstance(asked, ContactForm):
        return _contacts_page(venue, asked), 422
    with services().database.write() as conn:
        found_venue(conn, venue)
        put_contacts(conn, venue, (*contacts_of(conn, venue), asked))
    return redirect(url_for("setup_telling.calendar", venue=venue), 303)


@blueprint.get("/setup/calendar/<venue>")
def calendar(venue: VenueSlug) -> str:
    return _calendar_page(venue, Form({}))


@blueprint.post("/setup/calendar/<venue>")
def follow(venue: VenueSlug) -> ResponseReturnValue:
    with services().database.write() as conn:
        named = found_venue(conn, venue).name
        form = Form(
            {"url": request.form.get("url", ""), "name": named, "place": venue, "every_s": "900"}
        )
        made = filled_in(conn, form, None)
        if not form.wrong:
            put_feed(conn, made)
    if form.wrong:
        return _calendar_page(venue, form), 422
    return redirect(url_for("setup_telling.done", venue=venue), 303)


@blueprint.get("/setup/done/<venue>")
def done(venue: VenueSlug) -> str:
    """What stands, and what is still missing."""
    with services().database.read() as conn:
        found = found_venue(conn, venue)
        rooms = all_rooms(conn, venue)
        hung = {one.room for one in all_devices(conn, venue) if one.room is not None}
        told = contacts_of(conn, venue)
    return render_template(
        "setup_done.html",
        venue=found,
        rooms=rooms,
        without=[room for room in rooms if room.slug not in hung],
        told=told,
    )


def _contacts_page(slug: VenueSlug, form: ContactForm) -> str:
    with services().database.read() as conn:
        venue = found_venue(conn, slug)
    return render_template("setup_contacts.html", venue=venue, form=replace(form, venue=slug))


def _calendar_page(slug: VenueSlug, form: Form) -> str:
    with services().database.read() as conn:
        venue = found_venue(conn, slug)
    return render_template("setup_calendar.html", venue=venue, form=form)
