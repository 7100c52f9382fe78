"""Who of a venue is told, in which order, when nobody is, and by which ways."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.contacts_panel import (
    ContactForm,
    Filled,
    HoursForm,
    contacts_panels,
    read_contact,
    read_hours,
)
from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.settings.changing import changing, told
from dashboard.pages.settings.channels import channel_lines
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access, may_somewhere
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.alerts.contact import URL, Contact
from gateway.domain.room import Venue
from gateway.notify.channel_list import channels_of
from gateway.registry.alerts.channel_tests import ask_test
from gateway.registry.alerts.contacts import contacts_of, put_contacts
from gateway.registry.alerts.outbox import MAIL
from gateway.registry.rooms import all_venues, find_venue, put_venue
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("contacts", __name__)


@blueprint.get("/settings/contacts")
def contacts() -> str:
    return _page()


@blueprint.post("/settings/venues/<venue>/contacts")
def add_contact(venue: VenueSlug) -> ResponseReturnValue:
    """Put somebody at the end of the list."""
    asked = read_contact(venue, request.form, request.form.getlist("rules"))
    with changing() as conn:
        found = _venue(conn, venue)
        if not isinstance(asked, ContactForm):
            put_contacts(conn, venue, (*contacts_of(conn, venue), asked))
    if isinstance(asked, ContactForm):
        return _page(asked), 422
    locale = locale_at(venue)
    return _kept(found, locale.gettext("%(name)s is told from now on.", name=asked.name))


@blueprint.post("/settings/venues/<venue>/contacts/<int:place>")
def change_contact(venue: VenueSlug, place: int) -> ResponseReturnValue:
    """Take somebody off the list, put them one place higher, change what is said of them, or send them
    a test. ``was`` is who was meant (``name``, where nothing of it changes): a list that changed meanwhile
    stays as it is.
    """
    do, asked = request.form.get("do", ""), None
    with changing() as conn:
        found = _venue(conn, venue)
        contacts = list(contacts_of(conn, venue))
        meant = request.form.get("was", request.form.get("name"))
        if place >= len(contacts) or contacts[place].name != meant:
            abort(404)
        contact = contacts.pop(place)
        if do == "up":
            contacts.insert(max(0, place - 1), contact)
        elif do == "keep":
            rules = request.form.getlist("rules")
            asked = read_contact(venue, request.form, rules, contact)
            contacts.insert(place, contact if isinstance(asked, ContactForm) else asked)
        elif do == "test":
            contacts.insert(place, contact)
            _test(conn, contact)
        put_contacts(conn, venue, contacts)
    if isinstance(asked, ContactForm):
        return _page(replace(asked, place=place)), 422
    locale = locale_at(venue)
    if asked is not None:
        return _kept(found, locale.gettext("Kept for %(name)s.", name=asked.name))
    if do == "test":
        return _kept(found, locale.gettext("A test is on its way to %(name)s.", name=contact.name))
    if do == "up":
        return _kept(found, locale.gettext("%(name)s comes sooner now.", name=contact.name))
    return _kept(found, locale.gettext("%(name)s is off the list.", name=contact.name))


@blueprint.post("/settings/venues/<venue>/hours")
def set_hours(venue: VenueSlug) -> ResponseReturnValue:
    """Say when nobody is told, and after how long somebody else is."""
    with changing() as conn:
        asked = read_hours(_venue(conn, venue), request.form)
        if not isinstance(asked, HoursForm):
            put_venue(conn, asked)
    if isinstance(asked, HoursForm):
        return _page(asked), 422
    return _kept(asked, locale_at(venue).gettext("Kept for %(name)s.", name=asked.name))


def _page(filled: Filled = None) -> str:
    """The page, with a form as it was filled in."""
    locale, runs_house = locale_at(), may_somewhere(Need.SYSTEM)
    with services().database.read() as conn:
        own = access().venues(Need.SETTINGS)
        venues = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
        panels = contacts_panels(conn, venues, filled)
        channels = channel_lines(conn, locale) if runs_house else []
    return render_template(
        "settings/contacts.html",
        venues=venues,
        contacts=panels,
        channels=channels,
        runs_house=runs_house,
        has_mail=MAIL in {channel.name for channel in channels_of(services().notify)},
    )


def _test(conn: Connection, contact: Contact) -> None:
    """Ask for a message to somebody who is told by mail."""
    visitor = current_user()
    channels = {channel.name for channel in channels_of(services().notify)}
    if visitor is None or MAIL not in channels or contact.address.startswith(URL):
        abort(404)
    ask_test(conn, MAIL, contact.address, contact.language, visitor.name, now())


def _venue(conn: Connection, slug: VenueSlug) -> Venue:
    found = find_venue(conn, slug)
    if found is None:
        abort(404)
    return found


def _kept(venue: Venue, said: str) -> ResponseReturnValue:
    told(said, locale_at(venue.slug))
    return redirect(url_for("contacts.contacts", _anchor=f"telling-{venue.slug}"), 303)
