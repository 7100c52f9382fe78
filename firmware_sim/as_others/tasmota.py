"""Tasmota with an MH-Z19B and an SHT3x, its clock on local time [tasmota.github.io/docs/MQTT; MH-Z19B]."""

from typing import ClassVar

from firmware_sim.as_others.voice import (
    SECOND_NS,
    Air,
    Steps,
    Voice,
    json_post,
    told,
)
from firmware_sim.event import Post
from firmware_sim.scenario.tables import Quantity
from sensors.wire.instant import from_ns

LAMP_WARMTH_C = 6.0


class Tasmota(Voice):
    kind = "tasmota"
    filters = ("tele/#",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air",))
    steps = Steps(time_ns=SECOND_NS)

    def air(self, air: Air) -> tuple[Post, ...]:
        condition = self.condition(air.at_ns)
        time = f"{from_ns(air.at_ns).astimezone(self.zone):%Y-%m-%dT%H:%M:%S}"
        warmth = (air.temperature_c or 20.0) + LAMP_WARMTH_C
        sensor = {
            "Time": time,
            "MHZ19B": told(Model="B", CarbonDioxide=air.co2_ppm, Temperature=round(warmth)),
            "SHT3X": told(Temperature=air.temperature_c, Humidity=air.humidity_pct, DewPoint=7.8),
            "TempUnit": "C",
        }
        state = {
            "Time": time, "Uptime": "12T04:11:09", "Heap": 27, "SleepMode": "Dynamic",
            "MqttCount": 1,
            "Wifi": {
                "AP": 1, "SSId": "venue", "Channel": 6, "RSSI": 2 * (condition.signal_dbm + 100),
                "Signal": condition.signal_dbm, "LinkCount": 1,
            },
        }  # fmt: skip
        return (
            json_post(f"tele/{self.name}/STATE", state),
            json_post(f"tele/{self.name}/SENSOR", sensor),
        )

    def births(self) -> tuple[Post, ...]:
        info = {"Info1": {"Module": "Generic", "Version": "13.1.0(tasmota)"}}
        return (
            Post(f"tele/{self.name}/LWT", b"Online", retain=True),
            json_post(f"tele/{self.name}/INFO1", info),
        )

    def will(self) -> Post | None:
        return Post(f"tele/{self.name}/LWT", b"Offline", retain=True)
