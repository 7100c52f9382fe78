"""Protocols: named lists of house rules that a meeting is held under."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sensors.wire.topic import VenueSlug

Kind = Literal["measured", "declared"]
When = Literal["before", "start", "break", "end"]
MeasuredRule = Literal["co2", "ventilation", "occupancy"]
KINDS: Final[tuple[Kind, ...]] = ("measured", "declared")
WHENS: Final[tuple[When, ...]] = ("before", "start", "break", "end")
MEASURED_RULES: Final[tuple[MeasuredRule, ...]] = ("co2", "ventilation", "occupancy")


@dataclass(frozen=True, slots=True)
class Item:
    """One house rule. A ``measured`` one is judged by our ``rule``, over the whole meeting; a ``declared``
    one is said by somebody, at its time. The meeting is judged by those that are ``required``; the
    others are advice.

    ``text`` is what it asks, ``texts`` the same by language. One that is ``where_limited`` falls away in
    a room whose limits ask nothing of the kind; any other cannot be said there.
    """

    id: str
    kind: Kind
    when: When = "start"
    required: bool = True
    rule: MeasuredRule | None = None
    text: str = ""
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)
    where_limited: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """``source`` says what its items follow, ``dated`` (ISO date, month or year) of when that is. A
    template has its words in the catalogues, by its slug; one of a venue's own brings them. One with a
    ``venue`` is that venue's, and no other may choose it; one of an ``organisation`` is for its
    ``venues``. Each change makes another ``version``.
    """

    slug: str
    items: tuple[Item, ...]
    name: str = ""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    source: str = ""
    dated: str = ""
    venue: VenueSlug | None = None
    version: int = 1
    organisation: str | None = None
    venues: tuple[VenueSlug, ...] = field(default=(), compare=False)

    def serves(self, venue: VenueSlug) -> bool:
        """Whether a venue, its rooms and its meetings may choose it."""
        if self.organisation is not None:
            return venue in self.venues
        return self.venue in (None, venue)

    @property
    def declared(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind == "declared")

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)


@dataclass(frozen=True, slots=True)
class Version:
    """A protocol as it was from a moment on."""

    protocol: Protocol
    since: datetime


def version_at(versions: tuple[Version, ...], at: datetime) -> Protocol | None:
    """The version that held at a moment; the first one where all are younger; None without any."""
    ordered = sorted(versions, key=lambda version: (version.since, version.protocol.version))
    held = [version.protocol for version in ordered if version.since <= at]
    return held[-1] if held else next((version.protocol for version in ordered), None)


def chosen_slug(*slugs: str | None) -> str | None:
    """What counts of what is chosen: a meeting's before its room's before its venue's."""
    return next((slug for slug in slugs if slug), None)
