"""Modbus RTU as its master speaks it to one device (Modbus Application Protocol 1.1b3, Modbus over
Serial Line 1.02), of which sensors need three functions: read registers, read what was set, set one.

Without a clock there is no silence of three and a half characters to cut frames by, so a reply is known
by the address, the function and the length that were asked for. What an adapter with one wire sends
back of our own request begins alike and is no reply: its third byte is not that length.

A framing library would bring its own port and its own waiting; the frame is the small part.
"""

from dataclasses import dataclass

from sensors.protocols.checksum import crc16_modbus
from sensors.protocols.event import BadFrame, Done, Event
from sensors.protocols.frame_reader import FrameReader

READ_HOLDING, READ_INPUT, WRITE = 0x03, 0x04, 0x06
_EXCEPTION = 0x80
_EXCEPTION_BYTES, _WRITE_BYTES = 5, 8
_REFUSALS = {
    1: "unknown function",
    2: "no such register",
    3: "value not taken",
    4: "device failure",
}


@dataclass(frozen=True, slots=True)
class Read:
    """Ask for ``count`` registers from ``register`` on."""

    function: int
    register: int
    count: int = 1

    def frame(self, address: int) -> bytes:
        return _framed(address, self.function, self.register, self.count)


def write_frame(address: int, register: int, value: int) -> bytes:
    """Set a register; the device answers with the same frame."""
    return _framed(address, WRITE, register, value)


class ModbusReader(FrameReader):
    """Reads the answers of the device at ``address``; ``registers`` of a subclass judges the values of
    the registers that ``expect`` named.
    """

    def __init__(self, address: int) -> None:
        super().__init__(self._length, 3, _wrong_checksum, self._answer)
        self._address = address
        self._expected: Read | None = None

    def expect(self, read: Read) -> bytes:
        """The frame of a read, whose answer is the next that counts."""
        self._expected = read
        return read.frame(self._address)

    def registers(self, data: bytes, frame: bytes) -> list[Event]:
        """What ``data``, two bytes a register, says."""
        raise NotImplementedError

    def _length(self, head: bytes) -> int | None:
        if head[0] != self._address:
            return 0
        if len(head) == 1:
            return None
        function = head[1]
        if function == WRITE:
            return _WRITE_BYTES
        if function & _EXCEPTION:
            return (
                _EXCEPTION_BYTES
                if function & ~_EXCEPTION in (READ_HOLDING, READ_INPUT, WRITE)
                else 0
            )
        expected = self._expected
        if expected is None or function != expected.function:
            return 0
        if len(head) == 2:
            return None
        return 5 + head[2] if head[2] == 2 * expected.count else 0

    def _answer(self, frame: bytes) -> list[Event]:
        function = frame[1]
        if function & _EXCEPTION:
            why = _REFUSALS.get(frame[2], "unknown reason")
            return [BadFrame(frame, f"refused with {frame[2]} ({why})", "error")]
        if function == WRITE:
            return [Done()]
        self._expected = None
        return self.registers(frame[3:-2], frame)


def _framed(address: int, function: int, first: int, second: int) -> bytes:
    body = bytes([address, function, *divmod(first, 256), *divmod(second, 256)])
    return body + crc16_modbus(body)


def _wrong_checksum(frame: bytes) -> str:
    expected = crc16_modbus(frame[:-2])
    return (
        "" if frame[-2:] == expected else f"checksum {frame[-2:].hex()}, expected {expected.hex()}"
    )
