"""What devices were reported to send, one row each in readings.toml: a message in, a reading out."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.refused_message import RefusedMessage
from gateway.journal.classify import classify
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading, PeopleReading

ROWS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("readings.toml").read_text(encoding="utf-8")
)["case"]
AIR = "luchtig/devices/de-kade/co2-01/air"
ARRIVED_NS = to_ns(datetime(2026, 11, 24, 8, tzinfo=UTC))
ZONES = {"de-kade": ZoneInfo("Europe/Amsterdam")}


@pytest.mark.parametrize("row", ROWS, ids=[row["what"] for row in ROWS])
def test_a_message_becomes_the_reading_that_it_must_mean(row: dict[str, Any]) -> None:
    taken = classify(
        row.get("topic", AIR), row["payload"].encode(),
        retained=False, arrived_ns=ARRIVED_NS, zones=ZONES,
    )  # fmt: skip
    if "refused" in row:
        assert isinstance(taken.what, RefusedMessage)
        assert taken.what.reason == row["refused"]
        return
    assert isinstance(taken.what, AirReading | PeopleReading)
    assert from_ns(taken.what.at_ns) == datetime.fromisoformat(row["at"])
    assert taken.what.ts_given is row.get("given", True)
    assert taken.zone_assumed is row.get("zone_assumed", False)
    assert taken.dropped == ()
