"""The checksums of the serial protocols."""


def complement_sum(data: bytes) -> int:
    """The byte that makes the sum of ``data`` and itself a multiple of 256 (Winsen, Cubic)."""
    return -sum(data) & 0xFF
