"""The settings as sections: what is where, for whom, and a search across them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.registry.devices import note_seen
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.dashboard.pages.reading import said, text
from tests.dashboard.pages.scene import NOW, Stage
from tests.dashboard.web.house import House, build

SECTIONS = (
    "venues", "sensors", "counters", "limits", "contacts", "calendars", "users", "kiosks", "doors", "audit", "webhooks",
    "system",
)  # fmt: skip
BELOW = (
    "/settings/devices/de-kade/co2-05", "/settings/links", "/settings/calendars/new", "/meetings/new",
    "/rooms/de-kade/serre",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    built, database = build(furnished, tmp_path_factory.mktemp("house"))
    yield built
    built.close()
    database.close()


def test_the_index_leads_to_every_section_and_says_what_waits(client: FlaskClient) -> None:
    page = client.get("/settings")
    for slug in SECTIONS:
        assert f'href="/settings/{slug}"' in page.text
    assert "1 sensor hangt nog nergens" in said(page)


@pytest.mark.parametrize("slug", SECTIONS)
def test_a_section_has_one_heading_its_mark_and_the_way_to_the_others(
    client: FlaskClient, slug: str
) -> None:
    page = client.get(f"/settings/{slug}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert f'<a href="/settings/{slug}" aria-current="page">' in page.text
    assert '<a href="/settings" aria-current="true">' in page.text
    assert all(f'<a href="/settings/{other}"' in page.text for other in SECTIONS)


@pytest.mark.parametrize("path", BELOW)
def test_a_page_below_another_has_its_mark_in_the_bar(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.text.count("<h1") == 1
    bar = page.text[page.text.index('<header class="bar">') : page.text.index("<main")]
    assert bar.count('aria-current="true"') == 1


def test_a_manager_does_not_see_what_is_of_the_whole_house(house: House) -> None:
    page = house.ask("manager", "GET", "/settings").text
    assert 'href="/settings/users"' in page
    assert 'href="/settings/system"' not in page


@pytest.mark.parametrize(
    ("asked", "title", "href"),
    [
        ("SERRE", "Serre", "/settings/venues#room-de-kade-serre"),
        ("co2-05", "co2-05", "/settings/devices/de-kade/co2-05"),
        ("frisse klasse b", "Frisse Scholen, klasse B", "/settings/limits/nl-frisse-scholen-b"),
        ("geweigerde", "Geweigerde berichten", "/settings/sensors#refused"),
    ],
)  # fmt: skip
def test_a_search_finds_what_is_named_anywhere(
    client: FlaskClient, asked: str, title: str, href: str
) -> None:
    page = client.get("/settings", query_string={"q": asked}).text
    found = page[page.index('id="found"') :]
    assert f'href="{href}"' in found
    assert title in text(found)


def test_a_search_for_what_is_not_there_says_so(client: FlaskClient) -> None:
    assert "Daar is hier niets van" in said(client.get("/settings?q=bezemkast"))


def test_a_search_keeps_to_what_one_sets_up(house: House) -> None:
    found = house.ask("manager", "GET", "/settings?q=molen").text
    assert not re.search(r'id="found".*Molenzaal', found, re.DOTALL)
    assert "Molenzaal" in house.ask("admin", "GET", "/settings?q=molen").text


def test_a_sensor_of_a_venue_that_nobody_set_up_says_what_to_do_first(
    client: FlaskClient, stage: Stage
) -> None:
    with stage.database.write() as conn:
        note_seen(conn, VenueSlug("elders"), DeviceSlug("co2-77"), NOW)
    page = client.get("/settings/sensors")
    assert "Het gebouw elders is nog niet ingericht: doe dat eerst" in said(page)
    assert "/settings/devices/elders/co2-77/room" not in page.text
