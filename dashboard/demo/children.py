"""The processes of the demo: started together, watched, and stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # of prctl(2): the signal a child gets when its parent dies
_LAST_LINES = 15


class ChildDied(Exception):
    """A process of the demo ended by itself; the message says which, how, and its last words."""


@dataclass(frozen=True, slots=True)
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    log_begins: int


class Children:
    """Child processes with a log file each. Each leads a session of its own, so that a Ctrl-C in
    the terminal reaches only the demo, which then stops them in the order that loses nothing.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[_Child] = []

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        log = self._logs / f"{name}.log"
        with log.open("ab") as out:
            begins = out.tell()
            process = subprocess.Popen(
                list(arguments),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs here yet
            )
        self._children.append(_Child(name, process, log, begins))

    def has_said(self, name: str, words: str) -> bool:
        """Whether a child's log holds ``words`` by now, since it was started last."""
        return any(
            words.encode() in child.log.read_bytes()[child.log_begins :]
            for child in self._children
            if child.name == name
        )

    def check(self) -> None:
        """Make sure that all still run.

        Raises:
            ChildDied: one does not.

        """
        for child in self._children:
            status = child.process.poll()
            if status is not None:
                how = f"exit status {status}" if status >= 0 else signal.Signals(-status).name
                raise ChildDied(
                    f"{child.name} stopped ({how}). Its last words:\n{_tail(child.log)}"
                )

    def stop(self, within_s: float, *names: str) -> None:
        """Ask the last started first; whoever does not stop in time is killed. ``names`` are the ones
        to stop, all without.
        """
        until = time.monotonic() + within_s
        chosen = [child for child in reversed(self._children) if not names or child.name in names]
        for child in chosen:
            if child.process.poll() is None:
                child.process.terminate()
        for child in chosen:
            try:
                child.process.wait(max(0.05, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
            self._children.remove(child)


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-_LAST_LINES:]) or "  (it said nothing)"


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Runs in the child: a demo that is killed outright leaves nothing behind."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
