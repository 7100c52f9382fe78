"""Our discovery messages under the schemas of the published ``homeassistant`` package.

It needs a Python that has it, 2025.4 or newer (older ones know no device discovery): the one that
``LUCHTIG_HASS_PYTHON`` names, or ``python3.13``. Without it these tests are skipped and say so.
"""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.room import Room
from gateway.home_assistant.discovery import discovery
from gateway.words.locale import locale_of
from sensors.wire.topic import RoomSlug, VenueSlug

READER = Path(__file__).with_name("their_schemas.py")
OLDEST = (2025, 4)
ROOM = Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre aan ’t water")
STATE = (
    '{"co2_ppm":1240,"people":9,"capacity":12,"level":"act","ventilation":{"per_person_lps":10.0},'
    '"forecast":{"minutes":34}}'
)
ALERT = '{"rule":"co2","state":"firing","since":"2026-11-24T08:00:00Z","value":1240,"limit":1200}'


@cache
def their_python() -> str:
    """The interpreter, which is known to have it; nothing where there is none."""
    python = os.environ.get("LUCHTIG_HASS_PYTHON", "python3.13")
    ask = (
        "from homeassistant.const import MAJOR_VERSION, MINOR_VERSION as m; print(MAJOR_VERSION, m)"
    )
    try:
        said = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return python if tuple(map(int, said.stdout.split())) >= OLDEST else ""


def message(language: str) -> dict[str, Any]:
    said = json.loads(
        discovery(ROOM, "De Kade", "gw", "0.1", "https://air.example", locale_of(language))
    )
    assert isinstance(said, dict)
    return said


def read(said: dict[str, Any]) -> dict[str, Any]:
    if not their_python():
        pytest.skip(
            "no Home Assistant: make a venv of Python 3.13, pip install homeassistant==2025.4.4"
            " paho-mqtt==2.1.0, and name its python in LUCHTIG_HASS_PYTHON"
        )
    payloads = {said["state_topic"]: STATE, said["components"]["flag"]["state_topic"]: ALERT}
    answer = subprocess.run(
        [their_python(), str(READER)], input=json.dumps({"message": said, "payloads": payloads}),
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    found = json.loads(answer.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("language", ["nl", "en", "de"])
def test_each_entity_is_taken_whole_without_a_warning_and_has_its_value(language: str) -> None:
    found = read(message(language))
    assert (found["faults"], found["warnings"]) == ([], [])
    flag = json.loads(found["values"].pop("flag"))
    assert (flag["event_type"], flag["value"]) == ("firing", 1240)
    assert {key: str(value) for key, value in found["values"].items()} == {
        "co2": "1240", "people": "9", "capacity": "12", "fresh_air": "36.0", "minutes": "34",
        "level": "act", "problem": "ON",
    }  # fmt: skip


def test_what_home_assistant_does_not_know_would_be_seen() -> None:
    said = message("en")
    said["components"]["fresh_air"]["unit_of_measurement"] = "L/s"
    said["components"]["co2"]["colour"] = "red"
    found = read(said)
    assert "co2: colour is not known" in found["faults"]
    assert any("L/s" in line for line in found["warnings"] + found["faults"])
