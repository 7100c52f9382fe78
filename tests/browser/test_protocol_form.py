"""A protocol of one's own: written, chosen and met at a meeting, without a pointer."""

from playwright.sync_api import Browser, expect

from gateway.registry.protocols.of_meetings import declarations_of
from tests.browser.conftest import Venue
from tests.browser.person import DESK, Person

FIRST, SECOND = "De ramen staan op een kier", "Iedereen heeft een stoel"


def test_the_keyboard_writes_it_chooses_it_and_sees_it_at_a_meeting(
    live: Venue, browser: Browser
) -> None:
    person = Person(browser, "nl", DESK, by_keyboard=True)
    person.goes(f"{live.url}/settings/protocols")
    person.presses("A protocol of your own")
    write(person)
    choose(person)
    meet(person, live)
    person.leaves()


def write(person: Person) -> None:
    page = person.page
    person.fills("Name", "Boekenclub")
    person.fills("What it asks", FIRST, page.locator("#item-0"))
    person.presses("Add an item")
    expect(page.locator("#item-1-text")).to_be_focused()
    page.keyboard.type(SECOND)
    person.picks("When it is said", "start", page.locator("#item-1"))
    required = page.locator("#item-1").get_by_label(person.words("Required; else it is advice"))
    person.toggles(required)
    person.presses("Item %(number)s one place up", number="2")
    expect(page.locator("#item-0-text")).to_have_value(SECOND)
    expect(page.locator("#item-0-text")).to_be_focused()
    expect(page.locator("#item-0").get_by_role("checkbox").first).not_to_be_checked()
    person.reads("protocol-form")
    person.presses("Keep")
    person.sees("Boekenclub")


def choose(person: Person) -> None:
    person.goes(person.page.url.split("/settings/")[0] + "/settings/protocols")
    person.does(person.page.locator("#venue-de-kade ~ details > summary").first)
    person.picks("The venue", "Boekenclub")
    person.presses("Keep", person.page.locator("section[aria-labelledby=held-under]"))
    person.sees(person.words("Chosen by %(names)s", names="De Kade"))


def meet(person: Person, live: Venue) -> None:
    """It is there to tick once it is due, and a tick by the keyboard is kept."""
    person.goes(f"{live.url}/meetings/m-later")
    person.sees(FIRST)
    person.sees(SECOND)
    row = person.page.locator("li").filter(has_text=SECOND).last
    person.follows(row.get_by_role("button", name=person.words("Yes")).first)
    with live.stage.database.read() as conn:
        (said,) = declarations_of(conn, ["m-later"])["m-later"]
    assert said.declared
