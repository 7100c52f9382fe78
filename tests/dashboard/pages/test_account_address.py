"""One's e-mail address: it counts once a link that went there was followed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.web.identity.address_token import address_token
from dashboard.web.services import EXTENSION
from gateway.config import NotifySettings
from gateway.registry.accounts import users
from sensors.clock import SYSTEM
from tests.dashboard.setup import PASSWORD, Site, csrf_token, log_in
from tests.gateway.mail_inbox import Inbox, mail_server, text_of
from tests.servers import free_port

SECRET = "a secret of tests"
ADDRESS = "anna@example.org"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    found = Inbox(free_port())
    with mail_server(found):
        yield found


def logged_in(site: Site, mail: str) -> FlaskClient:
    """A browser at the site as it is with this way for mail."""
    services = replace(site.app.extensions[EXTENSION], notify=NotifySettings(mail=mail))
    browser = create_app(replace(services, database=site.database)).test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert log_in(browser).status_code == 303
    return browser


def ask(browser: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    form = {"csrf_token": csrf_token(browser.get("/account")), "email": email}
    return browser.post("/account/email", data=form | {"current_password": password})


def known(site: Site) -> tuple[str | None, bool]:
    with site.database.read() as conn:
        found = users.find_user(conn, "anna")
    assert found is not None
    return found.email, found.verified


def test_it_counts_once_the_link_was_followed_and_confirmed(site: Site, inbox: Inbox) -> None:
    browser = logged_in(site, f"smtp://127.0.0.1:{inbox.port}")
    assert ask(browser, ADDRESS).status_code == 303
    assert known(site) == (None, False)
    (mail,) = inbox.of(ADDRESS)
    link = next(word for word in text_of(mail).split() if "/account/email/" in word)
    path = link[link.index("/account") :]
    page = browser.get(path)
    assert ADDRESS in page.text
    assert known(site) == (None, False), "looking changes nothing"
    browser.post(path, data={"csrf_token": csrf_token(page)})
    assert known(site) == (ADDRESS, True)
    assert "known to be yours" in browser.get("/account").text


def test_where_no_mail_goes_it_is_kept_and_does_not_count(site: Site) -> None:
    browser = logged_in(site, "")
    ask(browser, ADDRESS)
    assert known(site) == (ADDRESS, False)
    assert "not known to be yours yet" in browser.get("/account").text
    ask(browser, "")
    assert known(site) == (None, False)


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [("anna", PASSWORD, "no e-mail address"), (ADDRESS, "guess", "That is not your password.")],
)
def test_what_is_wrong_is_said_beside_it(site: Site, email: str, password: str, says: str) -> None:
    answer = ask(logged_in(site, ""), email, password)
    assert answer.status_code == 422
    assert says in answer.text
    assert known(site) == (None, False)


def test_nobody_has_mails_sent_without_end(site: Site) -> None:
    browser = logged_in(site, "")
    assert ask(browser, "a@example.org").status_code == 303
    while (answer := ask(browser, "b@example.org")).status_code == 303:
        pass
    assert answer.status_code == 429


def test_the_link_of_another_account_an_old_one_and_a_forged_one_are_none(site: Site) -> None:
    browser, now = logged_in(site, ""), SYSTEM.now()
    tokens = (
        address_token(SECRET, "ben", ADDRESS, now),
        address_token(SECRET, "anna", ADDRESS, now.replace(year=now.year - 1)),
        address_token("another", "anna", ADDRESS, now),
        "x",
    )
    for token in tokens:
        assert browser.get(f"/account/email/{token}").status_code == 410
    assert site.visitor().get(f"/account/email/{tokens[0]}").status_code == 303
