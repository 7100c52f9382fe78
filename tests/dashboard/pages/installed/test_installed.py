import json

import pytest
from flask.testing import FlaskClient

from tests.dashboard.pages.reading import said, token


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_kept_and_given_back(client: FlaskClient, theme: str) -> None:
    page = client.get("/").text
    assert "data-theme" not in page
    form = {"csrf_token": token(page), "next": "/plan"}
    answer = client.post(f"/theme/{theme}", data=form)
    assert (answer.status_code, answer.location) == (303, "/plan")
    assert f'data-theme="{theme}"' in client.get("/plan").text
    client.post("/theme/system", data=form)
    assert "data-theme" not in client.get("/plan").text


def test_another_theme_there_is_not_and_no_other_site_is_led_to(client: FlaskClient) -> None:
    form = {"csrf_token": token(client.get("/").text), "next": "//evil.example"}
    assert client.post("/theme/pink", data=form).status_code == 404
    assert client.post("/theme/dark", data=form).location == "/"


def test_the_page_for_no_connection_holds_nothing_of_anybody(client: FlaskClient) -> None:
    words = said(client.get("/offline"))
    assert "Geen verbinding" in words
    assert "Grote zaal" not in words
    assert "demo" not in words


def test_all_that_the_worker_and_the_manifest_name_is_there(client: FlaskClient) -> None:
    worker = client.get("/worker.js")
    assert worker.mimetype == "text/javascript"
    kept = json.loads(worker.text.partition("KEPT = ")[2].partition(";")[0])
    with client.get("/static/manifest.webmanifest") as manifest:
        assert manifest.mimetype == "application/manifest+json"
        icons = [f"/static/{icon['src']}" for icon in json.loads(manifest.data)["icons"]]
    for address in (*kept, *icons):
        with client.get(address) as answer:
            assert answer.status_code == 200, address
