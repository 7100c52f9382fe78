"""A venue on one folder: its broker, gateway and dashboard, started together and kept alive."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from dashboard.processes.children import ChildDied, Children
from dashboard.processes.ports import accepts
from dashboard.up.code import scannable
from gateway.outage import BackOff

START_WITHIN_S: Final = 60.0
STOP_WITHIN_S: Final = 10.0
LOOK_EVERY_S: Final = 0.2
STEADY_S: Final = 60.0
"""Who ran for so long died of something new."""
AGAIN: Final = BackOff(1.0, 30.0)
LUCHTIG: Final = (sys.executable, "-m", "dashboard")
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
SETUP: Final = "luchtig dashboard: set up on "
READY: Final = {"gateway": "luchtig gateway: ready", "dashboard": "luchtig dashboard: ready"}


class NotUp(Exception):
    """It did not come up; the message says why."""


@dataclass(slots=True)
class _Part:
    command: list[str]
    began_s: float = 0.0
    due_s: float | None = None
    failures: int = 0


class House:
    """``broker`` is the command of a broker of our own, with its port; None: the venue has one elsewhere.

    ``say`` is given what a person at the terminal is to know.
    """

    def __init__(
        self,
        children: Children,
        config: str,
        environment: Mapping[str, str],
        broker: tuple[list[str], int] | None,
        say: Callable[[str], None],
    ) -> None:
        self._children = children
        self._environment = environment
        self._broker_port = None if broker is None else broker[1]
        self._say = say
        self._parts: dict[str, _Part] = {}
        if broker is not None:
            self._parts["broker"] = _Part(broker[0])
        for name in READY:
            self._parts[name] = _Part([*LUCHTIG, name, "--config", config])

    def start(self) -> None:
        """Start all and wait until they are ready.

        Raises:
            NotUp: one died at once, or is not ready in time.

        """
        until_s = time.monotonic() + START_WITHIN_S
        for name in self._parts:
            self._start(name)
            if name == "broker":
                self._wait(name, until_s)
        for name in READY:
            self._wait(name, until_s)

    def watch(self) -> None:
        """Start again what dies, until a signal interrupts."""
        while True:
            now_s = time.monotonic()
            for name, how in self._children.take_ended().items():
                self._ended(name, how, now_s)
            for name, part in self._parts.items():
                if part.due_s is not None and now_s >= part.due_s:
                    self._start(name)
            self._tell_setup()
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        """The gateway before its broker, so that what it has taken is acknowledged."""
        for name in ("dashboard", "gateway", "broker"):
            self._children.stop(STOP_WITHIN_S, name)

    def _start(self, name: str) -> None:
        part = self._parts[name]
        part.began_s, part.due_s = time.monotonic(), None
        self._children.start(name, part.command, self._environment)

    def _ended(self, name: str, how: str, now_s: float) -> None:
        part = self._parts[name]
        part.failures = 1 if now_s - part.began_s > STEADY_S else part.failures + 1
        wait_s = AGAIN.even_s(part.failures)
        part.due_s = now_s + wait_s
        self._say(f"{how}\nIt is started again in {wait_s:.0f} s.")

    def _wait(self, name: str, until_s: float) -> None:
        while not self._is_ready(name):
            try:
                self._children.check()
            except ChildDied as error:
                raise NotUp(str(error)) from error
            if time.monotonic() > until_s:
                raise NotUp(f"waited {START_WITHIN_S:g} s for the {name}; its log says more")
            time.sleep(0.05)

    def _is_ready(self, name: str) -> bool:
        if name == "broker":
            return self._broker_port is not None and accepts("127.0.0.1", self._broker_port)
        return self._children.has_said(name, READY[name])

    def _tell_setup(self) -> None:
        """The dashboard says it in its log, anew at each start."""
        for line in self._children.new_lines("dashboard"):
            if line.startswith(SETUP):
                self._say(line)
                link = line.removeprefix(SETUP)
                if urlsplit(link).hostname not in LOOPBACK:  # a phone reaches it
                    self._say(scannable(link))
