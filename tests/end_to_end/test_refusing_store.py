"""A database that holds our measurement with another type: said, kept, and given up by a person alone."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from dashboard.cli import main
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from tests.end_to_end.gateway_alone import Ledger, Publisher
from tests.end_to_end.set_up import SetUp, influxql, set_up
from tests.servers import Broker, Influx, wait_until

AIR, PEOPLE = "luchtig/devices/de-kade/co2-{}/air", "luchtig/devices/de-kade/people-03/people"


@pytest.fixture
def foreign(influx: Influx) -> str:
    """The database of an earlier experiment, whose CO2 were whole numbers."""
    name = f"test_{uuid4().hex}"
    host = f"http://127.0.0.1:{influx.port}"
    for url, body in (
        (f"{host}/query?q=CREATE+DATABASE+{name}", b""),
        (f"{host}/write?db={name}", b"air,host=pi co2_ppm=612i"),
    ):
        asked = urllib.request.Request(url, body)  # noqa: S310 - our own server
        urllib.request.urlopen(asked, timeout=30).close()  # noqa: S310 - our own server
    return name


@pytest.fixture
def site(tmp_path: Path, broker: Broker, influx: Influx, foreign: str) -> Iterator[SetUp]:
    with set_up(tmp_path, broker, influx.database_url(foreign)) as made:
        made.import_venue()
        yield made


def readings(count: int) -> Iterator[tuple[str, bytes]]:
    for i in range(count):
        ts = to_wire(SYSTEM.now().replace(microsecond=i * 1000))
        yield AIR.format(i % 2), json.dumps({"ts": ts, "co2_ppm": 800}).encode()
    yield PEOPLE, json.dumps({"count": 4}).encode()


def ready(site: SetUp) -> tuple[int, object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/readyz", timeout=30) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def test_air_of_another_type_is_told_kept_and_released_by_a_person(
    site: SetUp, influx: Influx, foreign: str
) -> None:
    site.start("gateway")
    site.start_dashboard()
    ledger, publisher = Ledger(site.config), Publisher(site.broker)
    try:
        publisher.publish_all(readings(30))
        wait_until(lambda: ready(site)[0] == 503, "not ready")
        found = ready(site)[1]
        assert isinstance(found, dict)
        assert found["store"] == "refuses air"
        assert "store refuses air, every line" in site.log("gateway")
        assert "field type conflict" in site.log("gateway")
        wait_until(lambda: influxql(influx, foreign, "SELECT count FROM people"), "what is taken")
        assert ledger.quarantine() == []
        assert "/settings/store/air/release" in site.page("/settings/system")
        assert main(["store", "release", "air", "--config", str(site.config)]) == 0
        wait_until(lambda: len(ledger.quarantine()) == 30, "the quarantine")
        assert {reason for _, reason in ledger.quarantine()} == {"store_rejected"}
        wait_until(lambda: ready(site)[0] == 200, "ready")
    finally:
        publisher.close()
        ledger.close()
