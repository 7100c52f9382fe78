"""A recording played through MQTT as the devices that might have made it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from threading import Event as Flag

from firmware_sim.event import DeviceMessage
from firmware_sim.fleet import Fleet, Stopped
from firmware_sim.recording import Row
from firmware_sim.station import Identity, own_station
from firmware_sim.venue import FIRMWARE, wait_until
from sensors.clock import Clock, started_at
from sensors.config import BrokerSettings, ConfigError
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.payload import EARLIEST_NS, MAX_AHEAD_NS, encode_reading
from sensors.wire.reading import About, AirReading, PeopleReading, Reading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug


class Times(Enum):
    """Which times the readings of a replay carry."""

    ORIGINAL = "as recorded"
    FROM_NOW = "the first row is now, the rest follow at their distance, in step with the clock"
    ENDING_NOW = "the last row is now, the rest lie before it at their distance"


@dataclass(frozen=True, slots=True)
class Part:
    """Whom the recording is played as; ``room`` is the hint that the devices give."""

    venue: VenueSlug
    device: DeviceSlug
    people_device: DeviceSlug
    room: RoomSlug | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """Readings that were sent, how many should have been, and what the broker did not acknowledge.

    ``repeated`` of them carry the time of another: a gateway keeps the first of those.
    """

    air: int
    people: int
    planned: int
    repeated: int
    unacknowledged: int

    @property
    def complete(self) -> bool:
        return self.air + self.people == self.planned and self.unacknowledged == 0


def shifted(rows: tuple[Row, ...], times: Times, now_ns: int) -> tuple[Row, ...]:
    """The rows at the times they shall carry.

    Raises:
        ConfigError: a gateway would refuse the first or the last of them for its time.

    """
    first_ns, last_ns = rows[0].at_ns, rows[-1].at_ns
    if times is Times.ORIGINAL:
        if first_ns < EARLIEST_NS:
            raise _out_of_time(first_ns, "a gateway takes nothing from before 2020")
        if last_ns > now_ns + MAX_AHEAD_NS:
            raise _out_of_time(last_ns, "that is still to come")
        return rows
    shift_ns = now_ns - (first_ns if times is Times.FROM_NOW else last_ns)
    return tuple(replace(row, at_ns=row.at_ns + shift_ns) for row in rows)


def readings(rows: tuple[Row, ...], part: Part) -> Iterator[Reading]:
    """What the devices say: an air reading where CO2 was recorded, a count where people were."""
    for seq, row in enumerate(rows):
        at_ns = row.at_ns
        if row.co2_ppm is not None:
            yield AirReading(
                part.venue, part.device, at_ns, at_ns, ts_given=True, co2_ppm=row.co2_ppm,
                temperature_c=row.temperature_c, humidity_pct=row.humidity_pct, seq=seq,
            )  # fmt: skip
        if row.count is not None:
            yield PeopleReading(
                part.venue, part.people_device, at_ns, at_ns, ts_given=True, count=row.count, seq=seq
            )  # fmt: skip


def run_replay(
    rows: tuple[Row, ...],
    part: Part,
    broker: BrokerSettings,
    directory: Path,
    pace: Clock | None,
    stop: Flag,
    tell: Callable[[str], None],
) -> Replayed:
    """Play rows in step with ``pace``, or as fast as the broker acknowledges where that is None.

    Raises:
        ConfigError: the broker's settings cannot be used.
        BrokerRefused: the broker takes no such devices.

    """
    plan = list(readings(rows, part))
    sent = {"air": 0, "people": 0}
    stations = [own_station(identity) for identity in _identities(rows, part)]
    with Fleet(broker, directory, stations, stop) as fleet:
        try:
            fleet.connect()
            first, last = (to_wire(from_ns(row.at_ns)) for row in (rows[0], rows[-1]))
            tell(f"{len(plan)} readings from {first} to {last} on {broker.shown}")
            for reading in plan:
                if pace is not None:
                    wait_until(reading.at_ns, pace, fleet, stop)
                payload = encode_reading(reading)
                fleet.do(
                    DeviceMessage(
                        reading.at_ns, reading.venue, reading.device, reading.kind, payload
                    )
                )
                sent[reading.kind] += 1
            fleet.settle()
        except Stopped:
            pass
    return Replayed(
        air=sent["air"],
        people=sent["people"],
        planned=len(plan),
        repeated=_repeated(plan),
        unacknowledged=fleet.unacknowledged,
    )


def pace_of(rows: tuple[Row, ...], speed: float) -> Clock:
    """A clock that shows the first row now and runs ``speed`` times as fast as the wall."""
    return started_at(from_ns(rows[0].at_ns), speed)


def _repeated(plan: list[Reading]) -> int:
    moments = {(reading.kind, to_wire(from_ns(reading.at_ns))) for reading in plan}
    return len(plan) - len(moments)


def _identities(rows: tuple[Row, ...], part: Part) -> list[Identity]:
    about = About(model="recording", firmware=FIRMWARE, room=part.room)
    names: list[str] = []
    if any(row.co2_ppm is not None for row in rows):
        names.append(part.device)
    if any(row.count is not None for row in rows):
        names.append(part.people_device)
    return [Identity(part.venue, DeviceSlug(name), about) for name in dict.fromkeys(names)]


def _out_of_time(at_ns: int, why: str) -> ConfigError:
    at = to_wire(from_ns(at_ns))
    return ConfigError([f"recorded at {at}: {why}, play it with --ending-now or --from-now"])
