"""Home Assistant's statestream: the state of an entity when it changed, retained
[home-assistant.io/integrations/mqtt_statestream].
"""

from collections.abc import Sequence
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from firmware_sim.as_others.voice import Air, Spoken, Steps, Voice
from firmware_sim.event import Post
from firmware_sim.scenario.scenario import DevicePlan
from firmware_sim.scenario.tables import Quantity
from sensors.wire.reading import AirReading, PeopleReading

BASE = "homeassistant"
GONE = "unavailable"


class Statestream(Voice):
    kind = "statestream"
    filters = (f"{BASE}/#",)
    makes: ClassVar[frozenset[Quantity]] = frozenset(("air", "count", "motion"))
    steps = Steps(time_ns=None)
    hub = "homeassistant"
    keeps = True

    def __init__(self, plan: DevicePlan, zone: ZoneInfo, seed: int) -> None:
        super().__init__(plan, zone, seed)
        self._known: dict[str, str] = {}

    def air(self, air: Air) -> tuple[Post, ...]:
        return (
            *self._changed("sensor", "co2", "unknown" if air.co2_ppm is None else str(air.co2_ppm)),
            *self._changed("sensor", "temperature", _text(air.temperature_c)),
            *self._changed("sensor", "humidity", _text(air.humidity_pct)),
        )

    def spoken_air(self, posts: tuple[Post, ...], means: AirReading) -> Spoken:
        changed = {post.topic.rsplit("/", 2)[1].rsplit("_", 1)[1] for post in posts}
        if "co2" not in changed:
            return Spoken(posts)
        kept = msgspec.structs.replace(
            means,
            temperature_c=means.temperature_c if "temperature" in changed else None,
            humidity_pct=means.humidity_pct if "humidity" in changed else None,
        )
        return Spoken(posts, (kept,))

    def people(self, reading: PeopleReading) -> Spoken:
        posts: tuple[Post, ...] = ()
        said: dict[str, int | None] = {"count": None, "motion": None}
        if reading.count is not None:
            posts = self._changed("sensor", "people_count", str(reading.count))
            said["count"] = reading.count if posts else None
        if reading.motion is not None:
            moves = int(bool(reading.motion))
            motion = self._changed("binary_sensor", "motion", "on" if moves else "off")
            said["motion"] = moves if motion else None
            posts += motion
        means = msgspec.structs.replace(reading, **said)
        return Spoken(posts, (means,) if posts else ())

    def gone(self) -> tuple[Post, ...]:
        known, self._known = self._known, {}
        return tuple(Post(topic, GONE.encode(), retain=True) for topic in known)

    def births(self) -> tuple[Post, ...]:
        return (self._post(f"{BASE}/light/{self._object}_lamp/state", "off"),)

    @classmethod
    def hub_births(cls, voices: Sequence[Voice]) -> tuple[Post, ...]:
        return (Post(f"{BASE}/status", b"online"), *super().hub_births(voices))

    @classmethod
    def hub_will(cls) -> Post | None:
        return Post(f"{BASE}/status", b"offline")

    @property
    def _object(self) -> str:
        return self.name.replace("-", "_")

    def _changed(self, domain: str, name: str, state: str | None) -> tuple[Post, ...]:
        topic = f"{BASE}/{domain}/{self._object}_{name}/state"
        if state is None or self._known.get(topic) == state:
            return ()
        self._known[topic] = state
        return (self._post(topic, state),)

    def _post(self, topic: str, state: str) -> Post:
        return Post(topic, state.encode(), retain=True)


def _text(value: float | None) -> str | None:
    return None if value is None else str(value)
