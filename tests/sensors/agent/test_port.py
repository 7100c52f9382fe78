import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensors.agent.port import BytePort, PortError, open_serial


class Line:
    """A pseudo-terminal: ``path`` is the port, ``far`` the descriptor of the other end."""

    def __init__(self) -> None:
        self.far, self._near = os.openpty()
        tty.setraw(self._near)
        self.path = os.ttyname(self._near)

    def unplug(self) -> None:
        for descriptor in (self.far, self._near):
            os.close(descriptor)
        self.far = self._near = -1


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    if made.far >= 0:
        made.unplug()


@pytest.fixture
def port(line: Line) -> Iterator[BytePort]:
    opened = open_serial(line.path, 9600)
    yield opened
    opened.close()


def test_bytes_go_both_ways_unchanged(line: Line, port: BytePort) -> None:
    every_byte = bytes(range(256))
    port.write(every_byte)
    assert os.read(line.far, 300) == every_byte
    os.write(line.far, every_byte)
    received = b""
    while len(received) < 256:
        received += port.read(5)
    assert received == every_byte


def test_nothing_is_nothing_and_no_mistake(port: BytePort) -> None:
    assert port.read(0.01) == b""


def test_what_came_before_can_be_forgotten(line: Line, port: BytePort) -> None:
    os.write(line.far, b"old")
    assert port.read(5)[:1] == b"o"
    os.write(line.far, b"old")
    port.discard_input()
    os.write(line.far, b"new")
    assert port.read(5)[:1] == b"n"


def test_it_is_held_by_one_alone(line: Line, port: BytePort) -> None:
    with pytest.raises(PortError, match="is taken by another program"):
        open_serial(line.path, 9600)
    port.close()
    open_serial(line.path, 9600).close()


def test_a_missing_port_is_told_with_what_helps(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="tty is not there: is the sensor plugged in"):
        open_serial(str(tmp_path / "tty"), 9600)


def test_what_is_no_serial_port_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(PortError, match="cannot be used as a serial port"):
        open_serial(str(path), 9600)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every port")
def test_a_port_closed_to_this_user_is_told_with_what_helps(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch(mode=0o000)
    with pytest.raises(PortError, match="add it to the group dialout"):
        open_serial(str(path), 9600)


def test_a_pulled_cable_is_told_by_everything_but_closing(line: Line, port: BytePort) -> None:
    line.unplug()
    with pytest.raises(PortError, match="was unplugged"):
        port.read(5)
    with pytest.raises(PortError, match="was unplugged"):
        port.write(b"x")
    port.close()
    port.close()
