"""What several people do on their way through a venue: it is set up, somebody is let in, a mail is opened."""

import re
from email.message import EmailMessage

from tests.browser.person import Person
from tests.browser.up import Sensor, Up
from tests.gateway.mail_inbox import Inbox, text_of
from tests.servers import wait_until

PASSWORD = "drie woorden genoeg"
ANNA, BRAM, CILLA = (f"{name}@example.org" for name in ("anna", "bram", "cilla"))


def set_up(manager: Person, up: Up, co2_ppm: float = 780) -> Sensor:
    """From the link on the terminal to a live room on the board."""
    page = manager.page
    manager.goes(up.setup_link())
    manager.fills("Name", "anna")
    manager.fills("E-mail", ANNA)
    manager.fills("Password", PASSWORD)
    manager.reads("11-account")
    manager.presses("Next")
    manager.fills("Name", "De Molen")
    manager.fills("Short name", "molen")
    manager.reads("12-venue")
    manager.presses("Next")
    row = page.get_by_role("group").first
    manager.fills("Room", "Zolder", row)
    manager.fills("People", "12", row)
    manager.fills("Floor (m²)", "60", row)
    manager.reads("13-rooms")
    manager.presses("Next")
    sensor = Sensor(up.broker, "molen", "co2-7", co2_ppm)
    line = page.locator("li[data-device=co2-7]")
    line.wait_for()
    manager.reads("14-sensors")
    manager.chooses(line.get_by_role("combobox"), "zolder")
    manager.presses("Hang it here", line)
    manager.sees(manager.words("hangs in %(room)s", room="Zolder"))
    manager.presses("Next")
    manager.fills("Name", "Anna")
    manager.fills("E-mail", ANNA)
    manager.reads("15-who")
    manager.presses("Next")
    manager.reads("16-calendar")
    manager.presses("Later")
    manager.reads("17-done")
    manager.presses("To the board")
    manager.sees("Zolder")
    manager.sees("ppm")
    manager.reads("18-board")
    return sensor


def section(manager: Person, title: str) -> None:
    manager.presses("Settings", manager.page.locator("header.bar"))
    heading = manager.page.locator("b").filter(has_text=manager.words(title))
    manager.follows(manager.page.get_by_role("link").filter(has=heading).first)


def invite(manager: Person, address: str, role: str) -> None:
    section(manager, "Users")
    form = manager.page.locator("section[aria-labelledby=invite]")
    manager.fills("E-mail", address, form)
    manager.picks("Role", role, form)
    manager.presses("Invite", form)
    manager.sees(address)
    manager.reads(f"25-invited-{role}")


def come_in(person: Person, name: str, mail: EmailMessage) -> None:
    person.goes(link(mail, "/invite/"))
    person.reads("31-invited")
    person.fills("Name", name)
    person.fills("Password", PASSWORD)
    person.presses("Come in")
    person.sees("Zolder")


def link(mail: EmailMessage, path: str) -> str:
    found = re.search(rf"\S+{re.escape(path)}\S+", text_of(mail))
    assert found, text_of(mail)
    return found[0]


def mailed(inbox: Inbox, to: str, holds: str) -> EmailMessage:
    """The newest to somebody that has these words."""

    def found() -> list[EmailMessage]:
        return [mail for mail in inbox.of(to) if holds in text_of(mail)]

    wait_until(found, f"a mail to {to} with {holds}", 90)
    return found()[-1]
