"""Each fault of a serial line, on a line of its own from agent to page: readings go on by themselves, none is
made up, and the sensor's page counts by kind what came wrong.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from firmware_sim.devices.pty_device import Fault, PtyDevice
from firmware_sim.devices.wire.modbus import SimSenseAir
from gateway.store.interface import Placed
from gateway.store.row import MAX_NS
from sensors.clock import SYSTEM, VARIABLE, started_at
from sensors.wire.reading import AirReading
from sensors.wire.topic import VenueSlug
from tests.end_to_end.gateway_alone import Ledger
from tests.end_to_end.set_up import SetUp
from tests.servers import Broker, wait_until

SPEED = 20.0
FIRST_PPM = 500
COUNTED_AS = {
    Fault.SILENCE: "timeout",
    Fault.NOISE: "noise",
    Fault.CHECKSUM: "checksum",
    Fault.HALF_FRAME: "checksum",
    Fault.TRUNCATED: "checksum",
    Fault.MERGED: "timeout",
    Fault.LOST: "checksum",
    Fault.ECHO: "noise",
    Fault.REBOOT: "checksum",
}
"""The kind that each fault of an answer is sure to be counted as; some count as others too."""
FAULTS = [fault for fault in Fault if fault is not Fault.NONE]


@dataclass
class Line:
    """An S8 whose line has one fault, and what the house shows of it."""

    fault: Fault
    chances: dict[Fault, float]
    venue: SetUp
    ledger: Ledger

    @property
    def slug(self) -> str:
        return f"s8-{self.fault.value}"

    def stored_ppm(self) -> list[float]:
        rows = self.ledger.store.rows("air", VenueSlug("de-kade"), None, 0, MAX_NS)
        return [
            row.reading.co2_ppm
            for row in rows
            if isinstance(row, Placed)
            and isinstance(row.reading, AirReading)
            and row.reading.device == self.slug
        ]

    def page(self) -> str:
        return self.venue.page(f"/settings/devices/de-kade/{self.slug}")

    def bad(self) -> dict[str, int]:
        """The counts by kind that its page shows."""
        shown = re.search(r"Slechte berichten: <b><bdi>([^<]+)</bdi>", self.page())
        return {
            kind: int(number.replace(".", ""))
            for number, kind in (re.findall(r"([\d.]+) (\w+)", shown[1]) if shown else [])
        }


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[dict[Fault, Line]]:
    directory = tmp_path_factory.mktemp("bad-frames")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv(VARIABLE, started_at(SYSTEM.now(), SPEED).to_text())
        venue = SetUp(directory, broker, "sqlite:///readings.db", stack)
        chances: dict[Fault, dict[Fault, float]] = {fault: {fault: 0.4} for fault in FAULTS}
        agent = '[sensor]\nvenue = "de-kade"\n'
        for fault in FAULTS:
            agent += _plug_in(stack, fault, directory, chances[fault])
        venue.write_config("sqlite:///readings.db", agent)
        venue.import_venue()
        venue.start("gateway")
        venue.start_dashboard()
        venue.start("sensor", says="answers")
        ledger = Ledger(venue.config)
        stack.callback(ledger.close)
        yield {fault: Line(fault, chances[fault], venue, ledger) for fault in FAULTS}


def _plug_in(stack: ExitStack, fault: Fault, directory: Path, chances: dict[Fault, float]) -> str:
    """A device on a pseudo-terminal that says a higher value each time; its part of the configuration."""
    port, values = directory / f"tty-{fault.value}", count(FIRST_PPM)
    device = PtyDevice(SimSenseAir(lambda: next(values)), link=port, seed=1, chances=chances)
    stack.enter_context(device)
    return (
        f'[[sensor.device]]\ndevice = "s8-{fault.value}"\nmodel = "senseair-s8"\n'
        f'port = "{port}"\ninterval_s = 10\n'
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.value)
def test_what_a_line_spoils_is_on_the_sensors_page_and_readings_resume(
    lines: dict[Fault, Line], fault: Fault
) -> None:
    line = lines[fault]
    if fault is Fault.UNPLUGGED:  # no answer came wrong: that it went away is what there is to see
        wait_until(lambda: "is not there" in line.venue.log("sensor"), "the port to be gone")
    else:
        kind = COUNTED_AS[fault]
        wait_until(lambda: line.bad().get(kind), f"{kind} on the page")
    line.chances[fault] = 0.0
    before = len(line.stored_ppm())
    wait_until(lambda: len(line.stored_ppm()) >= before + 3, "readings after it")
    stored = line.stored_ppm()
    assert stored == sorted(set(stored))
    assert min(stored) >= FIRST_PPM
    wait_until(lambda: "Verbinding: <b>verbonden" in line.page(), "the sensor to be there again")
