"""Organisations through the API: what belongs together, and who sees what of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.domain.report.outcome import Outcome
from gateway.domain.report.report import Report
from sensors.wire.topic import VenueSlug
from tests.dashboard.season.kept import keep
from tests.dashboard.setup import VENUE
from tests.dashboard.web.house import OTHER, ROOM, House, build
from tests.gateway.domain.season.histories import FIRST, a_report

CLUB = "/api/v1/organisations/club"
SEASON = "from=2026-09-01&to=2026-12-01"


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """Two venues that belong to a club."""
    made, database = build(furnished, tmp_path)
    keep(database, meeting(VENUE, 3, 700.0), meeting(OTHER, 4, 1500.0))
    put = made.ask("admin", "PUT", CLUB, json={"name": "De Club", "venues": [OTHER, VENUE]})
    assert put.status_code == 200, put.text
    yield made
    made.close()
    database.close()


def meeting(venue: VenueSlug, day: int, ppm: float) -> Report:
    co2 = Outcome("kept", limit=1200.0, minutes_over=0.0, mean=ppm, known_share=1.0)
    made = a_report(start=FIRST + timedelta(days=day, hours=18), room=ROOM, co2=co2)
    return msgspec.structs.replace(made, venue=venue)


def told(house: House, who: str, path: str) -> dict[str, Any]:
    answer = house.ask(who, "GET", path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = msgspec.json.decode(answer.data)
    return found


def test_who_has_a_venue_of_it_sees_it_and_that_venue_alone(house: House) -> None:
    assert told(house, "viewer", CLUB)["venues"] == [VENUE]
    assert told(house, "admin", CLUB)["venues"] == [VENUE, OTHER]
    assert house.ask("nobody", "GET", CLUB).status_code in (403, 404)
    assert house.ask("manager", "PUT", CLUB, json={"name": "Mijn"}).status_code == 403


def test_a_role_in_all_of_it_opens_its_venues_and_its_season(house: House) -> None:
    season = f"/api/v1/season?organisation=club&{SEASON}"
    assert house.ask("viewer", "GET", season).status_code == 403
    given = house.ask("admin", "PUT", f"{CLUB}/users/organiser", json={"roles": ["viewer"]})
    assert msgspec.json.decode(given.data)["roles"] == {"organiser": ["viewer"]}
    found = told(house, "admin", season)
    assert (found["organisation"], found["meetings"]) == ("club", 2)
    assert found["venues"] == [VENUE, OTHER]
    assert {room["venue"] for room in found["rooms"]} == {VENUE, OTHER}


def test_rooms_are_compared_the_worst_first(house: House) -> None:
    found = told(house, "admin", f"{CLUB}/rooms?{SEASON}")
    assert [(one["venue"], one["share_over"]) for one in found["compared"]] == [
        (OTHER, 1.0),
        (VENUE, 0.0),
    ]
    assert house.ask("viewer", "GET", f"{CLUB}/rooms?{SEASON}").status_code == 403
    assert house.ask("admin", "GET", f"{CLUB}/rooms?policy=nobodys").status_code == 400


def test_the_board_of_boards_shows_the_venues_and_the_rooms(house: House) -> None:
    page = house.ask("admin", "GET", "/organisations/club?lang=en").text
    assert "De Kade" in page
    assert "De Molen" in page
    assert "Rooms compared" in page
    assert "De Molen" not in house.ask("viewer", "GET", "/organisations/club?lang=en").text
    assert "De Club" in house.ask("viewer", "GET", "/organisations?lang=en").text


def test_one_that_names_what_is_not_there_is_refused(house: House) -> None:
    wrong = house.ask("admin", "PUT", CLUB, json={"name": "x", "venues": ["elders"]})
    assert wrong.status_code == 422
    wrong = house.ask("admin", "PUT", CLUB, json={"name": "x", "policy": "k-eigen"})
    assert wrong.status_code == 422
    assert house.ask("admin", "PUT", f"{CLUB}/users/wim", json={"roles": []}).status_code == 404
    assert house.ask("admin", "DELETE", CLUB).status_code == 204
    assert house.ask("admin", "GET", CLUB).status_code == 404


def test_an_admin_makes_one_on_the_page_and_gives_a_role_in_all_of_it(house: House) -> None:
    made = house.ask("admin", "POST", "/organisations", data={"name": "Onze scholen"})
    assert (made.status_code, made.headers["Location"]) == (303, "/organisations/onze-scholen")
    form = {"name": "Onze scholen", "venues": VENUE}
    house.ask("admin", "POST", "/organisations/onze-scholen", data=form)
    roles = {"user": "viewer", "roles": "manager"}
    house.ask("admin", "POST", "/organisations/onze-scholen/roles", data=roles)
    found = told(house, "admin", "/api/v1/organisations/onze-scholen")
    assert (found["venues"], found["roles"]) == ([VENUE], {"viewer": ["manager"]})
    assert told(house, "admin", CLUB)["venues"] == [OTHER]
    assert house.ask("manager", "POST", "/organisations", data={"name": "x"}).status_code == 403
