"""Each model on a real pseudo-terminal, read by the agent's own loop: what it measures comes through,
and whatever goes wrong on its line costs the answers that it spoils and no others.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from firmware_sim.devices.pty_device import Fault, PtyDevice
from firmware_sim.devices.serial_models import SPEAKERS, serial_device
from firmware_sim.devices.serial_sensor import CHARACTERS, Character, Sample
from firmware_sim.devices.wire.modbus import SimSenseAir
from firmware_sim.devices.wire.speaker import Speaker
from sensors.agent.device import SerialDevice
from sensors.agent.models import MODELS, SerialMaker, model_named
from sensors.agent.poller import Poller
from sensors.agent.port import open_serial
from sensors.clock import Clock, started_at
from sensors.protocols.lines import Lines
from sensors.protocols.order import SelfCalibration
from sensors.wire.reading import AirReading, PeopleReading, Reading
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.servers import wait_until

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
NAMES = [model.name for model in MODELS]
ASKED = [model.name for model in MODELS if not model.prints]
FIELDS = {"co2_ppm": "co2", "temperature_c": "t", "humidity_pct": "rh"}
FAULTS = [fault for fault in Fault if fault is not Fault.NONE]


def maker(name: str) -> SerialMaker:
    return model_named(name).protocol or partial(Lines, "json", FIELDS)


def speaker_of(name: str, clock: Clock, values: Iterator[int]) -> Speaker:
    """One that is exact and warm, and measures something else each time."""

    def look() -> Sample:
        value = next(values)
        return Sample(float(value), 21.5, 40.0, value, value // 2)

    character, CHARACTERS[name] = CHARACTERS[name], Character(step_ppm=0)
    try:
        return serial_device(name, look, clock.now_ns, 1)[0]
    finally:
        CHARACTERS[name] = character


@contextmanager
def polled(
    name: str, port: str, clock: Clock, **more: object
) -> Iterator[tuple[list[Reading], Poller]]:
    model = replace(model_named(name), reply_within_s=0.25 if name in ASKED else 150.0)
    device = SerialDevice(
        VenueSlug("de-kade"), DeviceSlug("one"), model, port, 4.0, 0.0, maker(name), model.baud,
    )  # fmt: skip
    readings: list[Reading] = []
    poller = Poller(
        replace(device, **more),  # type: ignore[arg-type]
        clock, open_serial, readings.append, lambda _: None,
    )  # fmt: skip
    stop = threading.Event()
    thread = threading.Thread(target=poller.run, args=(stop,))
    thread.start()
    try:
        yield readings, poller
    finally:
        stop.set()
        thread.join()


def value_of(reading: Reading) -> float:
    if isinstance(reading, AirReading):
        return reading.co2_ppm
    assert reading.in_total is not None
    return reading.in_total


def test_every_model_that_is_read_can_be_simulated() -> None:
    assert set(NAMES) == set(SPEAKERS) == set(CHARACTERS)


@pytest.mark.parametrize("name", NAMES)
def test_what_it_measures_comes_through_in_order_and_nothing_else(name: str) -> None:
    clock = started_at(START, 100)
    speaker = speaker_of(name, clock, iter(range(500, 40_000)))
    with PtyDevice(speaker) as device, polled(name, device.path, clock) as (readings, poller):
        wait_until(lambda: len(readings) >= 5, "five readings")
    values = [value_of(reading) for reading in readings]
    assert values == sorted(set(values))
    assert min(values) >= 500
    assert sum(poller.tally.bad.values()) == 0
    first = readings[0]
    if isinstance(first, PeopleReading):
        assert first.out_total == first.in_total // 2 if first.in_total else False
    elif name in ("scd30", "senseair-sunrise", "lines"):
        assert first.temperature_c == 21.5


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.value)
@pytest.mark.parametrize("name", ["senseair-s8", "counter-line"])
def test_after_a_fault_good_readings_come_again_and_none_was_made_up(
    name: str, fault: Fault
) -> None:
    clock = started_at(START, 100)
    speaker = speaker_of(name, clock, iter(range(500, 40_000)))
    with (
        PtyDevice(
            speaker, chances={fault: 0.05 if fault is Fault.UNPLUGGED else 0.3}, seed=3
        ) as device,
        polled(name, device.path, clock) as (readings, _),
    ):
        wait_until(lambda: len(readings) >= 3, "readings in spite of it")
        device._chances = {}
        before = len(readings)
        wait_until(lambda: len(readings) >= before + 3, "readings after it")
    values = [value_of(reading) for reading in readings]
    assert values == sorted(set(values))
    assert min(values) >= 500


def test_a_sensor_that_says_it_warms_up_gives_no_reading_and_is_there() -> None:
    clock = started_at(START, 100)
    warm = False
    speaker = SimSenseAir(lambda: 812, lambda: warm)
    with (
        PtyDevice(speaker) as device,
        polled("senseair-s8", device.path, clock) as (readings, poller),
    ):
        wait_until(lambda: poller.tally.bad["status"] >= 3, "its status to be heard")
        assert readings == []
        warm = True
        wait_until(lambda: readings, "a reading")
    assert {value_of(reading) for reading in readings} == {812}
    assert poller.tally.bad["timeout"] == 0


def test_a_device_is_told_its_orders_before_it_is_asked() -> None:
    clock = started_at(START, 100)
    speaker = SimSenseAir(lambda: 812)
    orders = (SelfCalibration(False),)
    with (
        PtyDevice(speaker) as device,
        polled("senseair-s8", device.path, clock, orders=orders) as (readings, _),
    ):
        wait_until(lambda: readings, "a reading")
    assert speaker.holding[0x1F] == 0


def test_an_offset_is_added_to_what_it_measures() -> None:
    clock = started_at(START, 100)
    with (
        PtyDevice(SimSenseAir(lambda: 800)) as device,
        polled("senseair-s8", device.path, clock, co2_offset_ppm=-25.0) as (readings, _),
    ):
        wait_until(lambda: readings, "a reading")
    assert value_of(readings[0]) == 775
