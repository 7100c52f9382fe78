"""Cubic CM1106 over UART, 9600 8N1, in the framing that the maker's particle sensors share.

A frame is a beginning (11 to the device, 16 back), a length, a command, data and a byte that makes the
sum a multiple of 256. The length counts command and data::

    request  11 01 01 ED
    reply    16 05 01 hi lo -- -- cs        CO2 in ppm = 256 * hi + lo

A device that took an order answers with its command alone, ``16 01 03 E6``. Frames after the maker's description of the CM1106, sections 4.1 to 4.4.
"""

from sensors.protocols.checksum import complement_sum
from sensors.protocols.event import Done, Event, air_or_bad
from sensors.protocols.frame_reader import FrameReader
from sensors.protocols.order import (
    CalibrateSpan,
    CalibrateZero,
    CannotOrder,
    Order,
    SelfCalibration,
    within,
)

_ASK, _REPLY = 0x11, 0x16
_READ, _CALIBRATE, _SELF_CALIBRATION = 0x01, 0x03, 0x10
_LENGTHS = {_READ: 5, _CALIBRATE: 1, _SELF_CALIBRATION: 1}
_SPAN_PPM = (400, 1500)
_OUTDOOR_PPM = 400
_ABC_DAYS = 7


class Cm1106(FrameReader):
    """Asks for CO2 and reads the replies."""

    def __init__(self) -> None:
        super().__init__(_length_of, 3, _wrong_checksum, _judge)

    def request(self) -> bytes:
        return _frame(_READ)

    def frames(self, order: Order) -> tuple[bytes, ...]:
        match order:
            case SelfCalibration(on):
                high, low = divmod(_OUTDOOR_PPM, 256)
                mode = 0x00 if on else 0x02
                return (_frame(_SELF_CALIBRATION, 0x64, mode, _ABC_DAYS, high, low, 0x64),)
            case CalibrateZero():
                return self.frames(CalibrateSpan(_OUTDOOR_PPM))
            case CalibrateSpan():
                return (_frame(_CALIBRATE, *divmod(within(order, *_SPAN_PPM), 256)),)
            case _:
                raise CannotOrder("a CM1106 has one range")


def _length_of(head: bytes) -> int | None:
    if head[0] != _REPLY:
        return 0
    if len(head) < 3:
        return None if len(head) == 1 or head[1] in _LENGTHS.values() else 0
    return head[1] + 3 if _LENGTHS.get(head[2]) == head[1] else 0


def _wrong_checksum(frame: bytes) -> str:
    expected = complement_sum(frame[:-1])
    return "" if frame[-1] == expected else f"checksum {frame[-1]:02X}, expected {expected:02X}"


def _judge(frame: bytes) -> list[Event]:
    if frame[2] != _READ:
        return [Done()]
    return [air_or_bad(frame, float(256 * frame[3] + frame[4]))]


def _frame(command: int, *data: int) -> bytes:
    body = bytes([_ASK, 1 + len(data), command, *data])
    return body + bytes([complement_sum(body)])
