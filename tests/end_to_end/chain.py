"""The whole chain of a venue: pseudo-terminals that an agent reads, devices of other makers beside them,
Mosquitto, a gateway, InfluxDB; and what should be in the store afterwards.
"""

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Final

from firmware_sim.as_others.cast import cast
from firmware_sim.device_events import device_events
from firmware_sim.devices.pty_device import PtyDevice
from firmware_sim.devices.serial_models import SPEAKERS
from firmware_sim.event import OtherMessage
from firmware_sim.scenario.scenario import Scenario, find_scenario, load_scenario
from firmware_sim.scenario.tables import FaultTable
from firmware_sim.venue import PlayedSpan, SentTotals, run_venue
from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.wire.instant import from_wire, to_ns
from sensors.wire.reading import AirReading, Reading
from sensors.wire.topic import RoomSlug
from tests.end_to_end.set_up import SetUp, influxql
from tests.end_to_end.wires import RecordingSensor, Told, Wire
from tests.servers import Broker, Influx

KINDS: Final = ("zigbee2mqtt", "esphome", "tts", "chirpstack", "xovis", "milesight")
SERIAL: Final = {
    "mh-z19b": "grote-zaal", "senseair-s8": "havenkamer", "scd30": "atelier",
    "counter-line": "serre",
}  # fmt: skip
"""Models on a wire, and the rooms that they hang in."""
SAID_FAULTS: Final = (
    "drop", "duplicate", "reorder", "delay", "stuck", "spike", "nan", "garbage", "offline",
)  # fmt: skip
ADDED_UP: Final = ("duplicate", "offline")
"""What a counter that tells only who passed since its message before can bear without a loss."""
DE_KADE: Final = load_scenario(find_scenario("de-kade"))


class Chain:
    """A venue that runs; ``say_all`` plays the others' devices, ``stop_agent`` ends our own."""

    def __init__(self, venue: SetUp, clock: Clock, influx: Influx, database: str) -> None:
        self.venue, self.clock, self.influx, self.database = venue, clock, influx, database
        self.wires: list[Wire] = []
        self.said: list[str] = []
        self.outcome: SentTotals | None = None

    def play(self, scenario: Scenario, until_ns: int, stop: threading.Event) -> None:
        """What other makers' devices say until then, in step with the clock."""
        broker = BrokerSettings(url=self.venue.broker.url)
        self.outcome = run_venue(
            scenario, broker, self.venue.directory, self.clock, PlayedSpan(0, until_ns), stop,
            self.said.append, cast(scenario, KINDS),
        )  # fmt: skip

    def expected(self, scenario: Scenario, until_ns: int) -> dict[Told, list[Reading]]:
        """What those devices meant by all that they sent, in the order in which it was sent."""
        (begun,) = (match[1] for line in self.said if (match := re.search(r"from (\S+Z)$", line)))
        parts = cast(scenario, KINDS)
        found: dict[Told, list[Reading]] = {}
        start_ns = to_ns(from_wire(begun)) + 1
        for event in device_events(parts.scenario, start_ns, until_ns, parts.voices):
            if isinstance(event, OtherMessage):
                for reading in event.means:
                    found.setdefault((reading.device, reading.kind), []).append(reading)
        return found

    def stored(self, told: Told) -> list[tuple[int, float]]:
        """The rows of a device, by their time: its CO2, or who is or came in."""
        device, kind = told
        found: list[tuple[int, float]] = []
        for column in ("co2_ppm",) if kind == "air" else ('"count"', "in_total"):
            query = f"SELECT {column} FROM \"{kind}\" WHERE device = '{device}'"
            rows = influxql(self.influx, self.database, query)
            found += [(int(row[0]), float(row[1])) for row in rows if row[1] is not None]
        return sorted(found)

    def counted(self, device: str) -> tuple[int, int]:
        """Readings and bad frames, as the agent says them when it ends."""
        match = re.search(
            rf"{re.escape(device)}: (\d+) readings, \d+ while warming up, (\d+) bad frames",
            self.venue.log("sensor"),
        )
        assert match is not None, self.venue.log("sensor")[-2000:]
        return int(match[1]), int(match[2])


