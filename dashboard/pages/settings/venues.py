"""The venues with their rooms: what each is like and held to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import available_timezones

from flask import Blueprint, render_template
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.form import Form
from dashboard.pages.parts.limits import PolicyGroup, policy_groups
from dashboard.web.reach import access, sees
from dashboard.web.services import services
from dashboard.words.rooms import air_from_choices, kind_words, ventilation_choices
from gateway.domain.access import Need
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.room import Room, Venue
from gateway.registry.policies import policies_by_slug
from gateway.registry.rooms import all_venues, every_room
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("venues", __name__)

FIELDS: Final = (
    "name", "seats", "floor_area_m2", "volume_m3", "design_flow_lps", "policy", "ventilation",
    "air_from",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in: of a room, of the venue itself (None), or of a new room (empty)."""

    venue: VenueSlug
    room: RoomSlug | str | None
    form: Form


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in words, and its form. ``is_wrong`` where that was filled in and is not right."""

    room: Room
    size: str
    limits: str
    kind: str
    form: Form
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class VenuePanel:
    """A venue with its rooms, the limits that these may choose among, and its own forms."""

    venue: Venue
    rooms: tuple[RoomLine, ...]
    archived: tuple[Room, ...]
    groups: tuple[PolicyGroup, ...]
    form: Form
    new: Form


@blueprint.get("/settings/venues")
def venues() -> str:
    return page()


def page(filled: Filled | None = None) -> str:
    """The page, with a form as it was filled in."""
    locale = locale_at()
    with services().database.read() as conn:
        policies = {slug: one for slug, one in policies_by_slug(conn).items() if sees(one)}
        own = access().venues(Need.SETTINGS)
        panels = [
            _panel(conn, venue, policies, filled)
            for venue in all_venues(conn)
            if own is None or venue.slug in own
        ]
    return render_template(
        "settings/venues.html",
        panels=panels,
        ventilation=ventilation_choices(locale),
        air_from=air_from_choices(locale),
        usual=policy_name(DEFAULT, locale),
        zones=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
    )


def _panel(
    conn: Connection, venue: Venue, policies: Mapping[str, Policy], filled: Filled | None
) -> VenuePanel:
    locale, rooms = locale_at(venue.slug), every_room(conn, venue.slug)
    its = filled if filled is not None and filled.venue == venue.slug else None
    return VenuePanel(
        venue,
        tuple(_line(room, policies, its, locale) for room in rooms if not room.archived),
        tuple(room for room in rooms if room.archived),
        policy_groups((one for one in policies.values() if one.serves(venue.slug)), locale),
        its.form if its is not None and its.room is None else _form_of_venue(venue),
        its.form if its is not None and its.room == "" else Form({}),
    )


def _line(
    room: Room, policies: Mapping[str, Policy], filled: Filled | None, locale: PageLocale
) -> RoomLine:
    limits = policy_name(policies.get(room.policy or DEFAULT.slug, DEFAULT), locale)
    is_wrong = filled is not None and filled.room == room.slug
    values = {name: _text(getattr(room, name), locale) for name in FIELDS}
    form = filled.form if filled is not None and is_wrong else Form(values)
    return RoomLine(room, _size(room, locale), limits, kind_words(room, locale), form, is_wrong)


def _size(room: Room, locale: PageLocale) -> str:
    said = []
    if room.seats is not None:
        said.append(locale.ngettext("%(number)s seat", "%(number)s seats", room.seats))
    if room.floor_area_m2 is not None:
        said.append(f"{locale.tenths(room.floor_area_m2)} m²")
    if room.volume_m3 is not None:
        said.append(f"{locale.tenths(room.volume_m3)} m³")
    return " · ".join(said)


def _text(value: object, locale: PageLocale) -> str:
    """A value as its field shows it."""
    if isinstance(value, float):
        text = f"{value:.10g}"
        return text if locale.language == "en" else text.replace(".", ",")
    return "" if value is None else str(value)


def _form_of_venue(venue: Venue) -> Form:
    return Form(
        {
            "name": venue.name,
            "language": venue.language,
            "timezone": venue.timezone,
            "reset_at": venue.reset_at.isoformat("minutes"),
            "trust_hints": "1" if venue.trust_hints else "",
        }
    )
