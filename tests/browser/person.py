"""Somebody at a page, who reads its words and goes by them: with the pointer, or by the keyboard alone."""

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.words.locale import page_locale

PICTURES = os.environ.get("LUCHTIG_PICTURES", "")
"""A folder for a picture of each step, for whoever wants to look."""
ZONE = "Europe/Amsterdam"
LOCALES = {"nl": "nl-NL", "en": "en-GB", "de": "de-DE"}
MOST_TABS = 300
PARTS_OF_A_TIME = 6
PATIENCE_MS = 20_000
"""A busy machine takes its time."""
PHONE, DESK = (390, 844), (1440, 900)

READ = """async (address) => {
  const read = async () => new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  const page = address ? await read() : document;
  const found = new Set();
  const walk = page.createTreeWalker(page.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, text = node.data.replace(/\\s+/g, " ").trim();
    if (text && !node.parentElement.closest("script, style, bdi, code, pre, [lang]:not(html)")) found.add(text);
  }
  return [...found];
}"""

WIDTH = "() => document.fonts.ready.then(() => document.documentElement.scrollWidth)"
"""In its own letters: those that stand in until they have come are wider."""
WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth)
  .map((one) => `${one.tagName} ${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""
TOGETHER = re.compile(r"[a-z]{2,} [a-z]{2,}")
"""Two words beside each other that begin no sentence."""
SAME = re.compile(r"/|De Molen")
"""Time zones, and what holds the name of the venue."""


def untranslated(shared: set[str]) -> set[str]:
    """Of what stands on pages of two languages, that which is more than a name or a unit."""
    return {text for text in shared if TOGETHER.search(text) and not SAME.search(text)}


class Person:
    """``read`` is all that they read, but for names and what says in which language it is."""

    def __init__(
        self, browser: Browser, language: str, size: tuple[int, int], *, by_keyboard: bool = False
    ) -> None:
        self.language = language
        self.locale = page_locale(language, ZONE)
        self.width = size[0]
        self.context = browser.new_context(
            locale=LOCALES[language],
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE and not by_keyboard,
            timezone_id=ZONE,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.by_keyboard = by_keyboard
        self.read: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def words(self, english: str, **values: str) -> str:
        """What a page says in their language."""
        return self.locale.gettext(english, **values)

    def goes(self, url: str) -> None:
        self.page.goto(url)

    def presses(self, english: str, within: Locator | None = None, **values: str) -> None:
        """A button or a link that leads on."""
        where = within or self.page.locator("body")
        name = self.words(english, **values)
        button = where.get_by_role("button", name=name, exact=True)
        target = button.or_(where.get_by_role("link", name=name, exact=True)).first
        self.follows(target)

    def follows(self, target: Locator) -> None:
        """What leads to another page."""
        with self.page.expect_navigation():
            self.does(target)

    def does(self, target: Locator) -> None:
        if self.by_keyboard:
            self._reach(target)
            self.page.keyboard.press("Enter")
        elif self.width == PHONE[0]:
            target.tap()
        else:
            target.click()

    def toggles(self, box: Locator) -> None:
        """What is ticked or not."""
        if not self.by_keyboard:
            box.click()
            return
        self._reach(box)
        self.page.keyboard.press("Space")

    def opens(self, english: str, within: Locator | None = None) -> None:
        """What is folded away."""
        where = within or self.page.locator("main")
        name = re.compile(rf"^\s*{re.escape(self.words(english))}")
        self.does(where.locator("summary").filter(has_text=name).first)

    def fills(self, english: str, text: str, within: Locator | None = None) -> None:
        field = self._labelled(english, within)
        if self.by_keyboard:
            self._reach(field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def sets_time(self, english: str, date: str, time: str) -> None:
        """A day as 2026-11-24 and a time as 19:30, in a field of both."""
        field = self._labelled(english, None)
        if not self.by_keyboard:
            field.fill(f"{date}T{time}")
            return
        self._reach(field)
        year, month, day = date.split("-")
        hour, minute = map(int, time.split(":"))
        half = f"{hour % 12 or 12:02}{minute:02}{'AM' if hour < 12 else 'PM'}"
        whole = f"{hour:02}{minute:02}"
        # Which parts the field has in which order is the browser's own language, whatever the page's.
        for first, second in ((month + day + year, half), (day + month + year, whole)):
            self.page.keyboard.type(first)
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(second)
            if field.input_value() == f"{date}T{time}":
                return
            for _ in range(PARTS_OF_A_TIME):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"{date} {time} became {field.input_value()}")

    def chooses(self, field: Locator, value: str) -> None:
        """One of a list, by its value or by a part of its words."""
        options = field.locator("option")
        found = [
            number
            for number in range(options.count())
            if options.nth(number).get_attribute("value") == value
            or value in options.nth(number).inner_text()
        ]
        if not self.by_keyboard:
            field.select_option(index=found[0])
            return
        self._reach(field)
        now = field.evaluate("element => element.selectedIndex")
        for _ in range(abs(found[0] - now)):
            self.page.keyboard.press("ArrowDown" if found[0] > now else "ArrowUp")

    def picks(self, english: str, value: str, within: Locator | None = None) -> None:
        """One of the list that is called so."""
        self.chooses(self._labelled(english, within), value)

    def sees(self, text: str, within: str = "main") -> None:
        expect(self.page.locator(within).first).to_contain_text(text)
        self.reads()

    def reads(self, name: str = "") -> None:
        """All words of the page; a picture of it where those are wanted."""
        self.read |= set(self.page.evaluate(READ, None))
        wide = self.page.evaluate(WIDTH)
        assert wide <= self.width, f"{self.page.url} is {wide} wide: {self.page.evaluate(WIDE)}"
        if PICTURES and name:
            path = Path(PICTURES) / f"{self.language}-{name}-{self.width}.png"
            self.page.screenshot(path=path, full_page=True)

    def reads_in(self, language: str) -> set[str]:
        """All words of this page in another language."""
        parts = urlsplit(self.page.url)
        query = urlencode([*parse_qsl(parts.query), ("lang", language)])
        return set(self.page.evaluate(READ, parts._replace(query=query, fragment="").geturl()))

    def leaves(self) -> None:
        assert self.complaints == []
        self.context.close()

    def _labelled(self, english: str, within: Locator | None) -> Locator:
        where = within or self.page.locator("main")
        name = re.compile(rf"^\s*{re.escape(self.words(english))}")
        return where.get_by_label(name).first

    def _reach(self, target: Locator) -> None:
        """By Tab, to where the focus can be seen."""
        target.wait_for(state="visible")
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {target}")
