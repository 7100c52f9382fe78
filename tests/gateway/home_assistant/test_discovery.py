"""What Home Assistant reads out of a room's state, by the templates that it is given."""

import json
from typing import Any

import pytest
from jinja2 import Environment

from gateway.domain.room import Room
from gateway.home_assistant.discovery import config_topic, discovery
from gateway.words.locale import locale_of
from sensors.wire.topic import RoomSlug, VenueSlug

ROOM = Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre")
STATE: dict[str, Any] = {
    "co2_ppm": 812, "people": 9, "capacity": 12, "level": "watch",
    "ventilation": {"flow_lps": 90.0, "per_person_lps": 10.0},
    "forecast": {"limit_ppm": 1200, "minutes": 34},
}  # fmt: skip
SILENT: dict[str, Any] = {
    "co2_ppm": None, "people": None, "capacity": None, "level": "unknown",
    "ventilation": None, "forecast": None,
}  # fmt: skip


def said(language: str = "nl") -> dict[str, Any]:
    payload = discovery(ROOM, "De Kade", "gw", "0.1", "https://air.example/", locale_of(language))
    found = json.loads(payload)
    assert isinstance(found, dict)
    return found


def rendered(key: str, state: dict[str, Any]) -> str:
    environment = Environment(autoescape=False)  # noqa: S701 - as Home Assistant has it
    environment.filters["to_json"] = json.dumps
    template = said()["components"][key]["value_template"]
    return environment.from_string(template).render(value_json=state)


def test_a_room_is_one_device_with_all_that_is_told_of_it() -> None:
    message = said()
    assert message["device"]["identifiers"] == ["luchtig-de-kade-serre"]
    assert message["device"]["configuration_url"] == "https://air.example/rooms/de-kade/serre"
    assert message["state_topic"] == "luchtig/rooms/de-kade/serre/state"
    assert message["availability_topic"] == "luchtig/gateways/gw/status"
    assert set(message["components"]) == {
        "co2", "people", "capacity", "fresh_air", "minutes", "level", "problem", "flag"
    }  # fmt: skip
    assert len({one["unique_id"] for one in message["components"].values()}) == 8
    assert config_topic("homeassistant", ROOM.venue, ROOM.slug) == (
        "homeassistant/device/luchtig-de-kade-serre/config"
    )


def test_values_are_shown_in_whole_numbers_each_with_a_picture() -> None:
    components = said()["components"]
    assert {
        components[key]["suggested_display_precision"] for key in ("co2", "fresh_air", "minutes")
    } == {0}
    with_own = {"carbon_dioxide", "duration", "problem"}  # Home Assistant has one for these
    assert all("icon" in one or one.get("device_class") in with_own for one in components.values())


@pytest.mark.parametrize(
    ("key", "known"),
    [("co2", "812"), ("people", "9"), ("capacity", "12"), ("fresh_air", "36.0"),
     ("minutes", "34"), ("level", "watch"), ("problem", "OFF")],
)  # fmt: skip
def test_each_value_is_read_and_what_is_not_known_is_unknown(key: str, known: str) -> None:
    assert rendered(key, STATE) == known
    assert rendered(key, SILENT) == ("unknown" if key == "level" else "None")


def test_a_room_to_act_on_is_a_problem() -> None:
    assert rendered("problem", STATE | {"level": "act"}) == "ON"


def test_a_flow_that_nobody_shares_is_unknown() -> None:
    assert rendered("fresh_air", STATE | {"ventilation": {"per_person_lps": None}}) == "None"


def test_a_flag_is_an_event_of_its_state() -> None:
    alert = {"rule": "co2", "state": "firing", "since": "2026-11-24T08:00:00Z", "value": 1240,
             "limit": 1200}  # fmt: skip
    event = json.loads(rendered("flag", alert))
    assert event["event_type"] in said()["components"]["flag"]["event_types"]
    assert (event["rule"], event["value"], event["limit"]) == ("co2", 1240, 1200)


@pytest.mark.parametrize(
    ("language", "name"), [("nl", "Mensen"), ("en", "People"), ("de", "Personen")]
)
def test_entities_have_their_names_in_the_language_of_the_venue(language: str, name: str) -> None:
    assert said(language)["components"]["people"]["name"] == name
