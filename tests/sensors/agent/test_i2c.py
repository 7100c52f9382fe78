"""Sensors on an I2C bus, through the maker's own driver: what they measure comes through the agent's
loop, and whatever goes wrong on the bus is counted, makes no reading, and is over when it is over.
"""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sensors.agent.calibration import NotCalibrated, calibrate
from sensors.agent.device import SerialDevice
from sensors.agent.i2c import WHAT_IS_MISSING, open_bus
from sensors.agent.models import I2C_MODELS, model_named
from sensors.agent.poller import Poller
from sensors.agent.port import PortError, open_serial
from sensors.agent.probe import configuration, probe
from sensors.agent.settings import load
from sensors.clock import started_at
from sensors.config import ConfigError
from sensors.protocols.order import CalibrateSpan, CalibrateZero, CannotOrder, SelfCalibration
from sensors.wire.reading import AirReading, Reading
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.sensors.agent.i2c_bus import Bus, Scd4xChip, Scd30Chip, crc8, framed
from tests.servers import wait_until

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
NAMES = [model.name for model in I2C_MODELS]


def chips() -> tuple[Scd4xChip, Scd30Chip]:
    return Scd4xChip(itertools.count(500)), Scd30Chip(itertools.count(500))


def bus_with(scd4x: Scd4xChip, scd30: Scd30Chip) -> Bus:
    return Bus({0x62: scd4x, 0x61: scd30})


def device_named(name: str, orders: tuple[SelfCalibration, ...] = ()) -> SerialDevice:
    return SerialDevice(
        VenueSlug("de-kade"), DeviceSlug("one"), model_named(name), "/dev/i2c-1", 5.0, 0.0, None, 0,
        orders=orders,
    )  # fmt: skip


@contextmanager
def polled(device: SerialDevice, bus: Bus) -> Iterator[tuple[list[AirReading], Poller]]:
    readings: list[AirReading] = []

    def keep(reading: Reading) -> None:
        assert isinstance(reading, AirReading)
        readings.append(reading)

    clock = started_at(START, 200)
    poller = Poller(device, clock, open_serial, keep, lambda _: None, open_bus=bus.open)
    stop = threading.Event()
    thread = threading.Thread(target=poller.run, args=(stop,))
    thread.start()
    try:
        yield readings, poller
    finally:
        stop.set()
        thread.join()


