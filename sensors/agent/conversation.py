"""One open device as the poller talks to it: what it is asked and told, and what it says."""

import struct
import time
from collections.abc import Callable, Iterator
from threading import Event as Flag
from typing import Any, Final, Protocol

from sensors.agent.device import SerialDevice
from sensors.agent.i2c import I2cSensor, OpenBus, Transceiver, why_not
from sensors.agent.port import BytePort, PortError
from sensors.protocols.event import BadFrame, Done, Event, Next, SerialProtocol
from sensors.protocols.order import Order

OpenPort = Callable[[str, int], BytePort]
_LOOK_S: Final = 0.5
"""So long a stop may wait for a device that prints."""


class Conversation(Protocol):
    """What it yields are the events as they come. Whoever opened it closes it."""

    def ask(self, until_s: float, stop: Flag) -> Iterator[list[Event]]:
        """Ask for a measurement, and what comes of that in time; of a device that prints whatever it says
        before ``until_s`` of the monotonic clock.

        Raises:
            PortError: the port is gone, or takes nothing.

        """
        ...

    def tell(self, order: Order, stop: Flag) -> Iterator[list[Event]]:
        """Say an order, and what the device says to each of its parts.

        Raises:
            CannotOrder: the device has no such order, or not with that value.
            PortError: the port is gone, or takes nothing.

        """
        ...

    def close(self) -> None: ...


def converse(device: SerialDevice, open_port: OpenPort, open_bus: OpenBus) -> Conversation:
    """Open the device's port or bus.

    Raises:
        PortError: not there, taken, or closed to this user.

    """
    if device.model.i2c is not None:
        bus = open_bus(device.port)
        return I2cConversation(device.port, device.model.name, bus, device.model.i2c.on(bus))
    assert device.protocol is not None  # noqa: S101 - the settings see to it
    return SerialConversation(device, device.protocol(), open_port(device.port, device.baud))


class SerialConversation:
    """With a device on a serial line, in the words of its protocol."""

    def __init__(self, device: SerialDevice, protocol: SerialProtocol, port: BytePort) -> None:
        self._model = device.model
        self._protocol = protocol
        self._port = port

    def ask(self, until_s: float, stop: Flag) -> Iterator[list[Event]]:
        if self._model.prints:
            yield from self._heard(until_s, _LOOK_S, stop)
            return
        self._port.discard_input()  # an answer that came too late must not pass for the next one
        asked = True
        while asked:
            self._port.write(self._protocol.request())
            asked = False
            for events in self._heard(self._patience(), self._model.reply_within_s, stop):
                yield events
                if any(isinstance(event, Next) for event in events):
                    asked = True
                    break

    def tell(self, order: Order, stop: Flag) -> Iterator[list[Event]]:
        for frame in self._protocol.frames(order):
            self._port.discard_input()
            self._port.write(frame)
            said: list[Event] = []
            for events in self._heard(self._patience(), self._model.reply_within_s, stop):
                said += events
                if any(isinstance(event, Done | BadFrame) for event in events):
                    break
            yield said

    def close(self) -> None:
        self._port.close()

    def _patience(self) -> float:
        return time.monotonic() + self._model.reply_within_s

    def _heard(self, until_s: float, at_once_s: float, stop: Flag) -> Iterator[list[Event]]:
        while (left_s := until_s - time.monotonic()) > 0 and not stop.is_set():
            yield self._protocol.feed(self._port.read(min(left_s, at_once_s)))


class I2cConversation:
    """With a sensor on an I2C bus. A question that it does not acknowledge is silence."""

    def __init__(self, path: str, model: str, bus: Transceiver, sensor: I2cSensor) -> None:
        self._path = path
        self._model = model
        self._bus = bus
        self._sensor = sensor

    def ask(self, until_s: float, stop: Flag) -> Iterator[list[Event]]:  # noqa: ARG002 - it answers at once
        yield self._said(self._sensor.read)

    def tell(self, order: Order, stop: Flag) -> Iterator[list[Event]]:  # noqa: ARG002 - it answers at once
        said = self._said(lambda: self._sensor.tell(order))
        if not said:
            raise PortError(f"{self._path} is open, but no {self._model} answers")
        yield said

    def close(self) -> None:
        self._bus.close()

    def _said(self, speak: Callable[[], Event]) -> list[Event]:
        from sensirion_i2c_driver.errors import (  # noqa: PLC0415 - an extra
            I2cChecksumError,
            I2cTransceiveError,
        )

        try:
            return [speak()]
        except I2cChecksumError as error:
            return [BadFrame(_bytes(error), str(error))]
        except I2cTransceiveError:
            return []
        except struct.error as error:  # fewer bytes than the command has
            return [BadFrame(b"", str(error), "value")]
        except OSError as error:
            raise PortError(why_not(self._path, error)) from error


def _bytes(error: Any) -> bytes:
    received = error.received_data
    return bytes(received) if received else b""
