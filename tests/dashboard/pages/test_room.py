from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest
from flask.testing import FlaskClient

from gateway.store.interface import StoreUnavailable
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import card_of, said
from tests.dashboard.pages.scene import Stage, room_state

ROOM = "/rooms/de-kade/grote-zaal"


def test_a_room_shows_now_its_limits_its_sensors_and_its_meetings(client: FlaskClient) -> None:
    page = client.get(ROOM)
    words = said(page)
    assert "Open de ramen Boven 1.200 ppm sinds 20:04" in card_of(page.text, RoomSlug("grote-zaal"))
    assert "20 plaatsen · 210 m³ · Streefwaarde 1.200 ppm" in words
    assert "360 metingen van de lucht en 0 van mensen bewaard" in words
    assert "co2-03 mh-z19b · laatst gehoord 20:11" in words
    assert "Ledenavond Business Open 18:33–21:03" in words


def test_without_javascript_the_history_is_a_drawing_and_a_table(client: FlaskClient) -> None:
    page = client.get(f"{ROOM}?hours=2").text
    assert 'aria-label="CO₂ in de laatste 2 uur; de stippellijn is 1.200 ppm"' in page
    assert page.count("<tr>") > 20
    assert '<tr><th scope="row">20:06</th><td class="number">1.' in page
    assert '<td class="number">18</td><td class="number">5,' in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "CO₂ in de laatste 6 uur"),
        ("?hours=24", "CO₂ in de laatste 24 uur"),
        ("?hours=0", "CO₂ in de laatste 1 uur"),
        ("?hours=x", "CO₂ in de laatste 6 uur"),
        ("?hours=168", "CO₂ in de laatste 7 dagen"),
        ("?hours=8760", "CO₂ in de laatste 365 dagen"),
        ("?hours=999999", "CO₂ in de laatste 1.826 dagen"),
        ("?hours=6&to=2026-11-20T12:00:00Z", "CO₂ van 20 november 2026 07:00 – 13:00"),
        (
            "?from=2026-11-02&to=2026-11-09",
            "CO₂ van maandag 2 november 2026 – maandag 9 november 2026",
        ),
        ("?from=2026-11-09&to=2026-11-02", "CO₂ van 1 november 2026 18:00 – 2 november 00:00"),
        ("?to=2999-01-01T00:00:00Z&from=nonsense", "CO₂ in de laatste 6 uur"),
    ],
)
def test_how_far_back_is_asked_up_to_five_years(
    client: FlaskClient, asked: str, shown: str
) -> None:
    assert shown in client.get(ROOM + asked).text


def test_what_is_over_is_headed_by_its_days_and_leads_on(client: FlaskClient) -> None:
    assert "De laatste 7 dagen" in said(client.get(f"{ROOM}?hours=168"))
    page = client.get(f"{ROOM}?hours=24&to=2026-11-20T12:00:00Z")
    assert "19 november 2026 13:00 – 20 november 13:00" in said(page)
    assert "hours=24&amp;to=2026-11-19T12:00:00.000Z" in page.text
    assert "hours=24&amp;to=2026-11-21T12:00:00.000Z" in page.text
    assert "data-live" not in page.text


class TestWhatYouSee:
    """The chart as a file, of the span that is seen."""

    def test_as_a_drawing_in_the_colours_asked_for(self, client: FlaskClient) -> None:
        answer = client.get(f"{ROOM}/chart.svg?hours=24&theme=dark")
        assert answer.content_type == "image/svg+xml; charset=utf-8"
        drawn = ET.fromstring(answer.text)  # noqa: S314 - our own
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
        assert "#1A2027" in answer.text
        words = " ".join(text for text in drawn.itertext() if text.strip())
        assert "Grote zaal · De laatste uren" in words
        assert "Streefwaarde 1.200 ppm" in words
        assert "Ledenavond Business Open" in words

    def test_as_a_table_of_its_points(self, client: FlaskClient) -> None:
        answer = client.get(f"{ROOM}/chart.csv?hours=6")
        head, *lines = answer.text.splitlines()
        assert head.startswith("from,co2_ppm_mean,co2_ppm_min,co2_ppm_max,people_mean")
        assert len(lines) > 100
        assert all(line.count(",") == head.count(",") for line in lines)
        assert (
            answer.headers["Content-Disposition"] == 'attachment; filename="de-kade-grote-zaal.csv"'
        )

    def test_of_a_time_without_readings_it_says_so(self, client: FlaskClient) -> None:
        nothing = "In deze tijd is hier niets gemeten."
        asked = "hours=6&to=2020-01-01T12:00:00Z"
        assert client.get(f"{ROOM}?{asked}").text.count(nothing) == 2  # on the chart and its table
        assert nothing in client.get(f"{ROOM}/chart.svg?{asked}").text
        assert len(client.get(f"{ROOM}/chart.csv?{asked}").text.splitlines()) == 1
        layout = client.get(f"{ROOM}/chart.json?{asked}").get_json()["layout"]
        assert layout["xaxis"]["type"] == "date"


def test_the_chart_is_a_figure_in_the_colours_asked_for(client: FlaskClient) -> None:
    light = client.get(f"{ROOM}/chart.json?hours=24")
    dark = client.get(f"{ROOM}/chart.json?hours=24&theme=dark").get_json()
    figure = light.get_json()
    assert light.content_type == "application/json"
    assert figure["layout"]["paper_bgcolor"] == "#FFFFFF"
    assert dark["layout"]["paper_bgcolor"] == "#1A2027"
    names = [shape["name"] for shape in figure["layout"]["shapes"]]
    assert names == ["limit", "flow", "flow", "meeting", "meeting", "flag", "flag", "now"]


