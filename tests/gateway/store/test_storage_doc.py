"""docs/storage.md says what is stored, and its queries run."""

import json
import re
import sqlite3
import urllib.parse
import urllib.request
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.config import StoreSettings
from gateway.store.interface import STORED, Measurement
from gateway.store.line_protocol import to_line
from gateway.store.open import open_store
from sensors.wire.topic import RoomSlug
from tests.gateway.store.rows import T0_NS, air, people, sample
from tests.servers import Influx

DOC = (Path(__file__).parents[3] / "docs" / "storage.md").read_text(encoding="utf-8")
ROWS = (
    air(0, humidity_pct=40.0, seq=1, room=RoomSlug("grote-zaal")),
    people(0, count=2, room=RoomSlug("grote-zaal")),
    people(1, in_total=3, out_total=1, room=RoomSlug("grote-zaal")),
    sample(0, 2, flow_lps=96.0, room=RoomSlug("grote-zaal")),
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)


@pytest.mark.parametrize("row", ROWS, ids=["air", "count", "doors", "room"])
def test_every_measurement_tag_and_field_is_told(row: object) -> None:
    line = to_line(row)  # type: ignore[arg-type]  # each of ROWS is one
    key, fields, _ = line.split(" ")
    measurement = key.split(",")[0]
    (told,) = re.findall(rf"^\| `{measurement}` \|.*$", DOC, re.MULTILINE)
    named = [pair.split("=")[0] for pair in (*key.split(",")[1:], *fields.split(","))]
    assert [name for name in named if f"`{name}`" not in told] == []


@pytest.mark.parametrize("kind", STORED)
def test_every_field_that_is_described_is_told(kind: Measurement) -> None:
    (told,) = re.findall(rf"^\| `{kind}` \|.*$", DOC, re.MULTILINE)
    assert [field.name for field in STORED[kind] if f"`{field.name}`" not in told] == []


@pytest.mark.parametrize("query", blocks("sql"), ids=["co2", "people", "arrival"])
def test_an_influxql_query_runs(influx: Influx, tmp_path: Path, query: str) -> None:
    database = f"doc_{uuid4().hex}"
    store = open_store(StoreSettings(url=influx.database_url(database)), tmp_path)
    store.write(ROWS)
    store.close()
    when = f"time >= {T0_NS} AND time < {T0_NS + 60 * 10**9}"
    asked = query.replace("$timeFilter", when).replace("$__interval", "10s")
    asked = asked.replace("time > now() - 1d", when)
    parameters = urllib.parse.urlencode({"db": database, "q": asked})
    url = f"http://127.0.0.1:{influx.port}/query?{parameters}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        (result,) = json.load(answer)["results"]
    assert len(result["series"][0]["values"]) == 1


def test_the_sqlite_query_runs(tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    store.write(ROWS)
    store.close()
    (query,) = blocks("sqlite")
    with closing(sqlite3.connect(tmp_path / "readings.db")) as database:
        assert database.execute(query).fetchall() == [("2026-11-24 07:00:00", 800.0)]
