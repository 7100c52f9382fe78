"""Finding out what hangs on a port, and calibrating it, through real pseudo-terminals."""

import itertools
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_sim.devices.pty_device import PtyDevice
from firmware_sim.devices.serial_models import serial_device
from firmware_sim.devices.serial_sensor import Sample
from firmware_sim.devices.wire.cubic import SimCm1106
from firmware_sim.devices.wire.modbus import SimSenseAir
from firmware_sim.devices.wire.winsen import SimMhz19
from sensors.agent.calibration import calibrate, remember, remembered
from sensors.agent.device import SerialDevice
from sensors.agent.models import model_named
from sensors.agent.port import open_serial
from sensors.agent.probe import configuration, probe
from sensors.clock import SYSTEM
from sensors.protocols.order import CalibrateSpan, CalibrateZero, CannotOrder
from sensors.wire.topic import DeviceSlug, VenueSlug


@pytest.mark.parametrize("name", ["mh-z19b", "senseair-s8", "scd30", "cm1106", "counter-line"])
def test_what_answers_on_a_port_is_named_with_a_value(name: str) -> None:
    passing = itertools.count()  # a counter prints when somebody passes
    speaker, _ = serial_device(
        name, lambda: Sample(800.0, in_total=next(passing)), SYSTEM.now_ns, 1
    )
    with PtyDevice(speaker) as device:
        (found,) = probe([device.path], open_serial)
        assert found.model is not None
        assert found.model.name == name
        assert found.said
        table = tomllib.loads(configuration([found], "de-kade"))["sensor"]
    assert table["venue"] == "de-kade"
    assert table["device"][0]["model"] == name


def test_a_port_that_is_silent_or_not_there_is_told(tmp_path: Path) -> None:
    (found,) = probe([str(tmp_path / "none")], open_serial)
    assert found.model is None
    assert "is not there" in found.said
    assert "device" not in tomllib.loads(configuration([found], "de-kade"))["sensor"]


def device_on(port: str, name: str) -> SerialDevice:
    model = model_named(name)
    assert model.protocol is not None
    return SerialDevice(
        VenueSlug("de-kade"), DeviceSlug("co2-01"), model, port, 10, 0, model.protocol, model.baud
    )


def test_a_calibration_reaches_the_device_and_its_answer_is_heard() -> None:
    cubic, senseair, winsen = SimCm1106(lambda: 9), SimSenseAir(lambda: 9), SimMhz19(lambda: 9)
    with PtyDevice(cubic) as port:
        assert calibrate(device_on(port.path, "cm1106"), CalibrateSpan(600), open_serial)
    assert cubic.calibrated_to_ppm == 600
    with PtyDevice(senseair) as port:
        assert calibrate(device_on(port.path, "senseair-s8"), CalibrateZero(), open_serial)
    assert senseair.holding[0] == 0x20
    with PtyDevice(winsen) as port:
        assert not calibrate(device_on(port.path, "mh-z19b"), CalibrateZero(), open_serial)
    assert winsen.calibrated_to_ppm == 400


def test_what_a_model_cannot_do_is_told_before_its_port_is_opened() -> None:
    with pytest.raises(CannotOrder, match="outdoor air alone"):
        calibrate(device_on("/none", "senseair-s8"), CalibrateSpan(800), open_serial)


def test_a_calibration_is_remembered_beside_the_spool(tmp_path: Path) -> None:
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    remember(tmp_path, "de-kade/co2-01", at)
    remember(tmp_path, "de-kade/co2-02", at)
    assert remembered(tmp_path) == {"de-kade/co2-01": at, "de-kade/co2-02": at}
    (tmp_path / "calibrated.json").write_bytes(b"{")
    assert remembered(tmp_path) == {}
