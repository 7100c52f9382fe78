"""Devices on pseudo-terminals that keep what they told, and how far behind it others are."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from firmware_sim.devices.pty_device import Fault, PtyDevice
from firmware_sim.devices.serial_room import serial_room
from firmware_sim.devices.serial_sensor import CHARACTERS, Sample, SerialSensor
from firmware_sim.scenario.scenario import Scenario
from sensors.clock import Clock
from sensors.wire.instant import from_wire, to_ns
from sensors.wire.reading import Kind
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.servers import wait_until

Told = tuple[DeviceSlug, Kind]
"""A device, and which of its readings."""
LINE_FAULTS: Final = tuple(fault for fault in Fault if fault is not Fault.NONE)


class RecordingSensor(SerialSensor):
    """Keeps what it told, in order."""

    def __init__(self, model: str, scenario: Scenario, room: RoomSlug, clock: Clock) -> None:
        look = serial_room(scenario, room, clock).look
        super().__init__(look, clock.now_ns, CHARACTERS[model], seed=1)
        self.told: list[Sample] = []
        self.told_at_ns: list[int] = []
        self._clock = clock

    def read(self) -> Sample:
        sample = super().read()
        self.told.append(sample)
        self.told_at_ns.append(self._clock.now_ns())
        return sample


@dataclass
class Wire:
    """A device on a pseudo-terminal, and what it told."""

    model: str
    sensor: RecordingSensor
    chances: dict[Fault, float] = field(default_factory=lambda: dict.fromkeys(LINE_FAULTS, 0.0))
    """Their keys stay: another thread goes through them."""
    device: PtyDevice = field(init=False)
    """What speaks on it."""

    @property
    def slug(self) -> DeviceSlug:
        return DeviceSlug(f"wire-{self.model}")

    @property
    def key(self) -> Told:
        return self.slug, "people" if self.model == "counter-line" else "air"

    def told(self) -> list[float]:
        """Its CO2 as the line carries it, or who came in."""
        if self.model == "counter-line":
            return [float(sample.in_total) for sample in self.sensor.told]
        return [round(sample.co2_ppm, 1) for sample in self.sensor.told]


class Behind:
    """A subscriber that notes of each reading of a wire how many the sensor has told since."""

    def __init__(self, wires: Sequence[Wire], port: int) -> None:
        self._wires = {str(wire.slug): wire for wire in wires}
        self.noted: list[int] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda *_: self._subscribe()
        self._client.on_message = self._note
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _subscribe(self) -> None:
        for leaf in ("air", "people"):
            self._client.subscribe(f"luchtig/devices/de-kade/+/{leaf}", qos=1)

    def _note(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        wire = self._wires.get(message.topic.split("/")[3])
        if wire is not None:
            at_ns = to_ns(from_wire(msgspec.json.decode(message.payload)["ts"]))
            self.noted.append(sum(told_ns > at_ns for told_ns in wire.sensor.told_at_ns[-200:]))


def trouble_on_the_wires(
    wires: Sequence[Wire],
    seconds: float,
    stop: threading.Event,
    chance: float = 0.25,
    times: int = 0,
) -> None:
    """Each fault of a line for a while, and for ``times`` answers of each wire; nothing between two."""
    for fault in LINE_FAULTS:
        for wire in wires:
            wire.chances[fault] = chance
        stop.wait(seconds)
        wait_until(
            lambda: stop.is_set() or all(wire.device.had[fault] >= times for wire in wires),  # noqa: B023 - asked here
            f"{fault.value} on each line",
        )
        for wire in wires:
            wire.chances[fault] = 0.0
        stop.wait(seconds / 2)
