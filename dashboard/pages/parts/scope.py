"""Who looks at a board, and at which part of the house."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug, is_slug

Audience = Literal["kiosk", "read", "act"]
"""A wall screen, somebody who looks on, somebody who can do something about it."""
EVERYTHING: Final = "*"
NO_ROOM: Final = "."
"""What a page shows that wants to know of alerts alone."""
MOST_PAGES: Final = 64


@dataclass(frozen=True, slots=True)
class Scope:
    """``act`` and ``read`` are the venues that one may do something in, and look at; None: all.
    ``shows`` is what open pages show: everything, a venue, or ``venue/room``, with more about it.
    """

    language: str
    shows: frozenset[str] = frozenset({EVERYTHING})
    read: frozenset[VenueSlug] | None = None
    act: frozenset[VenueSlug] | None = None
    on_wall: bool = False

    def audience(self, venue: VenueSlug) -> Audience | None:
        """As what one looks at a venue; None: one does not."""
        if self.read is not None and venue not in self.read:
            return None
        if self.on_wall:
            return "kiosk"
        return "act" if self.act is None or venue in self.act else "read"

    def shows_venue(self, venue: VenueSlug) -> bool:
        """Whether the head of a venue is shown, over all of its rooms."""
        return self.audience(venue) is not None and bool(self.shows & {EVERYTHING, venue})

    def shows_card(self, key: RoomKey) -> bool:
        return self.shows_venue(key[0]) or self.shows_room(key)

    def shows_room(self, key: RoomKey) -> bool:
        """Whether all is told of a room, as its own page does."""
        return self.audience(key[0]) is not None and "/".join(key) in self.shows


def all_shown(asked: Iterable[str]) -> frozenset[str]:
    """What several pages show: at most ``MOST_PAGES`` of them, and what can be none is left out."""
    known = {
        one for one in asked if one in (EVERYTHING, NO_ROOM) or all(map(is_slug, one.split("/")))
    }
    return frozenset(sorted(known)[:MOST_PAGES])


def shown(venue: VenueSlug | None, room: RoomSlug | None = None) -> str:
    """What the page of everything, of a venue or of a room shows."""
    if venue is None:
        return EVERYTHING
    return venue if room is None else f"{venue}/{room}"
