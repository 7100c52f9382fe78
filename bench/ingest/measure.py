"""One flood into one who takes it: how fast, at what cost of whom, how soon, and what is missing."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.ingest.flood import Flood
from bench.ingest.listener import delays_s, listening, percentile
from bench.ingest.processes import LOOK_S, QUIET_CORES, cpu_s, pss_mb, slowed, spent_s
from bench.ingest.relay import Relay
from bench.ingest.takers import Bench, Started, Taker
from tests.servers import wait_until

GIVEN_UP_S = 30.0
"""What has not come this long after the last one is lost."""
MEMORY_EVERY_S = 2.0


@dataclass(frozen=True)
class Measured:
    """CPU and memory (PSS, MiB, the most that was seen) are of all its processes; of the broker and
    the store, their CPU meanwhile. ``seconds`` is until all were done, ``quiet_s`` how long it worked
    on after that. The 99th percentiles are in seconds: of its acknowledgements, and from a reading's
    publishing to a state that tells it; None where nobody looked or nothing came.
    """

    readings: int
    lost: int
    seconds: float
    quiet_s: float
    cpu_by_process: Mapping[str, float]
    broker_cpu_s: float
    store_cpu_s: float
    memory_mb: float
    states: int = 0
    untold: int = 0
    acknowledged_p99_s: float | None = None
    state_p99_s: float | None = None
    held_back: str = field(default="", compare=False)

    @property
    def rate(self) -> float:
        return (self.readings - self.lost) / self.seconds

    @property
    def cpu_s(self) -> float:
        return sum(self.cpu_by_process.values())

    def each_us(self, cpu_s: float) -> float:
        return 1e6 * cpu_s / max(self.readings - self.lost, 1)


def measure(
    taker: Taker,
    bench: Bench,
    flood: Flood,
    relay: Relay[float] | None,
    *,
    share: float = 1.0,
    warm: bool = False,
) -> Measured:
    """``share`` of the machine is what it gets, once it is ready; ``warm`` has every room heard once
    before.
    """
    with ExitStack() as stack:
        started = stack.enter_context(taker(bench))
        listener = stack.enter_context(listening(bench.broker.port))
        held_back = stack.enter_context(slowed(started.pid, share))
        if warm:
            _heard_once(started, bench, flood.first_of_all())
        settle(started.pid, share)
        listener.heard()
        if relay is not None:
            relay.take()
        watched = started.pid, bench.broker.pid, bench.influx.pid
        there = started.done()
        before = [cpu_s(pid) for pid in watched]
        sending = stack.enter_context(flood.sent_to(bench.broker.port))
        done, seconds, memory_mb = _until_done(started, flood, share, there)
        quiet_s = settle(started.pid, share)
        own, broker, store = (
            spent_s(was, cpu_s(pid)) for pid, was in zip(watched, before, strict=True)
        )
        memory_mb = max(memory_mb, pss_mb(started.pid))
        heard = listener.heard()
        took, untold = delays_s(sending.sent(), heard)
        acknowledged = None if relay is None else relay.take()
    return Measured(
        flood.readings, flood.readings - done, seconds, quiet_s, own,
        sum(broker.values()), sum(store.values()), memory_mb,
        states=len(heard), untold=untold if heard else 0,
        acknowledged_p99_s=percentile(acknowledged or (), 0.99),
        state_p99_s=percentile(took, 0.99), held_back=held_back,
    )  # fmt: skip


def _heard_once(started: Started, bench: Bench, flood: Flood) -> None:
    with flood.sent_to(bench.broker.port):
        wait_until(lambda: started.done() >= flood.readings, "every room to be heard")


def _until_done(
    started: Started, flood: Flood, share: float, there: int
) -> tuple[int, float, float]:
    """How many are done beside what was ``there``, after how many seconds, and the most memory
    meanwhile.
    """
    began = moved = time.monotonic()
    done, memory_mb, look_at = 0, 0.0, began + MEMORY_EVERY_S
    while done < flood.readings and time.monotonic() - moved < GIVEN_UP_S / share:
        time.sleep(0.1)
        found = started.done() - there
        if found > done:
            done, moved = found, time.monotonic()
        if time.monotonic() > look_at:
            memory_mb = max(memory_mb, pss_mb(started.pid))
            look_at = time.monotonic() + MEMORY_EVERY_S
    return done, moved - began, memory_mb


def settle(
    pid: int,
    share: float = 1.0,
    sleep: Callable[[float], object] = time.sleep,
    within_s: float = GIVEN_UP_S,
) -> float:
    """Wait until it has nothing left to do: it used less than a fifth of a core (of its ``share``) for
    half a second. How many seconds that took.
    """
    waited, used = 0.0, sum(cpu_s(pid).values())
    while waited < within_s:
        sleep(LOOK_S)
        now = sum(cpu_s(pid).values())
        if now - used < QUIET_CORES * share * LOOK_S:
            break
        waited, used = waited + LOOK_S, now
    return waited
