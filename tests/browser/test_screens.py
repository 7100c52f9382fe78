"""A board on the smallest screen and on the largest: what is fine recedes, and all of it is in sight."""

import pytest
from msgspec import structs
from playwright.sync_api import Page, expect

from gateway.domain.room_state import RoomState
from tests.browser.conftest import Venue, VisitorMaker
from tests.dashboard.pages.scene import evening

WITHIN = "document.documentElement.scrollHeight <= innerHeight"


def state_of(slug: str) -> RoomState:
    return next(state for state in evening() if state.room == slug)


def good(state: RoomState) -> RoomState:
    return structs.replace(state_of("atelier"), room=state.room, name=state.name)


def calm(trouble: str | None = None) -> list[RoomState]:
    """Five rooms of which at most one asks for something."""
    return [state if state.room == trouble else good(state) for state in evening()]


def names_in_sight(page: Page) -> list[str]:
    return [
        card.locator("h2").inner_text() for card in page.locator(".card").all() if card.is_visible()
    ]


class TestPhone:
    def test_five_rooms_of_which_four_are_good_fit_one_screen(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        live.tell(*calm("grote-zaal"))
        page = visit(width=390, height=844).page
        page.goto(live.url)
        expect(page.locator('.card[data-level="good"]')).to_have_count(4)
        first, *others = [card.bounding_box() for card in page.locator(".card").all()]
        assert first is not None
        for box in others:
            assert box is not None
            assert 44 <= box["height"] <= 64 < first["height"]
            assert box["y"] + box["height"] <= 844
        assert page.evaluate(WITHIN)
        expect(page.get_by_role("button", name="Geluid")).to_be_hidden()
        line = page.locator('.card[data-level="good"]').first
        expect(line).to_contain_text("642 ppm")
        expect(line.locator('[data-part="people"]')).to_be_visible()
        line.click(position={"x": 300, "y": 25})
        page.wait_for_url("**/rooms/de-kade/*")

    def test_how_many_rooms_wait_stands_above_the_word_it_belongs_to(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        page = visit(width=390, height=844).page
        page.goto(live.url)
        count, word = page.locator("#asking").bounding_box(), page.locator("a:has(#asking)")
        assert count is not None
        left, top, right = word.evaluate("""link => {
          const words = document.createRange();
          words.selectNode(link.firstChild);
          const { left, top, right } = words.getBoundingClientRect();
          return [left, top, right];
        }""")
        assert left <= count["x"]
        assert count["x"] + count["width"] <= right + 1
        assert count["y"] >= 0
        assert count["y"] + count["height"] <= top + 4  # where letters have no ink yet

    def test_a_line_becomes_a_card_when_its_room_asks_for_something(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        live.tell(*calm())
        page = visit(width=390, height=844).page
        page.goto(live.url)
        expect(page.locator('.card[data-level="good"]')).to_have_count(5)
        serre = page.locator('[data-key="de-kade/serre"]')
        low = serre.bounding_box()
        live.tell(state_of("serre"))
        expect(serre).to_have_attribute("data-level", "watch")
        high = serre.bounding_box()
        assert low is not None
        assert high is not None
        assert high["height"] > 2 * low["height"]
        expect(serre.locator(".why")).to_be_visible()


class TestWall:
    @pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1080, 1920)])
    @pytest.mark.parametrize("kind", ["trouble", "one", "good"])
    def test_five_rooms_fill_the_screen_and_nothing_scrolls(
        self, live: Venue, visit: VisitorMaker, width: int, height: int, kind: str
    ) -> None:
        live.tell(*{"trouble": evening(), "one": calm("serre"), "good": calm()}[kind])
        visitor = visit(width=width, height=height)
        visitor.go(f"{live.url}/kiosk/de-kade")
        page = visitor.page
        page.locator("html[data-fitted]").wait_for()
        assert len(names_in_sight(page)) == 5
        assert page.evaluate(WITHIN)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        lowest = max(
            box["y"] + box["height"]
            for card in page.locator(".card").all()
            if (box := card.bounding_box()) is not None
        )
        assert 0.9 * height < lowest <= height
        assert visitor.complaints == []

    def test_what_begins_to_ask_for_something_becomes_large(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        live.tell(*calm())
        page = visit(width=1920, height=1080).page
        page.goto(f"{live.url}/kiosk/de-kade")
        expect(page.locator('[data-form="strip"]')).to_have_count(5)
        live.tell(state_of("serre"))
        serre = page.locator('[data-key="de-kade/serre"]')
        expect(serre).to_have_attribute("data-form", "card")
        box = serre.bounding_box()
        assert box is not None
        assert box["height"] > 400
        assert page.evaluate(WITHIN)


@pytest.mark.parametrize("path", ["/", "/kiosk/de-kade"])
def test_a_unit_stays_beside_four_digits_in_five_columns(
    live: Venue, visit: VisitorMaker, path: str
) -> None:
    page = visit(width=1920, height=1080).page
    page.goto(live.url + path)
    figure = page.locator('[data-key="de-kade/grote-zaal"] [data-part="co2"] dd')
    number, unit = figure.locator("b").bounding_box(), figure.locator("span").bounding_box()
    assert number is not None
    assert unit is not None
    assert unit["x"] >= number["x"] + number["width"]
    assert unit["y"] < number["y"] + number["height"]


def test_a_page_of_an_enormous_screen_is_not_read_with_a_glass(
    live: Venue, visit: VisitorMaker
) -> None:
    page = visit(width=3840, height=2160).page
    page.goto(f"{live.url}/rooms/de-kade/grote-zaal")
    panel = page.locator("main").bounding_box()
    assert panel is not None
    assert panel["width"] > 0.7 * 3840
    page.locator("#chart[data-drawn]").wait_for()
    sizes = page.locator("#chart .annotation-text").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) > 18
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
