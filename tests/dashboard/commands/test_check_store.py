"""What ``luchtig check`` finds of the store: one of each kind goes in, comes back and is removed."""

import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.checks.finding import Finding
from dashboard.checks.store import check_store, one_of_each
from gateway.config import Settings, StoreSettings
from gateway.store.interface import STORED
from gateway.store.line_protocol import to_line
from gateway.store.open import open_store
from gateway.store.row import kind_of
from sensors.wire.topic import VenueSlug
from tests.gateway.store.scripted import (
    Asked,
    Said,
    ScriptedServer,
    influxdb_2,
    json_said,
    scripted,
)
from tests.servers import Influx

WELL = [("ok", "one of each kind went in, came back and was removed")]
CHECK = VenueSlug("luchtig-check")


def settings_of(directory: Path, url: str, **more: str) -> Settings:
    return Settings(directory=directory, store=StoreSettings(url=url, **more))  # type: ignore[arg-type]  # each gives what fits


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.verdict, finding.found) for finding in findings]


def left(settings: Settings) -> int:
    store = open_store(settings.store, settings.directory)
    held = sum(store.count(kind, CHECK) for kind in STORED)
    store.close()
    return held


def post(influx: Influx, path: str, body: bytes, **query: str) -> None:
    url = f"http://127.0.0.1:{influx.port}{path}?{urllib.parse.urlencode(query)}"
    asked = urllib.request.Request(url, body)
    urllib.request.urlopen(asked, timeout=30).close()  # noqa: S310 - our own server


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted(influxdb_2(lambda _: Said(204))) as running:
        yield running


def test_one_of_each_kind_has_every_field_there_is() -> None:
    lines = {kind_of(row): to_line(row) for row in one_of_each(1)}
    for kind, fields in STORED.items():
        assert [f.name for f in fields if f"{f.name}=" not in lines[kind]] == []


def test_a_file_of_our_own_passes_and_nothing_is_left(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "sqlite:///readings.db")
    assert told(check_store(settings))[1:] == WELL
    assert left(settings) == 0


def test_of_several_stores_each_is_tried_and_named_by_its_venues(tmp_path: Path) -> None:
    away = StoreSettings(venues=(VenueSlug("arena"),), url="influxdb://127.0.0.1:9/x")
    settings = Settings(directory=tmp_path, venue_stores=(away,))
    rest, (verdict, found) = told(check_store(settings))[1], told(check_store(settings))[2]
    assert rest == ("ok", f"all other venues: {WELL[0][1]}")
    assert verdict == "fail"
    assert found.startswith("arena: InfluxDB at 127.0.0.1:9 is not reached")


def test_a_real_influxdb_passes_and_nothing_is_left(influx: Influx, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, influx.database_url(f"test_{uuid4().hex}"))
    assert told(check_store(settings))[1:] == WELL
    assert left(settings) == 0


def test_a_measurement_of_another_type_is_told_for_that_kind(
    influx: Influx, tmp_path: Path
) -> None:
    name = f"test_{uuid4().hex}"
    post(influx, "/query", b"", q=f"CREATE DATABASE {name}")
    post(influx, "/write", b"air,host=pi co2_ppm=612i", db=name)
    settings = settings_of(tmp_path, influx.database_url(name))
    findings = check_store(settings)
    (failed,) = [finding for finding in findings if finding.verdict == "fail"]
    assert failed.found.startswith("air is refused: partial write: field type conflict")
    assert "another database" in failed.mend
    assert left(settings) == 0


def test_a_missing_org_is_found_by_the_line_that_is_written(
    server: ScriptedServer, tmp_path: Path
) -> None:
    def write(asked: Asked) -> Said:
        if "org" in asked.query:
            return Said(204)
        return json_said(400, {"code": "invalid", "message": "Please provide either orgID or org"})

    script = influxdb_2(write)
    server.script = lambda asked: Said(204) if asked.body == b"" and asked.method == "POST" else script(asked)  # fmt: skip
    ((verdict, found),) = told(check_store(settings_of(tmp_path, server.url())))
    assert verdict == "fail"
    assert "check store.url and store.org" in found


def test_what_is_not_read_back_is_told(server: ScriptedServer, tmp_path: Path) -> None:
    findings = check_store(settings_of(tmp_path, server.url(), org="club"))
    failed = [finding.found for finding in findings if finding.verdict == "fail"]
    assert failed == [f"{kind} is not read back as it was written" for kind in STORED]


def test_a_store_that_is_away_is_told(tmp_path: Path) -> None:
    findings = check_store(settings_of(tmp_path, "influxdb://127.0.0.1:9/x"))
    assert [finding.verdict for finding in findings] == ["fail"]
