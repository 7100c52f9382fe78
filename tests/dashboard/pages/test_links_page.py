"""The links that are out, as a manager sees and withdraws them."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from gateway.registry.alerts.sent_links import SentLink, find_link, put_link
from gateway.registry.alerts.unsubscriptions import unsubscribe
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said, token
from tests.dashboard.pages.scene import NOW, VENUE, Stage, build


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = build(tmp_path)
    with stage.database.write() as conn:
        for number, (to, private) in enumerate((("o@example.org", False), ("p@example.org", True))):
            put_link(conn, SentLink(
                f"l{number}", VENUE, to, "organiser", "alerts", (RoomSlug("serre"),), ("f1",),
                ("m-serre",), private, NOW - timedelta(minutes=number), NOW + timedelta(days=30),
            ))  # fmt: skip
    return stage


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    client = create_app(stage.services).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    return client


def revoked(stage: Stage) -> list[bool]:
    with stage.database.read() as conn:
        found = [find_link(conn, one) for one in ("l0", "l1")]
    return [one is not None and one.revoked is not None for one in found]


def test_it_says_what_is_out_to_whom_and_until_when(client: FlaskClient) -> None:
    answer = client.get("/settings/links")
    assert "20:11 Melding van Serre o@example.org · werkt tot 24 december" in said(answer)


def test_whom_a_private_meeting_s_mail_went_to_is_not_told(client: FlaskClient) -> None:
    answer = client.get("/settings/links")
    assert "p@example.org" not in answer.text
    assert "20:10 Melding van Serre organisator" in said(answer)


def test_one_mail_s_links_are_withdrawn(client: FlaskClient, stage: Stage) -> None:
    form = {"csrf_token": token(client.get("/settings/links").text)}
    assert client.post("/settings/links/l0/revoke", data=form).status_code == 303
    assert revoked(stage) == [True, False]
    assert "ingetrokken door demo, 20:11" in said(client.get("/settings/links"))
    assert client.post("/settings/links/l9/revoke", data=form).status_code == 404


def test_all_links_of_a_meeting_are_withdrawn(client: FlaskClient, stage: Stage) -> None:
    page = client.get("/settings/links?meeting=m-serre")
    form = {"csrf_token": token(page.text)}
    answer = client.post("/settings/links/meetings/m-serre/revoke", data=form)
    assert answer.status_code == 303
    assert revoked(stage) == [True, True]
    assert client.post("/settings/links/meetings/m-gone/revoke", data=form).status_code == 404


def test_links_are_listed_and_withdrawn_by_programs(client: FlaskClient, stage: Stage) -> None:
    answer = client.get("/api/v1/links?venue=de-kade").json
    assert answer is not None
    first, second = answer["links"]
    assert (first["id"], first["recipient"], first["revoked"]) == ("l0", "o@example.org", None)
    assert second["recipient"] is None
    assert first["meetings"] == ["m-serre"]
    assert client.delete("/api/v1/links/l0").status_code == 204
    assert revoked(stage) == [True, False]
    assert client.delete("/api/v1/meetings/m-serre/links").status_code == 204
    assert revoked(stage) == [True, True]
    assert client.get("/api/v1/links/l0").json["revoked_by"] == "demo"  # type: ignore[index]
    for path in ("/api/v1/links/l9", "/api/v1/meetings/m-gone/links"):
        assert client.delete(path).status_code == 404


def test_a_manager_sees_who_unsubscribed_from_what(client: FlaskClient, stage: Stage) -> None:
    with stage.database.write() as conn:
        unsubscribe(conn, VENUE, "o@example.org", "alerts", NOW)
    words = said(client.get("/settings/contacts"))
    assert "o@example.org wil geen meldingen meer, sinds 24 november" in words
