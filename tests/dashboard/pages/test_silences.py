import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from gateway.registry.alerts.silences import silences_since
from gateway.registry.tables.alerts import silences
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import NOW, Stage

ASKED = {
    "place": "de-kade/grote-zaal", "rule": "co2", "until": "2026-11-24T22:00", "reason": " schilders ",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_silenced(stage: Stage) -> None:
    with stage.database.write() as conn:
        conn.execute(delete(silences))


def make(client: FlaskClient, **changes: str) -> str:
    form = ASKED | {"csrf_token": token(client.get("/alerts").text)} | changes
    answer = client.post("/alerts/silence", data=form)
    assert (answer.status_code, answer.location) == (303, "/alerts")
    return said(client.get("/alerts"))


def test_what_is_silenced_is_shown_with_who_why_and_until_when(
    client: FlaskClient, stage: Stage
) -> None:
    words = make(client)
    assert "Wordt niet gemeld tot 22:00." in words
    assert "Grote zaal · Te veel CO₂ schilders · tot 22:00, door demo Weer melden" in words
    now = words.partition("Aan niemand gemeld")[0]
    assert "sinds 20:04, nu 8 min wordt niet gemeld tot 22:00" in now, "it is shown as always"
    with stage.database.read() as conn:
        ((_, silence),) = silences_since(conn, NOW)
    assert (silence.room, silence.rule, silence.by) == ("grote-zaal", "co2", "demo")
    assert silence.until - NOW == timedelta(hours=1, minutes=48, seconds=30)


def test_a_whole_venue_can_be_silenced(client: FlaskClient) -> None:
    words = make(client, place="de-kade/", rule="")
    assert "Alle zalen · Alle meldingen schilders" in words
    assert words.count("wordt niet gemeld tot 22:00") == 3


def test_ending_it_tells_again(client: FlaskClient, stage: Stage) -> None:
    make(client)
    page = client.get("/alerts").text
    (path,) = re.findall(r'action="(/alerts/silences/\d+/end)"', page)
    for _ in range(2):  # a second click changes nothing
        answer = client.post(path, data={"csrf_token": token(page)})
        assert (answer.status_code, answer.location) == (303, "/alerts")
    words = said(client.get("/alerts"))
    assert "Wat nog aan de gang is, wordt nu gemeld." in words
    assert "schilders" not in words
    with stage.database.read() as conn:
        assert silences_since(conn, NOW) == ()


def test_an_alert_leads_to_the_form_about_it(client: FlaskClient) -> None:
    page = client.get("/alerts").text
    (path,) = re.findall(r'href="(/alerts\?[^"]*grote-zaal[^"]*)#silences"', page)
    form = client.get(unescape(path)).text
    assert re.findall(r'<option value="([^"]+)" selected>', form) == ["de-kade/grote-zaal", "co2"]
    assert '<details class="silence-form" open>' in form
    assert 'value="2026-11-24T22:11"' in form, "two hours from now, by the clock of the venue"


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"place": "de-kade/kelder"}, "Kies een zaal."),
        ({"place": "elders/"}, "Kies een zaal."),
        ({"rule": "geur"}, "Kies een melding."),
        ({"until": "2026-11-24T20:00"}, "Kies een tijd binnen de komende 90 dagen."),
        ({"until": "straks"}, "Kies een tijd binnen de komende 90 dagen."),
        ({"until": "2027-11-24T20:00"}, "Kies een tijd binnen de komende 90 dagen."),
        ({"reason": " "}, "Zeg waarom, voor wie zich dat afvraagt."),
    ],
)
def test_a_mistake_stands_at_its_field_and_the_rest_stays_filled_in(
    client: FlaskClient, stage: Stage, changes: dict[str, str], mistake: str
) -> None:
    form = ASKED | {"csrf_token": token(client.get("/alerts").text)} | changes
    answer = client.post("/alerts/silence", data=form)
    assert answer.status_code == 422
    assert text(answer.text).count(mistake) == 1
    assert answer.text.count('class="mistake"') == 1
    if "reason" not in changes:
        assert 'value="schilders"' in answer.text
    with stage.database.read() as conn:
        assert silences_since(conn, NOW) == ()


def test_without_the_forms_token_nothing_is_silenced(client: FlaskClient) -> None:
    assert client.post("/alerts/silence", data=ASKED).status_code == 403
    assert client.post("/alerts/silences/1/end").status_code == 403


def test_a_silence_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    form = {"csrf_token": token(client.get("/alerts").text)}
    assert client.post("/alerts/silences/7/end", data=form).status_code == 404


def test_a_reason_is_text(client: FlaskClient) -> None:
    make(client, reason="<b>klus</b>")
    assert "&lt;b&gt;klus&lt;/b&gt;" in client.get("/alerts").text
