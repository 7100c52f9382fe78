"""Each person's day in a venue that begins as an empty folder: by pages and mails alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from playwright.sync_api import Browser, expect

from sensors.clock import SYSTEM, VARIABLE, Clock, started_at
from tests.browser.person import DESK, PHONE, Person, untranslated
from tests.browser.steps import BRAM, CILLA, come_in, invite, link, mailed, section, set_up
from tests.browser.up import Sensor, Up, running
from tests.gateway.mail_inbox import Inbox, mail_server
from tests.servers import free_port, wait_until

pytestmark = pytest.mark.timeout(400)
BAD_PPM = 1100.0
LONG_ENOUGH = timedelta(minutes=6)
"""Of a meeting that was over for less a report may not be sure."""
BY_KEYBOARD = "de"
"""The pointer is not touched in this one."""


def give_limits(manager: Person) -> None:
    section(manager, "Limits")
    manager.reads("21-limits")
    manager.presses("Limits of your own")
    manager.fills("Name", "Club 900")
    manager.fills("Limit", "900")
    manager.fills("Watch from", "800")
    manager.reads("22-own-limits")
    manager.presses("Keep")
    manager.reads("23-own-limits-kept")
    section(manager, "Venues and rooms")
    room = manager.page.locator("li#room-molen-zolder")
    manager.opens("Change", room)
    manager.picks("Limits", "Club 900", room)
    manager.reads("24-room")
    manager.presses("Keep", room)
    manager.sees("Club 900")


def book(organiser: Person, clock: Clock) -> None:
    organiser.presses("Plan")
    organiser.fills("People", "8")
    organiser.fills("Minutes", "240")
    start = organiser.locale.local(clock.now() + timedelta(minutes=1))
    organiser.sets_time("When", f"{start:%Y-%m-%d}", f"{start:%H:%M}")
    organiser.presses("What to expect")
    organiser.reads("41-plan")
    organiser.follows(organiser.page.locator("#plan").get_by_role("link").first)
    organiser.fills("Title", "Schaakclub")
    organiser.reads("42-meeting")
    organiser.presses("Keep")
    organiser.sees("Schaakclub")
    organiser.reads("43-booked")


def come_to_help(host: Person) -> None:
    """What the phone shows first is what is wrong, and the button that says that one goes."""
    card = host.page.locator("article.card[data-level=act]")
    on_it = card.get_by_role("button", name=host.words("I am on it"), exact=True)
    on_it.wait_for(timeout=60_000)
    host.reads("51-trouble")
    host.does(on_it)
    host.sees(host.words("%(who)s is on it since %(time)s", who="bram", time="").strip())
    host.reads("52-on-it")


def end_early(organiser: Person, clock: Clock) -> None:
    """They go home: the meeting ends now."""
    organiser.presses("Change")
    now = organiser.locale.local(clock.now())
    organiser.sets_time("End", f"{now:%Y-%m-%d}", f"{now:%H:%M}")
    organiser.presses("Keep")
    organiser.sees(organiser.words("Went over a limit"))
    organiser.reads("53-ended")


@dataclass
class Day:
    """A venue, those who are in it, and what was mailed to them."""

    inbox: Inbox
    manager: Person
    organiser: Person
    host: Person

    def those(self) -> tuple[Person, ...]:
        return self.manager, self.organiser, self.host

    def has_gone_by(self, up: Up, clock: Clock) -> None:
        """But for the report, which comes half an hour after the meeting."""
        sensor = set_up(self.manager, up)
        give_limits(self.manager)
        sensor.aims_at_ppm = BAD_PPM
        invite(self.manager, CILLA, "organiser")
        invite(self.manager, BRAM, "host")
        come_in(self.organiser, "cilla", mailed(self.inbox, CILLA, "/invite/"))
        self.organiser.reads("40-board")
        book(self.organiser, clock)
        come_in(self.host, "bram", mailed(self.inbox, BRAM, "/invite/"))
        come_to_help(self.host)
        alert = mailed(self.inbox, CILLA, "/ack/")
        wait_until(lambda: sensor.shows_ppm > BAD_PPM - 1, "the air to be bad beyond doubt")
        since = clock.now()
        wait_until(lambda: clock.now() - since > LONG_ENOUGH, "it to have lasted")
        end_early(self.organiser, clock)
        sensor.aims_at_ppm = 700
        self.organiser.goes(link(alert, "/s/"))
        self.organiser.sees("Zolder")
        self.organiser.reads("54-mail")
        self.manager.presses("Alerts", self.manager.page.locator("header.bar"))
        self.manager.sees("bram")
        self.manager.opens("Who was told")
        self.manager.reads("55-alerts")
        expect(self.manager.page.locator(".deliveries summary .trouble")).to_have_count(0)


@pytest.fixture(scope="module")
def day(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Callable[[str], Day]]:
    """The day of a language, walked when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def walked(language: str) -> Day:
            clock = started_at(SYSTEM.now() + timedelta(days=1), Sensor.SPEED)
            inbox = stack.enter_context(mail_server(Inbox(free_port())))
            folder = tmp_path_factory.mktemp(language) / "venue"
            mail = f"smtp://127.0.0.1:{inbox.port}"
            environment = {"LUCHTIG_NOTIFY_MAIL": mail, VARIABLE: clock.to_text()}
            up = stack.enter_context(running(folder, **environment))

            def somebody(size: tuple[int, int]) -> Person:
                return Person(browser, language, size, by_keyboard=language == BY_KEYBOARD)

            of_manager = DESK if language == "en" else PHONE
            its = Day(inbox, somebody(of_manager), somebody(DESK), somebody(PHONE))
            for person in its.those():
                stack.callback(person.leaves)
            its.has_gone_by(up, clock)
            return its

        yield walked


@pytest.mark.parametrize("language", ["nl", "en", "de"])
class TestFromAnEmptyFolder:
    def test_a_venue_is_set_up_and_its_host_comes_when_the_air_is_bad(
        self, day: Callable[[str], Day], language: str
    ) -> None:
        for person in day(language).those():
            assert person.complaints == []

    def test_whoever_organised_reads_the_report_by_the_link_of_its_mail(
        self, day: Callable[[str], Day], language: str
    ) -> None:
        its = day(language)
        reader = its.organiser
        reader.goes(link(mailed(its.inbox, CILLA, "/report?"), "/report?"))
        reader.sees("Schaakclub")
        reader.sees("Club 900")
        assert reader.page.locator(".finding").get_attribute("data-level") == "act"
        reader.reads("63-report")


@pytest.mark.parametrize("language", ["nl", "de"])
def test_nothing_that_stands_on_these_pages_stays_english(
    day: Callable[[str], Day], language: str
) -> None:
    english = set[str]().union(*(person.read for person in day("en").those()))
    theirs = set[str]().union(*(person.read for person in day(language).those()))
    assert untranslated(english & theirs) == set()
