"""A device with faults: readings in, what reaches the network out. Pure, and the same for a seed.

First the value goes wrong (stuck, spike), then the bytes (nan, garbage), then the delivery
(offline, delay, drop, duplicate, reorder). A message that waits goes out with one of the device's
next readings.
"""

import math
import re
from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from firmware_sim.as_others.voice import Voice
from firmware_sim.event import (
    ConnectionBack,
    ConnectionLost,
    DeviceMessage,
    Event,
    Message,
    OtherMessage,
)
from firmware_sim.scenario.scenario import DevicePlan
from firmware_sim.scenario.tables import FaultKind, FaultTable
from sensors.wire.instant import from_ns
from sensors.wire.payload import encode_reading
from sensors.wire.reading import (
    CO2_PPM_RANGE,
    COUNT_RANGE,
    MOTION_RANGE,
    AirReading,
    Kind,
    Reading,
)

SECOND_NS = 1_000_000_000
_REQUIRED = re.compile(rb'"(co2_ppm|count|in_total|motion)":[^,}]+')


class FaultyDevice:
    """Passes one device's readings on, in order, as its faults have it; in the words of another maker
    where it has a ``voice``.
    """

    def __init__(
        self, plan: DevicePlan, zone: ZoneInfo, seed: int, voice: Voice | None = None
    ) -> None:
        self._plan = plan
        self._voice = voice
        self._zone = zone
        self._dice = Random(f"{seed}/{plan.venue}/{plan.slug}/faults")
        self._episode_ends_ns: dict[FaultTable, int] = {}
        self._stuck_at: dict[Kind, Reading] = {}
        self._away = False
        self._backlog: list[Message] = []
        self._delayed: list[tuple[int, Message]] = []
        self._held: Message | None = None

    def send(self, reading: Reading) -> list[Event]:
        """What the device does at the time of ``reading``."""
        if not self._plan.faults:
            return list(self._said(reading, {}))
        at_ns = reading.at_ns
        on = {fault.kind: fault for fault in self._plan.faults if self._happens(fault, at_ns)}
        reading = self._misread(reading, on)
        said = self._said(reading, on)
        offline = on.get("offline")
        if offline is not None:
            return self._stay_away(at_ns, said, offline)
        came = self._come_back(at_ns)
        return came + [event for message in said for event in self._deliver(message, on)]

    def finish(self) -> list[Event]:
        """What still waits when nothing more will come."""
        waiting = [message for _, message in self._delayed]
        return [*waiting, *([] if self._held is None else [self._held])]

    def _happens(self, fault: FaultTable, at_ns: int) -> bool:
        if self._episode_ends_ns.get(fault, 0) > at_ns:
            return True
        if fault.start is not None and fault.end is not None:
            local = f"{from_ns(at_ns).astimezone(self._zone):%H:%M}"
            if not fault.start <= local < fault.end:
                return False
        if fault.probability is None:
            return True
        if self._dice.random() >= fault.probability:
            return False
        if fault.kind in ("stuck", "offline"):
            self._episode_ends_ns[fault] = at_ns + round(fault.lasts_s * SECOND_NS)
        return True

    def _misread(self, reading: Reading, on: dict[FaultKind, FaultTable]) -> Reading:
        if "stuck" not in on:
            self._stuck_at.pop(reading.kind, None)
        else:
            stuck = self._stuck_at.setdefault(reading.kind, reading)
            reading = msgspec.structs.replace(
                stuck, at_ns=reading.at_ns, arrived_ns=reading.arrived_ns, seq=reading.seq
            )
        spike = on.get("spike")
        return reading if spike is None else _spiked(reading, spike.size)

    def _misspelt(self, reading: Reading, on: dict[FaultKind, FaultTable]) -> bytes:
        if "garbage" in on:
            return self._noise(on)
        payload = encode_reading(reading)
        return _REQUIRED.sub(rb'"\1":NaN', payload, count=1) if "nan" in on else payload

    def _stay_away(self, at_ns: int, said: tuple[Message, ...], offline: FaultTable) -> list[Event]:
        if offline.backlog and (self._voice is None or self._voice.keeps):
            self._backlog += said
        if self._away:
            return []
        self._away = True
        plan, voice = self._plan, self._voice
        if voice is not None and voice.hub:
            return [OtherMessage(at_ns, plan.venue, plan.slug, voice.gone())]
        return [ConnectionLost(at_ns, plan.venue, plan.slug)]

    def _come_back(self, at_ns: int) -> list[Event]:
        if not self._away:
            return []
        self._away = False
        backlog, self._backlog = self._backlog, []
        plan, voice = self._plan, self._voice
        back: Event = ConnectionBack(at_ns, plan.venue, plan.slug)
        if voice is not None and voice.hub:
            back = OtherMessage(at_ns, plan.venue, plan.slug, voice.back())
        return [back, *(_at(at_ns, message) for message in backlog)]

    def _deliver(self, message: Message, on: dict[FaultKind, FaultTable]) -> list[Event]:
        now_ns = message.at_ns
        out: list[Event] = [_at(now_ns, late) for due, late in self._delayed if due <= now_ns]
        self._delayed = [(due, late) for due, late in self._delayed if due > now_ns]
        if "drop" in on:
            return out
        if "delay" in on:
            self._delayed.append((now_ns + round(on["delay"].delay_s * SECOND_NS), message))
            return out
        if "reorder" in on and self._held is None:
            self._held = message
            return out
        out.append(message)
        if "duplicate" in on:
            out.append(message)
        if self._held is not None:
            out.append(_at(now_ns, self._held))
            self._held = None
        return out

    def _said(self, reading: Reading, on: dict[FaultKind, FaultTable]) -> tuple[Message, ...]:
        at_ns, venue, device = reading.at_ns, self._plan.venue, self._plan.slug
        if self._voice is None:
            payload = self._misspelt(reading, on)
            return (DeviceMessage(at_ns, venue, device, reading.kind, payload),)
        if "nan" in on and isinstance(reading, AirReading):
            reading = msgspec.structs.replace(reading, co2_ppm=math.nan)
        spoken = self._voice.say(reading)
        if not spoken.posts:
            return ()
        if "garbage" in on or ("nan" in on and not isinstance(reading, AirReading)):
            posts = tuple(replace(post, payload=self._noise(on)) for post in spoken.posts)
            return (OtherMessage(at_ns, venue, device, posts),)
        return (OtherMessage(at_ns, venue, device, spoken.posts, spoken.means),)

    def _noise(self, on: dict[FaultKind, FaultTable]) -> bytes:
        return self._dice.randbytes(self._dice.randint(1, 64)) if "garbage" in on else b"NaN"


def _at(at_ns: int, message: Message) -> Message:
    return replace(message, at_ns=at_ns)


def _spiked(reading: Reading, size: float) -> Reading:
    if isinstance(reading, AirReading):
        co2_ppm = min(max(reading.co2_ppm + size, CO2_PPM_RANGE[0]), CO2_PPM_RANGE[1])
        return msgspec.structs.replace(reading, co2_ppm=co2_ppm)
    if reading.count is not None:
        count = min(max(reading.count + round(size), COUNT_RANGE[0]), COUNT_RANGE[1])
        return msgspec.structs.replace(reading, count=count)
    if reading.in_total is not None:
        return msgspec.structs.replace(reading, in_total=max(reading.in_total + round(size), 0))
    motion = min(max((reading.motion or 0) + round(size), MOTION_RANGE[0]), MOTION_RANGE[1])
    return msgspec.structs.replace(reading, motion=motion)
