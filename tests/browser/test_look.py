"""Every page as it is drawn: fits its screen, can be read in light and dark, breaks no rule."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Venue, VisitorMaker
from tests.screenshots.faults import INKS, faint, misplaced, overflow
from tests.screenshots.served import shown

PAGES = (
    "/",
    "/kiosk/de-kade",
    "/rooms/de-kade/grote-zaal",
    "/rooms/de-kade/grote-zaal/month",
    "/rooms/de-kade/grote-zaal/compare?with=de-kade/serre",
    "/plan",
    "/plan?room=de-kade/grote-zaal&people=18&minutes=90",
    "/meetings",
    "/meetings/m-zaal",
    "/meetings/new",
    "/meetings/m-zaal/edit",
    "/meetings/m-ochtend/report",
    "/alerts",
    "/settings",
    "/settings/venues",
    "/settings/sensors",
    "/settings/limits",
    "/settings/contacts",
    "/settings/system",
    "/settings/devices/de-kade/co2-01",
    "/settings/calendars",
    "/settings/audit",
    "/settings/links",
    "/settings/calendars/new",
    "/settings/kiosks",
    "/api",
    "/docs",
    "/docs/devices",
    "/settings/webhooks",
    "/nergens",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_what_is_behind_them(
    live: Venue, visit: VisitorMaker, path: str, scheme: str
) -> None:
    visitor = visit(color_scheme=scheme)
    visitor.go(live.url + path)
    assert len(visitor.page.evaluate(INKS)) > 2
    assert list(faint(visitor.page)) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_the_smallest_phone(
    live: Venue, visit: VisitorMaker, path: str
) -> None:
    visitor = visit(width=320, height=640)
    visitor.go(live.url + path)
    assert overflow(visitor.page) <= 0


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/nergens"])
def test_no_page_breaks_its_own_rules(live: Venue, visit: VisitorMaker, path: str) -> None:
    visitor = visit()
    visitor.go(live.url + path)
    visitor.page.evaluate("document.fonts.ready.then(() => null)")  # to poll, pages forbid eval
    assert visitor.page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"')")
    assert visitor.page.locator("h1").count() == 1
    assert visitor.page.locator("main").count() == 1
    assert visitor.complaints == []


def test_a_wall_screen_shows_five_rooms_at_once(live: Venue, visit: VisitorMaker) -> None:
    visitor = visit(width=1920, height=1080)
    visitor.go(f"{live.url}/kiosk/de-kade")
    assert overflow(visitor.page) <= 0
    assert visitor.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    size: Any = visitor.page.locator(".do").first.evaluate("e => getComputedStyle(e).fontSize")
    assert float(size.removesuffix("px")) >= 32


def test_numbers_of_a_card_stand_apart_on_a_phone(live: Venue, visit: VisitorMaker) -> None:
    visitor = visit(width=390, height=844)
    visitor.go(live.url)
    for figures in visitor.page.locator(".figures").all():
        boxes = [cell.bounding_box() for cell in figures.locator("dt, dd").all()]
        spans = [
            cell.evaluate("e => e.scrollWidth - e.clientWidth")
            for cell in figures.locator("dt").all()
        ]
        assert all(box is not None for box in boxes)
        assert max(spans) <= 0
        assert len({box["y"] for box in boxes if box is not None}) == 2


class TestPlan:
    """A form that works as forms always have."""

    @pytest.mark.parametrize("scripts", [True, False], ids=["as usual", "without JavaScript"])
    def test_it_is_filled_in_by_keyboard_and_answers(
        self, live: Venue, visit: VisitorMaker, *, scripts: bool
    ) -> None:
        page = visit(java_script_enabled=scripts).page
        page.goto(f"{live.url}/plan?room=de-kade/grote-zaal")
        page.get_by_label("Zaal").focus()
        page.keyboard.press("Tab")
        page.keyboard.type("18")
        page.keyboard.press("Tab")
        page.keyboard.type("90")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Dit past met de ramen open")).to_be_visible()
        expect(page.locator(".outlooks svg[role=img]")).to_have_count(2)
        expect(page.get_by_label("Mensen")).to_have_value("18")

    def test_what_is_wrong_is_told_at_the_field(self, live: Venue, visit: VisitorMaker) -> None:
        page = visit(java_script_enabled=False).page
        page.goto(f"{live.url}/plan?room=de-kade/grote-zaal&people=0&minutes=90")
        expect(page.get_by_role("alert")).to_be_visible()
        people = page.get_by_label("Mensen")
        expect(people).to_have_accessible_description("Een heel getal van 1 tot 10.000")


class TestChart:
    def test_it_is_drawn_over_the_still_one_and_follows_the_theme(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        visitor = visit(color_scheme="light")
        page = visitor.page
        visitor.go(f"{live.url}/rooms/de-kade/grote-zaal?hours=24")
        # CO2 and people, what comes with its band, fresh air with its interval.
        expect(page.locator("#chart[data-drawn=light] .scatterlayer .trace")).to_have_count(6)
        expect(page.locator("#chart .still")).to_have_count(0)
        expect(page.locator("#chart")).to_contain_text("Streefwaarde 1.200 ppm")
        expect(page.locator("#chart")).to_contain_text("Ontbijtsessie")
        expect(page.locator("#chart")).to_contain_text("gezond: 10 l/s")
        panel, *layers = (
            one.bounding_box() for one in page.locator("#chart, #chart .main-svg").all()
        )
        assert panel is not None
        assert len(layers) > 1
        for layer in layers:  # none falls out below the others
            assert layer is not None
            assert layer["y"] >= panel["y"] - 1
            assert layer["y"] + layer["height"] <= panel["y"] + panel["height"] + 1
        page.emulate_media(color_scheme="dark")
        expect(page.locator("#chart[data-drawn=dark]")).to_have_count(1)
        assert visitor.complaints == []

    def test_without_javascript_the_still_one_stays(self, live: Venue, visit: VisitorMaker) -> None:
        visitor = visit(java_script_enabled=False)
        visitor.go(f"{live.url}/rooms/de-kade/grote-zaal")
        for drawing in visitor.page.locator("#chart .still svg").all():
            box = drawing.bounding_box()
            assert box is not None
            assert box["width"] > 300
            assert box["height"] > 60
        expect(visitor.page.locator("#chart .wash")).to_have_count(1)
        visitor.page.locator(".history > details > summary").click()
        expect(visitor.page.locator("table tbody tr").first).to_be_visible()

    def test_a_title_of_a_meeting_is_never_markup(self, live: Venue, visit: VisitorMaker) -> None:
        visitor = visit()
        visitor.go(f"{live.url}/rooms/de-kade/serre")
        expect(visitor.page.locator("#chart[data-drawn]")).to_contain_text("<script>")
        figure = visitor.page.request.get(f"{live.url}/rooms/de-kade/serre/chart.json").text()
        assert json.loads(figure)["data"][0]["name"] == "CO₂"
        assert visitor.complaints == []


def test_a_report_is_printed_on_one_or_two_sheets(live: Venue, visit: VisitorMaker) -> None:
    visitor = visit(color_scheme="dark")
    visitor.go(live.url + "/meetings/m-ochtend/report")
    printed = visitor.page.pdf(prefer_css_page_size=True, print_background=True)
    assert 1 <= printed.count(b"/Type /Page\n") <= 2
    visitor.page.emulate_media(media="print")
    assert not visitor.page.locator(".bar").is_visible()
    paper = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_many_rooms_that_are_fine_take_a_line_each_on_a_desk(
    browser: Browser, tmp_path: Path
) -> None:
    with shown(browser, tmp_path, "thirty") as house:
        context = house.visit(browser, "/", viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(house.at("/"))
        fine: Any = page.locator('.card[data-level="good"]').evaluate_all(
            "cards => cards.map(card => card.getBoundingClientRect().height)"
        )
        assert len(fine) > 12
        assert max(fine) < 100
        assert list(misplaced(page)) == []
        for words in ("Zaal 7", "642", "≈6"):
            expect(page.locator('[data-key="de-kade/zaal-7"]')).to_contain_text(words)
        context.close()
