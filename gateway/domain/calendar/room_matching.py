"""Which room a meeting from a calendar is in."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from gateway.domain.calendar.occurrence import Occurrence
from gateway.domain.room import Room, Venue
from sensors.wire.topic import RoomSlug

RuleField = Literal["location", "title"]
RULE_FIELDS: Final[tuple[RuleField, ...]] = get_args(RuleField)
Reason = Literal["no_location", "unknown_location", "several_rooms", "room_gone", "room_declined"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)


_UNPLACED: Final[dict[Reason, str]] = {
    "no_location": "it names no location",
    "unknown_location": "its location names no room of the venue",
    "several_rooms": "its location names several rooms",
    "room_gone": "the room that it was given is not there any more",
    "room_declined": "its room has declined",
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
    calendar is of, else the one room that the location names. A room that declined is none of them,
    unless a rule for the very title says so.
    """

    venue: Venue
    rooms: tuple[Room, ...]
    room: RoomSlug | None = None
    rules: tuple[FeedRule, ...] = ()

    def room_of(self, occurrence: Occurrence) -> "str | Unplaced":
        """The slug of its room, or why none is found."""
        rule = next((rule for rule in self.rules if _fits(rule, occurrence)), None)
        chosen = self.room if rule is None else rule.room
        declined = {slug for name in occurrence.declined for slug in self._named(name)}
        if chosen is None:
            return self._by_location(occurrence, declined)
        if all(room.slug != chosen for room in self.rooms):
            return Unplaced(occurrence, "room_gone")
        if chosen in declined and (rule is None or rule.field == "location"):
            return Unplaced(occurrence, "room_declined")
        return chosen

    def _by_location(self, occurrence: Occurrence, declined: set[RoomSlug]) -> "str | Unplaced":
        if not _words(occurrence.location):
            return Unplaced(occurrence, "room_declined" if occurrence.declined else "no_location")
        named = self._named(occurrence.location)
        found = [slug for slug in named if slug not in declined]
        if len(found) == 1:
            return found[0]
        if found:
            return Unplaced(occurrence, "several_rooms")
        return Unplaced(occurrence, "room_declined" if named else "unknown_location")

    def _named(self, text: str) -> list[RoomSlug]:
        """The slugs of the rooms that a text names, blanks within a word aside where none is named
        otherwise.
        """
        location = _words(text)
        named = {room.slug: _names(room) for room in self.rooms}
        bare = _without(location, _words(self.venue.name))
        found = [slug for slug, names in named.items() if location in names or bare in names]
        for is_in in (_stands_in, _runs_in):
            found = found or _mentioned(location, named.items(), is_in)
        return found


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An occurrence that a person has to give a room."""

    occurrence: Occurrence
    reason: Reason


def _stands_in(name: str, location: str) -> bool:
    return f" {name} " in f" {location} "


def _runs_in(name: str, location: str) -> bool:
    """Whether whole words of the location make the name once the blanks of both are gone: folding
    eats blanks ("Grotezaal"), and people put them in ("Sport zaal").
    """
    sought, words = name.replace(" ", ""), location.split()
    for at in range(len(words)):
        run = ""
        for word in words[at:]:
            run += word
            if run == sought:
                return True
            if len(run) >= len(sought):
                break
    return False


def _mentioned(
    location: str,
    named: Iterable[tuple[RoomSlug, frozenset[str]]],
    is_in: Callable[[str, str], bool],
) -> list[RoomSlug]:
    """The rooms whose name stands in the location as whole words; a name within a longer one that
    stands there too ("zaal" in "grote zaal") does not count.
    """
    hits = [(slug, name) for slug, names in named for name in names if is_in(name, location)]
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
    words = _words(text)
    return bool(sought) and (sought in words or _runs_in(sought, words))


def _without(location: str, venue: str) -> str:
    """A location without its venue's name: "grote zaal, De Kade" is "grote zaal"."""
    return f" {location} ".replace(f" {venue} ", " ", 1).strip() if venue else location


def _words(text: str) -> str:
    """Small letters and digits without accents, single spaces between."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())
