"""An Aranet PRO base station: an object of texts for each of its sensors, with a Unix time
[Aranet PRO, MQTT].
"""

from collections.abc import Sequence
from typing import ClassVar

from firmware_sim.as_others.voice import (
    SECOND_NS,
    Air,
    Steps,
    Voice,
    json_post,
    slug,
    told,
)
from firmware_sim.event import Post
from firmware_sim.scenario.tables import Quantity
from sensors.wire.topic import DeviceSlug

BASE = "aranet/358151004965"


class Aranet(Voice):
    kind = "aranet"
    filters = ("aranet/+/sensors/#",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air",))
    steps = Steps(time_ns=SECOND_NS, humidity_pct=1)
    hub = "aranet-358151004965"

    @property
    def heard_as(self) -> DeviceSlug:
        return slug(self._id)

    @property
    def _id(self) -> str:
        return self.address(6).upper()

    def air(self, air: Air) -> tuple[Post, ...]:
        condition = self.condition(air.at_ns)
        values = told(
            time=air.at_ns // SECOND_NS, co2=air.co2_ppm, temperature=air.temperature_c,
            humidity=air.humidity_pct, atmosphericpressure=1012, battery=2.9,
            rssi=condition.signal_dbm,
        )  # fmt: skip
        body = {
            name: f"{value:g}" if name != "time" else str(value) for name, value in values.items()
        }
        return (json_post(f"{BASE}/sensors/{self._id}/json/measurements", body, qos=1),)

    def births(self) -> tuple[Post, ...]:
        return (Post(f"{BASE}/sensors/{self._id}/name", self.name.encode(), retain=True),)

    @classmethod
    def hub_births(cls, voices: Sequence[Voice]) -> tuple[Post, ...]:
        name = str(voices[0].plan.venue).encode()
        return Post(f"{BASE}/name", name, retain=True), *super().hub_births(voices)
