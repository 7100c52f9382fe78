from flask.testing import FlaskClient

from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from tests.dashboard.pages.reading import said, token
from tests.dashboard.pages.scene import NOW, Stage


def test_what_goes_on_stands_before_what_is_over(client: FlaskClient) -> None:
    words = said(client.get("/alerts"))
    now, past = words.split("De laatste zeven dagen")
    assert "Grote zaal · Te veel CO₂ tot 1.262 ppm, 62 boven 1.200 ppm · sinds 20:04" in now
    assert "Havenkamer · Te veel mensen" in now
    assert "Bibliotheek · Geen meting sinds 19:41, nu 30 min" in now
    assert "Grote zaal · Te veel CO₂ tot 1.380 ppm" in past
    assert "gezien door anna om 09:41" in past


def test_acknowledging_asks_the_gateway_and_shows_at_once(
    client: FlaskClient, stage: Stage
) -> None:
    form = {"csrf_token": token(client.get("/alerts").text), "note": "  ramen gaan open  "}
    answer = client.post("/alerts/f-people/acknowledge", data=form)
    assert (answer.status_code, answer.location) == (303, "/alerts")
    words = said(client.get("/alerts"))
    assert "Genoteerd: u bent ermee bezig." in words
    assert "sinds 19:57, nu 14 min demo is ermee bezig" in words
    with stage.database.read() as conn:
        (asked,) = pending_requests(conn)
    assert isinstance(asked, AcknowledgeRequest)
    assert (asked.flag, asked.note, asked.by) == ("f-people", "ramen gaan open", "demo")
    assert abs((asked.at - NOW).total_seconds()) < 1


def test_without_the_forms_token_nothing_is_acknowledged(client: FlaskClient) -> None:
    assert client.post("/alerts/f-co2/acknowledge").status_code == 403


def test_an_alert_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    form = {"csrf_token": token(client.get("/alerts").text)}
    assert client.post("/alerts/f-none/acknowledge", data=form).status_code == 404
