"""What is really so in each room of a scenario, minute by minute: what an estimate is judged by. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from firmware_sim.room import SimRoom
from firmware_sim.scenario.scenario import OUTSIDE, Scenario
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

EVERY_NS = 60_000_000_000
HEADER = "ts,venue,room,co2_ppm,people,flow_lps"
LITRES_A_SECOND_PER_M3H = 1 / 3.6


@dataclass(frozen=True, slots=True)
class Truth:
    """A room at a moment; ``flow_lps`` is the outdoor air that reaches all of it."""

    at_ns: int
    venue: VenueSlug
    room: RoomSlug
    co2_ppm: float
    people: int
    flow_lps: float

    @property
    def row(self) -> str:
        """It as a line of the file, without its end."""
        return (
            f"{to_wire(from_ns(self.at_ns))},{self.venue},{self.room},"
            f"{self.co2_ppm:.2f},{self.people},{self.flow_lps:.3f}"
        )


def truths(scenario: Scenario, start_ns: int, end_ns: int | None = None) -> Iterator[Truth]:
    """Every room at every full minute from ``start_ns`` up to, not including, ``end_ns`` (None: without
    end), as the devices of the same scenario that start then see it.
    """
    rooms = [SimRoom(plan, scenario, start_ns) for plan in scenario.rooms if plan.slug != OUTSIDE]
    at_ns = -(-start_ns // EVERY_NS) * EVERY_NS
    while end_ns is None or at_ns < end_ns:
        for room in rooms:
            room.advance(at_ns)
            flow_m3h = room.air_changes_per_h * room.plan.volume_m3
            yield Truth(
                at_ns, room.plan.venue, room.plan.slug, room.co2_ppm, room.people,
                flow_m3h * LITRES_A_SECOND_PER_M3H,
            )  # fmt: skip
        at_ns += EVERY_NS
