"""Protocols of one's own: copied, filled in row by row, versioned, chosen, deleted; each undone."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.domain.protocol.protocol import Protocol, version_at
from gateway.domain.protocol.templates import BY_SLUG
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.protocols.kept import find_protocol, versions_of
from gateway.registry.rooms import find_room, find_venue
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import NOW, VENUE, Stage

NEW = "/settings/protocols/new"
OWN = "/settings/protocols/koor"
FORM = {
    "name": "Koor", "name-de": "Chor", "source": "RIVM", "dated": "2020-10", "rows": "2",
    "item-0-text": "", "item-0-how": "co2", "item-0-when": "start", "item-0-required": "1",
    "item-1-text": "Ramen open", "item-1-text-de": "Fenster auf", "item-1-how": "declared",
    "item-1-when": "break", "item-1-required": "1",
}  # fmt: skip
IDS = {"item-0-id": "co2", "item-1-id": "ramen-open"}


@pytest.fixture(autouse=True)
def own_gone(stage: Stage) -> Iterator[None]:
    yield
    with stage.database.write() as conn:
        for table in ("rooms", "venues", "meetings"):
            conn.exec_driver_sql(f"UPDATE {table} SET protocol = NULL")
        conn.exec_driver_sql("DELETE FROM protocols")
        conn.exec_driver_sql("DELETE FROM protocol_versions")


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(path, data=form | {"csrf_token": token(client.get(NEW).text)})


def kept(stage: Stage, slug: str = "koor") -> Protocol | None:
    with stage.database.read() as conn:
        return find_protocol(conn, slug)


def undo(client: FlaskClient, page: str) -> None:
    found = re.search(r'name="entries" value="([0-9.]+)"', page)
    assert found is not None, text(page)
    form = {"entries": found[1], "csrf_token": token(page)}
    assert client.post("/settings/undo", data=form).status_code == 303


def test_a_template_is_copied_with_its_words_in_each_language_and_its_source(
    client: FlaskClient,
) -> None:
    page = client.get(f"{NEW}?from=club-2020-21").text
    count = len(BY_SLUG["club-2020-21"].items)
    assert f'name="rows" value="{count}"' in page
    assert 'value="Tables stand apart, with few people at each"' in page
    assert 'name="source" type="text" value="Rijksoverheid' in page
    assert 'value="2020-10"' in page
    assert client.get(f"{NEW}?from=nergens").status_code == 404


def test_rows_are_added_moved_and_taken_away_and_nothing_is_kept_or_lost(
    client: FlaskClient, stage: Stage
) -> None:
    added = post(client, NEW, **FORM, do="add")
    assert added.status_code == 200
    assert 'name="rows" value="3"' in added.text
    assert 'value="Fenster auf"' in added.text
    assert re.search(r'name="item-2-text"[^>]*autofocus', added.text)
    moved = post(client, NEW, **FORM, do="up-1").text
    assert re.search(r'name="item-0-text"\s+value="Ramen open"', moved)
    dropped = post(client, NEW, **FORM, do="drop-0").text
    assert 'name="rows" value="1"' in dropped
    assert 'value="Ramen open"' in dropped
    assert kept(stage) is None


def test_it_is_made_changed_and_put_back_and_each_is_undone(
    client: FlaskClient, stage: Stage
) -> None:
    answer = post(client, NEW, **FORM)
    assert (answer.status_code, answer.location) == (303, OWN)
    found = kept(stage)
    assert found is not None
    assert [(one.id, one.kind, one.rule, one.when) for one in found.items] == [
        ("co2", "measured", "co2", "start"), ("ramen-open", "declared", None, "break"),
    ]  # fmt: skip
    assert (found.names, found.items[1].texts) == ({"de": "Chor"}, {"de": "Fenster auf"})
    post(client, OWN, **FORM | IDS | {"item-1-when": "before", "item-0-required": ""})
    changed = client.get(OWN).text
    assert "Ramen open: nu vooraf" in text(changed)
    assert "Nu een advies: " in text(changed)
    undo(client, changed)
    found = kept(stage)
    assert found is not None
    assert (found.items[1].when, found.version) == ("break", 3)
    with stage.database.read() as conn:
        held = version_at(versions_of(conn, "koor"), NOW)
    assert held is not None
    assert held.version == 3
    post(client, OWN, do="version-2")
    found = kept(stage)
    assert found is not None
    assert (found.items[1].when, found.items[0].required) == ("before", False)
    assert post(client, OWN, do="version-99").status_code == 404
    assert post(client, OWN, do="delete").status_code == 303
    undo(client, client.get("/settings/protocols").text)
    found = kept(stage)
    assert found is not None
    assert (found.items[1].when, found.version) == ("before", 5)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name-en": "a\u202eb"}, "name-en"),
        ({"dated": "October"}, "dated"),
        ({"item-1-text": ""}, "item-1-text"),
        ({"item-1-text-en": "x" * 301}, "item-1-text-en"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    client: FlaskClient, stage: Stage, wrong: dict[str, str], field: str
) -> None:
    answer = post(client, NEW, **FORM | wrong)
    assert answer.status_code == 422
    assert re.search(rf'name="{field}" aria-invalid="true"', answer.text)
    assert kept(stage) is None


def test_without_an_item_there_is_no_protocol(client: FlaskClient, stage: Stage) -> None:
    answer = post(client, NEW, name="Koor", rows="0")
    assert answer.status_code == 422
    assert "Voeg eerst een punt toe." in text(answer.text)
    assert kept(stage) is None


def test_a_venue_and_a_room_choose_and_undo_it(client: FlaskClient, stage: Stage) -> None:
    post(client, NEW, **FORM)
    choice = {"protocol": "school", "room-grote-zaal": "koor"}
    assert post(client, f"/settings/venues/{VENUE}/protocol", **choice).status_code == 303
    page = client.get("/settings/protocols").text
    assert "Protocol: geen → School" in text(page)
    assert "Grote zaal (De Kade)" in text(page)
    assert "Grote zaal" in said(client.get(OWN))
    refused = post(client, OWN, do="delete")
    assert refused.status_code == 409
    undo(client, page)
    with stage.database.read() as conn:
        venue, room = find_venue(conn, VENUE), find_room(conn, VENUE, RoomSlug("grote-zaal"))
    assert venue is not None
    assert room is not None
    assert (venue.protocol, room.protocol) == (None, None)


def test_a_meeting_chooses_one_in_its_form(client: FlaskClient, stage: Stage) -> None:
    edit = "/meetings/m-zaal/edit"
    page = client.get(edit).text
    assert "Clubbijeenkomst, 2020/21" in text(page)
    filled = dict(re.findall(r'<input\s+name="(\w+)"[^>]*?value="([^"]*)"', page))
    chosen = {"protocol": "school", "room": f"{VENUE}/grote-zaal", "overrule": "1"}
    answer = client.post(edit, data=filled | chosen | {"csrf_token": token(page)})
    if answer.status_code == 409:
        key = re.search(r'name="overrule" value="([^"]+)"', answer.text)
        assert key is not None
        again = filled | chosen | {"overrule": key[1], "csrf_token": token(answer.text)}
        answer = client.post(edit, data=again)
    assert answer.status_code == 303
    with stage.database.read() as conn:
        found = find_meeting(conn, "m-zaal")
    assert found is not None
    assert found.protocol == "school"


def test_a_template_is_shown_and_not_changed(client: FlaskClient) -> None:
    page = client.get("/settings/protocols/school")
    assert "RIVM" in said(page)
    assert "<fieldset" not in page.text
    assert post(client, "/settings/protocols/school", **FORM).status_code == 404
