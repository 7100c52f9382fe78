"""Acting where the trouble shows: on a card, by who may."""

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.pages.attending.acts import attended_words
from dashboard.pages.attending.attention import Attention
from dashboard.words.locale import page_locale
from gateway.registry.alerts.silences import silences_since
from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import acts_of, card_of, said, token
from tests.dashboard.pages.scene import NOW, Stage, ago, ahead, build

ZAAL, HAVEN = RoomSlug("grote-zaal"), RoomSlug("havenkamer")
SERRE = RoomSlug("serre")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = build(tmp_path_factory.mktemp("attending"))
    yield stage
    stage.services.store.close()
    stage.database.close()


@pytest.fixture
def app(built: Stage) -> Flask:
    """One of its own: what was seen a moment ago is kept for a second."""
    return create_app(built.services)


def asking(client: FlaskClient) -> list[str]:
    found = re.search(r"data-asking='([^']*)'|data-asking=\"(\[[^\"]*\])\"", client.get("/").text)
    assert found is not None
    rooms: list[str] = json.loads((found[1] or found[2]).replace("&#34;", '"'))
    return rooms


class TestOnACard:
    def test_what_needs_somebody_can_be_taken_up_and_kept_quiet_there(
        self, client: FlaskClient
    ) -> None:
        html = client.get("/").text
        words = acts_of(html, ZAAL)
        assert words.startswith("Ik ben ermee bezig Meer Open de ramen: 980 ppm over 15 min")
        assert words.endswith(
            "Hooguit 16 mensen tot het einde Notitie (mag leeg blijven) Een uur stil"
        )
        assert acts_of(html, SERRE) == ""

    def test_a_room_page_has_the_same(self, client: FlaskClient) -> None:
        assert "Ik ben ermee bezig" in acts_of(client.get("/rooms/de-kade/grote-zaal").text, ZAAL)

    def test_a_wall_screen_has_no_buttons(self, client: FlaskClient) -> None:
        html = client.get("/kiosk/de-kade").text
        assert "<form" not in html.split('id="board"')[1]

    def test_the_bar_counts_the_rooms_that_wait(self, client: FlaskClient) -> None:
        assert 'id="asking">3</span>' in client.get("/plan").text
        assert asking(client) == [f"de-kade/{room}" for room in ("bibliotheek", ZAAL, HAVEN)]


class TestActing:
    def test_who_takes_it_up_is_named_on_the_card_and_the_gateway_is_asked(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        page = client.get("/?venue=de-kade")
        form = {"csrf_token": token(page.text), "note": "ramen gaan open"}
        answer = client.post(
            "/rooms/de-kade/havenkamer/attend",
            data=form,
            headers={"Referer": "http://localhost/?venue=de-kade"},
        )
        assert (answer.status_code, answer.location) == (303, "/?venue=de-kade")
        with stage.database.read() as conn:
            (asked,) = pending_requests(conn)
        assert isinstance(asked, AcknowledgeRequest)
        assert (asked.flag, asked.note, asked.by) == ("f-people", "ramen gaan open", "demo")
        html = client.get("/").text
        assert "demo is ermee bezig sinds 20:11 · “ramen gaan open”" in card_of(html, HAVEN)
        assert acts_of(html, HAVEN).startswith("Meer")
        assert f"de-kade/{HAVEN}" not in asking(client)

    def test_an_hour_of_quiet_is_a_silence_and_is_ended_on_the_card(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        form = {"csrf_token": token(client.get("/").text), "note": ""}
        answer = client.post("/rooms/de-kade/grote-zaal/quiet", data=form)
        assert answer.location == "/rooms/de-kade/grote-zaal"
        with stage.database.read() as conn:
            ((_, silence),) = silences_since(conn, NOW)
        assert (silence.room, silence.rule, silence.by) == (ZAAL, None, "demo")
        assert silence.reason == "Gevraagd op het bord"
        html = client.get("/").text
        assert "wordt niet gemeld tot 21:11" in card_of(html, ZAAL)
        assert f"de-kade/{ZAAL}" not in asking(client)
        assert "Weer melden" in acts_of(html, ZAAL)
        client.post("/rooms/de-kade/grote-zaal/tell", data=form)
        assert "wordt niet gemeld" not in said(client.get("/"))
        assert f"de-kade/{ZAAL}" in asking(client)

    def test_it_leads_to_no_other_site(self, client: FlaskClient) -> None:
        form = {"csrf_token": token(client.get("/").text)}
        answer = client.post(
            "/rooms/de-kade/serre/attend", data=form, headers={"Referer": "http://localhost//evil"}
        )
        assert answer.location == "/rooms/de-kade/serre"

    def test_no_room_no_quiet(self, client: FlaskClient) -> None:
        form = {"csrf_token": token(client.get("/").text)}
        assert client.post("/rooms/de-kade/kelder/quiet", data=form).status_code == 404


class TestWhoIsNamed:
    SEEN = Attention(by="anna", since=ago(3), note="ramen open", silent_until=ahead(60))

    def test_a_wall_screen_names_nobody(self) -> None:
        locale = page_locale("nl", "Europe/Amsterdam")
        assert (
            attended_words(self.SEEN, "kiosk", NOW, locale)
            == "Iemand is ermee bezig sinds 20:08 · wordt niet gemeld tot 21:11"
        )

    def test_who_came_by_a_link_is_somebody(self) -> None:
        locale = page_locale("nl", "Europe/Amsterdam")
        by_link = Attention(by="o@example.org", since=ago(3))
        assert attended_words(by_link, "act", NOW, locale) == "iemand is ermee bezig sinds 20:08"
