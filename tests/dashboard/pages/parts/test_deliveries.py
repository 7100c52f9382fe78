"""What the pages say of what was sent, and the buttons that try a channel."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.pages.parts.deliveries import delivery_lines
from dashboard.words.locale import page_locale
from gateway.config import NotifySettings
from gateway.domain.alerts.notice import MANAGER, NoticeKind
from gateway.notify.channel_list import channels_of
from gateway.registry.alerts import channel_tests
from gateway.registry.alerts.deliveries import Attempt, Delivery, DeliveryState, Role, note_test
from gateway.registry.alerts.outbox import mark_sent, post
from tests.dashboard.pages.reading import said, token
from tests.dashboard.pages.scene import NOW, Stage, build
from tests.gateway.notices import notice

NL = page_locale("nl", "Europe/Amsterdam")
AT = datetime(2026, 11, 24, 19, 14, 3, tzinfo=UTC)
SECRET_URL = "slack://T0KEN/S3CRET/more"


def delivery(
    *errors: str | None,
    state: DeliveryState = "sent",
    kind: NoticeKind = "firing",
    role: Role = "organiser",
    recipient: str = "anna@example.org",
) -> Delivery:
    tries = tuple(Attempt(AT - timedelta(seconds=20), error) for error in errors)
    reason = next((error for error in reversed(errors) if error), None)
    ended = None if state == "waiting" else AT
    reason = None if state == "sent" else reason
    return Delivery("f1", "m1", kind, recipient, role, state, ended, reason, tries)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (delivery(None), "Melding verzonden naar organisator 20:14:03"),
        (delivery("x", "y", None), "Melding verzonden naar organisator 20:14:03, derde poging"),
        (
            delivery(*"abcdef", None, role="host"),
            "Melding verzonden naar gastheer 20:14:03, poging 7",
        ),
        (
            delivery("451 later", state="waiting", role="manager"),
            "Melding voor beheerder wacht op verzending",
        ),
        (delivery(state="waiting"), "Melding voor organisator wacht op verzending"),
        (
            delivery("550 no", state="given_up", role="escalation", kind="escalated"),
            "Vervolgmelding voor volgende contactpersoon niet verzonden: 550 no",
        ),
        (
            delivery("notify.urls is empty", state="given_up", role="manager"),
            (
                "Melding voor beheerder niet verzonden: er is geen adres van het gebouw ingesteld "
                "(notify.urls)"
            ),
        ),
        (delivery(None, kind="report"), "Verslag verzonden naar organisator 20:14:03"),
        (
            delivery(None, kind="resolved"),
            "Bericht dat het weer goed is verzonden naar organisator 20:14:03",
        ),
        (delivery(None, recipient="url:1"), "Melding verzonden naar beheerder 20:14:03"),
    ],
)
def test_a_person_can_read_what_was_sent(stage: Stage, found: Delivery, words: str) -> None:
    with create_app(stage.services).app_context():
        (line,) = delivery_lines([found], NL, AT + timedelta(minutes=5))
    assert line.words == words


def test_each_failed_try_is_told_with_its_time(stage: Stage) -> None:
    with create_app(stage.services).app_context():
        (line,) = delivery_lines([delivery("451 later", None)], NL, AT)
    assert line.tries == ("20:13:43: 451 later",)
    assert not line.is_trouble


@pytest.mark.parametrize(
    ("also", "untold"),
    [
        pytest.param(
            delivery(None, recipient="Anna@example.org"), False, id="told by another mail"
        ),
        pytest.param(delivery(None, recipient="bert@example.org"), True, id="another was told"),
    ],
)
def test_who_knows_is_not_counted_among_those_that_do_not(
    stage: Stage, also: Delivery, untold: bool
) -> None:
    failed = delivery("550 no", state="given_up")
    with create_app(stage.services).app_context():
        lines = delivery_lines([failed, also], NL, AT)
    assert [line.is_untold for line in lines] == [untold, False]
    assert lines[0].is_trouble


def test_one_address_of_the_house_that_took_it_is_enough(stage: Stage) -> None:
    failed = delivery("404", state="given_up", role="manager", recipient="url:1")
    with create_app(stage.services).app_context():
        lines = delivery_lines([failed, delivery(None, role="manager", recipient="url:2")], NL, AT)
    assert not any(line.is_untold for line in lines)


def test_where_the_house_has_no_addresses_a_contact_that_was_told_is_all_there_is(
    stage: Stage,
) -> None:
    nowhere = delivery("none", state="given_up", role="manager", recipient=MANAGER)
    contact = delivery(None, role="manager")
    with create_app(stage.services).app_context():
        told = delivery_lines([contact, nowhere], NL, AT)
        untold = delivery_lines([delivery(None), nowhere], NL, AT)
    assert [line.to for line in told] == ["anna@example.org"]
    assert [line.is_untold for line in untold] == [False, True]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Stage, FlaskClient]]:
    """A scene of one's own, with mail and an address for the manager."""
    stage = build(tmp_path, notify=NotifySettings(urls=(SECRET_URL,)))
    client = create_app(stage.services).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    yield stage, client
    stage.services.store.close()
    stage.database.close()


