"""What a report is made from: everything measured and estimated of a room around a meeting."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import RoomSlug, VenueSlug

R = TypeVar("R", AirReading, PeopleReading)


class Estimate(NamedTuple):
    """What the gateway made of a room at one moment: the ``room`` measurement, without its
    level.
    """

    at_ns: int
    people: int | None = None
    people_estimate: float | None = None
    flow_lps: float | None = None
    per_person_lps: float | None = None
    per_person_low_lps: float | None = None
    per_person_high_lps: float | None = None


class SetCount(NamedTuple):
    """A person said at ``at_ns`` how many are in, or stillness that nobody is."""

    at_ns: int
    people: int


@dataclass(frozen=True, slots=True)
class Window:
    """Air and estimates are looked at from ``from_ns`` up to ``to_ns``, counts of people from
    ``people_from_ns`` on: doors tell only who came and went.
    """

    people_from_ns: int
    from_ns: int
    to_ns: int


@dataclass(frozen=True, slots=True)
class Material:
    """In any order; ``set_counts`` are no readings and not part of the digest."""

    venue: VenueSlug
    room: RoomSlug
    window: Window
    air: tuple[AirReading, ...] = ()
    people: tuple[PeopleReading, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    set_counts: tuple[SetCount, ...] = ()

    def until(self, to_ns: int) -> "Material":
        """The material of a window that ends at ``to_ns`` or earlier."""
        to_ns = min(to_ns, self.window.to_ns)
        return replace(
            self,
            window=replace(self.window, to_ns=to_ns),
            air=_before(self.air, to_ns),
            people=_before(self.people, to_ns),
            estimates=tuple(one for one in self.estimates if one.at_ns < to_ns),
        )

    @property
    def readings(self) -> int:
        """How many readings and estimates there are."""
        return len(self.air) + len(self.people) + len(self.estimates)


def _before(rows: Iterable[R], to_ns: int) -> tuple[R, ...]:
    return tuple(row for row in rows if row.at_ns < to_ns)
