"""What is done to a process from outside: all of it killed, or stopped for a while."""

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.servers import wait_until


def whole(pid: int) -> tuple[int, ...]:
    """A process and all that it started."""
    try:
        return (pid, *(child.pid for child in psutil.Process(pid).children(recursive=True)))
    except psutil.NoSuchProcess:
        return ()


def kill_whole(pid: int) -> None:
    """kill -9: no chance to tidy up, for none of it; over when all of it is gone."""
    pids = whole(pid)
    _signal(pids, signal.SIGKILL)
    wait_until(lambda: not any(map(_runs, pids)), "a killed process to be gone")


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """As a machine that hangs."""
    pids = whole(pid)
    _signal(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(pids, signal.SIGCONT)


def _runs(pid: int) -> bool:
    """Whether it does, or its parent still takes it for one that does."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE or process.ppid() not in (1, os.getpid())
    except psutil.NoSuchProcess:
        return False


def _signal(pids: tuple[int, ...], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
