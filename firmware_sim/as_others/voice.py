"""A device of another maker: what it publishes for what it measures, and which readings it means by it.

A payload has the shape that its maker documents (the adapters' tests hold published ones, each with its
source) and only as many digits as it has there.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from firmware_sim.event import Post
from firmware_sim.scenario.scenario import DevicePlan
from firmware_sim.scenario.tables import Quantity
from sensors.wire.reading import AirReading, PeopleReading, Reading
from sensors.wire.topic import DeviceSlug

SECOND_NS = 1_000_000_000
HOUR_NS = 3600 * SECOND_NS
DAYS_A_PERCENT = 9
"""How long a battery lasts for one per cent of it: some two and a half years in all."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How fine a device tells what it measures; ``time_ns`` None: it tells no time."""

    time_ns: int | None
    temperature_c: float = 0.1
    humidity_pct: float = 0.1


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is published at once, and the readings that are meant by it."""

    posts: tuple[Post, ...] = ()
    means: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """The device itself: its battery, how well it is heard by radio, and by Zigbee (0 to 255)."""

    battery_pct: int
    signal_dbm: int
    link_quality: int


@dataclass(frozen=True, slots=True)
class Air:
    """A reading of air as the device tells it; ``co2_ppm`` None where it has none to tell."""

    at_ns: int
    co2_ppm: int | None
    temperature_c: float | None
    humidity_pct: float | None


class Voice:
    """Used for one device and in the order of time: counters and what was said before are its own.

    ``hub`` is the client id of what speaks for all devices of a maker, empty where each has a connection.
    With ``keeps`` it holds what it has to say until the broker takes it.
    """

    kind: ClassVar[str]
    filters: ClassVar[tuple[str, ...]]
    makes: ClassVar[frozenset[Quantity]]
    steps: ClassVar[Steps]
    hub: ClassVar[str] = ""
    keeps: ClassVar[bool] = False

    def __init__(self, plan: DevicePlan, zone: ZoneInfo, seed: int) -> None:
        self.plan = plan
        self.zone = zone
        self.name = str(plan.slug)
        self.says = self.makes & set(plan.measures)
        self._key = f"{seed}/{plan.venue}/{plan.slug}"

    @property
    def heard_as(self) -> DeviceSlug:
        """The device's name here, as the adapter makes it."""
        return self.plan.slug

    def say(self, reading: Reading) -> Spoken:
        """What the device publishes; nothing where it does not measure that. CO2 that is no number is what
        a sensor gives that has failed.
        """
        if isinstance(reading, AirReading):
            return self._say_air(reading) if "air" in self.says else Spoken()
        said = {
            "count": reading.count if "count" in self.says else None,
            "in_total": reading.in_total if "door" in self.says else None,
            "out_total": reading.out_total if "door" in self.says else None,
            "motion": reading.motion if "motion" in self.says else None,
        }
        if all(value is None for value in said.values()):
            return Spoken()
        people = msgspec.structs.replace(reading, seq=None, **said, **self._stamp(reading))
        return self.people(people)

    def _say_air(self, reading: AirReading) -> Spoken:
        steps = self.steps
        is_there = math.isfinite(reading.co2_ppm)
        stamped: AirReading = msgspec.structs.replace(reading, seq=None, **self._stamp(reading))
        air = Air(
            stamped.at_ns,
            round(reading.co2_ppm) if is_there else None,
            _in_steps(reading.temperature_c, steps.temperature_c),
            _in_steps(reading.humidity_pct, steps.humidity_pct),
        )
        posts = self.air(air)
        if air.co2_ppm is None:
            return Spoken(posts)
        means = msgspec.structs.replace(
            stamped, co2_ppm=float(air.co2_ppm), temperature_c=air.temperature_c,
            humidity_pct=air.humidity_pct,
        )  # fmt: skip
        return self.spoken_air(posts, means)

    def air(self, air: Air) -> tuple[Post, ...]:
        """What is published for a reading of air, by who makes that."""
        raise NotImplementedError

    def people(self, reading: PeopleReading) -> Spoken:
        """What is published for a reading of people, and what is meant by it, by who makes that."""
        raise NotImplementedError

    def spoken_air(self, posts: tuple[Post, ...], means: AirReading) -> Spoken:
        """What is meant by an air reading; who leaves something out of it says so here."""
        return Spoken(posts, (means,) if posts else ())

    def gone(self) -> tuple[Post, ...]:
        """What its hub says when it is not heard any more."""
        return ()

    def back(self) -> tuple[Post, ...]:
        """What its hub says when it is heard again."""
        return ()

    def births(self) -> tuple[Post, ...]:
        """What is said of it when its connection, or its hub's, begins."""
        return ()

    def will(self) -> Post | None:
        """The last will of a device with a connection of its own."""
        return None

    @classmethod
    def hub_births(cls, voices: Sequence["Voice"]) -> tuple[Post, ...]:
        """What a hub says when its connection begins."""
        return tuple(post for voice in voices for post in voice.births())

    @classmethod
    def hub_will(cls) -> Post | None:
        """A hub's last will."""
        return None

    def condition(self, at_ns: int) -> Condition:
        """A battery that falls slowly and a signal that wavers from hour to hour."""
        dice = Random(f"{self._key}/{at_ns // HOUR_NS}")
        days = at_ns // (24 * HOUR_NS) + int(self.address(4), 16) % 900
        battery_pct = 100 - days // DAYS_A_PERCENT % 95
        return Condition(battery_pct, dice.randint(-84, -52), dice.randint(60, 190))

    def address(self, digits: int) -> str:
        """The hexadecimal digits that the maker gave the device, in small letters."""
        return hashlib.sha256(self._key.encode()).hexdigest()[:digits]

    def _stamp(self, reading: Reading) -> dict[str, Any]:
        step_ns = self.steps.time_ns
        at_ns = reading.at_ns if step_ns is None else reading.at_ns // step_ns * step_ns
        return {
            "device": self.heard_as, "at_ns": at_ns, "arrived_ns": reading.at_ns,
            "ts_given": step_ns is not None,
        }  # fmt: skip


def told(**values: Any) -> dict[str, Any]:
    """The values that there are."""
    return {name: value for name, value in values.items() if value is not None}


def json_post(topic: str, body: Any, *, retain: bool = False, qos: int = 0) -> Post:
    return Post(topic, json.dumps(body, separators=(",", ":")).encode(), retain, qos)


def slug(name: str) -> DeviceSlug:
    """What the adapters make of such a name."""
    return DeviceSlug(name.lower().replace(" ", "-"))


def _in_steps(value: float | None, step: float) -> float | None:
    return None if value is None else round(round(value / step) * step, 2)
