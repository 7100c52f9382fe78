"""Rooms as people fill them in: a row each, or a list pasted from a spreadsheet."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dashboard.api.new_slug import free_slug
from dashboard.pages.parts.form import Form
from gateway.domain.room import Room
from gateway.words.locale import PageLocale
from sensors.wire.topic import RoomSlug, VenueSlug

NAME_LENGTH: Final = 200
MOST_ROWS: Final = 100
LARGEST: Final = 100_000.0
FIELDS: Final = ("name", "seats", "floor_area_m2", "volume_m3")
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("naam", "zaal", "ruimte", "name", "room", "raum", "saal"),
    "seats": ("plaats", "person", "people", "seat", "capac", "kapaz", "platz", "plat"),
    "floor_area_m2": ("m2", "opperv", "vloer", "floor", "area", "flach", "grundfl"),
    "volume_m3": ("m3", "inhoud", "volume"),
}
"""What the heads of columns hold, in the languages that spreadsheets here are written in."""


@dataclass(slots=True)
class Row:
    """A room as it was filled in, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(self.values.values())


def read_list(text: str) -> list[Row]:
    """The rows of a list: a room a line, its cells parted by tabs, semicolons or commas. A first line that
    names the columns says what stands in which; else they are name, people, floor and volume.
    """
    parts = next((sign for sign in "\t;" if sign in text), ",")
    lines = [[cell.strip() for cell in line.split(parts)] for line in text.splitlines()]
    lines = [cells for cells in lines if any(cells)]
    columns: Sequence[str | None] = FIELDS
    if lines and (named := _heads(lines[0])):
        columns, lines = named, lines[1:]
    rows = []
    for cells in lines[:MOST_ROWS]:
        given = {name: cell for name, cell in zip(columns, cells, strict=False) if name is not None}
        rows.append(Row({name: given.get(name, "") for name in FIELDS}))
    return rows


def made_rooms(
    venue: VenueSlug,
    rows: Sequence[Row],
    known: Sequence[Room],
    locale: PageLocale,
    *,
    renews: bool = False,
) -> list[Room]:
    """The rooms of the rows; what is wrong with one is in its row. With ``renews`` a row of a name that is
    there already is news of that room, else it is wrong.
    """
    taken, names = {room.slug for room in known}, {room.name: room for room in known}
    made = []
    for row in rows:
        form = Form(row.values, row.wrong)
        name = form.required("name", NAME_LENGTH, locale)
        seats = form.people("seats", locale)
        area, volume = size(form, "floor_area_m2", locale), size(form, "volume_m3", locale)
        before = names.get(name)
        if before is not None and not renews:
            row.wrong["name"] = locale.gettext("There is a room of this name already.")
        if before is None or not renews:
            slug = RoomSlug(free_slug(name, "room", lambda one: one in taken))
            before = Room(venue, slug, name)
        room = replace(
            before,
            seats=before.seats if seats is None else seats,
            floor_area_m2=before.floor_area_m2 if area is None else area,
            volume_m3=before.volume_m3 if volume is None else volume,
        )
        taken.add(room.slug)
        names[name] = room
        made.append(room)
    return made


def size(form: Form, name: str, locale: PageLocale) -> float | None:
    """A size above zero, with a point or a comma; or nothing."""
    given = form.text(name)
    if not given:
        return None
    try:
        found = float(given.replace(",", "."))
    except ValueError:
        found = 0.0
    if not 0 < found <= LARGEST:
        form.wrong[name] = locale.gettext("A number above zero.")
        return None
    return found


def _heads(cells: Sequence[str]) -> list[str | None] | None:
    """Which column stands where; None where the line names no columns."""
    found = [_head(cell) for cell in cells]
    is_named = "name" in found and not any(
        cell and set(cell) <= set("0123456789.,") for cell in cells
    )
    return found if is_named and len(set(found) - {None}) > 1 else None


def _head(cell: str) -> str | None:
    split = unicodedata.normalize("NFKD", cell.casefold())
    plain = "".join(sign for sign in split if not unicodedata.combining(sign))
    sized = ("floor_area_m2", "volume_m3", "seats", "name")
    return next((name for name in sized if any(head in plain for head in _HEADS[name])), None)
