"""ESPHome: a topic for each value, retained, and a log of its own [esphome.io, MQTT client component]."""

from typing import ClassVar

import msgspec

from firmware_sim.as_others.voice import Air, Spoken, Steps, Voice, json_post
from firmware_sim.event import Post
from firmware_sim.scenario.tables import Quantity
from sensors.wire.reading import PeopleReading

_UNITS = {"co2": "ppm", "temperature": "°C", "humidity": "%"}


class EspHome(Voice):
    kind = "esphome"
    filters = ("+/sensor/+/state", "+/binary_sensor/+/state", "+/status")
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air", "count", "motion"))
    steps = Steps(time_ns=None)

    def air(self, air: Air) -> tuple[Post, ...]:
        condition = self.condition(air.at_ns)
        co2 = "nan" if air.co2_ppm is None else str(air.co2_ppm)
        posts = [self._log(f"'CO2': Sending state {co2} ppm"), self._sensor("co2", co2)]
        for name, value in (("temperature", air.temperature_c), ("humidity", air.humidity_pct)):
            if value is not None:
                posts.append(self._sensor(name, f"{value:.1f}"))
        posts.append(self._sensor("wifi_signal", str(condition.signal_dbm)))
        return (*posts, self._sensor("uptime", str(air.at_ns // 1_000_000_000 % 864_000)))

    def people(self, reading: PeopleReading) -> Spoken:
        posts = []
        if reading.count is not None:
            posts.append(self._sensor("people_count", str(reading.count)))
        if reading.motion is not None:
            reading = msgspec.structs.replace(reading, motion=int(bool(reading.motion)))
            state = b"ON" if reading.motion else b"OFF"
            posts.append(Post(f"{self.name}/binary_sensor/motion/state", state, retain=True, qos=0))
        return Spoken(tuple(posts), (reading,))

    def births(self) -> tuple[Post, ...]:
        configs = tuple(
            json_post(
                f"homeassistant/sensor/{self.name}/{name}/config",
                {
                    "name": name, "stat_t": f"{self.name}/sensor/{name}/state",
                    "avty_t": f"{self.name}/status", "unit_of_meas": unit,
                    "uniq_id": f"{self.address(12)}-sensor-{name}", "dev": {"name": self.name},
                },
                retain=True,
            )
            for name, unit in _UNITS.items()
        )  # fmt: skip
        return Post(f"{self.name}/status", b"online", retain=True, qos=0), *configs

    def will(self) -> Post | None:
        return Post(f"{self.name}/status", b"offline", retain=True, qos=0)

    def _sensor(self, name: str, state: str) -> Post:
        return Post(f"{self.name}/sensor/{name}/state", state.encode(), retain=True, qos=0)

    def _log(self, line: str) -> Post:
        return Post(
            f"{self.name}/debug", f"\x1b[0;36m[D][sensor:094]: {line}\x1b[0m".encode(), qos=0
        )
