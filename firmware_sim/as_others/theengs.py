"""Theengs Gateway: what a Bluetooth sensor broadcasts, and what else is in the air around it
[decoder.theengs.io].
"""

from collections.abc import Sequence
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

BASE = "home/TheengsGateway"


class Theengs(Voice):
    kind = "theengs"
    filters = ("home/+/BTtoMQTT/+",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air",))
    steps = Steps(time_ns=None, humidity_pct=1)
    hub = "TheengsGateway"

    @property
    def heard_as(self) -> DeviceSlug:
        return slug(self.address(12))

    def air(self, air: Air) -> tuple[Post, ...]:
        condition = self.condition(air.at_ns)
        mac = self.address(12).upper()
        celsius = air.temperature_c
        body = told(
            name=f"Aranet4 {mac[:5]}", id=_with_colons(mac), rssi=condition.signal_dbm,
            brand="Aranet", model="Aranet4", model_id="ARANET4", tempc=celsius,
            tempf=None if celsius is None else round(celsius * 1.8 + 32, 2), hum=air.humidity_pct,
            pres=1013.2, co2=air.co2_ppm, batt=condition.battery_pct,
        )  # fmt: skip
        return _passer_by(air.at_ns), json_post(f"{BASE}/BTtoMQTT/{mac}", body)

    @classmethod
    def hub_births(cls, voices: Sequence[Voice]) -> tuple[Post, ...]:
        return (Post(f"{BASE}/LWT", b"online", retain=True), *super().hub_births(voices))

    @classmethod
    def hub_will(cls) -> Post | None:
        return Post(f"{BASE}/LWT", b"offline", retain=True)


def _passer_by(at_ns: int) -> Post:
    """A telephone in somebody's pocket, with an address that it made up."""
    mac = f"{at_ns % 2**48:012X}"
    body = {
        "id": _with_colons(mac), "rssi": -60, "brand": "Apple", "model": "iPhone/iPad",
        "model_id": "APPLEDEVICE", "type": "PHONE", "track": True, "batt": 50,
    }  # fmt: skip
    return json_post(f"{BASE}/BTtoMQTT/{mac}", body)


def _with_colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
