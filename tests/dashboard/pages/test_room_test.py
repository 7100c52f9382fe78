"""The page of a room's own test."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from dashboard.web.services import EXTENSION, Services
from gateway.domain.room_test.fit import Decay
from gateway.registry import room_tests as registry
from gateway.registry.room_tests import RoomTest, begin_test, close_test
from gateway.store.interface import Placed
from sensors.clock import SYSTEM
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.setup import VENUE, Site, csrf_token, log_in
from tests.gateway.domain.room_test.curve import curve

ZAAL = RoomSlug("grote-zaal")
PAGE = f"/rooms/{VENUE}/{ZAAL}/test"


def sent(site: Site, ppm: float) -> None:
    """A quarter of an hour of readings that do not change."""
    services: Services = site.app.extensions[EXTENSION]
    now_ns = to_ns(SYSTEM.now())
    moments = [now_ns - int(15e9) * number for number in range(60)]
    services.store.write(
        [
            Placed(
                ZAAL, AirReading(VENUE, DeviceSlug("co2-01"), at, at, ts_given=True, co2_ppm=ppm)
            )
            for at in moments
        ]
    )


@pytest.mark.parametrize("ppm", [None, 500.0])
def test_a_room_that_is_not_ready_is_not_tested_and_the_page_says_why(
    site: Site, ppm: float | None
) -> None:
    if ppm is not None:
        sent(site, ppm)
    browser = site.visitor()
    log_in(browser)
    form = {"csrf_token": csrf_token(browser.get(PAGE)), "conditions": "ramen dicht"}
    answer = browser.post(PAGE, data=form)
    assert answer.status_code == 409
    words = "breng het eerst omhoog" if ppm else "kijk eerst naar de sensor"
    assert words in answer.text
    assert 'value="ramen dicht"' in answer.text
    with site.database.read() as conn:
        assert registry.tests_of(conn, VENUE, ZAAL) == ()


def test_a_test_is_begun_and_ended_on_its_page(site: Site) -> None:
    sent(site, 1400.0)
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
    certificate = re.search(rf"{PAGE}/[^\"]+[.]pdf", page)
    assert certificate is not None
    drawn = browser.get(certificate[0]).data
    assert len(re.findall(rb"/Type /Page\b", drawn)) == 1
    dots = re.findall(rb" c\n", b"".join(inflated(drawn)))
    assert len(dots) > 4 * 30  # a circle is four curves


def inflated(document: bytes) -> Iterator[bytes]:
    for stream in re.findall(rb"stream\n(.*?)\nendstream", document, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompress(stream)


def done(site: Site, conditions: str, rate: float) -> str:
    """The id of a test that gave a figure."""
    with site.database.write() as conn:
        asked = RoomTest("", VENUE, ZAAL, conditions, "anna", SYSTEM.now(), 210.0)
        made = begin_test(conn, asked)
        decay = Decay(rate, rate * 0.92, rate * 1.08, 440.0, 700.0, 6.0, 0.4, 90)
        over = replace(made, state="done", ended=SYSTEM.now(), outdoor_ppm=430.0, decay=decay)
        return close_test(conn, over).id


def test_a_certificate_says_how_it_was_measured_and_for_how_many_it_is_enough(site: Site) -> None:
    number = done(site, "ramen dicht", 2.0)
    browser = site.visitor()
    log_in(browser)
    assert f"{PAGE}/{number}.pdf" in browser.get(PAGE).text
    answer = browser.get(f"{PAGE}/{number}.pdf")
    assert answer.mimetype == "application/pdf"
    assert len(re.findall(rb"/Type /Page\b", answer.data)) == 1
    assert browser.get(f"/rooms/{VENUE}/serre/test/{number}.pdf").status_code == 404


def test_a_test_without_a_figure_has_no_certificate(site: Site) -> None:
    with site.database.write() as conn:
        asked = RoomTest("", VENUE, ZAAL, "dicht", "anna", SYSTEM.now(), 210.0)
        running = begin_test(conn, asked)
    browser = site.visitor()
    log_in(browser)
    assert browser.get(f"{PAGE}/{running.id}.pdf").status_code == 404


def test_tests_are_compared_and_the_plan_counts_with_them(site: Site) -> None:
    done(site, "ramen dicht", 2.0)
    done(site, "ramen open", 6.0)
    browser = site.visitor()
    log_in(browser)
    assert browser.get(PAGE).text.count('class="interval"') == 2
    query = {"venue": VENUE, "room": ZAAL, "people": "8", "minutes": "60"}
    plan = site.call("GET", "/api/v1/plan", query_string=query).json
    assert plan is not None
    assert plan["known_from"] == "test"
