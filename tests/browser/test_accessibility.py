"""Every page for everybody: axe finds nothing, targets are large enough, text grows without loss."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Venue, VisitorMaker
from tests.browser.test_look import PAGES, overflow
from tests.servers import wait_until

WALKED: Final = (
    *PAGES,
    "/plan?people=10&minutes=90&at=2026-11-24T19:00",
    "/meetings?view=week",
    "/meetings?view=day",
    "/meetings?q=boek",
    "/meetings/m-later/move",
    "/rooms/de-kade/grote-zaal/test",
    "/settings/users",
)
MOST_OPEN: Final = 40
"""The page of the API has hundreds of panels, all of a few kinds."""

OPEN = """most => [...document.querySelectorAll("details")].slice(0, most).forEach(d => { d.open = true; })"""
EVERYTHING: Final = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},  # new in WCAG 2.2, and off as axe comes
}
COLOURS: Final = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}

# What is cut off: words in a box that hides what does not fit in it.
CUT = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.checkVisibility() && e.innerText?.trim() && !e.closest(".unseen, .card, svg, .own"))
  .filter((e) => getComputedStyle(e).clipPath === "none")
  .filter((e) => /hidden|clip/.test(getComputedStyle(e).overflowX) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 120))"""


def found(page: Page, options: dict[str, Any]) -> Iterator[str]:
    for violation in Axe().run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:160]}"


@pytest.mark.parametrize("path", WALKED)
def test_axe_finds_nothing_with_panels_open_on_phone_and_desk_by_day_and_night(
    live: Venue, visit: VisitorMaker, path: str
) -> None:
    page = visit(width=1440, height=900).page
    page.goto(live.url + path)
    page.evaluate(OPEN, MOST_OPEN)
    mistakes = []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        mistakes += [f"{width} {one}" for one in found(page, EVERYTHING)]
        page.emulate_media(color_scheme="dark")
        mistakes += [f"{width} dark {one}" for one in found(page, COLOURS)]
    assert mistakes == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.set_viewport_size({"width": 1280, "height": 900})
    wait_until(
        lambda: overflow(page) <= 0, "nothing to stand beside the screen"
    )  # a chart is drawn anew
    assert page.evaluate(CUT) == []
