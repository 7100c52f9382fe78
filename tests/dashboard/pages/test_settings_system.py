"""The system page: parts and how they are, what lies on the disk, and the log with its secrets masked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.pages.settings.house.recent_log import masked, read_entries
from gateway.config import Settings, StoreSettings
from gateway.metrics import (
    JOURNAL_BYTES,
    JOURNAL_ENTRIES,
    JOURNAL_FULL,
    JOURNAL_MOST_BYTES,
    STORE_BACKLOG,
)
from gateway.registry.live.metric_totals import put_totals
from gateway.store.open import open_stores
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import NOW, Stage

PAGE = "/settings/system?lang=en"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "readings.db").write_bytes(b"x" * 2_500_000)
    return tmp_path


@pytest.fixture
def admin(stage: Stage, folder: Path) -> FlaskClient:
    return create_app(replace(stage.services, directory=folder)).test_client()


def test_parts_are_told_with_how_they_are(admin: FlaskClient, stage: Stage) -> None:
    with stage.database.write() as conn:
        totals = {(JOURNAL_ENTRIES, ""): 1_200.0, (STORE_BACKLOG, ""): 3.0}
        put_totals(conn, "luchtig-gateway", totals)
    words = said(admin.get(PAGE))
    assert "Broker reached" in words
    assert (
        "Gateway luchtig-gateway running, 1,200 entries in its journal, 3 wait for the store"
        in words
    )
    assert "Database SQLite, reached" in words
    assert "readings.db 2.5 MB" in words


def test_of_several_stores_each_is_told_by_its_venues(stage: Stage, folder: Path) -> None:
    away = StoreSettings(venues=(VenueSlug("arena"),), url="influxdb://127.0.0.1:9/x")
    stores = open_stores(Settings(directory=folder.parent, venue_stores=(away,)))
    services = replace(stage.services, directory=folder, store=stores)
    words = said(create_app(services).test_client().get(PAGE))
    stores.close()
    assert "Store (all other venues) SQLite" in words
    assert "Store (arena) not reached: InfluxDB at 127.0.0.1:9" in words


def test_a_journal_that_is_nearly_full_or_full_is_told(admin: FlaskClient, stage: Stage) -> None:
    near = {(JOURNAL_BYTES, ""): 85e6, (JOURNAL_MOST_BYTES, ""): 1e8, (JOURNAL_FULL, ""): 0.0}
    with stage.database.write() as conn:
        put_totals(conn, "luchtig-gateway", near)
    assert "the journal is nearly full (85%)" in said(admin.get(PAGE))
    assert "A journal is full" not in said(admin.get("/settings?lang=en"))
    with stage.database.write() as conn:
        put_totals(conn, "luchtig-gateway", {(JOURNAL_BYTES, ""): 1e8, (JOURNAL_FULL, ""): 1.0})
    assert "the journal is full, new readings wait at the broker" in said(admin.get(PAGE))
    assert "A journal is full" in said(admin.get("/settings?lang=en"))


def test_the_log_of_the_last_hour_is_shown_with_its_secrets_masked(
    admin: FlaskClient, folder: Path
) -> None:
    old, new = SYSTEM.now() - timedelta(minutes=61), SYSTEM.now() - timedelta(minutes=2)
    form = "%Y-%m-%dT%H:%M:%SZ"
    (folder / "recent-gateway.log.1").write_text(f"{old:{form}} WARNING gateway: long ago\n")
    (folder / "recent-gateway.log").write_text(
        f"{new:{form}} ERROR gateway.store: https://anna:geheim@influx:8086 away\n"
        "  | password=hunter2 in line 3\n"
    )
    page = admin.get(PAGE)
    words = said(page)
    at = f"{new.astimezone(AMSTERDAM):%H:%M:%S}"
    assert f"{at} gateway ERROR gateway.store: https://***@influx:8086 away" in words
    assert "password=***" in words
    for secret in ("geheim", "hunter2", "long ago"):
        assert secret not in page.text


def test_without_a_log_it_says_so(admin: FlaskClient) -> None:
    assert "Nothing was said, or the programs keep their log elsewhere." in said(admin.get(PAGE))


@pytest.mark.parametrize(
    "secret",
    [
        "mqtt://luchtig:Wacht-Woord@broker:1883", "?key=Wacht-Woord&x=1", "Authorization: Bearer Wacht-Woord",
        "token Wacht-Woord", 'secret="Wacht-Woord"', "luchtig_Wacht-Woord-1234", "GET /s/Wacht-Woord-1234 200",
        "password%3DWacht-Woord",
    ],
)  # fmt: skip
def test_what_is_secret_is_masked(secret: str) -> None:
    assert "Wacht-Woord" not in masked(f"before {secret} after")


def test_what_is_not_secret_stays() -> None:
    line = "store: not reached (http://127.0.0.1:8086/write); it is tried again"
    assert masked(line) == line


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_lines_are_read(lines: list[str]) -> None:
    for entry in read_entries(lines, "gateway", NOW):
        assert entry.at >= NOW
