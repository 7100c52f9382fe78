"""What the board shows now: the port between the pages and the feed that fills it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from gateway.domain.room_state import RoomState
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One server-sent event: its name, and its data as one line of JSON."""

    name: Literal["room", "alert"]
    data: bytes


class TooManyViewers(Exception):
    """All places on the live stream are taken; the page asks again by itself after a while."""


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

    def follow(self, heartbeat_s: float) -> Iterator[StreamEvent | None]:
        """All rooms once, then each change as it comes; None when nothing came for ``heartbeat_s``.

        Raises:
            TooManyViewers: before the first event.

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
