"""A passkey made and used in Chromium, whose virtual authenticator stands for a device with a finger on it."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.app import create_app
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from gateway.links import Links
from gateway.registry.accounts import invitations, users
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database
from tests.browser.conftest import VisitorMaker
from tests.dashboard.pages.scene import NOW, VENUE, build
from tests.servers import free_port

PASSWORD = "drie woorden genoeg"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Database]]:
    """A dashboard that asks who one is, on a port of localhost."""
    port = free_port()
    stage = build(
        tmp_path_factory.mktemp("house"), demo=False, public_url=f"http://localhost:{port}"
    )
    with stage.database.write() as conn:
        users.add_user(conn, "anna", "admin", PASSWORD, NOW)
    stop = threading.Event()
    running = Running(create_app(stage.services), lambda: None, lambda: None)
    arguments = (listen(f"127.0.0.1:{port}"), stage.services.settings, running, stop)
    thread = threading.Thread(target=serve, args=arguments)
    thread.start()
    yield port, stage.database
    stop.set()
    thread.join(10)
    stage.services.store.close()
    stage.database.close()


def give_device(page: Page) -> None:
    """Put a device beside the browser that holds passkeys."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def log_in(page: Page, port: int, name: str = "anna") -> None:
    page.goto(f"http://localhost:{port}/login?next=/account")
    page.get_by_label("Naam").fill(name)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_role("heading", name="Passkeys")).to_be_visible()


def test_one_is_made_and_lets_in_without_a_password(
    house: tuple[int, Database], visit: VisitorMaker
) -> None:
    port, database = house
    visitor = visit()
    page = visitor.page
    give_device(page)
    log_in(page, port)
    passkeys = page.locator("section[data-passkeys]")
    passkeys.get_by_label("Hoe u hem noemt").fill("mijn telefoon")
    passkeys.get_by_label("Uw wachtwoord").fill(PASSWORD)
    passkeys.get_by_role("button", name="Passkey maken").click()
    expect(passkeys.get_by_text("mijn telefoon")).to_be_visible()
    expect(passkeys.get_by_text("nooit gebruikt")).to_be_visible()

    page.get_by_role("button", name="Uitloggen", exact=True).first.click()
    page.goto(f"http://localhost:{port}/login?next=/account")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.wait_for_url("**/account")
    expect(passkeys.get_by_text("laatst gebruikt")).to_be_visible()
    assert visitor.complaints == []
    with database.read() as conn:
        told = [(one.act.who, one.what) for one in every_entry(conn, Wanted(), NOW)]
    assert ("anna", "passkey.made") in told
    assert told[0] == ("anna", "session.made")

    with database.write() as conn:
        users.disable(conn, "anna", NOW)
    page.goto(f"http://localhost:{port}/login")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page.get_by_text("Deze passkey is hier van niemand.")).to_be_visible()
    with database.write() as conn:
        users.enable(conn, "anna")

    log_in(page, port)
    passkeys.get_by_role("button", name="Passkey mijn telefoon verwijderen").click()
    expect(page.get_by_text("Die passkey laat niemand meer binnen.")).to_be_visible()
    page.get_by_role("button", name="Uitloggen", exact=True).first.click()
    expect(page.get_by_role("button", name="Inloggen met een passkey")).to_have_count(0)


def test_a_wrong_password_makes_none_and_is_said(
    house: tuple[int, Database], visit: VisitorMaker
) -> None:
    page = visit().page
    give_device(page)
    log_in(page, house[0])
    passkeys = page.locator("section[data-passkeys]")
    passkeys.get_by_label("Uw wachtwoord").fill("geraden")
    passkeys.get_by_role("button", name="Passkey maken").click()
    expect(passkeys.get_by_role("alert")).to_have_text("Dat is niet uw wachtwoord.")


def test_from_an_invitation_to_a_passkey_and_out_everywhere_else(
    house: tuple[int, Database], visit: VisitorMaker
) -> None:
    port, database = house
    url = f"http://localhost:{port}"
    with database.write() as conn:
        asked = invitations.invite(
            conn, "eva@example.org", VENUE, "manager", "anna", NOW, verifies=True
        )
    link = Links("a secret of tests", url).invite(asked.id, "nl", asked.expires)
    page, elsewhere = visit().page, visit().page
    give_device(page)
    page.goto(link)
    page.get_by_label("Naam").fill("eva")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Naar binnen").click()
    expect(page.locator(".card")).to_have_count(5)
    log_in(elsewhere, port, "eva")

    page.goto(f"{url}/account")
    passkeys = page.locator("section[data-passkeys]")
    passkeys.get_by_label("Uw wachtwoord").fill(PASSWORD)
    passkeys.get_by_role("button", name="Passkey maken").click()
    expect(passkeys.get_by_text("nooit gebruikt")).to_be_visible()
    page.get_by_role("button", name="Uitloggen", exact=True).first.click()
    page.goto(f"{url}/login?next=/account")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.wait_for_url("**/account")
    page.get_by_role("button", name="Overal elders uitloggen").click()
    expect(page.get_by_text("1 andere browser is uitgelogd.")).to_be_visible()
    elsewhere.goto(f"{url}/account")
    expect(elsewhere.get_by_role("heading", name="Inloggen")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("al gebruikt")
