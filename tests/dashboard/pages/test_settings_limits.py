"""Limits of one's own: copied, changed, tried on last month, deleted; each undone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.domain.policy import Policy
from gateway.domain.presets import BY_SLUG
from gateway.registry.policies import policies_by_slug
from gateway.registry.rooms import put_room
from gateway.store.interface import Placed
from sensors.wire.instant import to_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import NOW, ROOMS, VENUE, Stage

NEW = "/settings/limits/new"
FORM = {"name": "Streng", "co2_limit_ppm": "900", "co2_clear_ppm": "850", "co2_pending_s": "600"}


@pytest.fixture(autouse=True)
def own_gone(stage: Stage) -> Iterator[None]:
    yield
    with stage.database.write() as conn:
        conn.exec_driver_sql("UPDATE rooms SET policy = NULL")
        conn.exec_driver_sql("DELETE FROM policies WHERE kind = 'own'")


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(path, data=form | {"csrf_token": token(client.get(NEW).text)})


def kept(stage: Stage, slug: str) -> Policy | None:
    with stage.database.read() as conn:
        return policies_by_slug(conn).get(slug)


def undo(client: FlaskClient, page: str) -> None:
    found = re.search(r'name="entries" value="([0-9.]+)"', page)
    assert found is not None, text(page)
    form = {"entries": found[1], "csrf_token": token(page)}
    assert client.post("/settings/undo", data=form).status_code == 303


def test_a_preset_is_copied_with_all_that_it_holds(client: FlaskClient) -> None:
    page = client.get(f"{NEW}?from=nl-target-1200").text
    assert 'value="Kopie van Streefwaarde 1.200 ppm"' in page
    preset = BY_SLUG["nl-target-1200"]
    assert f'name="co2_limit_ppm" type="text" value="{preset.co2_limit_ppm:g}"' in page
    assert client.get(f"{NEW}?from=nergens").status_code == 404


def test_it_is_made_changed_and_each_is_undone(client: FlaskClient, stage: Stage) -> None:
    answer = post(client, NEW, **FORM)
    assert (answer.status_code, answer.location) == (303, "/settings/limits/streng")
    made = client.get("/settings/limits/streng").text
    assert "Streng kan nu worden gekozen." in text(made)
    assert "Streng" in said(client.get("/settings/limits"))
    post(client, "/settings/limits/streng", **FORM | {"co2_limit_ppm": "950"})
    changed = client.get("/settings/limits/streng").text
    assert "CO₂ (ppm): 900 → 950." in text(changed)
    found = kept(stage, "streng")
    assert found is not None
    assert (found.co2_limit_ppm, found.co2_pending_s, found.kind) == (950, 600, "own")
    undo(client, changed)
    found = kept(stage, "streng")
    assert found is not None
    assert found.co2_limit_ppm == 900
    undo(client, made)
    assert kept(stage, "streng") is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"co2_limit_ppm": "veel"}, "co2_limit_ppm"),
        ({"co2_warn_ppm": "950"}, "co2_warn_ppm"),
        ({"co2_limit_ppm": "", "co2_clear_ppm": "", "above_outdoor": "1"}, "above_outdoor"),
        ({"one_suffices": "1"}, "one_suffices"),
        ({"counts_cleaned_air": "1"}, "counts_cleaned_air"),
        ({"min_flow_area_lps_m2": "0,3"}, "min_flow_area_lps_m2"),
        ({"clear_s": "90000"}, "clear_s"),
        ({"note": "a\u202eb"}, "note"),
    ],
)
def test_what_contradicts_itself_is_told_beside_its_field(
    client: FlaskClient, stage: Stage, wrong: dict[str, str], field: str
) -> None:
    answer = post(client, NEW, **FORM | wrong)
    assert answer.status_code == 422
    assert f'name="{field}" aria-invalid="true"' in answer.text
    assert kept(stage, "streng") is None


def test_limits_in_use_are_not_deleted_and_others_are_and_come_back(
    client: FlaskClient, stage: Stage
) -> None:
    post(client, NEW, **FORM)
    with stage.database.write() as conn:
        put_room(conn, replace(ROOMS[4], policy="streng"))
    assert post(client, "/settings/limits/streng", do="delete").status_code == 409
    with stage.database.write() as conn:
        put_room(conn, ROOMS[4])
    assert post(client, "/settings/limits/streng", do="delete").status_code == 303
    assert kept(stage, "streng") is None
    undo(client, client.get("/settings/limits").text)
    assert kept(stage, "streng") is not None


def test_a_preset_is_shown_and_not_changed(client: FlaskClient) -> None:
    page = client.get("/settings/limits/nl-target-1200")
    assert "Wat ze inhouden" in said(page)
    assert 'name="co2_limit_ppm"' not in page.text
    assert post(client, "/settings/limits/nl-target-1200", **FORM).status_code == 404


class TestTrial:
    @pytest.fixture(autouse=True)
    def a_stuffy_day(self, stage: Stage) -> None:
        at = NOW - timedelta(days=9)
        device = DeviceSlug("co2-02")
        moments = [to_ns(at + timedelta(minutes=number)) for number in range(120)]
        readings = [AirReading(VENUE, device, one, one, True, 1050.0) for one in moments]
        rows = [Placed(ROOMS[4].slug, reading) for reading in readings]
        stage.services.store.write(rows)

    def test_what_a_change_would_have_flagged_stands_beside_what_is(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        answer = post(client, NEW, **FORM | {"do": "try"})
        assert answer.status_code == 200
        assert re.search(r"Serre geen \d+ melding(en)?, \d", text(answer.text))
        assert 'value="900"' in answer.text
        assert kept(stage, "streng") is None

    def test_a_preset_is_tried_too(self, client: FlaskClient) -> None:
        page = client.get("/settings/limits/nl-target-1200?try=de-kade")
        assert "Wat ze vorige maand zouden hebben gemeld" in said(page)
        assert client.get("/settings/limits/nl-target-1200?try=elders").status_code == 404
