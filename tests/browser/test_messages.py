"""A mail as a phone draws it, and the page behind its link, pressed with a real finger."""

import pytest
from playwright.sync_api import expect

from gateway.links import Links
from gateway.notify.message import write
from gateway.notify.message_html import html
from tests.browser.conftest import Venue, VisitorMaker
from tests.dashboard.pages.scene import NOW
from tests.gateway.live_venue import minute
from tests.gateway.notices import ANNA, LINKS, notice
from tests.screenshots.faults import INKS, faint, overflow

MAILS = {
    "one": (notice(flag="f1"),),
    "many": (
        notice(flag="f1", room="zaal", room_name="Eenheellangenaamvaneenzaal" * 3),
        notice(flag="f2", rule="no_data", severity="info"),
        notice("resolved", flag="f3", room="serre-2", rule="occupancy"),
    ),
    "report": (notice("report"),),
}


def path(*flags: str) -> str:
    links = Links("a secret of tests", "")
    return links.acknowledge(flags, "organiser@example.org", "nl", NOW)


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mail_can_be_read_on_the_smallest_phone_in_light_and_dark(
    visit: VisitorMaker, name: str, scheme: str
) -> None:
    page = visit(width=320, height=640, color_scheme=scheme).page
    page.set_content(html(write(MAILS[name], ANNA, LINKS, minute(10))))
    assert len(page.evaluate(INKS)) > 4
    assert list(faint(page)) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_behind_the_link_can_be_read(
    live: Venue, visit: VisitorMaker, scheme: str
) -> None:
    visitor = visit(width=320, height=640, color_scheme=scheme)
    visitor.go(live.url + path("f-co2", "f-silent", "f-past"))
    assert list(faint(visitor.page)) == []
    assert overflow(visitor.page) <= 0
    assert visitor.page.locator("h1").count() == 1
    assert visitor.complaints == []


def test_one_press_acknowledges(live: Venue, visit: VisitorMaker) -> None:
    visitor = visit(width=390, height=780, java_script_enabled=False)
    visitor.go(live.url + path("f-people"))
    visitor.page.get_by_role("button", name="Ik ben ermee bezig").click()
    expect(visitor.page.locator("h1")).to_have_text("Genoteerd: u bent ermee bezig.")
    expect(visitor.page.get_by_role("button")).to_have_count(0)
