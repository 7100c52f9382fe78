"""What the allocator of the system is told; it is asked itself, in a process of its own."""

import ctypes
import subprocess
import sys

import pytest

THREADS_THAT_ALLOCATE = """
import ctypes, sys, threading
from gateway.process.memory import give_back, share_one_arena
if "one" in sys.argv:
    share_one_arena()
all_there = threading.Barrier(4)
def work():
    kept = [bytes(1000) for _ in range(1000)]
    all_there.wait(30.0)
threads = [threading.Thread(target=work) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
give_back()
ctypes.CDLL(None).malloc_stats()
"""


def arenas(*arguments: str) -> int:
    """What the threads of such a process had of them."""
    command = [sys.executable, "-c", THREADS_THAT_ALLOCATE, *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stderr.count("Arena")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_stats"), reason="not GNU's allocator")
def test_all_threads_allocate_from_one_arena() -> None:
    assert arenas() > 1
    assert arenas("one") == 1