def test_alerts_and_meetings_show_who_was_told(own: tuple[Stage, FlaskClient]) -> None:
    stage, client = own
    told = notice(recipient_role="host")
    with stage.database.write() as conn:
        post(conn, "m-zaal", "f-co2", "host@example.org", told, NOW)
        mark_sent(conn, [1], int(NOW.timestamp() * 1e9), "name")
    for page in ("/alerts", "/meetings/m-zaal"):
        words = said(client.get(page))
        assert "Wie bericht kreeg Melding verzonden naar gastheer" in words
        assert "host@example.org" in words
    assert "Wie bericht kreeg" not in said(client.get("/meetings/m-haven"))


def test_channels_are_listed_without_what_is_secret(own: tuple[Stage, FlaskClient]) -> None:
    _, client = own
    page = client.get("/settings/contacts")
    assert "smtp://127.0.0.1:25" in said(page)
    assert "slack://…" in said(page)
    assert "S3CRET" not in page.text


def test_a_button_asks_for_a_test_and_shows_how_it_went(own: tuple[Stage, FlaskClient]) -> None:
    stage, client = own
    form = {"csrf_token": token(client.get("/settings/contacts").text), "to": " boss@example.org "}
    answer = client.post("/settings/channels/mail/test", data=form)
    assert (answer.status_code, answer.location) == (303, "/settings/contacts#messages")
    assert "Er is een proefbericht onderweg." in said(client.get("/settings/contacts"))
    with stage.database.write() as conn:
        (asked,) = channel_tests.waiting_tests(conn)
        channel_tests.claim_test(conn, asked.id, NOW)
        note_test(conn, "mail", asked.id, NOW, 0, "535 wrong password")
    assert (asked.channel, asked.to, asked.language, asked.by) == (
        "mail",
        "boss@example.org",
        "nl",
        "demo",
    )
    words = said(client.get("/settings/contacts"))
    assert "Proefbericht mislukt 20:11:" in words
    assert "535 wrong password" in words


@pytest.mark.parametrize("to", ["", "boss", "a@b.example, c@d.example", "a@b.example\nBcc: c@d"])
def test_a_test_to_what_is_no_address_is_not_asked(own: tuple[Stage, FlaskClient], to: str) -> None:
    stage, client = own
    form = {"csrf_token": token(client.get("/settings/contacts").text), "to": to}
    client.post("/settings/channels/mail/test", data=form)
    assert "is geen e-mailadres." in said(client.get("/settings/contacts"))
    with stage.database.read() as conn:
        assert channel_tests.waiting_tests(conn) == ()


def test_a_test_of_no_channel_is_not_found(own: tuple[Stage, FlaskClient]) -> None:
    _, client = own
    form = {"csrf_token": token(client.get("/settings/contacts").text)}
    assert client.post("/settings/channels/url:none/test", data=form).status_code == 404


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        (NotifySettings(mail=""), []),
        (NotifySettings(mail="smtps://me:pw%40@mail:465"), ["smtps://mail:465"]),
        (NotifySettings(mail="", urls=("nothing",)), ["?://…"]),
        (NotifySettings(mail="", urls=("a://1", "a://2", "a://1")), ["a://…", "a://…"]),
    ],
)
def test_no_password_or_token_shows(settings: NotifySettings, shown: list[str]) -> None:
    found = [channel.shown.partition(" (")[0] for channel in channels_of(settings)]
    assert found == shown
