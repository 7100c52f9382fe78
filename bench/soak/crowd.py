"""Rooms that go over their limit one after the other, each with an organiser who is to be told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.meeting import Meeting
from sensors.clock import Clock
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.faults.publishers import Publisher

OVER_PPM, UNDER_PPM = 1_600.0, 600.0


@dataclass(frozen=True, slots=True)
class Breach:
    """The ``number``-th room with its sensor."""

    number: int

    @property
    def room(self) -> str:
        return f"zaal-{self.number:03}"

    @property
    def device(self) -> str:
        return f"breach-{self.number:03}"

    @property
    def organiser(self) -> str:
        return f"organiser-{self.number:03}@example.org"

    @property
    def description(self) -> str:
        return (
            f'[[venue.room]]\nslug = "{self.room}"\nname = "Zaal {self.number}"\n'
            f'[[venue.device]]\nslug = "{self.device}"\nroom = "{self.room}"\n'
        )

    def meeting(self, venue: VenueSlug, now: datetime) -> Meeting:
        start, end = now - timedelta(days=1), now + timedelta(days=2)
        name = f"m-{self.number:03}"
        return Meeting(
            name, venue, RoomSlug(self.room), name, start, end, organiser=self.organiser,
            policy="at-once",
        )  # fmt: skip


class Crowd(Publisher):
    """The sensors of all rooms that went over so far, in turn; ``calm`` has them say that it is over."""

    def __init__(self, port: int, *, per_s: float, clock: Clock) -> None:
        super().__init__(port, "crowd", per_s=per_s, clock=clock)
        self.over: list[Breach] = []
        self.co2_ppm = OVER_PPM
        self._turn = 0

    def breaks_out(self) -> Breach:
        breach = Breach(len(self.over))
        self.over.append(breach)
        return breach

    def calm(self) -> None:
        self.co2_ppm = UNDER_PPM

    def _tells(self) -> tuple[str, float]:
        self._turn += 1
        return self.over[self._turn % len(self.over)].device, self.co2_ppm
