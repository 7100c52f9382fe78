"""Small scenarios for the tests, and moments on the day they play."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from firmware_sim.scenario.scenario import Scenario, parse_scenario
from sensors.wire.instant import to_ns

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SECOND_NS = 1_000_000_000


def local_ns(hour: int, minute: int = 0, *, day: int = 24, second: int = 0) -> int:
    """A moment in Amsterdam in November 2026."""
    return to_ns(datetime(2026, 11, day, hour, minute, second, tzinfo=AMSTERDAM))


def tables(**sim: Any) -> dict[str, Any]:
    """One venue, one room, one meeting of 10 people from 09:00 to 10:00, one device of each kind."""
    return {
        "venue": [
            {
                "slug": "test-venue",
                "name": "Test",
                "room": [{"slug": "zaal", "name": "Zaal", "volume_m3": 100, "seats": 12}],
                "device": [
                    {"slug": "air-1", "room": "zaal"},
                    {"slug": "count-1", "room": "zaal"},
                    {"slug": "door-1", "room": "zaal"},
                ],
                "meeting": [
                    {"room": "zaal", "title": "Overleg", "start": "09:00", "end": "10:00",
                     "expected_people": 10}
                ],
            }
        ],
        "sim": {
            "device": [
                {"device": "air-1"},
                {"device": "count-1", "measures": ["count"], "interval_s": 30},
                {"device": "door-1", "measures": ["door"], "interval_s": 30},
            ],
            **sim,
        },
    }  # fmt: skip


def scenario(**sim: Any) -> Scenario:
    return parse_scenario(tables(**sim), "test.toml")
