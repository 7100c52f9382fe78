"""Exports: what is stored comes out as it is, on every store, and no cell is a formula."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.csv_rows import CHUNK, COLUMNS, Selection, csv_chunks, safe
from gateway.config import StoreSettings
from gateway.store.interface import Store
from gateway.store.open import open_store
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.gateway.store.rows import SECOND_NS, T0_NS, VENUE, air, people, sample
from tests.servers import Influx

HOUR_NS = 3600 * SECOND_NS


@pytest.fixture(params=["sqlite", "influx"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite:///readings.db"
    if request.param == "influx":
        server = request.getfixturevalue("influx")
        assert isinstance(server, Influx)
        url = server.database_url(f"test_{uuid4().hex}")
    opened = open_store(StoreSettings(url=url), tmp_path)
    yield opened
    opened.close()


def lines(store: Store, room: RoomSlug | None = None) -> list[dict[str, str]]:
    chunks = csv_chunks(store, Selection(VENUE, room, T0_NS, T0_NS + HOUR_NS))
    text = b"".join(chunks).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_reading_is_a_line_with_what_is_known_of_it(store: Store) -> None:
    store.write(
        [
            air(0, 812.5, temperature_c=-3.5, humidity_pct=44.0, seq=7),
            people(1, in_total=12, out_total=3),
            sample(2, 9, flow_lps=90.25),
        ]
    )
    first, second, third = lines(store)
    assert {k: v for k, v in first.items() if v} == {
        "at": "2026-11-24T07:00:00.000Z",
        "venue": "de-kade",
        "room": "zaal",
        "kind": "air",
        "device": "co2-1",
        "co2_ppm": "812.5",
        "temperature_c": "-3.5",
        "humidity_pct": "44",
        "seq": "7",
        "arrived_at": "2026-11-24T07:00:00.250Z",
        "ts_given": "true",
    }
    assert (second["in_total"], second["out_total"], second["count"]) == ("12", "3", "")
    assert (third["kind"], third["people"], third["flow_lps"], third["level"]) == (
        "room",
        "9",
        "90.25",
        "good",
    )


def test_a_room_is_in_order_of_time_and_a_venue_room_after_room(store: Store) -> None:
    store.write(
        [
            air(20),
            people(10, count=3),
            sample(0, 3),
            air(5, room=RoomSlug("hal")),
            air(-1),
            air(3600),
        ]
    )
    assert [(row["room"], row["kind"]) for row in lines(store)] == [
        ("hal", "air"),
        ("zaal", "room"),
        ("zaal", "people"),
        ("zaal", "air"),
    ]
    assert [row["room"] for row in lines(store, RoomSlug("hal"))] == ["hal"]


def test_a_large_export_comes_in_chunks_that_fit_in_memory(store: Store) -> None:
    store.write([air(i / 4, 600 + i % 900) for i in range(12_000)])
    chunks = list(csv_chunks(store, Selection(VENUE, None, T0_NS, T0_NS + HOUR_NS)))
    assert len(chunks) > 5
    assert max(map(len, chunks)) < CHUNK + 1024
    assert b"".join(chunks).count(b"\r\n") == 12_001


def test_an_empty_time_is_the_header_alone(store: Store) -> None:
    (only,) = csv_chunks(store, Selection(VENUE, None, T0_NS, T0_NS + 1))
    assert only.decode() == ",".join(COLUMNS) + "\r\n"


def test_a_cell_that_begins_like_a_formula_is_text(store: Store) -> None:
    store.write(
        [
            air(0, room=RoomSlug("=1+1"), device=DeviceSlug("@SUM(A1)")),
            air(1, room=RoomSlug("-x"), device=DeviceSlug("+31")),
        ]
    )
    assert [(row["room"], row["device"]) for row in lines(store)] == [
        ("'-x", "'+31"),
        ("'=1+1", "'@SUM(A1)"),
    ]


@given(st.text())
def test_no_text_is_taken_for_a_formula_and_none_is_lost(text: str) -> None:
    shown = safe(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown in (text, f"'{text}")


def test_a_time_between_two_milliseconds_keeps_its_digits(store: Store) -> None:
    store.write([air(0.123456789)])
    (row,) = lines(store)
    assert row["at"] == "2026-11-24T07:00:00.123456789Z"
    assert datetime.fromisoformat(row["at"]).microsecond == 123456
