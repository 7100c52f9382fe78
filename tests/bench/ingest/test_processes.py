import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.ingest import processes
from bench.ingest.processes import cpu_s, pss_mb, slowed, spent_s
from tests.servers import wait_until

SPIN = "import sys\nprint('on', flush=True)\nwhile True: pass"


@contextmanager
def child(code: str, *words: str) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        said.readline()
        try:
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
            process.wait()


def test_what_a_process_and_those_it_started_use_is_told_by_name() -> None:
    starts = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SPIN!r}, 'worker'])"
    with child(starts, "gateway") as pid:
        wait_until(lambda: sum(cpu_s(pid).values()) > 0.1, "the child to have worked")
        assert pss_mb(pid) > 1
        assert len(cpu_s(pid)) == 2


def test_what_was_spent_is_the_difference_and_of_new_ones_all() -> None:
    assert spent_s({"a": 1.0, "gone": 3.0}, {"a": 1.5, "b": 0.2}) == {"a": 0.5, "b": 0.2}


def test_a_process_that_is_held_back_goes_on_afterwards_at_its_full_speed() -> None:
    with child(SPIN) as pid:
        with slowed(pid, 0.5) as said:
            assert said.startswith(("a cgroup of", "stopped 50%"))
        before = sum(cpu_s(pid).values())
        wait_until(lambda: sum(cpu_s(pid).values()) > before + 0.1, "it to go on")


def test_where_no_cgroup_can_be_made_it_is_stopped_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "_cpu_group", lambda *_: None)
    with child(SPIN) as pid:
        with slowed(pid, 0.2) as said:
            assert said == "stopped 80% of the time"
        before = sum(cpu_s(pid).values())
        wait_until(lambda: sum(cpu_s(pid).values()) > before + 0.1, "it to go on")
