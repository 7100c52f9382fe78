"""The board in a browser: it follows what the gateway says, and says so when it cannot."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from gateway.domain.room_state import FlagView
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug
from tests.browser.conftest import Venue, VisitorMaker
from tests.dashboard.pages.scene import ago, room_state
from tests.servers import wait_until

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 19, 11, 40, tzinfo=UTC)
STUFFY = room_state(
    RoomSlug("atelier"),
    level="act",
    co2_ppm=1310.0,
    people=6,
    flags=(FlagView("co2", "firing", to_wire(ago(3)), 1310.0, 1200.0),),
    advice=({"code": "open_windows"},),
)


def test_a_change_shows_without_loading_the_page_again(live: Venue, visit: VisitorMaker) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go(live.url)
    atelier = page.locator('[data-key="de-kade/atelier"]')
    expect(atelier.locator(".do")).to_contain_text("In orde")
    page.evaluate("window.sameDocument = true")

    live.tell(STUFFY)

    expect(atelier.locator(".do")).to_contain_text("Open de ramen")
    expect(atelier.locator(".figures b").first).to_have_text("1.310")
    expect(page.locator(".card").first).to_have_attribute("data-level", "act")
    expect(page.locator("#announce")).to_have_text("Atelier: Open de ramen")
    expect(page.locator(".summary")).to_have_text("5 zalen · 3 vragen iets van u")
    assert page.evaluate("window.sameDocument") is True
    assert visitor.complaints == []


def test_a_dead_gateway_does_not_look_healthy(live: Venue, visit: VisitorMaker) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go(live.url)
    expect(page.locator('[data-level="act"]')).to_have_count(2)
    live.gateway("offline")
    expect(page.locator('.card[data-level="unknown"]')).to_have_count(5)
    expect(page.locator(".why").first).to_have_text("Gateway luchtig-gateway is weg")
    live.gateway("online")
    expect(page.locator('.card[data-level="act"]')).to_have_count(2)
    assert visitor.complaints == []


def test_a_lost_connection_is_told_with_the_time_of_what_is_shown(
    live: Venue, visit: VisitorMaker
) -> None:
    page = visit().page
    page.goto(live.url)
    notice = page.locator("#lost")
    expect(page.locator(".card")).to_have_count(5)
    expect(notice).to_be_hidden()

    live.shut()
    expect(notice).to_have_text("Verbinding weg · laatste stand 20:11")
    expect(page.locator(".card")).to_have_count(5)

    live.open()
    expect(notice).to_be_hidden()


def test_a_screen_that_is_cut_off_does_not_look_healthy(live: Venue, visit: VisitorMaker) -> None:
    page = visit().page
    page.clock.install()
    page.goto(live.url)
    expect(page.locator(".card")).to_have_count(5)
    expect(page.locator('.card[data-level="good"]').first).to_be_visible()

    live.shut()
    page.clock.run_for(60_000)
    expect(page.locator("#lost")).to_have_text("Verbinding weg · laatste stand 20:11")
    expect(page.locator('.card[data-level="unknown"]')).to_have_count(1)
    page.clock.run_for(35_000)
    expect(page.locator('.card[data-level="unknown"]')).to_have_count(5)
    first = page.locator(".card").first
    expect(first.locator(".why")).to_have_text("Dit scherm heeft geen verbinding meer")
    expect(first.locator(".figures b").first).to_have_text("—")

    live.open()
    live.begin()
    page.clock.run_for(35_000)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator('.card[data-level="unknown"]')).to_have_count(1)


def test_a_screen_that_wakes_doubts_what_it_shows_before_it_asks(
    live: Venue, visit: VisitorMaker
) -> None:
    page = visit().page
    page.clock.install()
    page.goto(live.url)
    expect(page.locator('.card[data-level="good"]').first).to_be_visible()
    live.shut()
    page.clock.fast_forward(3_600_000)  # as a lid that was shut: timers are late
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator('.card[data-level="unknown"]')).to_have_count(5)
    live.open()


def test_a_page_that_can_follow_nothing_does_not_look_healthy(
    live: Venue, visit: VisitorMaker
) -> None:
    page = visit().page
    page.clock.install()
    page.route("**/following.js*", lambda route: route.abort())
    page.goto(live.url)
    expect(page.locator('.card[data-level="good"]').first).to_be_visible()
    page.clock.run_for(95_000)
    expect(page.locator('.card[data-level="unknown"]')).to_have_count(5)


def test_without_javascript_the_board_reads_the_same(live: Venue, visit: VisitorMaker) -> None:
    with_script, without = visit(), visit(java_script_enabled=False)
    with_script.go(live.url)
    without.go(live.url)
    assert without.page.locator("#board").inner_text() == (
        with_script.page.locator("#board").inner_text()
    )


def test_a_room_that_has_the_focus_keeps_it_when_the_board_changes(
    live: Venue, visit: VisitorMaker
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go(live.url)
    link = page.locator('[data-key="de-kade/atelier"] a')
    link.focus()
    live.tell(STUFFY)
    expect(page.locator('[data-key="de-kade/atelier"] .do')).to_contain_text("Open de ramen")
    expect(link).to_be_focused()


CARD = '[data-key="de-kade/atelier"]'
SELECT = """selector => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(selector));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


