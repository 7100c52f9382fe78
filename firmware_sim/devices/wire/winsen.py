"""A Winsen MH-Z19B or C."""

from firmware_sim.devices.wire.framed import Framed, ReadPpm

_READ = 0x86
_MODULE_TEMPERATURE_C = 24


class SimMhz19(Framed):
    """Answers with what ``read_ppm`` says when it is asked; takes orders without a word."""

    def __init__(self, read_ppm: ReadPpm, *, range_ppm: int = 5000) -> None:
        super().__init__(b"\xff\x01", 9)
        self.self_calibration = True
        self.calibrated_to_ppm: int | None = None
        self.range_ppm = range_ppm
        self._read_ppm = read_ppm

    def holds(self, request: bytes) -> bool:
        return sum(request[1:]) % 256 == 0

    def answer(self, request: bytes) -> bytes:
        match request[2]:
            case 0x86:
                return self._reply()
            case 0x79:
                self.self_calibration = request[3] == 0xA0
            case 0x87:
                self.calibrated_to_ppm = 400
            case 0x88:
                self.calibrated_to_ppm = request[3] * 256 + request[4]
            case 0x99:
                self.range_ppm = request[6] * 256 + request[7]
        return b""

    def _reply(self) -> bytes:
        shown = min(max(round(self._read_ppm()), 0), self.range_ppm)
        frame = bytearray(9)
        frame[0], frame[1] = 0xFF, _READ
        frame[2:4] = shown.to_bytes(2, "big")
        frame[4] = _MODULE_TEMPERATURE_C + 40
        frame[8] = (0xFF - sum(frame[1:8]) % 256 + 1) % 256  # as the manual's own C code does it
        return bytes(frame)
