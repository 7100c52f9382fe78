"""What somebody noted of a room or a venue, for whoever looks at its history later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sensors.wire.topic import RoomSlug, VenueSlug

AnnotationKind = Literal["window", "filter", "sensor", "other"]
"""A window opened or shut, a filter changed, a sensor that is broken, anything else."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """From ``since`` on, or up to ``until``; ``room`` is None for the whole venue."""

    venue: VenueSlug
    room: RoomSlug | None
    kind: AnnotationKind
    text: str
    since: datetime
    until: datetime | None
    by: str