@pytest.mark.parametrize("hours", [2, 6, 24, 168])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_is_one_that_plotly_takes(client: FlaskClient, hours: int, theme: str) -> None:
    for room in ("atelier", "bibliotheek", "grote-zaal", "havenkamer", "serre"):
        for language in ("nl", "en"):
            answer = client.get(
                f"/rooms/de-kade/{room}/chart.json?hours={hours}&theme={theme}",
                headers={"Accept-Language": language},
            )
            shown = answer.get_json()
            assert len(go.Figure(shown).data) == len(shown["data"])


class TestAir:
    """What the air tells, beside the card and as new as it is."""

    def test_it_says_what_helps_what_is_known_and_what_comes(self, client: FlaskClient) -> None:
        words = said(client.get(ROOM))
        assert (
            "De lucht nu Wat helpt Open de ramen: 980 ppm over 15 min, en 1.290 ppm als ze dicht blijven "
            "(210 l/s frisse lucht in plaats van 95 l/s) Hooguit 16 mensen tot het einde "
            "Frisse lucht per persoon 5,3 l/s (4,2 tot 6,9 l/s) "
            "Frisse lucht in de zaal 95 l/s (76 tot 124 l/s) "
            "Mensen, volgens de lucht ≈18 geschat uit teller en lucht, tussen 15 en 20 "
            "Verwachting Nu boven 1.200 ppm Om 21:03 ongeveer 1.350 ppm (1.190 tot 1.510 ppm) "
            "Meestal binnen 60 ppm na 15 minuten "
            "Buiten 432 ppm zoals deze sensoren het zouden aangeven "
        ) in words

    def test_legal_stands_beside_healthy_each_with_what_decided_it(
        self, client: FlaskClient
    ) -> None:
        assert (
            "Wettelijk Gehaald 5,3 l/s per persoon, 4 l/s nodig "
            "Bbl, nieuwbouw, bijeenkomst: 4 l/s per persoon "
            "Gezond Niet gehaald 5,3 l/s per persoon, 10 l/s nodig WHO: 10 l/s per persoon"
        ) in said(client.get(ROOM))

    def test_it_comes_with_the_live_card(self, client: FlaskClient) -> None:
        assert "De lucht nu" in client.get("/board?venue=de-kade&room=serre").text
        assert "De lucht nu" not in client.get("/board?venue=de-kade").text

    def test_what_is_not_known_is_said_and_nothing_made_up(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        stage.board.states = (room_state(RoomSlug("grote-zaal"), co2_ppm=600.0, outdoor_ppm=None),)
        words = said(client.get(ROOM))
        assert (
            "De lucht nu Frisse lucht per persoon nog niet bekend "
            "Frisse lucht in de zaal nog niet bekend De laatste uren"
        ) in words

    def test_of_a_room_that_is_unknown_it_says_nothing(self, client: FlaskClient) -> None:
        assert "De lucht nu" not in client.get("/rooms/de-kade/bibliotheek").text


def test_what_a_room_is_held_to_has_its_source_its_date_and_what_co2_cannot_show(
    client: FlaskClient,
) -> None:
    words = said(client.get(ROOM))
    assert (
        "Eigen grenzen Streefwaarde 1.200 ppm Een advies TNO voor VWS, ventilerenzogedaan.nl"
        in words
    )
    assert (
        "Wettelijk Bbl, nieuwbouw, bijeenkomst: 4 l/s per persoon Een wet, 1 januari 2024" in words
    )
    assert "de CO₂ laat zien wat er op het moment binnenkomt" in words
    assert "Gezond WHO: 10 l/s per persoon Een richtlijn, 2021 WHO roadmap" in words


class TestStillDrawing:
    """What a visitor without JavaScript sees of what comes."""

    def test_it_shows_what_is_expected_and_how_sure_that_is(self, client: FlaskClient) -> None:
        page = client.get("/rooms/de-kade/serre").text
        assert ", en wat daarna wordt verwacht" in page
        assert page.count('class="wash"') == page.count('class="line ahead"') == 1

    def test_over_a_week_it_does_not(self, client: FlaskClient) -> None:
        page = client.get("/rooms/de-kade/serre?hours=168").text
        assert 'class="wash"' not in page

    def test_it_shows_fresh_air_and_when_a_limit_was_broken(self, client: FlaskClient) -> None:
        page = client.get(f"{ROOM}?hours=24").text
        assert 'aria-label="Frisse lucht per persoon; de stippellijn is 10 l/s"' in page
        assert page.count('class="breach"') == 2


def test_a_room_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/rooms/de-kade/kelder").status_code == 404
    assert client.get("/rooms/de-kade/kelder/chart.json").status_code == 404


def test_without_the_store_the_rest_of_the_page_stands(
    client: FlaskClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("no such host")

    store = type(stage.services.store)
    monkeypatch.setattr(store, "series", away)
    monkeypatch.setattr(store, "count", away)
    page = client.get(ROOM)
    assert "Nu geen verloop: de opslag van metingen is weg." in said(page)
    assert "Open de ramen" in card_of(page.text, RoomSlug("grote-zaal"))
    assert client.get(f"{ROOM}/chart.json").status_code == 503
