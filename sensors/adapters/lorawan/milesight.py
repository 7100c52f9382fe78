"""The bytes of Milesight sensors: a channel, a type, then its value, little-endian
[Milesight-IoT/SensorDecoders: AM_Series, EM500-CO2, VS_Series].
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Told = dict[str, Any]

_SIZES: Final = {
    0x00: 1, 0x01: 1, 0x65: 6, 0x67: 2, 0x68: 1, 0x6A: 2, 0x73: 2, 0x75: 1, 0x7D: 2, 0xC9: 4, 0xCB: 1,
    0xCC: 4, 0xCD: 1, 0xD2: 4, 0xD5: 8, 0xDA: 8, 0xE3: 4, 0xE4: 5, 0xFD: 2, 0xFE: 1,
}  # fmt: skip
"""How long a value of a type is."""
_INFO: Final = {0x01: 1, 0x08: 6, 0x09: 2, 0x0A: 2, 0x0B: 1, 0x0F: 1, 0x16: 8, 0x18: 2, 0x1F: 4}
"""The same of what a device says of itself, on channel 0xFF."""
_ALARMS: Final = {(0x83, 0x67): 3, (0x83, 0xD7): 5, (0x84, 0xCC): 5, (0x85, 0xCC): 5}


def _number(data: bytes, *, signed: bool = False) -> int:
    return int.from_bytes(data, "little", signed=signed)


def _pair(first: str, second: str) -> Callable[[Told, bytes], None]:
    def take(told: Told, value: bytes) -> None:
        told[first], told[second] = _number(value[:2]), _number(value[2:4])

    return take


def _one(name: str, scale: float = 1, *, signed: bool = False) -> Callable[[Told, bytes], None]:
    def take(told: Told, value: bytes) -> None:
        found = _number(value, signed=signed)
        told[name] = found if scale == 1 else found * scale

    return take


def _regions(first: int) -> Callable[[Told, bytes], None]:
    def take(told: Told, value: bytes) -> None:
        told.update({f"region_{first + n}_count": count for n, count in enumerate(value)})

    return take


def _temperature(told: Told, value: bytes) -> None:
    told["temperature"] = _number(value[:2], signed=True) / 10


_COMMON: Final[Mapping[tuple[int, int], Callable[[Told, bytes], None]]] = {
    (0x01, 0x75): _one("battery"),
    (0x03, 0x67): _temperature,
    (0x83, 0x67): _temperature,
    (0x04, 0x68): _one("humidity", 0.5),
    (0x07, 0x7D): _one("co2"),
    (0x05, 0x7D): _one("co2"),
    (0x05, 0x00): _one("pir"),
    (0x05, 0xFD): _one("people_count"),
    (0x04, 0xC9): lambda told, value: told.update(people_count_all=value[0]),
    (0x0D, 0xCC): _pair("total_in", "total_out"),
    (0x04, 0xCC): _pair("total_in", "total_out"),
    (0x84, 0xCC): _pair("total_in", "total_out"),
    (0x07, 0xD5): _regions(1),
    (0x08, 0xD5): _regions(9),
    (0x0F, 0xE3): _regions(1),
}
_PASSED: Final = {(0x05, 0xCC): _pair("period_in", "period_out")}
_LINES: Final = {
    (3 * line + offset, 0xD2): _one(f"line_{line}_total_{way}")
    for line in range(1, 5)
    for offset, way in ((0, "in"), (1, "out"))
} | {
    (3 * line + 2, 0xCC): _pair(f"line_{line}_period_in", f"line_{line}_period_out")
    for line in range(1, 5)
}  # fmt: skip


def milesight(data: bytes, _port: int | None) -> Told:
    """What a sensor or a counter of one passage tells, up to the first type that is not known."""
    return _read(data, {**_COMMON, **_PASSED})


def milesight_lines(data: bytes, _port: int | None) -> Told:
    """The same of a counter with four lines, whose channels mean other things (VS132, VS133)."""
    return _read(data, {**_COMMON, **_LINES})


def _read(data: bytes, known: Mapping[tuple[int, int], Callable[[Told, bytes], None]]) -> Told:
    told: Told = {}
    at = 0
    while at + 2 <= len(data):
        channel, kind = data[at], data[at + 1]
        size = (
            _INFO.get(kind) if channel == 0xFF else _ALARMS.get((channel, kind), _SIZES.get(kind))
        )
        value = data[at + 2 : at + 2 + (size or 0)]
        if size is None or len(value) < size:
            break
        take = known.get((channel, kind))
        if take is not None:
            take(told, value)
        at += 2 + size
    # A total says more than what passed since the message before.
    if "total_in" in told:
        told.pop("period_in", None), told.pop("period_out", None)
    for line in range(1, 5):
        if f"line_{line}_total_in" in told:
            told.pop(f"line_{line}_period_in", None)
            told.pop(f"line_{line}_period_out", None)
    return told
