import pytest
from flask.testing import FlaskClient

from gateway.store.interface import StoreUnavailable
from tests.dashboard.pages.reading import card_of, said
from tests.dashboard.pages.scene import Stage

ROOM = "/rooms/de-kade/grote-zaal"


def test_a_room_shows_now_its_limits_its_sensors_and_its_meetings(client: FlaskClient) -> None:
    page = client.get(ROOM)
    words = said(page)
    assert "Open de ramen Boven 1.200 ppm sinds 20:04" in card_of(page.text, "grote-zaal")
    assert "20 plaatsen · 210 m³ · Streefwaarde 1.200 ppm" in words
    assert "360 metingen van de lucht en 0 van mensen bewaard" in words
    assert "co2-03 mh-z19b · laatst gehoord 20:11" in words
    assert "Ledenavond Business Open 18:33–21:03" in words


def test_without_javascript_the_history_is_a_drawing_and_a_table(client: FlaskClient) -> None:
    page = client.get(f"{ROOM}?hours=2").text
    assert 'aria-label="CO₂ in de laatste 2 uur; de stippellijn is 1.200 ppm"' in page
    assert page.count("<tr>") > 20
    assert '<tr><th scope="row">20:06</th><td class="number">1.' in page
    assert '<td class="number">18</td></tr>' in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", "6"), ("?hours=24", "24"), ("?hours=0", "1"), ("?hours=1000", "168"), ("?hours=x", "6")],
)
def test_how_far_back_is_asked_within_a_week(client: FlaskClient, asked: str, shown: str) -> None:
    assert f"CO₂ in de laatste {shown} uur" in client.get(ROOM + asked).text


def test_the_chart_is_a_figure_in_the_colours_asked_for(client: FlaskClient) -> None:
    light = client.get(f"{ROOM}/chart.json?hours=24")
    dark = client.get(f"{ROOM}/chart.json?hours=24&theme=dark").get_json()
    figure = light.get_json()
    assert light.content_type == "application/json"
    assert figure["layout"]["paper_bgcolor"] == "#FFFFFF"
    assert dark["layout"]["paper_bgcolor"] == "#1A2027"
    names = [shape["name"] for shape in figure["layout"]["shapes"]]
    assert names == ["limit", "meeting", "meeting", "flag", "flag"]


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
    assert "Open de ramen" in card_of(page.text, "grote-zaal")
    assert client.get(f"{ROOM}/chart.json").status_code == 503
