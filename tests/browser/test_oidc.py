"""Logging in by a provider of OpenID Connect, from its own pages and back."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect

from dashboard.app import create_app
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from dashboard.web.identity.oidc import ClientSettings
from gateway.registry.accounts import users
from gateway.registry.accounts.grants import set_roles
from gateway.registry.database import Database
from tests.browser.conftest import VisitorMaker
from tests.dashboard.pages.scene import NOW, VENUE, build
from tests.oidc import SECRET, install, provider
from tests.servers import free_port

PEOPLE = {
    "s-1": {"preferred_username": "carla", "email": "carla@example.org", "email_verified": True},
    "s-2": {"preferred_username": "carla", "email": "eve@example.org", "email_verified": False},
}


@dataclass
class House:
    url: str
    database: Database


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A dashboard that lets in whom a provider vouches for."""
    directory = tmp_path_factory.mktemp("provider")
    install(directory)
    url = f"http://localhost:{free_port()}"
    port = url.rpartition(":")[2]
    with provider(directory, f"{url}/login/oidc/callback", PEOPLE) as issuer:
        stage = build(tmp_path_factory.mktemp("house"), demo=False, public_url=url)
        services = replace(stage.services, oidc=ClientSettings(issuer, "luchtig", SECRET))
        stop = threading.Event()
        running = Running(create_app(services), lambda: None, lambda: None)
        arguments = (listen(f"127.0.0.1:{port}"), services.settings, running, stop)
        thread = threading.Thread(target=serve, args=arguments)
        thread.start()
        yield House(url, stage.database)
        stop.set()
        thread.join(10)
        services.store.close()
        stage.database.close()


def come(page: Page, house: House, who: str) -> None:
    """Log in at the provider, and agree there that the dashboard hears of it."""
    page.goto(f"{house.url}/login?next=/account")
    page.get_by_role("link", name=re.compile("Inloggen met localhost")).click()
    page.locator("[name=login]").fill(who)
    page.locator("[name=password]").fill("anything")
    page.get_by_role("button").first.click()
    page.get_by_role("button", name="Continue").click()


def test_whom_the_provider_knows_gets_in_once_they_have_a_role(
    house: House, visit: VisitorMaker
) -> None:
    visitor = visit()
    page = visitor.page
    come(page, house, "s-1")
    expect(page.get_by_role("heading", name="Niemand heeft u nog toegelaten")).to_be_visible()
    expect(page.get_by_text("carla", exact=True)).to_be_visible()
    page.goto(house.url)
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()

    with house.database.write() as conn:
        made = users.find_user(conn, "carla")
        assert made is not None
        assert (made.email, made.verified) == ("carla@example.org", True)
        assert (made.role, made.has_password) == ("", False)
        set_roles(conn, "carla", VENUE, ["viewer"])
    page.goto(f"{house.url}/login?next=/account")
    page.get_by_role("link", name=re.compile("Inloggen met localhost")).click()
    page.wait_for_url("**/account")  # the provider knows its browser
    expect(page.get_by_role("heading", level=1)).to_have_text("carla")
    expect(page.get_by_role("heading", name="Ander wachtwoord")).to_have_count(0)

    with house.database.write() as conn:
        users.disable(conn, "carla", NOW)
    page.goto(f"{house.url}/account")
    page.get_by_role("link", name=re.compile("Inloggen met localhost")).click()
    expect(page.get_by_role("heading", name="Dit account is uitgeschakeld")).to_be_visible()


def test_the_same_name_is_not_the_same_person_and_an_unverified_address_is_none(
    house: House, visit: VisitorMaker
) -> None:
    page = visit().page
    come(page, house, "s-2")
    expect(page.get_by_role("heading", name="Niemand heeft u nog toegelaten")).to_be_visible()
    with house.database.read() as conn:
        other = [user for user in users.all_users(conn) if user.name.startswith("carla-")]
    assert [(user.email, user.verified) for user in other] == [(None, False)]


def test_an_answer_that_was_not_asked_for_lets_nobody_in(house: House, visit: VisitorMaker) -> None:
    page = visit().page
    page.goto(f"{house.url}/login/oidc/callback?code=x&state=y")
    expect(page.get_by_role("alert")).to_contain_text("zei niet wie u bent")
    page.goto(f"{house.url}/account")
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()
