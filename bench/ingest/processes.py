"""What processes use of the machine, and how the machine is made a worse one."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

SPIN = "import os\nbench = os.getppid()\nwhile os.getppid() == bench: pass"
"""Until whoever wanted it is gone."""
PERIOD_US = 100_000
DUTY_S = 0.05
QUIET_CORES = 0.2
LOOK_S = 0.5


def cpu_s(pid: int) -> dict[str, float]:
    """Seconds of CPU of a process and those it has started, by name; ``ended`` are those that are
    gone.
    """
    used: dict[str, float] = {}
    for process in _family(pid):
        try:
            times, name = process.cpu_times(), name_of(process)
        except psutil.NoSuchProcess:
            continue
        used[name] = used.get(name, 0.0) + times.user + times.system
        ended = times.children_user + times.children_system
        if ended:
            used["ended"] = used.get("ended", 0.0) + ended
    return used


def pss_mb(pid: int) -> float:
    """MiB of a process and those it has started; what they share is counted once."""
    total = 0.0
    for process in _family(pid):
        try:
            total += process.memory_full_info().pss / 2**20
        except psutil.NoSuchProcess:
            continue
    return total


def name_of(process: psutil.Process) -> str:
    """What the process calls itself where that is not its interpreter or the command."""
    title, words = process.name(), process.cmdline()
    if not title.startswith("python") and title != "luchtig":
        return title
    chosen = [word for word in words[1:] if not word.startswith("-") and "/" not in word]
    return next((word for word in chosen if word not in ("dashboard", "luchtig")), title)


def spent_s(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {name: max(0.0, now - before.get(name, 0.0)) for name, now in after.items()}


@contextmanager
def busy(cores: int) -> Iterator[None]:
    """So many processes spin meanwhile."""
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(cores)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


@contextmanager
def slowed(pid: int, share: float) -> Iterator[str]:
    """The process and those it has started get ``share`` of the machine's cores (1: all). Says how it
    is held back.
    """
    if share >= 1:
        yield "not held back"
        return
    cores = share * (os.cpu_count() or 1)
    group = _cpu_group(f"luchtig-bench-{pid}", cores)
    if group is not None:
        for process in _family(pid):
            (group / "cgroup.procs").write_text(str(process.pid))
        try:
            yield f"a cgroup of {cores:g} cores"
        finally:
            _leave(group)
        return
    with _duty_cycle(pid, share):
        yield f"stopped {1 - share:.0%} of the time"


def _family(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu_group(name: str, cores: float) -> Path | None:
    """A cgroup that may use so many cores; None where none may be made here."""
    quota_us = int(cores * PERIOD_US)
    for parent, limits in (
        (Path("/sys/fs/cgroup"), {"cpu.max": f"{quota_us} {PERIOD_US}"}),
        (
            Path("/sys/fs/cgroup/cpu"),
            {"cpu.cfs_period_us": str(PERIOD_US), "cpu.cfs_quota_us": str(quota_us)},
        ),
    ):
        group = parent / name
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            for file, value in limits.items():
                if not (group / file).exists():
                    raise FileNotFoundError(file)
                (group / file).write_text(value)
        except OSError:
            group.rmdir()
            continue
        return group
    return None


def _leave(group: Path) -> None:
    for pid in (group / "cgroup.procs").read_text().split():
        (group.parent / "cgroup.procs").write_text(pid)
    group.rmdir()


@contextmanager
def _duty_cycle(pid: int, share: float) -> Iterator[None]:
    """As cpulimit does: they run so much of each twentieth of a second, and stand the rest."""
    over = threading.Event()

    def hold_back() -> None:
        while not over.wait(DUTY_S * share):
            _signal(pid, signal.SIGSTOP)
            over.wait(DUTY_S * (1 - share))
            _signal(pid, signal.SIGCONT)

    thread = threading.Thread(target=hold_back, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _signal(pid: int, number: signal.Signals) -> None:
    for process in _family(pid):
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
