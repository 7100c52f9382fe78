"""A wall screen for two hours by the clock on the wall: does it grow?

python -m bench.wall [--minutes 130] [--url ADDRESS]

Chromium shows the demo's venue as a wall does. Each minute the heap is collected, then it and the
nodes of the document are counted, those included that hang in no tree any more. At the end both are
held against the tenth minute's, and, as a venue has more to show at some hours than at others, the
mean of the last 24 minutes (a day of the demo's) against that of the 24 minutes from the tenth on.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from playwright.sync_api import sync_playwright

from bench import results
from tests.servers import free_port, stop

OPEN = b"De Kade is open"
VENUE = "de-kade"
SETTLED_MIN = 10
DAY_MIN = 24
MOST = 1.10


@dataclass(frozen=True, slots=True)
class Weight:
    """What a page holds after ``minute`` minutes."""

    minute: int
    heap_bytes: int
    nodes: int


def main() -> None:
    asked = argparse.ArgumentParser(description="a wall screen, for hours")
    asked.add_argument("--minutes", type=int, default=130, help="130 without")
    asked.add_argument("--url", help="a wall that runs already; the demo without")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    if given.minutes <= SETTLED_MIN:
        asked.error(f"--minutes must be more than {SETTLED_MIN}")
    found = []
    with _wall(given.url) as url:
        for weight in _weights(url, given.minutes):
            print(
                f"{weight.minute} min: {weight.heap_bytes / 1e6:.2f} MB, {weight.nodes} nodes",
                flush=True,
            )
            found.append(weight)
    if given.save:
        rows = [{"minute": w.minute, "heap_bytes": w.heap_bytes, "nodes": w.nodes} for w in found]
        print(f"Kept in {results.save(given.save, 'wall', vars(given), rows)}")
    sys.exit(0 if _told(found) else 1)


def _told(found: list[Weight]) -> bool:
    """Whether heap and nodes stayed within 110 % of the tenth minute's; says by how much."""
    first, last = found[SETTLED_MIN], found[-1]
    day, latest = found[SETTLED_MIN : SETTLED_MIN + DAY_MIN], found[-DAY_MIN:]
    heap, nodes = last.heap_bytes / first.heap_bytes, last.nodes / first.nodes
    heap_by_day = fmean(w.heap_bytes for w in latest) / fmean(w.heap_bytes for w in day)
    nodes_by_day = fmean(w.nodes for w in latest) / fmean(w.nodes for w in day)
    print(f"minute {last.minute} over minute {first.minute}: heap {heap:.2f}, nodes {nodes:.2f}")
    print(f"the last day over the first: heap {heap_by_day:.2f}, nodes {nodes_by_day:.2f}")
    return max(heap, nodes) <= MOST


@contextmanager
def _wall(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "dashboard", "demo", "--port", str(port), "--data", folder]
        log = Path(folder, "demo.log")
        with log.open("wb") as out:
            demo = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            while OPEN not in log.read_bytes():
                if demo.poll() is not None:
                    raise RuntimeError(log.read_text(errors="replace"))
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}/kiosk/{VENUE}"
        finally:
            stop(demo)


def _weights(url: str, minutes: int) -> Iterator[Weight]:
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="nl-NL")
        page.goto(url)
        page.locator("html[data-fitted]").wait_for(timeout=120_000)
        inside = page.context.new_cdp_session(page)
        began = time.monotonic()
        for minute in range(minutes + 1):
            page.wait_for_timeout(max(0.0, began + minute * 60 - time.monotonic()) * 1000)
            inside.send("HeapProfiler.collectGarbage")
            heap = inside.send("Runtime.getHeapUsage")["usedSize"]
            nodes = inside.send("Memory.getDOMCounters")["nodes"]
            yield Weight(minute, round(heap), nodes)
        browser.close()


if __name__ == "__main__":
    main()
