"""A simulated device behind a real pseudo-terminal: real bytes, a real port, no hardware."""

import errno
import logging
import os
import random
import selectors
import threading
import time
import tty
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

from firmware_sim.devices.wire.speaker import Speaker

logger = logging.getLogger(__name__)

_LOOK_S = 0.05
_UNPLUGGED_S = 1.5
_REBOOT_S = 1.0
_BOOT_TEXT = b"\r\nboot 1.0\r\n"


class Fault(Enum):
    """What a device in trouble does with its answer, or its line with the device."""

    NONE = "none"
    SILENCE = "silence"
    NOISE = "noise"
    CHECKSUM = "checksum"
    HALF_FRAME = "half"
    TRUNCATED = "truncated"
    MERGED = "merged"
    LOST = "lost"
    ECHO = "echo"
    REBOOT = "reboot"
    UNPLUGGED = "unplugged"


class PtyDevice:
    """A context manager: inside it, ``path`` is a port on which ``speaker`` answers.

    The speaker is asked from a thread of this object. ``fault`` may be set at any time and is then
    certain; ``chances`` are those of faults that come by themselves. ``link`` gives the port a second,
    lasting name, as udev does in /dev/serial/by-id. ``rebooted`` is called when it begins anew.
    ``had`` counts the answers that each fault befell.
    """

    def __init__(
        self,
        speaker: Speaker,
        *,
        link: Path | None = None,
        seed: int = 0,
        chances: Mapping[Fault, float] | None = None,
        rebooted: Callable[[], None] = lambda: None,
    ) -> None:
        self.fault = Fault.NONE
        self.had: Counter[Fault] = Counter()
        self._speaker = speaker
        self._link = link
        self._chances = chances or {}
        self._rebooted = rebooted
        self._dice = random.Random(seed)
        self._thread = threading.Thread(target=self._run, name="pty device", daemon=True)
        self._open: tuple[int, int] | None = None
        self._wake_r, self._wake_w = -1, -1
        self._held = b""
        self._deaf_until_s = 0.0

    @property
    def requests(self) -> int:
        """How often it was asked."""
        return self._speaker.requests

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
        self._wake_r, self._wake_w = os.pipe()
        self._plug_in()
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
        """Pull the cable for good: whoever has the port open finds it gone. Again is harmless."""
        if self._wake_w < 0:
            return
        os.write(self._wake_w, b"x")
        self._thread.join()
        self._pull_out()
        for descriptor in (self._wake_r, self._wake_w):
            os.close(descriptor)
        self._wake_r = self._wake_w = -1

    def _plug_in(self) -> None:
        # This side keeps the other end open too: a reader that comes and goes must not hang it up.
        device, port = os.openpty()
        tty.setraw(port)
        os.set_blocking(device, False)
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(os.ttyname(port))
        self._open = (device, port)

    def _pull_out(self) -> None:
        if self._open is None:
            return
        for descriptor in self._open:
            os.close(descriptor)
        self._open = None
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _run(self) -> None:
        with selectors.DefaultSelector() as wake:
            wake.register(self._wake_r, selectors.EVENT_READ)
            while self._serve():
                self._pull_out()
                if wake.select(_UNPLUGGED_S):
                    return
                self._plug_in()

    def _serve(self) -> bool:
        """Whether the line was pulled, and not the end."""
        assert self._open is not None  # noqa: S101 - the thread starts after the port
        device = self._open[0]
        with selectors.DefaultSelector() as selector:
            selector.register(device, selectors.EVENT_READ)
            selector.register(self._wake_r, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select(_LOOK_S)}
                if self._wake_r in ready:
                    return False
                heard = b""
                with suppress(BlockingIOError):
                    heard = os.read(device, 256) if device in ready else b""
                if time.monotonic() < self._deaf_until_s:
                    continue
                for said in self._said(heard):
                    fault = self._fault_now()
                    self.had[fault] += 1
                    if fault is Fault.UNPLUGGED:
                        return True
                    self._send(device, self._with_fault(fault, said, heard))

    def _said(self, heard: bytes) -> list[bytes]:
        try:
            return self._speaker.hear(heard) + self._speaker.speak()
        except Exception:
            logger.exception("the simulated device has no value to answer with")
            return []

    def _fault_now(self) -> Fault:
        if self.fault is not Fault.NONE:
            return self.fault
        happens = (fault for fault, p in self._chances.items() if self._dice.random() < p)
        return next(happens, Fault.NONE)

    def _send(self, device: int, data: bytes) -> None:
        try:
            os.write(device, data)
        except OSError as error:
            # Nobody has read for so long that the terminal is full, as a real line would lose it.
            if error.errno != errno.EAGAIN:
                raise

    def _with_fault(self, fault: Fault, reply: bytes, heard: bytes) -> bytes:
        held, self._held = self._held, b""
        half = len(reply) // 2
        match fault:
            case Fault.SILENCE:
                return b""
            case Fault.NOISE:
                return self._dice.randbytes(7) + reply + self._dice.randbytes(3)
            case Fault.CHECKSUM:
                return _spoiled(reply)
            case Fault.HALF_FRAME:
                return reply[:half] + reply
            case Fault.TRUNCATED:
                return reply[:half]
            case Fault.MERGED:
                self._held = b"" if held else reply
                return held + reply if held else b""
            case Fault.LOST:
                at = self._dice.randrange(len(reply))
                return reply[:at] + reply[at + 1 :]
            case Fault.ECHO:
                return heard + reply
            case Fault.REBOOT:
                self._deaf_until_s = time.monotonic() + _REBOOT_S
                self._rebooted()
                return reply[:half] + _BOOT_TEXT
            case _:
                return held + reply


def _spoiled(reply: bytes) -> bytes:
    """One bit wrong where the checksum, or the last sign before a line's end, stands."""
    body = reply.rstrip(b"\r\n")
    end = reply[len(body) :]
    return body[:-1] + bytes([body[-1] ^ 0x15]) + end
