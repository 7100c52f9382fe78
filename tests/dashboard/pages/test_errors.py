from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from dashboard.app import create_app
from dashboard.pages import alerts
from tests.dashboard.pages.reading import text, token
from tests.dashboard.pages.scene import build


def test_an_address_that_is_not_there_says_where_to_go(client: FlaskClient) -> None:
    answer = client.get("/nergens")
    assert answer.status_code == 404
    assert "404 Deze pagina bestaat niet" in text(answer.text)
    assert "Naar het bord" in text(answer.text)


def test_a_mistake_of_ours_shows_no_traceback(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(alerts, "recent_flags", fail)
    answer = client.get("/alerts")
    assert answer.status_code == 500
    assert "Hier ging iets mis" in text(answer.text)
    assert "secret inside" not in answer.text
    assert "Traceback" not in answer.text


def test_a_database_that_is_away_is_a_503_in_words(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("select", {}, Exception("locked"))

    monkeypatch.setattr(alerts, "recent_flags", fail)
    answer = client.get("/alerts")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Een deel van het systeem is weg" in text(answer.text)


def test_a_stranger_is_asked_to_log_in_and_told_what_went_wrong(tmp_path: Path) -> None:
    stage = build(tmp_path, demo=False)
    client = create_app(stage.services).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    turned = client.get("/alerts?x=1")
    assert (turned.status_code, turned.location) == (303, "/login?next=/alerts?x%3D1")
    form = client.get("/login?next=/alerts").text
    assert 'name="next" value="/alerts"' in form
    assert "<nav" not in form
    answer = client.post(
        "/login", data={"csrf_token": token(form), "name": "x", "password": "y", "next": "/"}
    )
    assert answer.status_code == 401
    assert "Die naam en dat wachtwoord horen niet bij elkaar." in text(answer.text)
    stage.services.store.close()
    stage.database.close()
