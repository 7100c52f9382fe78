"""The byte port that a serial device hangs on."""

import errno
import select
import termios
from typing import Protocol

import serial


class PortError(Exception):
    """The port is missing, taken, closed to this user or gone; ``str()`` says which and what helps.

    Trying again later may mend it.
    """


class BytePort(Protocol):
    """Bytes to and from one device. Whoever opened it closes it; closing twice is harmless."""

    def write(self, data: bytes) -> None:
        """Send all of ``data``.

        Raises:
            PortError: the port is gone, or takes nothing.

        """
        ...

    def read(self, within_s: float) -> bytes:
        """What has come, as soon as it comes; nothing when nothing came within ``within_s``.

        Raises:
            PortError: the port is gone.

        """
        ...

    def discard_input(self) -> None:
        """Forget what came and was not read.

        Raises:
            PortError: the port is gone.

        """
        ...

    def close(self) -> None: ...


# What pyserial raises when a cable is pulled depends on the moment: an OSError (SerialException is
# one), a termios.error, which is none, or a TypeError where the descriptor is gone already.
_GONE = (OSError, termios.error, TypeError, ValueError, select.error)
_CHUNK_BYTES = 4096
_WRITE_WITHIN_S = 2.0


class SerialPort:
    """A ``BytePort`` over pyserial, held by this process alone."""

    def __init__(self, device: serial.Serial, path: str) -> None:
        self._device = device
        self._path = path

    def write(self, data: bytes) -> None:
        try:
            self._device.write(data)
        except _GONE as error:
            raise self._gone(error) from error

    def read(self, within_s: float) -> bytes:
        try:
            self._device.timeout = within_s
            first = bytes(self._device.read(1))
            waiting = min(self._device.in_waiting, _CHUNK_BYTES) if first else 0
            return first + bytes(self._device.read(waiting)) if waiting else first
        except _GONE as error:
            raise self._gone(error) from error

    def discard_input(self) -> None:
        try:
            self._device.reset_input_buffer()
        except _GONE as error:
            raise self._gone(error) from error

    def close(self) -> None:
        try:
            self._device.close()
        except _GONE:
            return  # it was gone before: there is nothing left to close

    def _gone(self, error: Exception) -> PortError:
        return PortError(f"{self._path} was unplugged, or broke ({error})")


def open_serial(path: str, baud: int) -> BytePort:
    """The port at ``path``, 8 data bits, no parity, 1 stop bit, for this process alone.

    Raises:
        PortError: not there, taken by another program, or closed to this user.

    """
    try:
        device = serial.Serial(path, baud, exclusive=True, write_timeout=_WRITE_WITHIN_S)
    except _GONE as error:
        raise PortError(_why_closed(path, error)) from error
    return SerialPort(device, path)


def _why_closed(path: str, error: Exception) -> str:
    match getattr(error, "errno", None):
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return f"{path} is not there: is the sensor plugged in? (ls -l /dev/serial/by-id)"
        case errno.EACCES | errno.EPERM:
            return f"{path} is closed to this user: add it to the group dialout"
        case errno.EAGAIN | errno.EBUSY:
            return f"{path} is taken by another program"
        case _:
            return f"{path} cannot be used as a serial port ({error})"
