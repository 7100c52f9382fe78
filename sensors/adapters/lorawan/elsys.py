"""The bytes of Elsys sensors (ERS, ERS CO2, ERS Eye, EMS): a type, then its value, big-endian
[Elsys, "Elsys payload"; examples in TheThingsNetwork/lorawan-devices, vendor/elsys].
"""

from typing import Any, Final

_SIZES: Final = {
    0x01: 2, 0x02: 1, 0x03: 3, 0x04: 2, 0x05: 1, 0x06: 2, 0x07: 2, 0x08: 2, 0x09: 6, 0x0A: 2, 0x0B: 4,
    0x0C: 2, 0x0D: 1, 0x0E: 2, 0x0F: 1, 0x10: 2, 0x11: 1, 0x12: 1, 0x13: 65, 0x14: 4, 0x15: 2, 0x16: 2,
    0x17: 4, 0x18: 2, 0x19: 2, 0x1A: 1, 0x1B: 4, 0x1C: 2, 0x1D: 4, 0x1E: 4,
}  # fmt: skip


def elsys(data: bytes, _port: int | None) -> dict[str, Any]:
    """What is told up to the first type that is not known."""
    told: dict[str, Any] = {}
    at = 0
    while at < len(data) and (size := _SIZES.get(data[at])) is not None:
        value = data[at + 1 : at + 1 + size]
        if len(value) == size:
            _take(told, data[at], value)
        at += 1 + size
    return told


def _take(told: dict[str, Any], kind: int, value: bytes) -> None:
    match kind:
        case 0x01:
            told["temperature"] = int.from_bytes(value, "big", signed=True) / 10
        case 0x02:
            told["humidity"] = value[0]
        case 0x05:
            told["motion"] = value[0]
        case 0x06:
            told["co2"] = int.from_bytes(value, "big")
        case 0x11:  # 0 nobody, 1 and 2 somebody
            told["occupancy"] = value[0] > 0
        case _:
            pass
