"""Found on its PYTHONPATH by a process whose clock a test sets: the time of day is what the system says and
so many nanoseconds more as stand in a file that may change at any moment. Time that only counts on
(monotonic) is left alone, as it is where somebody sets the clock.
"""

import mmap
import os
import struct
import time
from pathlib import Path

_system_ns = time.time_ns
with Path(os.environ["LUCHTIG_TEST_CLOCK"]).open("rb") as _file:
    _step = mmap.mmap(_file.fileno(), 8, access=mmap.ACCESS_READ)


def _now_ns() -> int:
    return _system_ns() + int(struct.unpack_from("<q", _step)[0])


time.time_ns = _now_ns
time.time = lambda: _now_ns() / 1e9
