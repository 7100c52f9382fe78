"""An organisation: venues that belong together, as the lodges of a club or the schools of a board."""

from dataclasses import dataclass

from sensors.wire.topic import VenueSlug


@dataclass(frozen=True, slots=True)
class Organisation:
    """``venues`` are in the order of their slugs. ``policy`` is what all their rooms are compared by,
    None for the default.
    """

    slug: str
    name: str
    venues: tuple[VenueSlug, ...] = ()
    policy: str | None = None
