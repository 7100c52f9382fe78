"""A Cubic CM1106."""

from firmware_sim.devices.wire.framed import Framed, ReadPpm


class SimCm1106(Framed):
    """Answers with what ``read_ppm`` says, and to an order with its command."""

    def __init__(self, read_ppm: ReadPpm) -> None:
        super().__init__(b"\x11", 4)
        self.self_calibration = True
        self.calibrated_to_ppm: int | None = None
        self._read_ppm = read_ppm

    def request_bytes(self, request: bytes) -> int:
        return request[1] + 3 if len(request) > 1 else 4

    def holds(self, request: bytes) -> bool:
        return sum(request) & 255 == 0

    def answer(self, request: bytes) -> bytes:
        match request[2]:
            case 0x01:
                shown = min(max(round(self._read_ppm()), 0), 5000)
                return _summed(bytes([0x16, 5, 1, shown >> 8, shown & 255, 0, 0]))
            case 0x03:
                self.calibrated_to_ppm = request[3] << 8 | request[4]
            case 0x10:
                self.self_calibration = request[4] == 0
            case _:
                return b""
        return _summed(bytes([0x16, 1, request[2]]))


def _summed(body: bytes) -> bytes:
    return body + bytes([(256 - sum(body) % 256) % 256])
