"""States at a steady pace to many open boards, while pages are asked for: how long each took."""

import asyncio
import bisect
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.web.boards import Receipts, boards
from bench.web.site import ROOMS, Site
from bench.web.visit import Connection, address

PAGES: Final = ("/", "/api/v1/rooms", "/meetings")
LONGEST_S: Final = 60.0
Rows = dict[str, str]


@dataclass
class Timed:
    """Seconds that things took; what never came counts as the longest there is."""

    took: list[float] = field(default_factory=list)
    missed: int = 0

    def share(self, of: float) -> float:
        """The quantile, in milliseconds."""
        known = sorted([*self.took, *[LONGEST_S] * self.missed])
        return 1e3 * known[min(len(known) - 1, int(of * len(known)))] if known else 0.0


def under_load(site: Site, count: int, rate: float, seconds: float, *, alone: bool) -> Rows:
    """``alone``: streams and nothing that a page does besides."""
    with boards(site.port, count, ROOMS, alone=alone) as opened:
        there = opened.opened()
        pages, alive, core = asyncio.run(_told(site, rate, seconds))
        time.sleep(1.5)  # a page that fetches waits a second
        memory_mb = site.memory_mb()
        events = delays(site.sent, opened.close())
    at = f"{count} {'streams alone' if alone else 'boards'}, {rate:g} states/s: "
    rows = {
        at + "open": f"{there}",
        at + "event p50, p99": f"{events.share(0.5):.0f}, {events.share(0.99):.0f} ms",
        at + "page p50, p95": f"{pages.share(0.5):.0f}, {pages.share(0.95):.0f} ms",
        at + "/healthz p99": f"{alive.share(0.99):.0f} ms",
        at + "memory, CPU": f"{memory_mb:.0f} MB, {core:.0f} % of a core",
    }
    if events.missed:
        rows[at + "never shown"] = f"{events.missed}"
    return rows


def delays(sent: Sequence[Sequence[tuple[int, float]]], receipts: Receipts) -> Timed:
    """From each state that was told to the moment that a board showed it, or a newer one of its room.
    What was told before a board was open does not count.
    """
    found = Timed()
    for rooms in receipts:
        for told, shown in zip(sent, rooms, strict=True):
            if not shown:
                continue
            newest = list[tuple[int, float]]()
            for number, at_s in shown:
                if not newest or number > newest[-1][0]:
                    newest.append((number, at_s))
            began_s = newest[0][1]
            for number, sent_s in told:
                if sent_s < began_s:
                    continue
                at = bisect.bisect_left(newest, (number, 0.0))
                if at == len(newest):
                    found.missed += 1
                else:
                    found.took.append(newest[at][1] - sent_s)
    return found


async def _told(site: Site, rate: float, seconds: float) -> tuple[Timed, Timed, float]:
    pages, alive = Timed(), Timed()
    began_s, cpu_s = time.monotonic(), site.cpu_s()
    telling = asyncio.ensure_future(_tell(site, rate, began_s + seconds))
    await asyncio.gather(
        telling,
        ask(site.port, PAGES, pages, telling.done),
        ask(site.port, ("/healthz",), alive, telling.done),
    )
    core = 100 * (site.cpu_s() - cpu_s) / (time.monotonic() - began_s)
    return pages, alive, core


async def _tell(site: Site, rate: float, until_s: float) -> None:
    number = sum(map(len, site.sent))
    due_s = time.monotonic()
    while due_s < until_s:
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        site.tell(number)
        number, due_s = number + 1, due_s + 1 / rate


async def ask(
    port: int,
    paths: tuple[str, ...],
    timed: Timed,
    is_over: Callable[[], bool],
    pause_s: float = 0.05,
) -> None:
    """Pages, one after the other, each by a newcomer."""
    number = 0
    while not is_over():
        path, number = paths[number % len(paths)], number + 1
        asked, began_s = Connection(port, address(number)), time.monotonic()
        try:
            async with asyncio.timeout(10):
                answer = await asked.ask(path)
            if answer.status == 200:
                timed.took.append(time.monotonic() - began_s)
            else:
                timed.missed += 1
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            timed.missed += 1
        finally:
            asked.close()
        await asyncio.sleep(pause_s)
