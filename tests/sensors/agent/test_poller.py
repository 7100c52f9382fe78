"""The loop of one device, on a simulated one behind a real pseudo-terminal."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_sim.devices.pty_device import Fault, PtyDevice
from firmware_sim.devices.wire.winsen import SimMhz19
from sensors.agent.device import SerialDevice
from sensors.agent.models import model_named
from sensors.agent.poller import Poller
from sensors.agent.port import open_serial
from sensors.clock import Clock, started_at
from sensors.protocols.mhz19 import Mhz19
from sensors.wire.instant import to_ns
from sensors.wire.reading import AirReading, Reading
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.servers import wait_until

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MODEL = replace(model_named("mh-z19b"), reply_within_s=0.1)


class Watch:
    """What a poller handed on."""

    def __init__(self) -> None:
        self.readings = list[AirReading]()
        self.presence: list[bool] = []

    def keep(self, reading: Reading) -> None:
        assert isinstance(reading, AirReading)
        self.readings.append(reading)


@contextmanager
def polled(
    port: str, *, warm_up_s: float = 0.0, clock: Clock | None = None
) -> Iterator[tuple[Watch, Poller]]:
    watch = Watch()
    device = SerialDevice(
        VenueSlug("de-kade"), DeviceSlug("co2-01"), MODEL, port, 2.0, warm_up_s, Mhz19, 9600
    )
    poller = Poller(
        device,
        clock or started_at(START, 100),  # its 2 s are 20 ms
        open_serial,
        watch.keep,
        watch.presence.append,
    )
    stop = threading.Event()
    thread = threading.Thread(target=poller.run, args=(stop,))
    thread.start()
    try:
        yield watch, poller
    finally:
        stop.set()
        thread.join()


def test_each_answer_is_a_reading_with_the_time_of_the_clock() -> None:
    values = iter(range(400, 10_000))
    with (
        PtyDevice(SimMhz19(lambda: next(values))) as device,
        polled(device.path) as (watch, poller),
    ):
        wait_until(lambda: len(watch.readings) >= 5, "five readings")
    assert [r.co2_ppm for r in watch.readings[:5]] == [400, 401, 402, 403, 404]
    times = [r.at_ns for r in watch.readings]
    assert times == sorted(set(times))
    assert times[0] >= to_ns(START)
    assert all(at_ns % 1_000_000 == 0 for at_ns in times)
    assert watch.presence == [True]
    assert (poller.tally.bad_frames, poller.tally.noise_bytes) == (0, 0)


def test_what_it_says_while_warming_up_is_no_reading() -> None:
    clock = started_at(START, 100)
    with (
        PtyDevice(SimMhz19(lambda: 410)) as device,
        polled(device.path, warm_up_s=60, clock=clock) as (watch, poller),
    ):
        wait_until(lambda: watch.readings, "a reading")
    # It cannot have begun before it was made, and took the first after the whole time.
    assert watch.readings[0].at_ns >= to_ns(START) + 60 * 10**9
    assert poller.tally.warming_up > 0
    assert watch.presence == [True]


@pytest.mark.parametrize(
    ("fault", "counted"),
    [
        pytest.param(Fault.NOISE, lambda poller: poller.tally.noise_bytes, id="noise"),
        pytest.param(Fault.HALF_FRAME, lambda poller: poller.tally.bad_frames, id="half frames"),
    ],
)
def test_a_garbled_line_is_counted_said_once_and_read_all_the_same(
    fault: Fault, counted: Callable[[Poller], int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sensors.agent.poller")
    with PtyDevice(SimMhz19(lambda: 812)) as device:
        device.fault = fault
        with polled(device.path) as (watch, poller):
            wait_until(lambda: len(watch.readings) >= 5, "five readings")
            wait_until(lambda: counted(poller) > 5, "garbage to be counted")
    assert {r.co2_ppm for r in watch.readings} == {812}
    assert len([r for r in caplog.messages if "garbled" in r]) == 1


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.CHECKSUM, Fault.TRUNCATED])
def test_a_device_without_a_whole_answer_is_absent_until_it_has_one(
    fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sensors.agent.poller")
    with PtyDevice(SimMhz19(lambda: 812)) as device, polled(device.path) as (watch, _):
        wait_until(lambda: watch.readings, "a reading")
        device.fault = fault
        wait_until(lambda: watch.presence[-1] is False, "it to be missed")
        device.fault = Fault.NONE
        wait_until(lambda: watch.presence[-1] is True, "it to be found again")
        before = len(watch.readings)
        wait_until(lambda: len(watch.readings) > before, "a reading")
    assert watch.presence == [True, False, True]
    assert {r.co2_ppm for r in watch.readings} == {812}
    assert len([m for m in caplog.messages if "no mh-z19b answers" in m]) == 1


def test_a_pulled_cable_is_said_once_and_the_device_is_read_again_when_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sensors.agent.poller")
    link = tmp_path / "usb-sensor"
    with polled(str(link)) as (watch, _):
        wait_until(lambda: watch.presence == [False], "the port to be missed")
        with PtyDevice(SimMhz19(lambda: 600), link=link):
            wait_until(lambda: watch.readings, "a reading")
        wait_until(lambda: watch.presence[-1] is False, "the cable to be missed")
        with PtyDevice(SimMhz19(lambda: 700), link=link):
            wait_until(lambda: watch.readings[-1].co2_ppm == 700, "a reading of the new one")
    answers = [m for m in caplog.messages if "answers" in m]
    missing = [m for m in caplog.messages if "is not there" in m]
    assert len(answers) == 2
    assert 1 <= len(missing) <= 2


def test_nothing_is_a_reading_while_the_clock_of_the_machine_is_not_set(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock(0, time.time_ns(), 100)  # the machine thinks it is 1970
    with (
        PtyDevice(SimMhz19(lambda: 812)) as device,
        polled(device.path, clock=clock) as (watch, poller),
    ):
        wait_until(lambda: device.requests > 5, "it to be asked")
    assert watch.readings == []
    assert poller.tally.readings == 0
    assert len([m for m in caplog.messages if "is not set yet" in m]) == 1
