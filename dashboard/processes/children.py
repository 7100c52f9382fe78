"""Processes that are started together, watched, and stopped together."""

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
    """A process ended by itself; the message says which, how, and its last words."""


@dataclass(slots=True)
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    log_begins: int
    read_to: int


class Children:
    """Child processes with a log file each. Each leads a session of its own, so that a Ctrl-C in
    the terminal reaches only who started them, which then stops them in the order that loses nothing.
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
        self._children.append(_Child(name, process, log, begins, begins))

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
            if (how := _end_of(child)) is not None:
                raise ChildDied(how)

    def take_ended(self) -> dict[str, str]:
        """Those that ended by themselves since they were asked for last, each with how and its last
        words; they can be started again.
        """
        ended = {child.name: how for child in self._children if (how := _end_of(child)) is not None}
        self._children = [child for child in self._children if child.name not in ended]
        return ended

    def new_lines(self, name: str) -> list[str]:
        """What a child has said since it was asked for last, in whole lines."""
        found: list[str] = []
        for child in self._children:
            if child.name == name:
                with child.log.open("rb") as log:
                    log.seek(child.read_to)
                    said, _, _ = log.read().rpartition(b"\n")
                child.read_to += len(said) + 1 if said else 0
                found += said.decode("utf-8", "replace").splitlines()
        return found

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


def _end_of(child: _Child) -> str | None:
    """How a child ended, with its last words; None where it runs."""
    status = child.process.poll()
    if status is None:
        return None
    how = f"exit status {status}" if status >= 0 else signal.Signals(-status).name
    return f"{child.name} stopped ({how}). Its last words:\n{_tail(child.log)}"


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-_LAST_LINES:]) or "  (it said nothing)"


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Runs in the child: who is killed outright leaves nothing behind."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
