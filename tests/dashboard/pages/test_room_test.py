"""The page of a room's own test."""

from dashboard.web.services import EXTENSION, Services
from gateway.registry.room_tests import RoomTest, begin_test
from gateway.store.interface import Placed
from sensors.clock import SYSTEM
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.setup import VENUE, Site, csrf_token, log_in
from tests.gateway.domain.room_test.curve import curve

ZAAL = RoomSlug("grote-zaal")
PAGE = f"/rooms/{VENUE}/{ZAAL}/test"


def test_a_test_is_begun_and_ended_on_its_page(site: Site) -> None:
    browser = site.visitor()
    log_in(browser)
    first = browser.get(PAGE)
    assert first.status_code == 200
    form = {"csrf_token": csrf_token(first), "conditions": ""}
    assert browser.post(PAGE, data=form).status_code == 422
    assert browser.post(PAGE, data=form | {"conditions": "ramen dicht"}).status_code == 303
    running = browser.get(PAGE)
    assert "ramen dicht" in running.text
    assert 'http-equiv="refresh"' in running.text
    assert browser.post(f"{PAGE}/stop", data={"csrf_token": csrf_token(running)}).status_code == 303
    assert "Er kwamen te weinig metingen binnen." in browser.get(PAGE).text


def test_what_came_of_it_is_told_and_drawn(site: Site) -> None:
    begun_ns = to_ns(SYSTEM.now()) - int(4000e9)
    with site.database.write() as conn:
        begin_test(conn, RoomTest("", VENUE, ZAAL, "dicht", "anna", from_ns(begun_ns), 210.0))
    services: Services = site.app.extensions[EXTENSION]
    rows = [
        Placed(ZAAL, AirReading(VENUE, DeviceSlug("co2-01"), at, at, ts_given=True, co2_ppm=s.ppm))
        for s in curve(lambda _: 3.0)
        for at in [begun_ns + int(s.at_s * 1e9)]
    ]
    services.store.write(rows)
    browser = site.visitor()
    log_in(browser)
    page = browser.get(PAGE).text
    assert "luchtwisselingen per uur" in page
    assert "l/s (" in page
    assert '<path class="wash"' in page
