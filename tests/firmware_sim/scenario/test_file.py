import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from firmware_sim.scenario.scenario import find_scenario, load_scenario, parse_scenario
from sensors.config import ConfigError
from sensors.wire.topic import VenueSlug
from tests.firmware_sim.scenarios import tables


def mistakes(given: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        parse_scenario(given, "f.toml")
    return caught.value.mistakes


FAULT = {"kind": "drop", "probability": 0.1}


@pytest.mark.parametrize(
    ("sim", "expected"),
    [
        ({"outdoor": 400}, "f.toml: sim.outdoor: unknown key, did you mean outdoor_ppm?"),
        ({"seed": "x"}, "f.toml: sim.seed: expected int, got str"),
        ({"outdoor_ppm": -1.0}, "f.toml: sim.outdoor_ppm = -1.0: expected 0 to 5000"),
        ({"outdoor_ppm": float("nan")}, "f.toml: sim.outdoor_ppm = nan: expected 0 to 5000"),
        ({"late_min": 500.0}, "f.toml: sim.late_min = 500.0: expected 0 to 120"),
        ({"room": 3}, "f.toml: sim.room: expected tables, [[sim.room]]"),
        ({"room": [{}]}, "f.toml: sim.room[0].room: is missing, expected str"),
        ({"room": [{"room": "zall"}]},
         "f.toml: sim.room[0].room = 'zall': expected a room of the venue: zaal"),
        ({"room": [{"room": "zaal", "windows": [{"start": "9:00", "end": "10:00",
                                                 "air_changes_per_h": 3}]}]},
         "f.toml: sim.room[0].windows[0].start = '9:00': expected a local \"HH:MM\""),
        ({"room": [{"room": "zaal", "windows": [{"start": "11:00", "end": "10:00",
                                                 "air_changes_per_h": 3}]}]},
         "f.toml: sim.room[0].windows[0].end = '10:00': expected after start, 11:00"),
        ({"room": [{"room": "zaal", "windows": [{"start": "11:00"}]}]},
         "f.toml: sim.room[0].windows: [0]: object missing required field end"),
        ({"device": [{"device": "air-9"}]},
         ("f.toml: sim.device[0].device = 'air-9': expected a device of the venue: "
          "air-1, count-1, door-1")),
        ({"device": [{"device": "air-1"}, {"device": "air-1"}]},
         "f.toml: sim.device[1].device = 'air-1': expected each device once"),
        ({"device": [{"device": "air-1", "measures": ["count", "door"]}]},
         ("f.toml: sim.device[0].measures = ['count', 'door']: "
          "expected air, and one of count and door")),
        ({"device": [{"device": "air-1", "measures": ["noise"]}]},
         "f.toml: sim.device[0].measures: [0]: invalid enum value 'noise'"),
        ({"device": [{"device": "air-1", "interval_s": 0.0}]},
         "f.toml: sim.device[0].interval_s = 0.0: expected 0.1 to 86400"),
        ({"device": [{"device": "air-1", "drift": 2.0}]},
         "f.toml: sim.device[0].drift = 2.0: expected 0 to 1"),
        ({"device": [{"device": "air-1", "fault": [{"kind": "drop"}]}]},
         "f.toml: sim.device[0].fault[0]: expected a probability, or a start and an end"),
        ({"device": [{"device": "air-1", "fault": [FAULT | {"probability": 7}]}]},
         "f.toml: sim.device[0].fault[0].probability = 7.0: expected 0 to 1"),
        ({"device": [{"device": "air-1", "fault": [FAULT | {"start": "08:00"}]}]},
         "f.toml: sim.device[0].fault[0].end = '': expected a local \"HH:MM\""),
        ({"device": [{"device": "air-1", "fault": [FAULT | {"kind": "fire"}]}]},
         "f.toml: sim.device[0].fault: [0].kind: invalid enum value 'fire'"),
        ({"device": [{"device": "air-1", "fault": [FAULT | {"chance": 1}]}]},
         "f.toml: sim.device[0].fault: [0]: object contains unknown field chance"),
        ({"attendance": [{"room": "zaal", "start": "08:00", "people": 3}]},
         ("f.toml: sim.attendance[0].start = '08:00': "
          "expected the start of a meeting in that room: 09:00")),
        ({"attendance": [{"room": "zaal", "start": "09:00", "people": -3}]},
         "f.toml: sim.attendance[0].people = -3: expected 0 to 10000"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_key_and_what_was_expected(
    sim: dict[str, Any], expected: str
) -> None:
    assert mistakes(tables(**sim)) == (expected,)


def test_a_zone_that_is_none_is_a_mistake() -> None:
    given = tables()
    given["venue"][0]["timezone"] = "Mars"
    assert mistakes(given) == (
        "f.toml: venue[0].timezone = 'Mars': expected a zone like Europe/Amsterdam",
    )


def test_all_mistakes_are_told_together() -> None:
    found = mistakes(tables(outdoor_ppm=-1.0, device=[{"device": "x"}], room=[{"room": "y"}]))
    assert len(found) == 3


def test_a_table_that_nobody_reads_is_a_mistake() -> None:
    assert mistakes(tables() | {"simm": {}}) == (
        "f.toml: simm: unknown table, known are venue and sim",
    )


def test_a_meeting_with_times_of_two_kinds_is_a_mistake() -> None:
    given = tables()
    given["venue"][0]["meeting"][0]["start"] = datetime(2026, 11, 24, tzinfo=UTC)
    assert "expected start and end of one kind" in mistakes(given)[0]


def test_where_there_are_several_venues_a_row_names_its_own() -> None:
    given = tables(room=[{"room": "zaal"}])
    given["sim"].pop("device")
    other = given["venue"][0] | {"slug": "other"}
    given["venue"].append(other)
    assert mistakes(given) == ("f.toml: sim.room[0].room: name its venue too: test-venue, other",)
    given["sim"]["room"] = [{"room": "zaal", "venue": "other", "air_changes_per_h": 9}]
    rooms = {room.venue: room for room in parse_scenario(given, "f").rooms if room.slug == "zaal"}
    assert rooms[VenueSlug("other")].air_changes_per_h == 9
    assert rooms[VenueSlug("test-venue")].air_changes_per_h == 3


def test_two_venues_of_one_name_are_a_mistake() -> None:
    given = tables()
    given["venue"].append(given["venue"][0])
    assert "a venue that is not there already" in mistakes(given)[0]


def test_a_file_for_import_alone_plays_too() -> None:
    given = tables()
    del given["sim"]
    scenario = parse_scenario(given, "f.toml")
    assert [device.measures for device in scenario.devices] == [("air",)] * 3
    assert scenario.rooms[0].appointments[0].people == 10


def test_a_shipped_scenario_is_found_by_name() -> None:
    assert find_scenario("de-kade").name == "de-kade.toml"
    assert len(load_scenario(find_scenario("de-kade")).devices) == 10
    assert load_scenario(find_scenario("de-kade"), seed=7).seed == 7


def test_a_name_that_is_none_lists_what_ships() -> None:
    with pytest.raises(ConfigError, match=re.escape("one of: de-kade")):
        find_scenario("de-kaai")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_scenario(find_scenario(str(tmp_path / "none.toml")))
