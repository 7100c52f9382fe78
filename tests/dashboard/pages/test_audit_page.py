"""Who changed what, as a manager reads it."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from gateway.domain.audit import Act
from gateway.domain.room import Venue
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database
from gateway.registry.rooms import find_room, put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.pages.reading import said, text
from tests.dashboard.pages.scene import NOW, VENUE, Stage, build

SERRE = RoomSlug("serre")


def by(stage: Stage, who: str, days_ago: float = 0) -> Database:
    act = Act(who, "session", NOW - timedelta(days=days_ago), address="192.0.2.7")
    return stage.database.acting(lambda _conn: act)


def change_seats(stage: Stage, who: str, seats: int, days_ago: float = 0) -> None:
    with by(stage, who, days_ago).write() as conn:
        room = find_room(conn, VENUE, SERRE)
        assert room is not None
        put_room(conn, replace(room, seats=seats))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return build(tmp_path)


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    client = create_app(stage.services).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    return client


def test_it_says_who_changed_what_from_what_to_what(client: FlaskClient, stage: Stage) -> None:
    change_seats(stage, "anna", 18)
    words = said(client.get("/settings/audit"))
    assert "20:11 Zaal gewijzigd serre anna · 192.0.2.7" in words
    assert "seats 16 → 18" in words
    assert "730 dagen" in words


def test_nothing_yet_is_said(client: FlaskClient) -> None:
    assert "Er is nog niets vastgelegd." in said(client.get("/settings/audit"))


def test_it_is_filtered_by_who_what_venue_and_days(client: FlaskClient, stage: Stage) -> None:
    change_seats(stage, "anna", 18, days_ago=3)
    change_seats(stage, "bert", 20)
    with by(stage, "cees", 1).write() as conn:
        put_venue(conn, Venue(VenueSlug("molen"), "De Molen"))
    for query, who in (
        ("who=anna", "anna"),
        ("what=venue", "cees"),
        ("venue=molen", "cees"),
        ("to=2026-11-21", "anna"),
        ("from=2026-11-24", "bert"),
    ):
        lines = text(client.get(f"/settings/audit?{query}").text).split("Toon", 1)[1]
        assert [one for one in ("anna", "bert", "cees") if one in lines] == [who]
    nothing = said(client.get("/settings/audit?who=anna&from=2026-11-24"))
    assert "Daarvan is niets vastgelegd." in nothing
    assert client.get("/settings/audit?from=x&before=-1&to=9999-12-31").status_code == 200


def test_older_entries_are_a_page_on(client: FlaskClient, stage: Stage) -> None:
    for seats in range(100, 160):
        change_seats(stage, "anna", seats)
    page = client.get("/settings/audit?who=anna").text
    assert "→ 159" in text(page)
    assert "→ 105" not in text(page)
    (older,) = [part.split('"')[0] for part in page.split('href="')[1:] if "before=" in part]
    assert "→ 105" in said(client.get(older.replace("&amp;", "&")))


def test_all_of_it_comes_as_csv_that_no_spreadsheet_runs(client: FlaskClient, stage: Stage) -> None:
    change_seats(stage, "=cmd()", 18)
    answer = client.get("/settings/audit.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="luchtig-audit.csv"'
    assert row == {
        "at": "2026-11-24T19:11:30.000Z", "who": "'=cmd()", "how": "session", "label": "",
        "what": "room.changed", "venue": VENUE, "object": SERRE, "before": '{"seats":16}',
        "after": '{"seats":18}', "from": "192.0.2.7",
    }  # fmt: skip


def test_looking_at_the_record_adds_nothing_to_it(client: FlaskClient, stage: Stage) -> None:
    change_seats(stage, "anna", 18)
    for path in ("/settings/audit", "/settings/audit.csv", "/api/v1/audit"):
        assert client.get(path).status_code == 200
    with stage.database.read() as conn:
        assert len(list(every_entry(conn, Wanted(), NOW))) == 1
