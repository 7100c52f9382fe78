"""One flood into one who takes it: how fast, at what cost of whom, and what is missing."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from bench.ingest.flood import Flood
from bench.ingest.takers import Bench, Taker

GIVEN_UP_S = 30.0
"""What has not come this long after the last one is lost."""


@dataclass(frozen=True)
class Measured:
    """CPU and memory (PSS, MiB) are of all its processes; of the broker and the store, their CPU
    meanwhile.
    """

    readings: int
    lost: int
    seconds: float
    cpu_s: float
    broker_cpu_s: float
    store_cpu_s: float
    memory_mb: float

    @property
    def rate(self) -> float:
        return (self.readings - self.lost) / self.seconds

    def each_us(self, cpu_s: float) -> float:
        return 1e6 * cpu_s / max(self.readings - self.lost, 1)


def measure(taker: Taker, bench: Bench, flood: Flood) -> Measured:
    with taker(bench) as started:
        own = psutil.Process(started.pid)
        watched = own, psutil.Process(bench.broker.pid), psutil.Process(bench.influx.pid)
        before, done = [cpu_s(one) for one in watched], 0
        with flood.sent_to(bench.broker.port):
            began = moved = time.monotonic()
            while done < flood.readings and time.monotonic() - moved < GIVEN_UP_S:
                time.sleep(0.1)
                found = started.done()
                if found > done:
                    done, moved = found, time.monotonic()
            own_s, broker_s, store_s = (
                cpu_s(one) - was for one, was in zip(watched, before, strict=True)
            )
            memory_mb = pss_mb([own, *own.children(recursive=True)])
    lost = flood.readings - done
    return Measured(flood.readings, lost, moved - began, own_s, broker_s, store_s, memory_mb)


def cpu_s(process: psutil.Process) -> float:
    """Of the process and those it has started."""
    return sum(
        times.user + times.system
        for one in (process, *process.children(recursive=True))
        for times in (one.cpu_times(),)
    )


def pss_mb(processes: Sequence[psutil.Process]) -> float:
    return sum(float(one.memory_full_info().pss) for one in processes) / 2**20
