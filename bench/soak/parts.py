"""The processes of the house: servers that come back when they are told to, and services that are kept as
systemd keeps them.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from tests.faults.processes import kill_whole
from tests.servers import stop

RESTART_S = 2.0
"""As in the units of ``deploy/systemd``."""


class HasPid(Protocol):
    @property
    def pid(self) -> int: ...


class ServerPart:
    """A server on a folder and a port of its own, which are the same after each kill."""

    def __init__(self, name: str, start: Callable[[], AbstractContextManager[HasPid]]) -> None:
        self.name, self._start = name, start
        self._runs = start()
        self.pid = self._runs.__enter__().pid

    def kill(self) -> None:
        kill_whole(self.pid)

    def go_on(self) -> None:
        self.close()
        self._runs = self._start()
        self.pid = self._runs.__enter__().pid

    def close(self) -> None:
        self._runs.__exit__(None, None, None)


class ServicePart:
    """A command that is started again whenever it ended; ``ends`` are the statuses of those ends that
    nobody caused from here.
    """

    def __init__(
        self, name: str, command: list[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.ends: list[int] = []
        self._command, self._log = command, log
        self._environment = {**os.environ, **environment}
        self._over = threading.Event()
        self._killed = 0
        self._child = self._spawn()
        self._thread = threading.Thread(target=self._keep, name=name)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    def kill(self) -> None:
        self.will_end()
        kill_whole(self._child.pid)

    def will_end(self) -> None:
        """Its end is caused from here."""
        self._killed = self._child.pid

    def go_on(self) -> None:
        """Nothing: it is kept."""

    def close(self) -> None:
        self._over.set()
        stop(self._child)
        self._thread.join()
        stop(self._child)

    def _keep(self) -> None:
        while not self._over.is_set():
            status = self._child.wait()
            if self._over.is_set():
                return
            if self._child.pid != self._killed:
                self.ends.append(status)
            if not self._over.wait(RESTART_S):
                self._child = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as out:
            return subprocess.Popen(
                self._command, stdout=out, stderr=subprocess.STDOUT, env=self._environment,
                start_new_session=True,
            )  # fmt: skip
