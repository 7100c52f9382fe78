"""How soon somebody with a slow computer sees something: a real Chromium, its CPU slowed four times."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.web.load import Rows
from bench.web.site import VENUE, Site

SLOWED: Final = 4
PATIENCE_MS: Final = 60_000
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

# When an element was first there at a frame that is painted, in ms since the page was asked for.
SEEN: Final = """([selector]) => new Promise((done) => {
  const look = () => document.querySelector(selector)
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
})"""
WATCH: Final = """
window.wholeMs = new Promise((done) => {
  const look = () => document.querySelector("#chart .still svg") && document.querySelector(".legend")
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
});
"""
FIRST_PAINT: Final = """() => new Promise((done) => {
  const look = () => {
    const [found] = performance.getEntriesByName("first-contentful-paint");
    found ? done(found.startTime) : setTimeout(look, 20);
  };
  look();
})"""
TOUCH: Final = """wholeMs.then(() => {
  document.getElementById("chart").dispatchEvent(new PointerEvent("pointerdown"));
  return performance.now();
})"""
ONE_LINE: Final = "data:text/html,<p>One line"
"""What the machine itself needs, today."""
PLOTLY: Final = "#chart .main-svg .trace"


def painted(site: Site, rounds: int) -> Rows:
    """The middle of so many visits, each with an empty cache."""
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        found = [_visits(browser, site) for _ in range(rounds)]
        browser.close()
    names = found[0]
    return {f"CPU slowed {SLOWED} times: {n}": _said([one[n] for one in found]) for n in names}


def _visits(browser: Browser, site: Site) -> dict[str, float]:
    root = f"http://127.0.0.1:{site.port}"
    room = f"{root}/rooms/{VENUE}/room-0?lang=en"
    found = {}
    with _slow(browser) as page:
        page.goto(ONE_LINE, wait_until="commit")
        found["a page of one line, first contentful paint"] = float(page.evaluate(FIRST_PAINT))
    with _slow(browser) as page:
        page.goto(f"{root}/?lang=en", wait_until="commit")
        found["board, first contentful paint"] = float(page.evaluate(FIRST_PAINT))
    with _slow(browser) as page:
        page.goto(room, wait_until="commit")
        found["room, first contentful paint"] = float(page.evaluate(FIRST_PAINT))
        found["room, chart whole as SVG"] = float(page.evaluate("wholeMs"))
        found["room, Plotly over it by itself"] = float(page.evaluate(SEEN, [PLOTLY]))
    with _slow(browser) as page:
        page.goto(room, wait_until="load")
        touched_ms = float(page.evaluate(TOUCH))
        found["room, Plotly after a touch"] = float(page.evaluate(SEEN, [PLOTLY])) - touched_ms
    return found


@contextmanager
def _slow(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    yield page
    context.close()


def _said(took_ms: list[float]) -> str:
    return f"{median(took_ms):.0f} ms ({min(took_ms):.0f} to {max(took_ms):.0f})"
