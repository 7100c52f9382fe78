"""The states that a page is worst in, on the screens where it shows; `make screenshots` walks all of them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import PATIENCE_MS, VisitorMaker
from tests.screenshots.faults import faint, misplaced
from tests.screenshots.served import shown

WORST = {
    "long": (
        "/", "/rooms/de-kade/grote-zaal/compare?with=de-kade/serre", "/meetings?view=week",
        "/season?venue=de-kade&from=2026-09-01&to=2026-12-01", "/organisations/verenigingen",
        "/settings/limits/huis", "/settings/calendars/agenda", "/setup/sensors/de-kade", "/s/TOKEN",
    ),
    "thirty": ("/", "/kiosk/de-kade", "/meetings?view=day"),
    "trouble": ("/settings/counters", "/organisations"),
    "empty": ("/", "/kiosk/de-kade", "/settings/counters", "/setup/rooms/de-kade"),
}  # fmt: skip


@pytest.mark.parametrize("state", WORST)
def test_nothing_overflows_overlaps_or_sticks_out(
    browser: Browser, tmp_path: Path, state: str
) -> None:
    wrong = []
    with shown(browser, tmp_path, state) as house:
        for address in WORST[state]:
            context = house.visit(browser, address)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.goto(house.at(address))
            for width, height in ((390, 844), (3840, 2160)):
                page.set_viewport_size({"width": width, "height": height})
                wrong += [f"{address} {width} {one}" for one in (*misplaced(page), *faint(page))]
            context.close()
    assert wrong == []


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        ("<p>alone</p>", []),
        ("<p>one</p><p style='margin-top: -2.2em'>two</p>", ["overlaps: two / one"]),
        (
            "<p style='border: 1px solid; width: 4rem'>Vergaderzaalsleutel</p>",
            ["sticks out: Vergaderzaalsleutel"],
        ),
        ("<p style='width: 900px'>wide</p>", ["518 px wider than the screen"]),
        ("<p style='color: #999'>pale</p>", ["faint: pale (rgb(153, 153, 153) on "]),
        ("<p class='unseen' style='clip-path: inset(50%)'>for the ear</p><p>for the eye</p>", []),
    ],
)
def test_what_is_wrong_with_a_page_is_told(
    visit: VisitorMaker, drawn: str, told: list[str]
) -> None:
    page = visit(width=390, height=844).page
    page.set_content(f"<main>{drawn}</main>")
    found = [*misplaced(page), *faint(page)]
    assert len(found) == len(told)
    assert all(one.startswith(begin) for one, begin in zip(found, told, strict=True))