def test_the_frames_are_those_of_the_data_sheets() -> None:
    assert crc8(b"\xbe\xef") == 0x92
    assert framed(bytes.fromhex("01f4 6667 5eb9")) == bytes.fromhex("01f433 6667a2 5eb93c")
    assert framed(bytes.fromhex("43db 8c2e 41d9 e7ff 4243 3a1b")) == bytes.fromhex(
        "43dbcb 8c2e8f 41d970 e7fff5 4243bf 3a1b74"
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_it_measures_comes_through_in_order_and_nothing_else(name: str) -> None:
    bus = bus_with(*chips())
    with polled(device_named(name), bus) as (readings, poller):
        wait_until(lambda: len(readings) >= 5, "five readings")
    values = [reading.co2_ppm for reading in readings]
    assert values == [500.0 + number for number in range(len(values))]
    assert poller.tally.bad == {}
    told = (readings[0].temperature_c, readings[0].humidity_pct)
    assert told == ((25.0, 37.0) if name == "scd4x" else (27.24, 48.81))
    assert bus.opened == 0


@pytest.mark.parametrize(
    ("fault", "kind"), [("nack", "timeout"), ("checksum", "checksum"), ("gone", "")]
)
@pytest.mark.parametrize("name", NAMES)
def test_a_fault_is_counted_and_readings_come_again_after_it(
    name: str, fault: str, kind: str
) -> None:
    bus = bus_with(*chips())
    with polled(device_named(name), bus) as (readings, poller):
        wait_until(lambda: readings, "a reading")
        bus.fault = fault
        if kind:
            wait_until(lambda: poller.tally.bad[kind] >= 2, "the fault to be counted")
        else:
            wait_until(lambda: poller.answers is False, "the bus to be missed")
        during = len(readings)
        bus.fault = ""
        wait_until(lambda: len(readings) > during + 1, "readings after it")
    values = [reading.co2_ppm for reading in readings]
    assert values == sorted(set(values))
    assert min(values) >= 500


def test_a_scd4x_that_lost_its_power_is_told_to_measure_again() -> None:
    scd4x, scd30 = chips()
    with polled(device_named("scd4x"), bus_with(scd4x, scd30)) as (readings, _):
        wait_until(lambda: readings, "a reading")
        scd4x.measures = False
        before = len(readings)
        wait_until(lambda: len(readings) > before + 2, "readings after it")
    assert scd4x.starts == 2


@pytest.mark.parametrize("name", NAMES)
def test_it_is_told_its_orders_before_it_is_asked(name: str) -> None:
    scd4x, scd30 = chips()
    scd4x.measures = True  # since an earlier run
    device = device_named(name, (SelfCalibration(False),))
    with polled(device, bus_with(scd4x, scd30)) as (readings, _):
        wait_until(lambda: readings, "a reading")
    assert (scd4x if name == "scd4x" else scd30).self_calibration == 0


class TestCalibration:
    def test_it_reaches_the_sensor_which_confirms_it(self) -> None:
        scd4x, scd30 = chips()
        bus = bus_with(scd4x, scd30)
        assert calibrate(device_named("scd4x"), CalibrateZero(), open_serial, bus.open)
        assert calibrate(device_named("scd30-i2c"), CalibrateSpan(600), open_serial, bus.open)
        assert (scd4x.calibrated_to_ppm, scd30.calibrated_to_ppm) == (400, 600)

    def test_a_sensor_that_cannot_do_it_says_so(self) -> None:
        scd4x, scd30 = chips()
        scd4x.measured_before = False
        bus = bus_with(scd4x, scd30)
        with pytest.raises(NotCalibrated, match="three minutes"):
            calibrate(device_named("scd4x"), CalibrateZero(), open_serial, bus.open)
        with pytest.raises(CannotOrder, match="400 to 2000"):
            calibrate(device_named("scd4x"), CalibrateSpan(100), open_serial, bus.open)

    def test_a_sensor_that_is_not_there_is_not_calibrated(self) -> None:
        with pytest.raises(PortError, match="no scd4x answers"):
            calibrate(device_named("scd4x"), CalibrateZero(), open_serial, Bus({}).open)


class TestTheBusItself:
    def test_one_that_is_not_there_says_where_it_is_switched_on(self, tmp_path: Path) -> None:
        with pytest.raises(PortError, match=r"is I2C switched on\? \(raspi-config"):
            open_bus(str(tmp_path / "i2c-1"))

    def test_a_file_that_is_no_bus_is_said_to_be_none(self) -> None:
        device = device_named("scd4x")
        poller = Poller(
            device, started_at(START, 200), open_serial, lambda _: None, lambda _: None,
            open_bus=lambda _: open_bus("/dev/null"),
        )  # fmt: skip
        stop = threading.Event()
        thread = threading.Thread(target=poller.run, args=(stop,))
        thread.start()
        wait_until(lambda: poller.answers is False, "the trouble to be said")
        stop.set()
        thread.join()
        assert "cannot be used as an I2C bus" in str(poller.trouble)

    def test_what_is_on_it_is_found(self) -> None:
        scd4x, _ = chips()
        found = probe(["/dev/i2c-1"], open_serial, Bus({0x62: scd4x}).open)
        assert [one.model and one.model.name for one in found] == ["scd4x"]
        assert 'model = "scd4x"\nport = "/dev/i2c-1"' in configuration(found, "de-kade")


class TestConfiguration:
    BOTH = "".join(
        f'[[sensor.device]]\ndevice = "{name}"\nmodel = "{name}"\nport = "/dev/i2c-1"\n'
        for name in NAMES
    )

    def write(self, folder: Path, text: str) -> Path:
        path = folder / "luchtig.toml"
        path.write_text(f'[sensor]\nvenue = "de-kade"\n{text}', encoding="utf-8")
        return path

    def test_two_models_share_a_bus_and_one_model_is_on_it_once(self, tmp_path: Path) -> None:
        devices = load(self.write(tmp_path, self.BOTH), {}).devices
        assert [device.model.name for device in devices] == NAMES
        again = (
            self.BOTH + '[[sensor.device]]\ndevice = "x"\nmodel = "scd4x"\nport = "/dev/i2c-1"\n'
        )
        with pytest.raises(
            ConfigError, match=r"device\[2\]\.port = '/dev/i2c-1': is there already"
        ):
            load(self.write(tmp_path, again), {})

    def test_what_it_has_not_is_refused(self, tmp_path: Path) -> None:
        wrong = self.BOTH + "baud = 9600\nrange_ppm = 5000\n"
        with pytest.raises(ConfigError) as error:
            load(self.write(tmp_path, wrong), {})
        assert "sensor.device[1].baud: is for serial ports alone" in str(error.value)
        assert "sensor.device[1].range_ppm: it has one range" in str(error.value)

    def test_without_the_extra_it_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sensors.agent.i2c.find_spec", lambda _: None)
        with pytest.raises(ConfigError, match="pip install 'luchtig"):
            load(self.write(tmp_path, self.BOTH), {})
        (found,) = probe(["/dev/i2c-1"], open_serial)
        assert found.said == WHAT_IS_MISSING
