"""Which room a meeting from a calendar is in."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from gateway.domain.calendar.occurrence import Occurrence
from gateway.domain.room import Room, Venue
from sensors.wire.topic import RoomSlug

RuleField = Literal["location", "title"]
RULE_FIELDS: Final[tuple[RuleField, ...]] = get_args(RuleField)
Reason = Literal["no_location", "unknown_location", "several_rooms", "room_gone"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)


_UNPLACED: Final[dict[Reason, str]] = {
    "no_location": "it names no location",
    "unknown_location": "its location names no room of the venue",
    "several_rooms": "its location names several rooms",
    "room_gone": "the room that it was given is not there any more",
}


def reason_line(reason: Reason) -> str:
    """Why a meeting has no room, in English."""
    return _UNPLACED[reason]


@dataclass(frozen=True, slots=True)
class FeedRule:
    """What has ``text`` in its location or title is in ``room``; capitals, accents and spacing
    aside.
    """

    field: RuleField
    text: str
    room: RoomSlug


@dataclass(frozen=True, slots=True)
class RoomMatching:
    """How a calendar's meetings find their rooms: the first rule that fits, else the room that the
    calendar is of, else the one room that the location names.
    """

    venue: Venue
    rooms: tuple[Room, ...]
    room: RoomSlug | None = None
    rules: tuple[FeedRule, ...] = ()

    def room_of(self, occurrence: Occurrence) -> "str | Unplaced":
        """The slug of its room, or why none is found."""
        chosen = next((r.room for r in self.rules if _fits(r, occurrence)), self.room)
        if chosen is None:
            return self._by_location(occurrence)
        if any(room.slug == chosen for room in self.rooms):
            return chosen
        return Unplaced(occurrence, "room_gone")

    def _by_location(self, occurrence: Occurrence) -> "str | Unplaced":
        location = _words(occurrence.location)
        if not location:
            return Unplaced(occurrence, "no_location")
        named = {room.slug: _names(room) for room in self.rooms}
        bare = _without(location, _words(self.venue.name))
        exact = [slug for slug, names in named.items() if location in names or bare in names]
        found = exact or _mentioned(location, named.items())
        if len(found) == 1:
            return found[0]
        return Unplaced(occurrence, "several_rooms" if found else "unknown_location")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An occurrence that a person has to give a room."""

    occurrence: Occurrence
    reason: Reason


def _mentioned(location: str, named: Iterable[tuple[str, frozenset[str]]]) -> list[str]:
    """The rooms whose name stands in the location as whole words; a name within a longer one that
    stands there too ("zaal" in "grote zaal") does not count.
    """
    hits = [
        (slug, name) for slug, names in named for name in names if f" {name} " in f" {location} "
    ]
    longest = [
        slug
        for slug, name in hits
        if not any(name != other and f" {name} " in f" {other} " for _, other in hits)
    ]
    return list(dict.fromkeys(longest))


def _names(room: Room) -> frozenset[str]:
    return frozenset({_words(room.name), _words(room.slug)} - {""})


def _fits(rule: FeedRule, occurrence: Occurrence) -> bool:
    sought = _words(rule.text)
    text = occurrence.location if rule.field == "location" else occurrence.title
    return bool(sought) and sought in _words(text)


def _without(location: str, venue: str) -> str:
    """A location without its venue's name: "grote zaal, De Kade" is "grote zaal"."""
    return f" {location} ".replace(f" {venue} ", " ", 1).strip() if venue else location


def _words(text: str) -> str:
    """Small letters and digits without accents, single spaces between."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())
