"""Whatever goes wrong on a wire is on the page of its device, by kind, and good readings resume."""

import html
import os
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from firmware_sim.devices.pty_device import Fault, PtyDevice
from firmware_sim.devices.serial_models import SPEAKERS
from sensors.agent import publisher, run
from sensors.agent.settings import load
from sensors.clock import SYSTEM, VARIABLE, started_at
from sensors.wire.instant import from_wire
from sensors.wire.topic import RoomSlug
from tests.end_to_end.chain import DE_KADE
from tests.end_to_end.set_up import SetUp, set_up
from tests.end_to_end.wires import RecordingSensor
from tests.servers import Broker, wait_until

ROOMS: Final = {"senseair-s8": "serre", "mh-z19b": "atelier"}
"""A sensor of each framing in a room of its own: Modbus, and the maker's own."""
VENUE: Final = '[[venue]]\nslug = "de-kade"\nname = "De Kade"\n' + "".join(
    f'[[venue.room]]\nslug = "{room}"\nname = "{room}"\n'
    f'[[venue.device]]\nslug = "{model}"\nroom = "{room}"\n'
    for model, room in ROOMS.items()
)
DEVICE: Final = """\
[[sensor.device]]
device = "{model}"
model = "{model}"
port = "{port}"
interval_s = 10
warm_up_s = 0
"""


COUNTED_AS: Final = {
    Fault.SILENCE: "no answer", Fault.NOISE: "noise", Fault.CHECKSUM: "checksum",
    Fault.TRUNCATED: "no answer",
}  # fmt: skip
"""Of the other faults it depends on the byte where the line broke."""
BEGAN: Final = SYSTEM.now()
CLOCK: Final = started_at(BEGAN, 20)


@dataclass(frozen=True)
class Wire:
    """A sensor on a pseudo-terminal, with its page and its room's on a dashboard."""

    device: str
    terminal: PtyDevice
    sensor: RecordingSensor
    venue: SetUp

    @property
    def page(self) -> str:
        address = f"/settings/devices/de-kade/{self.device}?lang=en"
        return html.unescape(self.venue.page(address))

    def bad(self, kind: str | None = None) -> int:
        """The bad frames that its page shows, of one kind or all."""
        found = re.search(r"Bad frames: <b><bdi>([^<]*)</bdi>", self.page)
        words = [] if found is None else (one.split(maxsplit=1) for one in found[1].split(", "))
        return sum(int(number) for number, name in words if kind in (None, name))

    def has_heard_since(self, moment: datetime) -> bool:
        room = self.venue.room(ROOMS[self.device])
        return room.get("co2_at") is not None and from_wire(room["co2_at"]) > moment

    def told(self) -> set[float]:
        return {float(round(sample.co2_ppm)) for sample in self.sensor.told}


@pytest.fixture(scope="module")
def wires(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[list[Wire]]:
    """A venue that runs whole, with the agent in this process, which says more often how it is."""
    directory = tmp_path_factory.mktemp("faults")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv(VARIABLE, CLOCK.to_text())
        patch.setattr(publisher, "HEALTH_S", 0.3)
        venue = stack.enter_context(set_up(directory, broker, "sqlite:///readings.db"))
        found = []
        for model, room in ROOMS.items():
            sensor = RecordingSensor(model, DE_KADE, RoomSlug(room), CLOCK)
            speaker = SPEAKERS[model](sensor, CLOCK.now_ns)
            terminal = stack.enter_context(PtyDevice(speaker, link=directory / model, seed=1))
            found.append(Wire(model, terminal, sensor, venue))
        agent = '[sensor]\nvenue = "de-kade"\n' + "".join(
            DEVICE.format(model=model, port=directory / model) for model in ROOMS
        )
        venue.write_config("sqlite:///readings.db", agent)
        venue.import_venue(VENUE)
        venue.start("gateway")
        venue.start_dashboard()
        stack.enter_context(agent_running(venue.config))
        yield found


@contextmanager
def agent_running(config: Path) -> Iterator[None]:
    halt = threading.Event()
    thread = threading.Thread(target=run.run, args=(load(config, os.environ), CLOCK, halt))
    thread.start()
    try:
        yield
    finally:
        halt.set()
        thread.join()


@pytest.mark.parametrize(
    "fault", [one for one in Fault if one is not Fault.NONE], ids=lambda fault: fault.value
)
def test_a_fault_is_on_the_page_of_the_device_and_good_readings_resume(
    wires: list[Wire], fault: Fault
) -> None:
    kind = COUNTED_AS.get(fault)
    for wire in wires:
        wait_until(partial(wire.has_heard_since, BEGAN), "a reading")
    before = [wire.bad(kind) for wire in wires]
    for wire in wires:
        wire.terminal.fault = fault
    for wire, count in zip(wires, before, strict=True):
        if fault is Fault.UNPLUGGED:
            wait_until(partial(said, wire, "not connected"), "the page to say that it is away")
        else:
            wait_until(partial(shows_more, wire, kind, count), "the page to count it")
    for wire in wires:
        wire.terminal.fault = Fault.NONE
    ended = CLOCK.now()
    for wire in wires:
        wait_until(partial(wire.has_heard_since, ended), "a reading after it")
        assert wire.venue.room(ROOMS[wire.device])["co2_ppm"] in wire.told()
        wait_until(partial(said, wire, "Connection: <b>connected"), "the page to say it is back")


def said(wire: Wire, words: str) -> bool:
    return words in wire.page


def shows_more(wire: Wire, kind: str | None, than: int) -> bool:
    return wire.bad(kind) > than
