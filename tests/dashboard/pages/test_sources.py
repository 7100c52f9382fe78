"""A source made by clicking, of what comes on the broker."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.board.topics_heard import TopicsHeard
from dashboard.web.services import EXTENSION
from gateway.registry.sources import all_sources
from sensors.adapters.source import Mapped
from sensors.config import BrokerSettings
from tests.dashboard.setup import VENUE, Site, csrf_token, log_in, publish
from tests.servers import wait_until

PAGE = "/settings/sources"
TOPIC = "fabriek/Hal 1/meting"


@pytest.fixture
def listening(site: Site, tmp_path: Path) -> Iterator[Site]:
    topics = TopicsHeard(BrokerSettings(url=site.broker.url), tmp_path)
    services = site.app.extensions[EXTENSION]
    site.app.extensions[EXTENSION] = replace(services, topics=topics)
    yield site
    topics.close()


@pytest.fixture
def browser(listening: Site) -> FlaskClient:
    opened = listening.visitor()
    log_in(opened)
    opened.post("/language/en", data={"csrf_token": csrf_token(opened.get(PAGE))})
    return opened


def send(browser: FlaskClient, form: dict[str, str]) -> TestResponse:
    return browser.post(PAGE, data={"csrf_token": csrf_token(browser.get(PAGE))} | form)


def test_what_comes_is_shown_and_made_into_a_source(listening: Site, browser: FlaskClient) -> None:

    def page(path: str) -> str:
        publish(listening.broker, TOPIC, b'{"lucht":[{"co2":640}],"t":68}', retain=False)
        publish(listening.broker, "zigbee2mqtt/a", b'{"co2":612,"linkquality":9}', retain=False)
        return str(browser.get(path).text)

    everything = f"/settings/sources?filter=%23&venue={VENUE}"
    wait_until(lambda: TOPIC in page(everything) and "612" in page(everything), "the topics")
    shown = page(everything)
    assert "zigbee2mqtt/#" in shown
    assert "CO₂ 612 ppm" in shown
    chosen = {
        "venue": str(VENUE), "filter": "#", "topic": TOPIC, "kind": "mapping", "level": "1",
        "path-1": "$.lucht[0].co2", "is-1": "co2_ppm", "unit-1": "",
        "path-2": "$.t", "is-2": "temperature_c", "unit-2": "°F",
    }  # fmt: skip
    seen = send(browser, chosen | {"do": "see"})
    assert seen.status_code == 200
    assert "hal-1" in seen.text
    with listening.database.read() as conn:
        assert all_sources(conn) == ()
    assert send(browser, chosen | {"do": "make"}).status_code == 303
    with listening.database.read() as conn:
        (made,) = all_sources(conn)
    assert (made.source.filter, made.source.device) == ("fabriek/+/meting", "{topic[1]}")
    assert made.source.fields == {
        "co2_ppm": Mapped(path="$.lucht[0].co2"),
        "temperature_c": Mapped(path="$.t", unit="°F"),
    }


@pytest.mark.usefixtures("listening")
def test_one_that_would_hear_our_own_topics_is_refused(browser: FlaskClient) -> None:
    form = {"venue": str(VENUE), "filter": "#", "kind": "zigbee2mqtt"}
    assert send(browser, form).status_code == 422
