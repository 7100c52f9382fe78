"""Zigbee2MQTT: a bridge speaks for its devices, and of much else [zigbee2mqtt.io, MQTT topics and
messages].
"""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from firmware_sim.as_others.voice import Air, Spoken, Steps, Voice, json_post, told
from firmware_sim.event import Post
from firmware_sim.scenario.tables import Quantity
from sensors.wire.reading import PeopleReading

BASE = "zigbee2mqtt"


class Zigbee2Mqtt(Voice):
    kind = "zigbee2mqtt"
    filters = (f"{BASE}/#",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air", "motion"))
    steps = Steps(time_ns=None)
    hub = "mqttjs_7c9e6679"

    def air(self, air: Air) -> tuple[Post, ...]:
        condition = self.condition(air.at_ns)
        body = told(
            battery=condition.battery_pct, co2=air.co2_ppm, formaldehyd=3,
            humidity=air.humidity_pct, linkquality=condition.link_quality,
            temperature=air.temperature_c, voc=12,
        )  # fmt: skip
        return (json_post(f"{BASE}/{self.name}", body),)

    def people(self, reading: PeopleReading) -> Spoken:
        condition = self.condition(reading.at_ns)
        moves = bool(reading.motion)
        body = {
            "battery": condition.battery_pct, "illuminance": 41,
            "linkquality": condition.link_quality, "occupancy": moves,
        }  # fmt: skip
        means = msgspec.structs.replace(reading, motion=int(moves))
        return Spoken((json_post(f"{BASE}/{self.name}", body),), (means,))

    def births(self) -> tuple[Post, ...]:
        return (self._available("online"),)

    def gone(self) -> tuple[Post, ...]:
        line = {
            "level": "warning",
            "message": f"z2m: '{self.name}' does not answer",
            "namespace": "z2m",
        }
        return json_post(f"{BASE}/bridge/logging", line), self._available("offline")

    def back(self) -> tuple[Post, ...]:
        announced = {"friendly_name": self.name, "ieee_address": f"0x{self.address(16)}"}
        event = {"type": "device_announce", "data": announced}
        return json_post(f"{BASE}/bridge/event", event), self._available("online")

    @classmethod
    def hub_births(cls, voices: Sequence[Voice]) -> tuple[Post, ...]:
        devices = [
            {
                "ieee_address": f"0x{voice.address(16)}", "type": "EndDevice", "supported": True,
                "friendly_name": voice.name, "disabled": False, "power_source": "Battery",
                "definition": {"model": "TS0601_air_quality_sensor", "vendor": "Tuya"},
            }
            for voice in voices
        ]  # fmt: skip
        info = {"version": "1.42.0", "permit_join": False, "log_level": "info"}
        return (
            _state("online"),
            json_post(f"{BASE}/bridge/info", info, retain=True),
            json_post(f"{BASE}/bridge/devices", devices, retain=True),
            json_post(f"{BASE}/bridge/groups", [], retain=True),
            *super().hub_births(voices),
        )

    @classmethod
    def hub_will(cls) -> Post | None:
        return _state("offline")

    def _available(self, state: str) -> Post:
        return json_post(f"{BASE}/{self.name}/availability", {"state": state}, retain=True, qos=1)


def _state(state: str) -> Post:
    return json_post(f"{BASE}/bridge/state", {"state": state}, retain=True, qos=1)
