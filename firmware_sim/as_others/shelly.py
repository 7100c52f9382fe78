"""Shelly of the second generation on: notifications with a time of their own
[shelly-api-docs.shelly.cloud, Notifications].
"""

from typing import ClassVar

import msgspec

from firmware_sim.as_others.voice import SECOND_NS, Spoken, Steps, Voice, json_post
from firmware_sim.event import Post
from firmware_sim.scenario.tables import Quantity
from sensors.wire.reading import PeopleReading

HUNDREDTH_NS = 10_000_000


class Shelly(Voice):
    kind = "shelly"
    filters = ("+/events/rpc", "+/online")
    makes: ClassVar[frozenset[Quantity]] = frozenset(("motion",))
    steps = Steps(time_ns=HUNDREDTH_NS)

    def people(self, reading: PeopleReading) -> Spoken:
        condition = self.condition(reading.at_ns)
        seen = bool(reading.motion)
        body = {
            "src": f"shellypresence-{self.address(12)}", "dst": f"{self.name}/events",
            "method": "NotifyFullStatus",
            "params": {
                "ts": round(reading.at_ns / SECOND_NS, 2), "presence:0": {"id": 0, "presence": seen},
                "devicepower:0": {"id": 0, "battery": {"V": 5.9, "percent": condition.battery_pct}},
                "wifi": {"sta_ip": "192.168.1.21", "rssi": condition.signal_dbm},
            },
        }  # fmt: skip
        means = msgspec.structs.replace(reading, motion=int(seen))
        return Spoken((json_post(f"{self.name}/events/rpc", body),), (means,))

    def births(self) -> tuple[Post, ...]:
        return (Post(f"{self.name}/online", b"true", retain=True),)

    def will(self) -> Post | None:
        return Post(f"{self.name}/online", b"false", retain=True)
