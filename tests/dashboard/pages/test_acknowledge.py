"""The link of a message, followed as a person and as a mail scanner would."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from dashboard.app import create_app
from gateway.links import Links
from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from gateway.registry.tables.flags import operator_requests
from tests.dashboard.pages.reading import said, text
from tests.dashboard.pages.scene import NOW, Stage, build

ANNA = "organiser@example.org"
LINKS = Links("a secret of tests", "https://lucht.example.org")


def link(*flags: str, to: str = ANNA, language: str = "nl", days_ago: float = 0) -> str:
    address = LINKS.acknowledge(flags, to, language, NOW - timedelta(days=days_ago))
    return address.removeprefix("https://lucht.example.org")


def asked(stage: Stage) -> list[AcknowledgeRequest]:
    with stage.database.read() as conn:
        return [r for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)]


@pytest.fixture(autouse=True)
def nothing_asked(stage: Stage) -> None:
    with stage.database.write() as conn:
        conn.execute(delete(operator_requests))


@pytest.fixture
def stranger(tmp_path: Path) -> FlaskClient:
    """Somebody who never logged in, where that is needed."""
    stage = build(tmp_path, demo=False)
    stage.services.store.close()
    return create_app(stage.services).test_client()


def test_it_says_what_it_is_about_and_changes_nothing(client: FlaskClient, stage: Stage) -> None:
    for _ in range(3):
        words = said(client.get(link("f-co2")))
    assert "Hier is iemand nodig" in words
    assert "Grote zaal Te veel CO₂ tot 1.262 ppm, 62 boven 1.200 ppm sinds 20:04" in words
    assert "Ik ben ermee bezig" in words
    assert client.head(link("f-co2")).status_code == 200
    assert asked(stage) == []


def test_the_button_acknowledges_without_a_log_in(stranger: FlaskClient) -> None:
    assert stranger.get("/alerts").status_code == 303
    answer = stranger.post(link("f-co2"), data={"note": " ramen open "})
    assert (answer.status_code, answer.location) == (303, link("f-co2"))
    words = said(stranger.get(link("f-co2")))
    assert "Genoteerd: u bent ermee bezig." in words
    assert "Ik ben ermee bezig" not in words


def test_the_gateway_is_asked_in_the_name_of_whom_the_link_was_sent_to(
    client: FlaskClient, stage: Stage
) -> None:
    client.post(link("f-co2", "f-people", "f-past", "f-gone"), data={"note": " ramen open "})
    first, second = asked(stage)
    assert (first.flag, second.flag) == ("f-co2", "f-people")
    assert (first.by, first.note, first.at) == (ANNA, "ramen open", NOW)


def test_a_link_that_is_used_again_says_who_is_on_it(client: FlaskClient, stage: Stage) -> None:
    client.post(link("f-co2"))
    again = client.post(link("f-co2"))
    assert again.status_code == 409
    assert "Genoteerd: u bent ermee bezig." in text(again.text)
    other = client.post(link("f-co2", to="bob@example.org"))
    assert other.status_code == 409
    assert "Er is al iemand mee bezig" in text(other.text)
    assert f"{ANNA} is ermee bezig" in text(other.text)
    assert len(asked(stage)) == 1


def test_what_is_over_asks_for_nothing_any_more(client: FlaskClient, stage: Stage) -> None:
    words = said(client.get(link("f-past")))
    assert "Het is voorbij" in words
    assert "Ik ben ermee bezig" not in words
    assert client.post(link("f-past")).status_code == 409
    assert asked(stage) == []


def test_what_is_no_longer_kept_is_told(client: FlaskClient) -> None:
    for answer in (client.get(link("f-gone")), client.post(link("f-gone"))):
        assert answer.status_code == 404
        assert "Waar dit over ging, is niet meer bewaard" in text(answer.text)


def test_a_link_of_a_week_ago_has_expired(client: FlaskClient, stage: Stage) -> None:
    assert client.get(link("f-co2", days_ago=6.9)).status_code == 200
    for answer in (client.get(link("f-co2", days_ago=7)), client.post(link("f-co2", days_ago=7))):
        assert answer.status_code == 410
        assert "Deze link is verlopen" in text(answer.text)
    assert asked(stage) == []


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(link("f-co2")[:-4], id="cut off"),
        pytest.param(link("f-co2") + "x", id="longer"),
        pytest.param("/ack/" + "a" * 9000, id="very long"),
        pytest.param("/ack/%00%ff", id="no text"),
        pytest.param(
            Links("another", "").acknowledge(("f-co2",), ANNA, "nl", NOW), id="other secret"
        ),
        pytest.param("/ack/" + Links("a secret of tests", "").report("f-co2", ANNA, "nl", NOW).rpartition("=")[2], id="of a report"),
    ],
)  # fmt: skip
def test_a_link_that_is_not_ours_does_nothing(client: FlaskClient, stage: Stage, path: str) -> None:
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 403
        assert "Deze link is niet heel" in text(answer.text)
    assert asked(stage) == []


def test_whoever_tries_links_has_to_wait_and_nobody_else(stranger: FlaskClient) -> None:
    statuses = [stranger.get(f"/ack/guess-{number}").status_code for number in range(25)]
    assert statuses[:20] == [403] * 20
    assert statuses[-1] == 429
    assert stranger.get("/ack/guess").headers["Retry-After"]
    assert stranger.get(link("f-co2")).status_code == 200


def test_it_speaks_the_language_of_whom_it_was_sent_to(client: FlaskClient) -> None:
    answer = client.get(link("f-co2", language="en"))
    assert "This needs somebody" in said(answer)
    assert '<html lang="en"' in answer.text
    expired = client.get(link("f-co2", language="en", days_ago=8))
    assert "This link has expired" in text(expired.text)


def test_it_is_kept_by_nobody_and_found_by_no_search(client: FlaskClient) -> None:
    answer = client.get(link("f-co2"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_form_of_another_site_cannot_press_the_button(client: FlaskClient, stage: Stage) -> None:
    answer = client.post(link("f-co2"), headers={"Origin": "https://evil.example.org"})
    assert answer.status_code == 403
    assert asked(stage) == []


def test_many_flags_are_one_page(client: FlaskClient) -> None:
    words = said(client.get(link("f-co2", "f-people", "f-silent", "f-past")))
    for room in ("Grote zaal", "Havenkamer", "Bibliotheek"):
        assert room in words
