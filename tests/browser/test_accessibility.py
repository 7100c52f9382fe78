"""Every page for everybody: axe finds nothing, targets are large enough, text grows without loss."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from dashboard.web.permissions import NEEDS
from tests.browser.conftest import PATIENCE_MS
from tests.screenshots.addresses import GUESTS, MEMBERS, NO_PAGES, WALKED
from tests.screenshots.faults import CUT, overflow
from tests.screenshots.served import Shown, shown
from tests.servers import wait_until

MOST_OPEN: Final = 40
"""The page of the API has hundreds of panels, all of a few kinds."""

OPEN = """most => [...document.querySelectorAll("details")].slice(0, most).forEach(d => { d.open = true; })"""
EVERYTHING: Final = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},  # new in WCAG 2.2, and off as axe comes
}
COLOURS: Final = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}


def found(page: Page, options: dict[str, Any]) -> Iterator[str]:
    for violation in Axe().run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:160]}"


def test_every_view_that_is_read_is_walked_or_said_to_be_no_page() -> None:
    read = {view for view in NEEDS if view.startswith("GET ") and "/api/v1/" not in view}
    told = [*MEMBERS, *GUESTS, *NO_PAGES]
    assert sorted(told) == sorted(read)  # each once


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with shown(browser, tmp_path_factory.mktemp("house"), "trouble") as served:
        yield served


@pytest.mark.timeout(600)  # the page of the API alone is a minute of axe on a busy machine
@pytest.mark.parametrize("address", WALKED)
def test_axe_finds_nothing_with_panels_open_on_phone_and_desk_by_day_and_night(
    house: Shown, browser: Browser, address: str
) -> None:
    context = house.visit(browser, address)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(house.at(address))
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
    context.close()
