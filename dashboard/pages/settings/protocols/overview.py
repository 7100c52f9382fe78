"""Protocols: those that can be chosen, and what the meetings of each venue and room are held under."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.owner_choice import owner_names
from dashboard.pages.parts.protocol_choice import ProtocolGroup, protocol_groups
from dashboard.pages.settings.changing import changing, told
from dashboard.web.reach import access, sees
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.protocol.protocol import Protocol
from gateway.domain.protocol.templates import MEASURED_ONLY
from gateway.domain.room import Room, Venue
from gateway.registry.protocols.kept import all_protocols, protocols_for
from gateway.registry.rooms import all_rooms, all_venues, find_venue, put_room, put_venue
from gateway.words.locale import PageLocale
from gateway.words.protocols import protocol_name
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("protocols", __name__)


@dataclass(frozen=True, slots=True)
class ChoicePanel:
    """What a venue chose, and each of its rooms; ``otherwise`` is what counts where it chose none.
    ``apart`` are the rooms that chose one of their own, with its name.
    """

    venue: Venue
    name: str
    rooms: tuple[Room, ...]
    apart: tuple[tuple[Room, str], ...]
    groups: tuple[ProtocolGroup, ...]


@blueprint.get("/settings/protocols")
def protocols() -> str:
    locale, names = locale_at(), owner_names()
    with services().database.read() as conn:
        known = {one.slug: one for one in all_protocols(conn) if sees(one)}
        own = access().venues(Need.SETTINGS)
        venues = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
        panels = [
            _panel(venue, all_rooms(conn, venue.slug), known, names, locale) for venue in venues
        ]
    return render_template(
        "settings/protocols.html",
        panels=panels,
        groups=protocol_groups(known.values(), names, locale),
        chosen=chosen_by(panels, locale),
        usual=protocol_name(MEASURED_ONLY, locale),
    )


@blueprint.post("/settings/venues/<venue>/protocol")
def choose(venue: VenueSlug) -> ResponseReturnValue:
    """Say what the meetings of a venue are held under, and those of its rooms."""
    with changing() as conn:
        found = find_venue(conn, venue)
        if found is None:
            abort(404)
        protocol = _chosen(conn, venue, "protocol")
        if protocol != found.protocol:
            put_venue(conn, replace(found, protocol=protocol))
        for room in all_rooms(conn, venue):
            protocol = _chosen(conn, venue, f"room-{room.slug}")
            if f"room-{room.slug}" in request.form and protocol != room.protocol:
                put_room(conn, replace(room, protocol=protocol))
    locale = locale_at(venue)
    told(locale.gettext("Kept for %(name)s.", name=found.name), locale)
    return redirect(url_for("protocols.protocols"), 303)


def names_of(venues: Iterable[Venue]) -> Mapping[VenueSlug, str]:
    return {venue.slug: venue.name for venue in venues}


def chosen_by(panels: Iterable[ChoicePanel], locale: PageLocale) -> Mapping[str, tuple[str, ...]]:
    """By protocol the venues and rooms that chose it, in words."""
    found: dict[str, tuple[str, ...]] = {}
    for panel in panels:
        if panel.venue.protocol is not None:
            of_venue = found.get(panel.venue.protocol, ())
            found[panel.venue.protocol] = (*of_venue, panel.venue.name)
        for room in panel.rooms:
            if room.protocol is not None:
                words = locale.gettext(
                    "%(room)s (%(venue)s)", room=room.name, venue=panel.venue.name
                )
                found[room.protocol] = (*found.get(room.protocol, ()), words)
    return found


def _chosen(conn: Connection, venue: VenueSlug, field: str) -> str | None:
    """The protocol that was chosen in a form; None for none."""
    slug = request.form.get(field) or None
    if slug is not None and slug not in protocols_for(conn, venue):
        abort(404)
    return slug


def _panel(
    venue: Venue,
    rooms: tuple[Room, ...],
    known: Mapping[str, Protocol],
    names: Mapping[str, str],
    locale: PageLocale,
) -> ChoicePanel:
    def named(slug: str | None) -> str:
        return protocol_name(known.get(slug or "", MEASURED_ONLY), locale)

    return ChoicePanel(
        venue,
        named(venue.protocol),
        rooms,
        tuple((room, named(room.protocol)) for room in rooms if room.protocol is not None),
        protocol_groups((one for one in known.values() if one.serves(venue.slug)), names, locale),
    )
