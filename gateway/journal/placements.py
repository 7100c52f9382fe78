"""Which room a device hung in at a moment, and in which time zone its venue is: looked up for every
reading, so kept in memory.
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Self

from gateway.domain.room import NOWHERE, Placement
from gateway.journal.classify import NO_ZONES
from sensors.wire.instant import to_ns
from sensors.wire.topic import DeviceKey, DeviceSlug, RoomSlug, VenueSlug

FOREVER_NS = 2**63

Span = tuple[int, int, RoomSlug]
"""From when to when, and the room."""


class Placements:
    """Where every device hung from when to when, and the ``zones`` of the venues. Not changed once
    made: a new one takes its place.
    """

    def __init__(
        self,
        placements: Iterable[Placement] = (),
        zones: Mapping[str, tzinfo] = NO_ZONES,
    ) -> None:
        self.zones = zones
        self._spans: dict[DeviceKey, list[Span]] = {}
        for hung in placements:
            until_ns = FOREVER_NS if hung.until is None else to_ns(hung.until)
            span = (to_ns(hung.since), until_ns, hung.room)
            self._spans.setdefault((hung.venue, hung.device), []).append(span)
        for spans in self._spans.values():
            spans.sort(reverse=True)  # the newest first: nearly every reading is of now

    @classmethod
    def of(cls, spans: Iterable[tuple[DeviceKey, list[Span]]], zones: Mapping[str, tzinfo]) -> Self:
        """Those whose ``spans`` these are."""
        made = cls(zones=zones)
        made._spans = dict(spans)
        return made

    @property
    def spans(self) -> list[tuple[DeviceKey, list[Span]]]:
        """Where each device hung, the newest first."""
        return list(self._spans.items())

    def room_at(self, venue: VenueSlug, device: DeviceSlug, at_ns: int) -> RoomSlug:
        """The room a device hung in at ``at_ns``, or ``-`` where it hung nowhere."""
        for since_ns, until_ns, room in self._spans.get((venue, device), ()):
            if since_ns <= at_ns < until_ns:
                return room
        return NOWHERE
