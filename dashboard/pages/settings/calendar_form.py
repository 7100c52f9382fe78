"""Setting up a calendar to follow, and changing it."""

from typing import Final

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.api.new_slug import free_slug
from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.form import Form
from dashboard.pages.settings.calendars import found_feed, to_calendar
from dashboard.pages.settings.changing import changing, told
from dashboard.web.reach import may, within
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.calendar.feed import Feed
from gateway.domain.room import Venue
from gateway.outward.address import BadAddress, parse
from gateway.registry.agenda import feeds as registry
from gateway.registry.rooms import all_rooms, all_venues
from gateway.words.locale import PageLocale
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("calendar_form", __name__)

NAME_LENGTH: Final = 200
EVERY_S: Final = (300, 900, 3600, 21_600)


@blueprint.get("/settings/calendars/new")
def new() -> str:
    return _form_page(Form({"every_s": "900"}), None)


@blueprint.post("/settings/calendars/new")
def make() -> ResponseReturnValue:
    form = Form(request.form)
    with services().database.write() as conn:
        made = filled_in(conn, form, None)
        if not form.wrong:
            registry.put_feed(conn, made)
    if form.wrong:
        return _form_page(form, None), 422
    flash(locale_at().gettext("%(name)s is followed from now on.", name=made.name))
    return to_calendar(made.slug)


@blueprint.get("/settings/calendars/<slug>/edit")
def edit(slug: str) -> str:
    with services().database.read() as conn:
        feed = found_feed(conn, slug)
    return _form_page(Form(_values(feed)), feed)


@blueprint.post("/settings/calendars/<slug>/edit")
def change(slug: str) -> ResponseReturnValue:
    form = Form(request.form)
    with changing() as conn:
        before = found_feed(conn, slug)
        changed = filled_in(conn, form, before)
        if not form.wrong:
            registry.put_feed(conn, changed)
    if form.wrong:
        return _form_page(form, before), 422
    locale = locale_at(changed.venue)
    told(locale.gettext("Kept."), locale)
    return to_calendar(slug)


def filled_in(conn: Connection, form: Form, before: Feed | None) -> Feed:
    """The feed as it was filled in; what is wrong with it is in the form."""
    locale = locale_at()
    name = form.required("name", NAME_LENGTH, locale)
    url = form.text("url") or ("" if before is None else before.url)
    try:
        parse(url)
    except BadAddress:
        form.wrong["url"] = locale.gettext("An address begins with https:// or webcal://.")
    venue, room = _place(conn, form, locale)
    every = form.text("every_s")
    return Feed(
        slug=_slug(conn, name) if before is None else before.slug,
        venue=venue,
        name=name,
        url=url,
        room=room,
        every_s=float(every) if every in map(str, EVERY_S) else 900.0,
        rules=before.rules if before is not None and before.venue == venue else (),
    )


def _place(conn: Connection, form: Form, locale: PageLocale) -> tuple[VenueSlug, RoomSlug | None]:
    """The venue that was chosen, or its room."""
    venue, _, room = form.text("place").partition("/")
    known: set[str] = {one.slug for one in _venues(conn)}
    known |= {f"{one.venue}/{one.slug}" for one in within(all_rooms(conn), Need.SETTINGS)}
    if not venue:
        form.wrong["place"] = locale.gettext("Choose a venue, or one of its rooms.")
    elif form.text("place") not in known:
        form.wrong["place"] = locale.gettext("This is not there any more. Choose again.")
    return VenueSlug(venue), RoomSlug(room) if room else None


def _venues(conn: Connection) -> tuple[Venue, ...]:
    """Those that the visitor sets up."""
    return tuple(one for one in all_venues(conn) if may(Need.SETTINGS, one.slug))


def _slug(conn: Connection, name: str) -> str:
    """A slug of its own made from a name."""
    taken = {feed.slug for feed in registry.all_feeds(conn)}
    return free_slug(name, "calendar", lambda one: one in taken)


def _values(feed: Feed) -> dict[str, str]:
    return {
        "name": feed.name,
        "place": feed.venue if feed.room is None else f"{feed.venue}/{feed.room}",
        "every_s": f"{feed.every_s:.0f}",
    }


def _form_page(form: Form, feed: Feed | None) -> str:
    locale = locale_at()
    with services().database.read() as conn:
        venues = list(_venues(conn))
        rooms = list(within(all_rooms(conn), Need.SETTINGS))
    return render_template(
        "settings/calendar_form.html",
        form=form,
        feed=feed,
        served_by="" if feed is None else parse(feed.url).shown,
        venues=venues,
        rooms=rooms,
        often=[(f"{every}", _every_words(every, locale)) for every in EVERY_S],
    )


def _every_words(every_s: int, locale: PageLocale) -> str:
    if every_s < 3600:
        minutes = every_s // 60
        return locale.ngettext("every minute", "every %(number)s minutes", minutes)
    return locale.ngettext("every hour", "every %(number)s hours", every_s // 3600)
