"""What a venue can show for itself, from an empty folder on: a protocol that is ticked, the door, the test of
a room, a season that somebody else checks.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sensors.clock import SYSTEM, VARIABLE, Clock, started_at
from tests.browser.person import DESK, PHONE, Person, untranslated
from tests.browser.steps import BRAM, CILLA, come_in, invite, link, mailed, section, set_up
from tests.browser.up import Sensor, Up, running
from tests.gateway.mail_inbox import Inbox, mail_server
from tests.servers import free_port

pytestmark = pytest.mark.timeout(400)
HIGH_PPM = 1150.0
AIR_CHANGES_PER_H = 4.0


@dataclass
class House:
    """A venue that runs, and whoever comes by, in Dutch."""

    browser: Browser
    up: Up
    clock: Clock
    inbox: Inbox
    folder: Path
    stack: ExitStack

    def somebody(self, size: tuple[int, int]) -> Person:
        person = Person(self.browser, "nl", size)
        self.stack.callback(person.leaves)
        return person


@pytest.fixture
def house(tmp_path: Path, browser: Browser) -> Iterator[House]:
    clock = started_at(SYSTEM.now() + timedelta(days=1), Sensor.SPEED)
    with ExitStack() as stack:
        inbox = stack.enter_context(mail_server(Inbox(free_port())))
        mail = f"smtp://127.0.0.1:{inbox.port}"
        environment = {"LUCHTIG_NOTIFY_MAIL": mail, VARIABLE: clock.to_text()}
        up = stack.enter_context(running(tmp_path / "venue", **environment))
        yield House(browser, up, clock, inbox, tmp_path, stack)


def test_a_protocol_a_door_a_room_and_a_season_are_shown(house: House) -> None:
    manager = house.somebody(DESK)
    sensor = set_up(manager, house.up, HIGH_PPM)
    invite(manager, CILLA, "viewer")
    begin = plan(manager, house.clock)
    meeting = manager.page.url
    tick(house)
    put_up_at_the_door(manager, house)
    go_home(manager, meeting, begin, house.clock)
    try_the_room(manager, sensor)
    check(house, season_of(house))


def plan(manager: Person, clock: Clock) -> datetime:
    """A meeting under a protocol, in twenty minutes; when it begins."""
    manager.presses("Meetings", manager.page.locator("header.bar"))
    manager.presses("New meeting")
    begin = manager.locale.local(clock.now() + timedelta(minutes=20))
    end = begin + timedelta(hours=4)
    manager.fills("Title", "Schaakclub")
    manager.picks("Room", "molen/zolder")
    manager.sets_time("Start", f"{begin:%Y-%m-%d}", f"{begin:%H:%M}")
    manager.sets_time("End", f"{end:%Y-%m-%d}", f"{end:%H:%M}")
    manager.fills("E-mail of the host", BRAM)
    manager.picks("Protocol", "club-2020-21")
    manager.reads("71-meeting-form")
    manager.presses("Keep")
    manager.sees("Schaakclub")
    nothing_stays_english(manager)
    manager.reads("72-meeting")
    return begin


def tick(house: House) -> None:
    """By a host who has no account, on a phone, by the link of a mail."""
    host = house.somebody(PHONE)
    host.goes(link(mailed(house.inbox, BRAM, "/s/"), "/s/"))
    host.reads("73-protocol")
    item = host.page.locator(".protocol .item").first
    host.follows(item.get_by_role("button", name=re.compile(f"^{host.words('Yes')}")))
    expect(host.page.locator("[data-standing=said]")).to_have_count(1)
    host.reads("74-ticked")


def put_up_at_the_door(manager: Person, house: House) -> None:
    """A card with a link, which a guest reads who has no account either."""
    section(manager, "Doors")
    manager.picks("Room", "molen/zolder")
    manager.presses("Make its card")
    manager.reads("75-doors")
    shown = manager.page.get_by_role("link", name=manager.words("What guests see"))
    guest = house.somebody(PHONE)
    guest.goes(str(shown.get_attribute("href")))
    guest.sees("Zolder")
    guest.sees("12")
    nothing_stays_english(guest)
    guest.reads("76-door")


def go_home(manager: Person, meeting: str, begin: datetime, clock: Clock) -> None:
    manager.goes(meeting)
    manager.presses("Change")
    end = max(begin + timedelta(minutes=2), manager.locale.local(clock.now()))
    manager.sets_time("End", f"{end:%Y-%m-%d}", f"{end:%H:%M}")
    manager.presses("Keep")


def try_the_room(manager: Person, sensor: Sensor) -> None:
    """Everybody has left: CO2 falls, and the page says how often the air is changed."""
    manager.presses("Zolder")
    manager.presses("Test of the room")
    nothing_stays_english(manager)
    manager.reads("77-test")
    manager.fills("How doors and windows are", "ramen dicht")
    sensor.air_changes_per_h = AIR_CHANGES_PER_H
    manager.presses("Everybody has left: begin")
    manager.reads("78-test-runs")
    certificate = manager.page.get_by_role("link", name=manager.words("Certificate (PDF)"))
    certificate.wait_for(timeout=120_000)
    nothing_stays_english(manager)
    manager.reads("79-tested")
    figure = manager.page.locator("section.panel strong").first.inner_text()
    low, high = (float(one.replace(",", ".")) for one in re.findall(r"\d+,\d+", figure)[1:3])
    assert low <= AIR_CHANGES_PER_H <= high
    printed = manager.context.request.get(certificate.evaluate("link => link.href"))
    assert printed.body().startswith(b"%PDF")


def season_of(house: House) -> Path:
    """The PDF that a board member makes once the meeting has its report."""
    member = house.somebody(DESK)
    come_in(member, "cilla", mailed(house.inbox, CILLA, "/invite/"))
    member.presses("Meetings", member.page.locator("header.bar"))
    member.presses("The season")
    for _ in range(90):
        if member.page.locator(".splits").count():
            break
        member.page.wait_for_timeout(1000)
        member.page.reload()
    nothing_stays_english(member)
    member.reads("80-season")
    expect(member.page.locator(".splits").first).to_be_visible()
    with member.page.expect_download() as coming:
        member.does(member.page.get_by_role("link", name=member.words("As PDF"), exact=True))
    coming.value.save_as(house.folder / "seizoen.pdf")
    return house.folder / "seizoen.pdf"


def check(house: House, genuine: Path) -> None:
    """An outsider does, then with one byte changed."""
    data = bytearray(genuine.read_bytes())
    data[len(data) // 2] ^= 1
    forged = house.folder / "vervalst.pdf"
    forged.write_bytes(data)
    outsider = house.somebody(PHONE)
    for file, level in ((genuine, "good"), (forged, "act")):
        outsider.goes(f"http://127.0.0.1:{house.up.port}/verify")
        outsider.page.get_by_label(outsider.words("File")).set_input_files(file)
        outsider.presses("Check it")
        outsider.reads(f"81-verified-{level}")
        expect(outsider.page.get_by_role("status")).to_have_attribute("data-level", level)


def nothing_stays_english(person: Person) -> None:
    """Nothing of the page that is shown stays English, in Dutch or in German."""
    english, german = person.reads_in("en"), person.reads_in("de")
    assert untranslated(english & (german | person.reads_in("nl"))) == set()
