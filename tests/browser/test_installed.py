"""A board that is installed: without a connection it says what it showed, and how old that is."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Venue, VisitorMaker
from tests.servers import wait_until


def test_without_a_connection_it_says_how_old_what_it_shows_is(
    live: Venue, visit: VisitorMaker
) -> None:
    page = visit().page
    page.goto(live.url)
    kept = "!!(localStorage.getItem('luchtig:last') && navigator.serviceWorker.controller)"
    wait_until(lambda: page.evaluate(kept), "the board to be kept")
    live.shut()
    try:
        page.goto(f"{live.url}/meetings")
        expect(page.get_by_role("heading", name="Geen verbinding")).to_be_visible()
        expect(page.locator("#age")).to_contain_text("Dit is wat het bord liet zien om 20:11")
        expect(page.locator("#rooms .row")).to_have_count(5)
        expect(page.locator("#rooms")).to_contain_text("Grote zaal")
        kept = "JSON.parse(localStorage.getItem('luchtig:last'))"
        page.evaluate(
            f"localStorage.setItem('luchtig:last', JSON.stringify({{...{kept}, at: Date.now() - 7200000}}))"
        )
        page.reload()
        expect(page.locator("#age")).to_contain_text("2 uur geleden")
        expect(page.locator('#rooms [data-level="unknown"]')).to_have_count(5)
    finally:
        live.open()


@pytest.mark.parametrize(("system", "chosen", "ground"), [("light", "Donker", "rgb(17, 21, 26)"),
                                                          ("dark", "Licht", "rgb(250, 248, 244)")])  # fmt: skip
def test_a_theme_that_is_chosen_goes_before_the_system_s(
    live: Venue, visit: VisitorMaker, system: str, chosen: str, ground: str
) -> None:
    page = visit(color_scheme=system).page
    page.goto(live.url)
    page.get_by_text("Geluid en kleuren").click()
    page.get_by_role("button", name=chosen).click()
    expect(page.locator("body")).to_have_css("background-color", ground)
    page.goto(f"{live.url}/rooms/de-kade/serre")
    expect(page.locator("body")).to_have_css("background-color", ground)
    expect(
        page.locator(f"#chart[data-drawn={'dark' if system == 'light' else 'light'}]")
    ).to_have_count(1)
    page.goto(live.url)
    page.get_by_text("Geluid en kleuren").click()
    page.get_by_role("button", name="zoals dit apparaat").click()
    expect(page.locator("body")).not_to_have_css("background-color", ground)
