"""A simulated device, asked through a real port; an MH-Z19B with the frames of the manual."""

from pathlib import Path

import pytest

from firmware_sim.devices.pty_device import Fault, PtyDevice
from firmware_sim.devices.wire.winsen import SimMhz19
from sensors.agent.port import PortError, open_serial

READ = bytes.fromhex("ff 01 86 00 00 00 00 00 79")


def answer(device: PtyDevice, *requests: bytes, size: int = 9) -> bytes:
    port = open_serial(device.path, 9600)
    try:
        for request in requests:
            port.write(request)
        received = b""
        while len(received) < size and (more := port.read(5)):
            received += more
        return received
    finally:
        port.close()


def test_it_answers_with_the_frame_of_the_manual() -> None:
    with PtyDevice(SimMhz19(lambda: 544)) as device:
        reply = answer(device, READ)
    assert reply[:4] == bytes.fromhex("ff 86 02 20")
    assert reply[4] == 64  # 24 degrees, plus 40
    assert sum(reply[1:]) % 256 == 0


@pytest.mark.parametrize(
    ("ppm", "shown"), [(0, 0), (-20, 0), (812.4, 812), (812.6, 813), (5000, 5000), (9000, 5000)]
)
def test_it_rounds_and_stays_in_its_range(ppm: float, shown: int) -> None:
    with PtyDevice(SimMhz19(lambda: ppm)) as device:
        reply = answer(device, READ)
    assert 256 * reply[2] + reply[3] == shown


def test_it_finds_a_request_behind_junk_and_in_pieces() -> None:
    with PtyDevice(SimMhz19(lambda: 544)) as device:
        assert answer(device, b"\x00\xff", READ[:3], READ[3:])[2:4] == b"\x02\x20"


def test_it_does_as_told_without_a_word() -> None:
    off = bytes.fromhex("ff 01 79 00 00 00 00 00 86")
    sensor = SimMhz19(lambda: 544)
    with PtyDevice(sensor) as device:
        answer(device, off, READ)
        assert not sensor.self_calibration


def test_a_request_with_a_wrong_checksum_is_not_answered() -> None:
    with PtyDevice(SimMhz19(lambda: 544)) as device:
        assert len(answer(device, READ[:-1] + b"\x00", READ)) == 9
        assert device.requests == 1


FAULTS = [
    pytest.param(Fault.NOISE, 19, id="noise around it"),
    pytest.param(Fault.CHECKSUM, 9, id="a wrong checksum"),
    pytest.param(Fault.HALF_FRAME, 13, id="half an answer before it"),
    pytest.param(Fault.TRUNCATED, 4, id="half an answer"),
]


@pytest.mark.parametrize(("fault", "size"), FAULTS)
def test_its_faults_are_on_the_line(fault: Fault, size: int) -> None:
    with PtyDevice(SimMhz19(lambda: 544)) as device:
        good = answer(device, READ)
        device.fault = fault
        bad = answer(device, READ, size=size)
        assert len(bad) == size
        assert bad != good
        device.fault = Fault.NONE
        assert answer(device, READ) == good


def test_a_reader_that_comes_and_goes_does_not_hang_it_up() -> None:
    with PtyDevice(SimMhz19(lambda: 544)) as device:
        assert answer(device, READ) == answer(device, READ)


def test_the_port_has_a_lasting_name_where_one_is_given(tmp_path: Path) -> None:
    link = tmp_path / "usb-sensor"
    for _ in range(2):
        with PtyDevice(SimMhz19(lambda: 544), link=link) as device:
            assert device.path == str(link)
            assert len(answer(device, READ)) == 9
        assert not link.is_symlink()


def test_unplugged_it_is_gone_for_whoever_has_it_open() -> None:
    with PtyDevice(SimMhz19(lambda: 544)) as device:
        port = open_serial(device.path, 9600)
        device.unplug()
        with pytest.raises(PortError, match="was unplugged"):
            port.read(5)
        port.close()
        with pytest.raises(RuntimeError, match="not open"):
            _ = device.path