class TestWhatAVisitorHolds:
    """Only what changed is touched."""

    def test_a_selection_and_an_open_panel_stay(self, live: Venue, visit: VisitorMaker) -> None:
        page = visit().page
        page.goto(live.url)
        page.evaluate(SELECT, f"{CARD} [data-part=name]")
        page.evaluate(
            "selector => document.querySelector(selector).insertAdjacentHTML('beforeend',"
            " '<details><summary>meer</summary>iets</details>')",
            CARD,
        )
        page.locator(f"{CARD} summary").evaluate("summary => summary.click()")
        live.tell(STUFFY)
        expect(page.locator(f"{CARD} .do")).to_contain_text("Open de ramen")
        assert page.evaluate("getSelection().toString().trim()").startswith("Atelier")
        expect(page.locator(f"{CARD} details")).to_have_attribute("open", "")

    def test_a_form_that_comes_gets_the_token_of_its_page_and_keeps_what_is_typed(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        page = visit().page
        page.goto(live.url)
        filled = page.evaluate(
            """async () => {
              const board = document.getElementById("board");
              const { fill } = await import(board.dataset.patching);
              const part = document.createElement("div");
              const form = '<form><input name="csrf_token"><input name="note"></form>';
              fill(part, form);
              part.querySelector("[name=note]").value = "raam staat open";
              fill(part, form.replace("<form>", "<form>Nog 5 min"));
              return [...new FormData(part.querySelector("form")).values()];
            }"""
        )
        token = page.locator("#board").get_attribute("data-token")
        assert token
        assert filled == [token, "raam staat open"]

    def test_a_room_that_needs_somebody_moves_up_with_what_is_selected_in_it(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        page = visit().page
        page.goto(live.url)
        page.evaluate(SELECT, f"{CARD} [data-part=flow]")
        live.tell(STUFFY)
        expect(page.locator(".card").first).to_have_attribute("data-key", "de-kade/atelier")
        assert "l/s p.p." in page.evaluate("getSelection().toString()")

    def test_nothing_moves_under_a_finger(self, live: Venue, visit: VisitorMaker) -> None:
        page = visit().page
        page.clock.install()
        page.goto(live.url)
        page.locator(".card a").last.focus()  # which loses the focus when something is pressed
        page.mouse.move(3, 700)
        page.mouse.down()
        live.tell(STUFFY)
        expect(page.locator(f"{CARD} .do")).to_contain_text("Open de ramen")
        page.clock.run_for(20_000)
        assert page.locator(".card").last.get_attribute("data-key") == "de-kade/atelier"
        page.mouse.up()
        page.clock.run_for(5_000)
        expect(page.locator(".card").first).to_have_attribute("data-key", "de-kade/atelier")

    def test_a_room_that_is_fine_again_waits_until_the_board_rests(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        page = visit().page
        page.clock.install(time=NOON)
        page.goto(live.url)
        page.clock.pause_at(NOON + timedelta(minutes=1))
        first = page.locator(".card").first
        expect(first).to_have_attribute("data-key", "de-kade/grote-zaal")
        live.tell(room_state(RoomSlug("grote-zaal"), co2_ppm=700.0, people=2))
        expect(first).to_have_attribute("data-level", "good")
        for _ in range(4):
            page.clock.run_for(3_000)
            page.keyboard.press("Shift")
            assert first.get_attribute("data-key") == "de-kade/grote-zaal"
        page.clock.run_for(6_000)
        expect(first).to_have_attribute("data-key", "de-kade/havenkamer")


@pytest.mark.parametrize("secure", [True, False], ids=["over https", "without"])
def test_a_wall_screen_is_kept_lit_or_says_why_not(
    live: Venue, visit: VisitorMaker, *, secure: bool
) -> None:
    page = visit().page
    page.add_init_script(
        f"Object.defineProperty(window, 'isSecureContext', {{ value: {str(secure).lower()} }});"
        "navigator.wakeLock.request = async (what) => { window.lit = what; };"
    )
    page.goto(f"{live.url}/kiosk/de-kade")
    if secure:
        page.wait_for_function("window.lit === 'screen'")
    expect(page.locator("#asleep")).to_be_visible(visible=not secure)


def test_a_measurement_is_added_to_the_chart_and_the_page_not_asked_for(
    live: Venue, visit: VisitorMaker
) -> None:
    visitor = visit()
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visitor.go(f"{live.url}/rooms/de-kade/atelier")
    expect(page.locator("#chart[data-drawn]")).to_be_visible()
    drawn = list(asked)
    newest = {
        "co2_ppm": 771.0,
        "co2_at": to_wire(NEWEST),
        "people": 3,
        "people_at": to_wire(NEWEST),
    }
    live.tell(room_state(RoomSlug("atelier"), **newest))
    expect(page.locator(f"{CARD} [data-part=co2] b")).to_have_text("771")
    line = "['co2_ppm', 'people'].map((one) => chart.data.find(({ meta }) => meta === one))"
    ends = page.evaluate(f"() => {line}.map(({{ x, y }}) => [x.at(-1), y.at(-1)])")
    assert ends == [["2026-11-24T20:11:40", 771], ["2026-11-24T20:11:40", 3]]
    assert page.evaluate("chart.layout.xaxis.range[1]") > "2026-11-24T20:11:39"
    assert asked == drawn
    assert visitor.complaints == []


class TestTabs:
    """A browser opens six connections to a house: its tabs share one stream."""

    def viewers(self, live: Venue) -> int:
        return live.feed.figures().viewers

    def test_the_seventh_loads_and_all_of_them_follow(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        first = visit().page
        first.goto(live.url)
        pages = [first, *(first.context.new_page() for _ in range(7))]
        for number, page in enumerate(pages[1:]):
            page.goto(live.url if number % 2 else f"{live.url}/rooms/de-kade/atelier")
        wait_until(lambda: self.viewers(live) == 1, "one stream for all")
        live.tell(STUFFY)
        for page in pages:
            page.bring_to_front()
            expect(page.locator(f"{CARD} .do")).to_contain_text("Open de ramen")

    def test_hidden_pages_follow_nothing_unless_they_listen(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        page = visit().page
        page.goto(live.url)
        wait_until(lambda: self.viewers(live) == 1, "the stream")
        self.hide(page, hidden=True)
        wait_until(lambda: self.viewers(live) == 0, "the stream to end")
        live.tell(STUFFY)
        self.hide(page, hidden=False)
        expect(page.locator(f"{CARD} .do")).to_contain_text("Open de ramen")
        page.locator("#board").evaluate("board => { board.dataset.listens = 'hidden' }")
        self.hide(page, hidden=True)
        live.tell(room_state(RoomSlug("atelier"), co2_ppm=640.0))
        expect(page.locator(f"{CARD} .do")).to_contain_text("In orde")
        assert self.viewers(live) == 1

    def hide(self, page: Page, *, hidden: bool) -> None:
        page.evaluate(
            "hidden => { Object.defineProperty(document, 'hidden', { configurable: true,"
            " get: () => hidden }); document.dispatchEvent(new Event('visibilitychange')); }",
            hidden,
        )

    def test_a_page_that_finds_no_place_asks_now_and_then_and_keeps_what_is_held(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        page = visit().page
        page.add_init_script("delete window.SharedWorker")
        page.route("**/board/stream*", lambda route: route.fulfill(status=503))
        page.goto(live.url)
        page.evaluate(SELECT, f"{CARD} [data-part=name]")
        live.tell(STUFFY)
        expect(page.locator(f"{CARD} .do")).to_contain_text("Open de ramen")
        assert page.evaluate("getSelection().toString().trim()") == "Atelier"
        expect(page.locator("#lost")).to_be_hidden()
        assert self.viewers(live) == 0

    def test_a_browser_without_shared_workers_has_a_stream_for_each(
        self, live: Venue, visit: VisitorMaker
    ) -> None:
        visitor = visit()
        page = visitor.page
        page.add_init_script("delete window.SharedWorker")
        visitor.go(live.url)
        wait_until(lambda: self.viewers(live) == 1, "the stream")
        live.tell(STUFFY)
        expect(page.locator(f"{CARD} .do")).to_contain_text("Open de ramen")
        page.locator("h2", has_text="Serre").click()
        expect(page.locator("#board[data-shows='de-kade/serre']")).to_be_visible()
        wait_until(lambda: self.viewers(live) == 1, "the stream of the other page alone")
        assert visitor.complaints == []


def test_the_keyboard_reaches_every_room(live: Venue, visit: VisitorMaker) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go(live.url)
    reached = []
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert reached[0] == "Naar de inhoud"
    first = reached.index("Grote zaal")
    assert reached[first : first + 11] == [
        *("Grote zaal", "Ik ben ermee bezig", "Meer"),
        *("Havenkamer", "Ik ben ermee bezig", "Meer"),
        "Serre",
        *("Bibliotheek", "Ik ben ermee bezig", "Meer"),
        "Atelier",
    ]