@contextmanager
def running_chain(
    directory: Path, broker: Broker, influx: Influx, database: str, clock: Clock,
    models: Mapping[str, str] = SERIAL,
) -> Iterator[Chain]:  # fmt: skip
    """De Kade with a gateway that hears everybody, and an agent with a device on each line.

    All of its processes go by ``clock``, as ``LUCHTIG_CLOCK`` says.
    """
    with ExitStack() as stack:
        venue = SetUp(directory, broker, influx.database_url(database), stack)
        chain = Chain(venue, clock, influx, database)
        agent = '[sensor]\nvenue = "de-kade"\ncommit_every_s = 10\n'
        for model, room in models.items():
            wire = Wire(model, RecordingSensor(model, DE_KADE, RoomSlug(room), clock))
            speaker = SPEAKERS[model](wire.sensor, clock.now_ns)
            link = directory / f"tty-{model}"
            wire.device = stack.enter_context(
                PtyDevice(
                    speaker, link=link, seed=1, chances=wire.chances, rebooted=wire.sensor.power_on
                )
            )
            chain.wires.append(wire)
            agent += (
                f'[[sensor.device]]\ndevice = "{wire.slug}"\nmodel = "{model}"\nport = "{link}"\n'
                f'interval_s = 10\nwarm_up_s = 0\nroom = "{room}"\n'
            )
        venue.write_config(influx.database_url(database), cast(DE_KADE, KINDS).sources + agent)
        done = venue.run("import", str(find_scenario("de-kade")))
        assert done.returncode == 0, done.stderr
        venue.start("gateway")
        venue.start("sensor", says="answers")
        yield chain


def every_fault(scenario: Scenario, begins: Sequence[str]) -> Scenario:
    """Each device has a fault for a minute from each of ``begins`` (local ``HH:MM``) on, in turn."""
    devices = []
    for plan in scenario.devices:
        faults = tuple(
            FaultTable(kind=kind, start=start, end=_minute_after(start), delay_s=30)  # type: ignore[arg-type]  # one of them
            for start, kind in zip(begins, cycle(SAID_FAULTS))
            if plan.slug != "door-04" or kind in ADDED_UP
        )
        devices.append(replace(plan, faults=faults))
    return replace(scenario, devices=tuple(devices))


def is_within(these: Sequence[float], those: Sequence[float], within: float = 0.6) -> bool:
    """Whether these are among those, in the same order."""
    rest = iter(those)
    return all(any(abs(one - other) <= within for other in rest) for one in these)


def value_of(reading: Reading) -> float:
    if isinstance(reading, AirReading):
        return reading.co2_ppm
    count = reading.count if reading.count is not None else reading.in_total
    assert count is not None
    return float(count)


def settle(chain: Chain, counts: Mapping[Told, int], within_s: float = 120.0) -> None:
    """Wait until the store has so many rows of each device, or is given up."""
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s and any(
        len(chain.stored(told)) < count for told, count in counts.items()
    ):
        time.sleep(0.5)


@dataclass(frozen=True)
class Checked:
    """How many readings the store was found to hold."""

    of_wires: int
    at_their_time: int
    at_arrival: int


def check_all(
    chain: Chain, scenario: Scenario, until_ns: int, *, broker_was_away: bool = False
) -> Checked:
    """Exactly the good readings are in the store: of a wire all that the agent took, each of them told by the
    sensor; of others each that they meant, at its own time where it has one, else in order of arrival.
    Where the broker was away, of those that tell no time some are missing, and none is told twice.
    """
    expected = chain.expected(scenario, until_ns)
    wires = {wire.key: chain.counted(wire.slug)[0] for wire in chain.wires}
    own_times = {
        told: {reading.at_ns: value_of(reading) for reading in readings}
        for told, readings in expected.items()
        if readings[0].ts_given
    }
    at_arrival = {
        told: [value_of(reading) for reading in readings]
        for told, readings in expected.items()
        if not readings[0].ts_given
    }
    others = {told: len(found) for told, found in own_times.items()}
    if not broker_was_away:
        others |= {told: len(found) for told, found in at_arrival.items()}
    settle(chain, wires | others)
    for wire in chain.wires:
        stored = chain.stored(wire.key)
        assert len(stored) == wires[wire.key], wire.model
        assert is_within([value for _, value in stored], wire.told()), wire.model
    assert {told: dict(chain.stored(told)) for told in own_times} == own_times
    arrived = {told: [value for _, value in chain.stored(told)] for told in at_arrival}
    if broker_was_away:
        for told, values in arrived.items():
            assert len(values) < len(at_arrival[told]), told
            assert is_within(values, at_arrival[told]), told
    else:
        assert arrived == at_arrival
    return Checked(
        sum(wires.values()), sum(map(len, own_times.values())), sum(map(len, arrived.values()))
    )


def _minute_after(start: str) -> str:
    hour, minute = map(int, start.split(":"))
    return f"{hour + (minute + 1) // 60:02}:{(minute + 1) % 60:02}"


def use_clock(clock: Clock) -> None:
    """For the processes that are started from here."""
    os.environ["LUCHTIG_CLOCK"] = clock.to_text()
