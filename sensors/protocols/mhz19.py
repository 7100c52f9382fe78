"""Winsen MH-Z19B and MH-Z19C over UART (manual v1.0 of the MH-Z19B, page 7), 9600 8N1.

A frame is nine bytes. The last one makes the sum of bytes 1 to 8 a multiple of 256::

    request  FF 01 86 00 00 00 00 00 79
    reply    FF 86 hi lo -- -- -- -- cs     CO2 in ppm = 256 * hi + lo

Bytes 4 to 7 of a reply (--) are not in the manual and are not judged. Byte 4 is said to be a
temperature plus 40; it is that of the module, warmed by its own lamp, in whole degrees, so it is
left alone: a wrong room temperature is worse than none.

There is no frame for a fault, and none for an order that was taken: a device in trouble is silent, or
its stream is shifted or broken.
"""

from sensors.protocols.checksum import complement_sum
from sensors.protocols.event import Event, air_or_bad
from sensors.protocols.frame_reader import FrameReader
from sensors.protocols.order import (
    CalibrateSpan,
    CalibrateZero,
    DetectionRange,
    Order,
    SelfCalibration,
    within,
)

FRAME_BYTES = 9
_START = 0xFF
_MODULE = 0x01
_READ = 0x86
_SELF_CALIBRATION = 0x79
_CALIBRATE_ZERO = 0x87
_CALIBRATE_SPAN = 0x88
_RANGE = 0x99
# The manual asks for a span of 1000 ppm at least; the largest range sold is 10 000, the smallest 2000.
_SPAN_PPM = (1000, 10_000)
_RANGE_PPM = (2000, 10_000)


class Mhz19(FrameReader):
    """Asks for CO2 and reads the replies."""

    def __init__(self) -> None:
        super().__init__(_length_of, 2, _wrong_checksum, _judge)

    def request(self) -> bytes:
        return _frame(_READ)

    def frames(self, order: Order) -> tuple[bytes, ...]:
        match order:
            case SelfCalibration(on):
                return (_frame(_SELF_CALIBRATION, 0xA0 if on else 0x00),)
            case CalibrateZero():
                return (_frame(_CALIBRATE_ZERO),)
            case CalibrateSpan():
                return (_frame(_CALIBRATE_SPAN, *divmod(within(order, *_SPAN_PPM), 256)),)
            case DetectionRange():
                # The manual shows the value behind the command; what devices take is known to stand
                # in the last two bytes. Either way the checksum is the same.
                return (_frame(_RANGE, 0, 0, 0, *divmod(within(order, *_RANGE_PPM), 256)),)


def _length_of(head: bytes) -> int | None:
    if head[0] != _START:
        return 0
    if len(head) == 1:
        return None
    return FRAME_BYTES if head[1] == _READ else 0


def _wrong_checksum(frame: bytes) -> str:
    expected = complement_sum(frame[1:-1])
    return "" if frame[-1] == expected else f"checksum {frame[-1]:02X}, expected {expected:02X}"


def _judge(frame: bytes) -> list[Event]:
    return [air_or_bad(frame, float(256 * frame[2] + frame[3]))]


def _frame(*command: int) -> bytes:
    body = bytes([_MODULE, *command]).ljust(FRAME_BYTES - 2, b"\0")
    return bytes([_START, *body, complement_sum(body)])
