"""A simulated MH-Z19B behind a real pseudo-terminal: real frames, real port, no hardware.

It builds its frames by itself, so that a mistake in ``sensors.protocols.mhz19`` cannot be made
twice and cancel out.
"""

import errno
import logging
import os
import random
import selectors
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

logger = logging.getLogger(__name__)

_REQUEST_BYTES = 9
_READ, _SELF_CALIBRATION = 0x86, 0x79
_MODULE_TEMPERATURE_C = 24


class Fault(Enum):
    """What a device in trouble does with its answer."""

    NONE = "answers as it should"
    SILENCE = "says nothing"
    NOISE = "random bytes before and after"
    BAD_CHECKSUM = "a wrong last byte"
    HALF_FRAME = "half an answer, then a whole one"
    CUT_OFF = "half an answer and no more"


class PtyMhz19:
    """A context manager: inside it, ``path`` is a port on which the device answers.

    ``read_ppm`` is asked at each request, from a thread of this object. ``fault`` may be set at any
    time. ``link`` gives the port a second, lasting name, as udev does in /dev/serial/by-id.
    """

    def __init__(
        self,
        read_ppm: Callable[[], float],
        *,
        link: Path | None = None,
        range_ppm: int = 5000,
        seed: int = 0,
    ) -> None:
        self.fault = Fault.NONE
        self.self_calibration = True
        self.requests = 0
        self._read_ppm = read_ppm
        self._link = link
        self._range_ppm = range_ppm
        self._dice = random.Random(seed)
        self._thread = threading.Thread(target=self._serve, name="pty mh-z19b", daemon=True)
        self._open: tuple[int, int] | None = None
        self._wake_r, self._wake_w = -1, -1
        self._received = bytearray()

    @property
    def path(self) -> str:
        """The port, by its lasting name where there is one.

        Raises:
            RuntimeError: outside the context, or unplugged.

        """
        if self._open is None:
            raise RuntimeError("the pseudo-terminal is not open")
        return os.ttyname(self._open[1]) if self._link is None else str(self._link)

    def __enter__(self) -> Self:
        # This side keeps the other end open too: a reader that comes and goes must not hang it up.
        device, port = os.openpty()
        self._open = (device, port)
        tty.setraw(port)
        os.set_blocking(device, False)
        self._wake_r, self._wake_w = os.pipe()
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(os.ttyname(port))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()

    def unplug(self) -> None:
        """Pull the cable: whoever has the port open finds it gone. Again is harmless."""
        if self._open is None:
            return
        os.write(self._wake_w, b"x")
        self._thread.join()
        for descriptor in (*self._open, self._wake_r, self._wake_w):
            os.close(descriptor)
        self._open = None
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _serve(self) -> None:
        assert self._open is not None  # noqa: S101 - the thread starts after the port
        device = self._open[0]
        with selectors.DefaultSelector() as selector:
            selector.register(device, selectors.EVENT_READ)
            selector.register(self._wake_r, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                if self._wake_r in ready:
                    return
                with suppress(BlockingIOError):
                    self._received += os.read(device, 256)
                for request in self._whole_requests():
                    self._answer(device, request)

    def _whole_requests(self) -> list[bytes]:
        found = []
        while (start := self._received.find(b"\xff\x01")) >= 0:
            request = bytes(self._received[start : start + _REQUEST_BYTES])
            if len(request) < _REQUEST_BYTES:
                break
            del self._received[: start + _REQUEST_BYTES]
            if sum(request[1:]) % 256 == 0:
                found.append(request)
        if start < 0:
            self._received[:-1] = b""  # the last byte may begin the next request
        return found

    def _answer(self, device: int, request: bytes) -> None:
        self.requests += 1
        if request[2] == _SELF_CALIBRATION:
            self.self_calibration = request[3] == 0xA0
        if request[2] != _READ:
            return  # the manual names no answer to anything else
        try:
            reply = self._reply(self._read_ppm())
        except Exception:
            logger.exception("the simulated MH-Z19B has no value to answer with")
            return
        try:
            os.write(device, self._with_fault(reply))
        except OSError as error:
            # Nobody has read for so long that the terminal is full, as a real line would lose it.
            if error.errno != errno.EAGAIN:
                raise

    def _reply(self, ppm: float) -> bytes:
        shown = min(max(round(ppm), 0), self._range_ppm)
        frame = bytearray(9)
        frame[0], frame[1] = 0xFF, _READ
        frame[2:4] = shown.to_bytes(2, "big")
        frame[4] = _MODULE_TEMPERATURE_C + 40
        frame[8] = (0xFF - sum(frame[1:8]) % 256 + 1) % 256  # as the manual's own C code does it
        return bytes(frame)

    def _with_fault(self, reply: bytes) -> bytes:
        match self.fault:
            case Fault.NONE:
                return reply
            case Fault.SILENCE:
                return b""
            case Fault.NOISE:
                return self._dice.randbytes(7) + reply + self._dice.randbytes(3)
            case Fault.BAD_CHECKSUM:
                return reply[:-1] + bytes([reply[-1] ^ 0x55])
            case Fault.HALF_FRAME:
                return reply[:4] + reply
            case Fault.CUT_OFF:
                return reply[:4]
