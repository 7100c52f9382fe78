"""The guided start: venue, rooms, sensors, who hears, calendar; each step can be had again later."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.web.identity.setup_key import SetupKey
from dashboard.web.services import Services
from gateway.config import DashboardSettings, StoreSettings
from gateway.domain.room import SIMULATED
from gateway.registry.accounts.first_start import make_or_check
from gateway.registry.agenda.feeds import all_feeds
from gateway.registry.alerts.contacts import contacts_of
from gateway.registry.alerts.silences import silences_since
from gateway.registry.database import Database, open_database
from gateway.registry.devices import find_device, register
from gateway.registry.rooms import all_rooms, find_venue
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.dashboard.pages.reading import token
from tests.dashboard.pages.scene import StageBoard
from tests.dashboard.played import Played

MOLEN = VenueSlug("molen")


@dataclass
class Start:
    """Somebody who has made the first account."""

    client: FlaskClient
    database: Database
    played: Played

    def fill_in(self, path: str, **form: str | list[str]) -> tuple[int, str, str]:
        page = self.client.get(path + "?lang=en")
        given = {"csrf_token": token(page.text)} | form
        answer = self.client.post(path + "?lang=en", data=given)
        return answer.status_code, answer.location or "", answer.text

    def with_a_venue(self) -> None:
        venue = {"name": "De Molen", "slug": MOLEN, "language": "nl", "timezone": "Europe/Berlin"}
        assert self.fill_in("/setup/venue", **venue)[:2] == (303, "/setup/rooms/molen")

    def with_a_room(self) -> None:
        self.with_a_venue()
        room = {"name": "Zolder", "seats": "12", "floor_area_m2": "60,5", "volume_m3": ""}
        assert self.fill_in("/setup/rooms/molen", **room)[:2] == (303, "/setup/sensors/molen")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    database, key = open_database("sqlite:///luchtig.db", tmp_path), SetupKey()
    make_or_check(database)
    store = open_store(StoreSettings(), tmp_path)
    played = Played()
    services = Services(
        SYSTEM, database, store, StageBoard(), DashboardSettings(), "a secret", setup=key,
        simulation=played,
    )  # fmt: skip
    begun = Start(create_app(services).test_client(), database, played)
    page = begun.client.get(f"/setup?key={key.text}")
    account = {"name": "anna", "password": "drie woorden genoeg", "key": key.text}
    begun.client.post("/setup", data=account | {"csrf_token": token(page.text)})
    yield begun
    store.close()
    database.close()


def test_a_venue_is_made_with_its_language_and_zone(start: Start) -> None:
    start.with_a_venue()
    with start.database.read() as conn:
        made = find_venue(conn, MOLEN)
    assert made is not None
    assert (made.name, made.language, made.timezone) == ("De Molen", "nl", "Europe/Berlin")


def test_without_a_short_name_it_is_made_of_the_name(start: Start) -> None:
    venue = {"name": "Café 't Hoekje", "language": "nl", "timezone": "Europe/Amsterdam"}
    location = start.fill_in("/setup/venue", **venue)[1]
    assert location == "/setup/rooms/cafe-t-hoekje"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": " "}, "Fill this in."),
        ({"slug": "De Molen"}, "Small letters"),
        ({"slug": "luchtig-check"}, "Small letters"),
        ({"timezone": "Mars/Base"}, "Choose one of the list."),
        ({"language": "xx"}, "Choose one of the list."),
    ],
)
def test_what_is_wrong_of_a_venue_stands_at_its_field(
    start: Start, wrong: dict[str, str], says: str
) -> None:
    venue = {"name": "De Molen", "slug": "molen", "language": "nl", "timezone": "Europe/Paris"}
    status, _, page = start.fill_in("/setup/venue", **(venue | wrong))
    assert status == 422
    assert says in page
    with start.database.read() as conn:
        assert find_venue(conn, MOLEN) is None


def test_a_second_venue_takes_no_name_that_is_there(start: Start) -> None:
    start.with_a_venue()
    venue = {"name": "Andere", "slug": "molen", "language": "nl", "timezone": "Europe/Paris"}
    status, _, page = start.fill_in("/setup/venue", **venue)
    assert (status, "There is a venue of this name already." in page) == (422, True)


def test_rooms_come_a_row_each_and_empty_rows_are_none(start: Start) -> None:
    start.with_a_venue()
    rows = {
        "name": ["Zolder", "Kelder", ""],
        "seats": ["12", "", ""],
        "floor_area_m2": ["60,5", "", ""],
        "volume_m3": ["", "90", ""],
    }
    assert start.fill_in("/setup/rooms/molen", **rows)[:2] == (303, "/setup/sensors/molen")
    with start.database.read() as conn:
        kelder, zolder = all_rooms(conn, MOLEN)
    assert (zolder.slug, zolder.seats, zolder.floor_area_m2) == ("zolder", 12, 60.5)
    assert (kelder.slug, kelder.seats, kelder.volume_m3) == ("kelder", None, 90.0)


def test_one_more_row_keeps_what_was_filled_in(start: Start) -> None:
    start.with_a_venue()
    status, _, page = start.fill_in("/setup/rooms/molen", name="Zolder", seats="12", add="1")
    assert status == 200
    assert page.count('name="seats"') == 2
    assert 'value="Zolder"' in page
    with start.database.read() as conn:
        assert all_rooms(conn, MOLEN) == ()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"name": "", "seats": ""}, "Fill this in."),
        ({"name": "Zolder", "seats": "veel"}, "A whole number"),
        ({"name": "Zolder", "floor_area_m2": "-3"}, "A number above zero."),
        ({"name": "Zolder", "volume_m3": "nan"}, "A number above zero."),
        ({"name": ["Zolder", "Zolder"]}, "There is a room of this name already."),
    ],
)
def test_a_row_that_is_wrong_makes_no_room_at_all(
    start: Start, row: dict[str, str | list[str]], says: str
) -> None:
    start.with_a_venue()
    status, _, page = start.fill_in("/setup/rooms/molen", **row)
    assert (status, says in page) == (422, True)
    with start.database.read() as conn:
        assert all_rooms(conn, MOLEN) == ()


def test_a_sensor_that_is_known_is_hung_and_another_is_not_there(start: Start) -> None:
    start.with_a_room()
    with start.database.write() as conn:
        register(conn, MOLEN, DeviceSlug("co2-7"))
    page = start.client.get("/setup/sensors/molen?lang=en")
    assert "co2-7" in page.text
    form = {"csrf_token": token(page.text), "room": "zolder"}
    assert start.client.post("/setup/sensors/molen/co2-8", data=form).status_code == 404
    assert start.client.post("/setup/sensors/molen/co2-7", data=form).status_code == 303
    with start.database.read() as conn:
        hung = find_device(conn, MOLEN, DeviceSlug("co2-7"))
    assert hung is not None
    assert hung.room == "zolder"
    assert "hangs in Zolder" in start.client.get("/setup/sensors/molen/heard?lang=en").text


def test_somebody_hears_a_calendar_is_followed_and_the_last_page_says_what_is_missing(
    start: Start,
) -> None:
    start.with_a_room()
    contact = {"name": "Piet", "address": "piet@example.org", "language": "nl"}
    assert start.fill_in("/setup/contacts/molen", **contact)[:2] == (303, "/setup/calendar/molen")
    status, _, page = start.fill_in("/setup/calendar/molen", url="ftp://example.org")
    assert (status, "https://" in page) == (422, True)
    feed = {"url": "https://example.org/agenda.ics"}
    assert start.fill_in("/setup/calendar/molen", **feed)[:2] == (303, "/setup/done/molen")
    with start.database.read() as conn:
        assert [one.address for one in contacts_of(conn, MOLEN)] == ["piet@example.org"]
        assert [(one.venue, one.url) for one in all_feeds(conn)] == [(MOLEN, feed["url"])]
    last = start.client.get("/setup/done/molen?lang=en").text
    assert "Still without a sensor:" in last
    assert "Nobody of the house" not in last


def test_a_venue_that_is_not_there_has_no_steps(start: Start) -> None:
    for step in ("rooms", "sensors", "contacts", "calendar", "done"):
        assert start.client.get(f"/setup/{step}/nowhere").status_code == 404


class TestSimulatedSensors:
    """Shown in a venue of their own, told to nobody, and put away without a trace."""

    def test_they_are_shown_and_put_away(self, start: Start) -> None:
        start.with_a_room()
        page = start.client.get("/setup/sensors/molen?lang=en").text
        assert "Show me with simulated sensors" in page
        form = {"csrf_token": token(page)}
        answer = start.client.post("/setup/simulated", data=form)
        assert (answer.status_code, answer.location) == (303, f"/?venue={SIMULATED}")
        (scenario,) = start.played.scenarios
        assert f'slug = "{SIMULATED}"' in scenario
        with start.database.read() as conn:
            assert len(all_rooms(conn, SIMULATED)) == 3
            ((_, silence),) = silences_since(conn, SYSTEM.now())
        assert (silence.venue, silence.room, silence.rule) == (SIMULATED, None, None)
        board = start.client.get(f"/?venue={SIMULATED}&lang=en").text
        assert "Simulated: nothing of this is measured" in board
        assert "Put it away" in board
        start.client.post("/setup/simulated/end", data=form)
        assert start.played.stopped == 1
        with start.database.read() as conn:
            assert find_venue(conn, SIMULATED) is None
            assert silences_since(conn, SYSTEM.now()) == ()

    def test_shown_again_there_is_still_one(self, start: Start) -> None:
        start.with_a_room()
        form = {"csrf_token": token(start.client.get("/setup/sensors/molen").text)}
        for _ in range(2):
            assert start.client.post("/setup/simulated", data=form).status_code == 303
        with start.database.read() as conn:
            assert len(silences_since(conn, SYSTEM.now())) == 1
