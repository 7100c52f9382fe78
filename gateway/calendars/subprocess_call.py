"""Asking a calendar's own process, and not waiting for it longer than it may take."""

import subprocess
import sys
import tempfile
import threading
import time
from typing import Final

import msgspec

from gateway.calendars.protocol import Answer, CalendarRequest
from gateway.domain.calendar.problem import Failure

LONGEST_S: Final = 60.0
_LOOK_S = 0.2


class Stopped(Exception):
    """The gateway stops, and so did this."""


def ask(request: CalendarRequest, stop: threading.Event, longest_s: float = LONGEST_S) -> Answer:
    """What a process of its own makes of an request; it is killed after ``longest_s``.

    Raises:
        Stopped: ``stop`` was set meanwhile.

    """
    try:
        process = _started(request)
    except OSError as error:  # no room for another process or file
        return Answer(failure=Failure("broke_off", error.strerror or ""))
    with process:
        try:
            return _answer(process, stop, longest_s)
        finally:
            process.kill()


def _started(request: CalendarRequest) -> "subprocess.Popen[bytes]":
    with tempfile.TemporaryFile() as told:
        told.write(msgspec.msgpack.encode(request))
        told.seek(0)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "gateway.calendars.reader_process"],
            stdin=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )


def _answer(process: "subprocess.Popen[bytes]", stop: threading.Event, longest_s: float) -> Answer:
    deadline = time.monotonic() + longest_s
    while True:
        try:
            said, _ = process.communicate(timeout=_LOOK_S)
            break
        except subprocess.TimeoutExpired:
            if stop.is_set():
                raise Stopped from None
            if time.monotonic() > deadline:
                return Answer(failure=Failure("timeout", f"{longest_s:.0f} s"))
    try:
        return msgspec.msgpack.decode(said, type=Answer)
    except msgspec.DecodeError:
        # It was killed by its limits, and had no time to say so.
        return Answer(failure=Failure("too_much"))
