"""What Home Assistant is told of a room, so that it shows up by itself: its MQTT device discovery.

One message makes the device with all its entities; they read the room's state and alerts where the gateway
publishes them anyway, and are unavailable while the gateway is offline. The flow is in m³/h, since Home
Assistant has no device class of flow that knows litres a second. What is not known is ``None`` there, which
Home Assistant shows as unknown. By its documentation of MQTT discovery (device discovery, 2024.11 on).
"""

import json
from typing import Any, Final

from gateway.domain.room import Room
from gateway.words.locale import PageLocale
from sensors.wire.topic import VenueSlug, gateway_topic, room_topic

_PER_PERSON: Final = "value_json.ventilation.per_person_lps"
_LEVELS: Final = ("good", "watch", "act", "unknown")
_FLAG_STATES: Final = ("pending", "firing", "resolved")


def config_topic(prefix: str, venue: VenueSlug, room: str) -> str:
    """Where the room's discovery message is retained."""
    return f"{prefix}/device/luchtig-{venue}-{room}/config"


def discovery(
    room: Room, venue_name: str, client_id: str, version: str, url: str, words: PageLocale
) -> bytes:
    """The discovery message of ``room``; entities are named by ``words``, ``url`` leads to its page."""
    name = f"luchtig-{room.venue}-{room.slug}"
    said = {
        "device": {
            "identifiers": [name],
            "name": room.name,
            "manufacturer": "Luchtig",
            "model": venue_name,
            "suggested_area": room.name,
            "configuration_url": f"{url.rstrip('/')}/rooms/{room.venue}/{room.slug}",
        },
        "origin": {"name": "Luchtig", "sw_version": version},
        "state_topic": room_topic(room.venue, room.slug, "state"),
        "availability_topic": gateway_topic(client_id),
        "qos": 1,
        "components": {
            key: {"unique_id": f"{name}-{key}", "object_id": f"{name}-{key}", **component}
            for key, component in _components(room, words).items()
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _components(room: Room, words: PageLocale) -> dict[str, dict[str, Any]]:
    return {
        "co2": _sensor("CO₂", "{{ value_json.co2_ppm }}", device_class="carbon_dioxide", unit="ppm", digits=0),
        "people": _sensor(words.gettext("People"), "{{ value_json.people }}", icon="mdi:account-group"),
        "capacity": _sensor(words.gettext("Places"), "{{ value_json.capacity }}", icon="mdi:seat"),
        "fresh_air": _sensor(
            words.gettext("Fresh air per person"),
            "{{ (value_json.ventilation.per_person_lps * 3.6) | round(1)"
            f" if value_json.ventilation and {_PER_PERSON} is not none else None }}}}",
            device_class="volume_flow_rate", unit="m³/h", icon="mdi:weather-windy", digits=0,
        ),
        "minutes": _sensor(
            words.gettext("Time to the limit"),
            "{{ value_json.forecast.minutes if value_json.forecast else None }}",
            device_class="duration", unit="min", digits=0,
        ),
        "level": {
            "platform": "sensor",
            "name": words.gettext("Level"),
            "device_class": "enum",
            "options": list(_LEVELS),
            "icon": "mdi:gauge",
            "value_template": "{{ value_json.level }}",
        },
        "problem": {
            "platform": "binary_sensor",
            "name": words.gettext("Problem"),
            "device_class": "problem",
            "value_template": "{{ {'act': 'ON', 'unknown': 'None'}.get(value_json.level, 'OFF') }}",
        },
        "flag": {
            "platform": "event",
            "name": words.gettext("Alert"),
            "state_topic": room_topic(room.venue, room.slug, "alert"),
            "event_types": list(_FLAG_STATES),
            "icon": "mdi:flag",
            "value_template": (
                "{{ {'event_type': value_json.state, 'rule': value_json.rule,"
                " 'since': value_json.since, 'value': value_json.value,"
                " 'limit': value_json.limit} | to_json }}"
            ),
        },
    }  # fmt: skip


def _sensor(
    name: str,
    template: str,
    *,
    device_class: str = "",
    unit: str = "",
    icon: str = "",
    digits: int | None = None,
) -> dict[str, Any]:
    said = {
        "platform": "sensor",
        "name": name,
        "value_template": template,
        "state_class": "measurement",
        "device_class": device_class,
        "unit_of_measurement": unit,
        "icon": icon,
        "suggested_display_precision": digits,
    }
    return {key: value for key, value in said.items() if value not in ("", None)}
