"""Looking something up in the documentation: on a dashboard, and in a folder of plain files."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from dashboard.manual.__main__ import write
from tests.browser.conftest import Venue


def test_a_search_leads_to_the_heading_with_the_keyboard_alone(
    live: Venue, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{live.url}/docs?lang=en")
    page.get_by_label("Search the documentation").fill("login for each device")
    expect(page.locator("#docs-found a").first).to_contain_text("A login for each device")
    page.keyboard.press("Enter")
    page.wait_for_url("**/docs/install#a-login-for-each-device")
    page.get_by_label("Search the documentation").fill("xyzzy")
    expect(page.get_by_role("status")).to_have_text("Nothing of that is here")
    context.close()


def test_plain_files_are_searched_without_a_server_and_ask_nobody(
    browser: Browser, tmp_path: Path
) -> None:
    write(tmp_path)
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{tmp_path.as_uri()}/decisions/0001-web-server.html")
    page.get_by_label("Search the documentation").fill("mh-z19b serial port")
    expect(page.locator("#docs-found a").first).to_contain_text("Devices")
    page.keyboard.press("Enter")
    page.wait_for_url("**/devices.html#*")
    assert [url for url in asked if not url.startswith("file://")] == []
    context.close()
