"""Winsen MH-Z19B and MH-Z19C over UART (manual v1.0 of the MH-Z19B, page 7), 9600 8N1.

A frame is nine bytes. The last one makes the sum of bytes 1 to 8 a multiple of 256::

    request  FF 01 86 00 00 00 00 00 79
    reply    FF 86 hi lo -- -- -- -- cs     CO2 in ppm = 256 * hi + lo

Bytes 4 to 7 of a reply (--) are not in the manual and are not judged. Byte 4 is said to be a
temperature plus 40; it is that of the module, warmed by its own lamp, in whole degrees, so it is
left alone: a wrong room temperature is worse than none.

There is no frame for a fault: a device in trouble is silent, or its stream is shifted or broken.
So the decoder looks for ``FF 86``, takes a frame when its checksum holds, and otherwise goes on one
byte later, so that a whole frame behind half a one is still found.
"""

from dataclasses import dataclass

from sensors.protocols.checksum import complement_sum
from sensors.protocols.event import BadFrame, Event, MeasuredAir, Noise
from sensors.wire.reading import CO2_PPM_RANGE

FRAME_BYTES = 9
_START = 0xFF
_MODULE = 0x01
_READ = 0x86
_SELF_CALIBRATION = 0x79
_CALIBRATE_ZERO = 0x87
_CALIBRATE_SPAN = 0x88
SPAN_PPM_RANGE = (
    1000,
    10_000,
)  # the manual asks for 1000 at least; the largest range sold is 10 000


@dataclass(frozen=True, slots=True)
class ReadCo2:
    """Ask for the CO2 concentration."""


@dataclass(frozen=True, slots=True)
class SetSelfCalibration:
    """Whether the device takes the lowest value of each day for 400 ppm (Winsen's ABC)."""

    on: bool


@dataclass(frozen=True, slots=True)
class CalibrateZero:
    """Take the present air for 400 ppm: only after 20 minutes in outdoor air."""


@dataclass(frozen=True, slots=True)
class CalibrateSpan:
    """Take the present air for ``co2_ppm``."""

    co2_ppm: int


Request = ReadCo2 | SetSelfCalibration | CalibrateZero | CalibrateSpan


def encode_request(request: Request) -> bytes:
    """The frame of a request.

    Raises:
        ValueError: a span outside 1000 to 10 000 ppm.

    """
    match request:
        case ReadCo2():
            return _frame(_MODULE, _READ)
        case SetSelfCalibration(on):
            return _frame(_MODULE, _SELF_CALIBRATION, 0xA0 if on else 0x00)
        case CalibrateZero():
            return _frame(_MODULE, _CALIBRATE_ZERO)
        case CalibrateSpan(co2_ppm):
            low, high = SPAN_PPM_RANGE
            if not low <= co2_ppm <= high:
                raise ValueError(f"a span of {co2_ppm} ppm: expected {low} to {high}")
            return _frame(_MODULE, _CALIBRATE_SPAN, *divmod(co2_ppm, 256))


class Mhz19:
    """The decoder of replies; ``request`` asks for one."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def request(self) -> bytes:
        return encode_request(ReadCo2())

    def feed(self, data: bytes) -> list[Event]:
        """Measurements, bad frames and how many bytes were skipped between, in their order."""
        kept = self._kept
        kept += data
        events: list[Event] = []
        skipped = at = 0
        while at < len(kept):
            if not _may_begin_reply(kept, at):
                skipped, at = skipped + 1, at + 1
                continue
            frame = bytes(kept[at : at + FRAME_BYTES])
            if len(frame) < FRAME_BYTES:
                break
            if skipped:
                events.append(Noise(skipped))
            event = _judge(frame)
            events.append(event)
            whole = frame[-1] == complement_sum(frame[1:-1])
            skipped, at = (0, at + FRAME_BYTES) if whole else (1, at + 1)
        if skipped:
            events.append(Noise(skipped))
        del kept[:at]
        return events


def _may_begin_reply(data: bytearray, at: int) -> bool:
    return data[at] == _START and (at + 1 == len(data) or data[at + 1] == _READ)


def _judge(frame: bytes) -> MeasuredAir | BadFrame:
    expected = complement_sum(frame[1:-1])
    if frame[-1] != expected:
        return BadFrame(frame, f"checksum {frame[-1]:02X}, expected {expected:02X}")
    co2_ppm = 256 * frame[2] + frame[3]
    if co2_ppm > CO2_PPM_RANGE[1]:
        return BadFrame(frame, f"{co2_ppm} ppm, at most {CO2_PPM_RANGE[1]:.0f}")
    return MeasuredAir(float(co2_ppm))


def _frame(*head: int) -> bytes:
    body = bytes(head).ljust(FRAME_BYTES - 2, b"\0")
    return bytes([_START, *body, complement_sum(body)])
