"""What counters at doors were reported to send, one row each in doors.toml: messages in, people out."""

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.people import RoomPeople
from gateway.journal.classify import classify
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import PeopleReading

ROWS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("doors.toml").read_text(encoding="utf-8")
)["case"]
DOOR = "luchtig/devices/de-kade/door-01/people"
START = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize("row", ROWS, ids=[row["what"] for row in ROWS])
def test_totals_become_the_people_that_they_must_mean(row: dict[str, Any]) -> None:
    room, people = RoomPeople(), []
    for number, (in_total, out_total) in enumerate(row["totals"]):
        payload = json.dumps({"in_total": in_total, "out_total": out_total}).encode()
        arrived_ns = to_ns(START + timedelta(seconds=10 * number))
        what = classify(DOOR, payload, retained=False, arrived_ns=arrived_ns).what
        assert isinstance(what, PeopleReading)
        assert (what.in_total, what.out_total) == (in_total, out_total)
        room = room.passed(what.device, from_ns(what.at_ns), in_total, out_total)
        people.append(room.total)
    assert people == row["people"]
