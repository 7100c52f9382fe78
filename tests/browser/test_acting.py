"""Acting where the trouble shows, in a real browser: nothing loads again, and every open page hears of it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Venue, VisitorMaker

HAVEN = '[data-key="de-kade/havenkamer"]'


def test_who_takes_it_up_stays_on_the_board_and_all_pages_tell(
    live: Venue, visit: VisitorMaker
) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(live.url)
    expect(page).to_have_title(re.compile(r"^\(3\) Bord"))
    alerts = page.context.new_page()
    alerts.goto(f"{live.url}/alerts")
    expect(alerts).to_have_title(re.compile(r"^\(3\) "))
    ours = alerts.locator("[data-live=open] .row", has_text="Havenkamer")
    expect(ours.get_by_role("button", name="Ik ben ermee bezig")).to_be_visible()
    page.evaluate("window.loaded = 'once'")
    page.locator(f"{HAVEN} summary").click()
    page.locator(f"{HAVEN} [name=note]").fill("deur is dicht")
    page.locator(HAVEN).get_by_role("button", name="Ik ben ermee bezig").click()
    expect(page.locator(f"{HAVEN} .attended")).to_contain_text("demo is ermee bezig sinds")
    expect(page.locator(HAVEN).get_by_role("button", name="Ik ben ermee bezig")).to_have_count(0)
    expect(page).to_have_title(re.compile(r"^\(2\) Bord"))
    expect(page.locator("#asking")).to_have_text("2")
    assert page.evaluate("window.loaded") == "once"
    expect(ours).to_contain_text("“deur is dicht”")
    expect(ours.get_by_role("button", name="Ik ben ermee bezig")).to_have_count(0)
    assert visitor.complaints == []


def test_a_board_that_is_to_ring_follows_though_nobody_looks(
    live: Venue, visit: VisitorMaker
) -> None:
    page = visit().page
    page.goto(live.url)
    sound = page.get_by_role("button", name="Geluid")
    page.get_by_text("Geluid en kleuren").click()
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("#board")).to_have_attribute("data-listens", "hidden")
    page.get_by_text("Geluid en kleuren").click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    sound.click()
    expect(page.locator("#board")).not_to_have_attribute("data-listens", "hidden")
