"""What the board shows now: the port between the pages and the feed that fills it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from gateway.domain.room_state import RoomState
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One server-sent event: its name, and its data as one line of JSON."""

    name: Literal["room", "alert", "card", "head", "asking", "gone", "air", "point", "beat"]
    data: bytes
    id: str = ""
    """What a browser that comes back says it had."""

    def sent(self) -> bytes:
        """As it goes over the wire."""
        named = b"id: %b\n" % self.id.encode() if self.id else b""
        return b"%bevent: %b\ndata: %b\n\n" % (named, self.name.encode(), self.data)


class TooManyViewers(Exception):
    """All places on the live stream are taken; the page asks again by itself after a while."""


class Follower(Protocol):
    """A place on the stream. Any thread may call it; nothing waits."""

    def notify_by(self, notify: Callable[[], None]) -> None:
        """Call it, from any thread, when there is something to take; at once where there is."""
        ...

    def take(self) -> tuple[list[StreamEvent], bool]:
        """What came since it was taken last, all rooms at first; and whether that was the last."""
        ...

    def close(self) -> None:
        """Give the place back; again is harmless."""
        ...


class Guest(Protocol):
    """Somebody with a place on the stream who is served from elsewhere."""

    def end(self) -> None:
        """The streams end. Called from any thread."""
        ...


class Board(Protocol):
    """The newest state of every room, fed by the retained room states over MQTT.

    A state that is over 90 s of wall time old, or whose gateway is offline, is given with level
    ``unknown``: a dead gateway must not look healthy.
    """

    def rooms(self) -> tuple[RoomState, ...]:
        """All rooms of the registry, and others while they are fresh, by venue and name."""
        ...

    def room(self, venue: VenueSlug, room: RoomSlug) -> RoomState | None: ...

    def is_connected(self) -> bool:
        """Whether the broker is reached."""
        ...

    def gateways(self) -> dict[str, bool]:
        """The gateways that were heard of, by client id, and whether each is online."""
        ...

    def follow(self, venues: Collection[VenueSlug] | None = None) -> Follower:
        """All rooms once, or those of some venues, then each change as it comes.

        Raises:
            TooManyViewers: no place is free.

        """
        ...

    def enter(self, guest: Guest) -> Callable[[], None]:
        """Take a place for somebody whom another than ``follow`` serves; the answer gives it back.

        Raises:
            TooManyViewers: no place is free.

        """
        ...

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Call ``heard``, from any thread, after whatever changes what is shown; the answer ends
        that.
        """
        ...


@dataclass(frozen=True, slots=True)
class FeedFigures:
    """What a feed counts of itself, for ``/metrics``; ages are in seconds of the clock."""

    viewers: int
    malformed: int
    dropped: int
    state_age_s: dict[RoomKey, float]


@runtime_checkable
class Measured(Protocol):
    """A board that counts; one that does not is shown in ``/metrics`` without these figures."""

    def figures(self) -> FeedFigures: ...
