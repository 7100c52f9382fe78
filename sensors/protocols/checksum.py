"""The checksums of the serial protocols."""

from typing import Final


def complement_sum(data: bytes) -> int:
    """The byte that makes the sum of ``data`` and itself a multiple of 256 (Winsen, Cubic)."""
    return -sum(data) & 0xFF


def exclusive_or(data: bytes) -> int:
    """All bytes of ``data`` put together by exclusive or (NMEA 0183 and our people counter's line)."""
    result = 0
    for byte in data:
        result ^= byte
    return result


def crc16_modbus(data: bytes) -> bytes:
    """The two bytes behind a Modbus RTU frame, low byte first (Modbus over Serial Line 1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC16[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


def _crc16_row(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_CRC16: Final = tuple(_crc16_row(byte) for byte in range(256))
