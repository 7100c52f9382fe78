"""The links of doors: made, printed as cards and taken back."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access, demand, may
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.room import Room
from gateway.links import Links
from gateway.registry.accounts import door_pages as registry
from gateway.registry.accounts.door_pages import DoorPage
from gateway.words.locale import PageLocale
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("doors", __name__)

EVERY_ROOM = "*"


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A page at a door in words, with its link."""

    number: str
    room: str
    venue: str
    by: str
    made: str
    seen: str
    link: str


@blueprint.get("/settings/doors")
def doors() -> str:
    locale = locale_at()
    found = _found()
    return render_template(
        "settings/doors.html",
        lines=[_line(one, locale) for one in found],
        places=_places(),
        asked=request.args.get("venue", ""),
        every=EVERY_ROOM,
    )


@blueprint.post("/settings/doors")
def make() -> ResponseReturnValue:
    """Of one room, or of every room of a venue that has none yet."""
    venue, _, room = request.form.get("room", "").partition("/")
    slug = VenueSlug(venue)
    rooms = [one for one in _rooms() if one.venue == slug and room in (one.slug, EVERY_ROOM)]
    if not rooms:
        abort(404)
    demand(Need.ROLES, slug)
    visitor = current_user()
    by = "-" if visitor is None else visitor.name
    with services().database.write() as conn:
        have = {one.room for one in registry.door_pages_of(conn, (slug,))}
        for one in rooms:
            if room != EVERY_ROOM or one.slug not in have:
                registry.make_door_page(conn, one.venue, one.slug, by, now())
    return redirect(url_for("doors.doors", venue=venue), 303)


@blueprint.post("/settings/doors/<door>/end")
def end(door: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        found = registry.find_door_page(conn, door)
        if found is None or not may(Need.ROLES, found.venue):
            abort(404)
        registry.end_door_page(conn, door)
    flash(locale_at(found.venue).gettext("Taken back: its code shows nothing any more."))
    return redirect(url_for("doors.doors", venue=found.venue), 303)


@blueprint.get("/settings/doors/<door>/card.pdf")
def card(door: str) -> Response:
    with services().database.read() as conn:
        found = registry.find_door_page(conn, door)
    if found is None or not may(Need.ROLES, found.venue):
        abort(404)
    return _cards((found,))


@blueprint.get("/settings/doors/cards.pdf")
def cards() -> Response:
    """One page a room, the newest of its links."""
    venue = request.args.get("venue")
    newest: dict[tuple[str, str], DoorPage] = {}
    for one in _found():
        if venue in (None, "", one.venue):
            newest.setdefault((one.venue, one.room), one)
    if not newest:
        abort(404)
    return _cards(tuple(newest.values()))


def _cards(pages: tuple[DoorPage, ...]) -> Response:
    """In the language of the venue: its guests read them."""
    from dashboard.report.door_card import DoorCard, write_cards  # noqa: PLC0415 - fonts and all

    view = registry_view()
    place = view.venue(pages[0].venue)
    locale = locale_at(place.slug)
    made = [DoorCard(view.venue(p.venue).name, _room_name(p), door_link(p)) for p in pages]
    answer = Response(write_cards(made, locale), mimetype="application/pdf")
    name = pages[0].room if len(pages) == 1 else place.slug
    answer.headers["Content-Disposition"] = f'inline; filename="{name}-a5.pdf"'
    return answer


def door_link(page: DoorPage) -> str:
    links = Links(services().secret, services().settings.public_url)
    return links.door(page.number, page.venue, page.room)


def _found() -> tuple[DoorPage, ...]:
    with services().database.read() as conn:
        return registry.door_pages_of(conn, access().venues(Need.ROLES))


def _rooms() -> list[Room]:
    return [room for room in registry_view().rooms.values() if may(Need.ROLES, room.venue)]


def _places() -> list[tuple[VenueSlug, str, list[Room]]]:
    """Rooms by their venue."""
    rooms, view = _rooms(), registry_view()
    return [
        (venue, view.venue(venue).name, [room for room in rooms if room.venue == venue])
        for venue in dict.fromkeys(room.venue for room in rooms)
    ]


def _room_name(page: DoorPage) -> str:
    known = registry_view().rooms.get((page.venue, page.room))
    return page.room if known is None else known.name


def _line(page: DoorPage, locale: PageLocale) -> DoorLine:
    at = now()
    return DoorLine(
        page.number,
        _room_name(page),
        registry_view().venue(page.venue).name,
        page.by,
        locale.moment(page.made, at),
        "" if page.seen is None else locale.moment(page.seen, at),
        door_link(page),
    )
