"""Webhooks on a page: made, tried, switched and deleted, and how their deliveries went."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from gateway.domain.webhook_event import Event
from gateway.registry.webhook_outbox import Failure, due_messages, put_off, tell
from gateway.registry.webhooks import all_webhooks, waiting_trials
from tests.dashboard.setup import VENUE, Site, csrf_token, log_in

PAGE = "/settings/webhooks"
FORM = {"name": "Control", "venue": VENUE, "url": "https://example.org/hook?key=hush"}


@pytest.fixture
def browser(site: Site) -> FlaskClient:
    opened = site.visitor()
    log_in(opened)
    opened.post("/language/en", data={"csrf_token": csrf_token(opened.get(PAGE))})
    return opened


def send(browser: FlaskClient, path: str, **form: object) -> tuple[int, str]:
    fields = {"csrf_token": csrf_token(browser.get(PAGE))} | form
    answer = browser.post(path, data=fields)
    return answer.status_code, answer.text


def test_its_secret_is_shown_once_and_its_address_never_whole(
    site: Site, browser: FlaskClient
) -> None:
    status, page = send(browser, PAGE, **FORM, events=["luchtig.flag.fired"])
    with site.database.read() as conn:
        (made,) = all_webhooks(conn)
    assert (status, made.name, made.events) == (201, "Control", ("luchtig.flag.fired",))
    assert made.secret in page
    again = browser.get(PAGE).text
    assert made.secret not in again
    assert "hush" not in page + again
    assert "https://example.org/…" in again
    assert "hears: an alert begins" in again


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": "ftp://example.org"}, "Give an address that begins with"),
        ({"name": ""}, "Fill this in."),
        ({"venue": "de-bron"}, "This is not there any more."),
        ({"venue": ""}, "Fill this in."),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(
    site: Site, browser: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    status, page = send(browser, PAGE, **(FORM | {"events": "luchtig.report.made"} | change))
    assert status == 422
    assert sentence in page
    assert 'value="luchtig.report.made" checked' in page
    with site.database.read() as conn:
        assert all_webhooks(conn) == ()


def test_it_is_tried_switched_and_deleted(site: Site, browser: FlaskClient) -> None:
    send(browser, PAGE, **FORM)
    assert send(browser, f"{PAGE}/1/test")[0] == 303
    with site.database.read() as conn:
        (trial,) = waiting_trials(conn)
    assert (trial.webhook, trial.by) == (1, "anna")
    for do, enabled in (("off", False), ("on", True)):
        assert send(browser, f"{PAGE}/1/switch", do=do)[0] == 303
        assert ("It is switched off" in browser.get(PAGE).text) is not enabled
    assert send(browser, f"{PAGE}/1/delete")[0] == 303
    assert "No program is told yet." in browser.get(PAGE).text
    assert send(browser, f"{PAGE}/1/test")[0] == 404


def test_what_was_told_stands_there_with_how_it_went(site: Site, browser: FlaskClient) -> None:
    send(browser, PAGE, **FORM)
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with site.database.write() as conn:
        tell(conn, [Event("a", "luchtig.flag.fired", VENUE, "alerts/a", at, {})])
        (message,) = due_messages(conn, 1, 0, 1)
        failure = Failure("answered 500 Internal Server Error", 500)
        put_off(conn, message.id, 1_764_000_000_000_000_000, 0, 10**19 // 2, failure)
    page = browser.get(PAGE).text
    assert "an alert begins" in page
    assert "is tried again" in page
    assert "answered 500 Internal Server Error" in page
