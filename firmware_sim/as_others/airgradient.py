"""AirGradient's open firmware: one object under its serial number, without a time and without a last will
[airgradienthq/arduino, docs/local-server.md].
"""

from typing import ClassVar

from firmware_sim.as_others.voice import (
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

INSIDE_C = 1.4
"""How much warmer it is inside its box."""


class AirGradient(Voice):
    kind = "airgradient"
    filters = ("airgradient/readings/+",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air",))
    steps = Steps(time_ns=None)

    @property
    def heard_as(self) -> DeviceSlug:
        return slug(self.address(12))

    def air(self, air: Air) -> tuple[Post, ...]:
        condition = self.condition(air.at_ns)
        raw_c = None if air.temperature_c is None else round(air.temperature_c + INSIDE_C, 2)
        body = told(
            pm01=3, pm02=7, pm10=8, pm003Count=442, atmp=raw_c, atmpCompensated=air.temperature_c,
            rhum=None if air.humidity_pct is None else round(air.humidity_pct * 0.9, 2),
            rhumCompensated=air.humidity_pct, tvocIndex=100, tvocRaw=33051, noxIndex=1,
            noxRaw=16307, rco2=air.co2_ppm, boot=6, bootCount=6, wifi=condition.signal_dbm,
            ledMode="pm", serialno=self.address(12), firmware="3.1.3", model="I-9PSL",
        )  # fmt: skip
        return (json_post(f"airgradient/readings/{self.address(12)}", body),)
