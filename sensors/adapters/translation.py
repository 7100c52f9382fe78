"""From the messages of other makers' devices to those that ours would have sent.

Holds what one message alone does not tell: which names are taken, values that come one by one, the
running totals of a counter that tells only what passed. No clock and no thread: times are handed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Final

import msgspec

from sensors.adapters.kinds import ADAPTERS
from sensors.adapters.naming import name_by, slug_of
from sensors.adapters.said import AIR, PASSED, PEOPLE, Said, Told, Value
from sensors.adapters.source import Source
from sensors.wire.given_time import GivenTime, read_time
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceKey, DeviceLeaf, DeviceSlug, VenueSlug

TOGETHER_S: Final = 2.0
"""Values of one device that come within this time make one reading."""
MOST_DEVICES: Final = 10_000
SIGNAL_EVERY_S: Final = 300.0
"""A signal that wavers is told so often; a battery whenever it changed."""

_encode: Final = msgspec.json.Encoder().encode
_ANY_ZONE: Final = UTC
"""Times of one device are only compared with each other."""


class Translated(msgspec.Struct, frozen=True):
    """A message as a device of ours would send it on ``leaf``; ``arrived_ns`` is when its first value
    came.
    """

    venue: VenueSlug
    device: DeviceSlug
    leaf: DeviceLeaf
    payload: bytes
    arrived_ns: int

    @property
    def topic(self) -> str:
        return f"luchtig/devices/{self.venue}/{self.device}/{self.leaf}"


@dataclass(slots=True)
class _Pending:
    """Values that wait for those that belong to them."""

    values: dict[str, Value]
    arrived_ns: int
    until_s: float


@dataclass(slots=True)
class _Device:
    name: str
    model: str | None = None
    online: bool | None = None
    health: dict[str, float] = field(default_factory=dict)
    signal_told_s: float | None = None
    totals: dict[str, int] = field(default_factory=dict)
    passed_at: GivenTime | None = None
    pending: _Pending | None = None


class Translation:
    """Used by one thread; ``monotonic_s`` is a clock that never jumps, in seconds."""

    def __init__(self) -> None:
        self._devices: dict[DeviceKey, _Device] = {}
        self._pending: set[DeviceKey] = set()

    def take(
        self,
        source: Source,
        topic: str,
        payload: bytes,
        *,
        retained: bool,
        arrived_ns: int,
        monotonic_s: float,
    ) -> list[Translated | Refused]:
        """What a message becomes. What the broker kept tells no reading: nobody can say how old it is."""
        said = ADAPTERS[source.kind](source, topic, payload)
        if isinstance(said, Refused):
            return [said]
        found: list[Translated | Refused] = []
        for one in said:
            found += self._say(source, topic, one, retained, arrived_ns, monotonic_s)
        return found

    def due(self, monotonic_s: float) -> list[Translated]:
        """The readings whose values have all come."""
        if not self._pending:
            return []
        ripe = [key for key in self._pending if self._until_s(key) <= monotonic_s]
        return [one for key in sorted(ripe) for one in self._flush(key)]

    def _until_s(self, key: DeviceKey) -> float:
        pending = self._devices[key].pending
        return 0.0 if pending is None else pending.until_s

    def _say(
        self,
        source: Source,
        topic: str,
        said: Said,
        retained: bool,
        arrived_ns: int,
        monotonic_s: float,
    ) -> list[Translated | Refused]:
        key = self._known(source, topic, said)
        if isinstance(key, Refused):
            return [key]
        found: list[Translated | Refused] = []
        device = self._devices[key]
        for leaf, body in self._notes(device, source, said, monotonic_s):
            found.append(Translated(*key, leaf, body, arrived_ns))
        if retained or not said.values:
            return found
        values = self._in_totals(device, said)
        if not said.alone or said.ts is not None:
            return [*found, *_readings(key, values, said.ts, arrived_ns)]
        return [*found, *self._gather(key, device, values, arrived_ns, monotonic_s)]

    def _known(self, source: Source, topic: str, said: Said) -> DeviceKey | Refused:
        name = name_by(source.device, topic, said)
        slug = None if name is None else slug_of(name)
        if name is None or slug is None:
            return Refused(Reason.BAD_DEVICE, f"{(name or topic)[:80]!r} makes no name of a device")
        key = (source.venue, slug)
        device = self._devices.get(key)
        if device is None:
            if len(self._devices) >= MOST_DEVICES:
                return Refused(Reason.BAD_DEVICE, f"more than {MOST_DEVICES} devices of sources")
            self._devices[key] = _Device(name)
        elif device.name != name:
            return Refused(
                Reason.BAD_DEVICE,
                f"{name[:80]!r} and {device.name[:80]!r} are both {slug}: give one another name",
            )
        return key

    def _notes(
        self, device: _Device, source: Source, said: Said, now_s: float
    ) -> Iterable[tuple[DeviceLeaf, bytes]]:
        """What of the device itself is new."""
        model = said.model or device.model or source.kind
        if model != device.model:
            device.model = model
            about = {"model": model, "interval_s": source.interval_s}
            yield "about", _encode({k: v for k, v in about.items() if v is not None})
        if said.online is not None and said.online != device.online:
            device.online = said.online
            yield "status", b"online" if said.online else b"offline"
        told = {
            name: value
            for name in ("battery_pct", "signal_dbm", "link_quality")
            if (value := getattr(said, name)) is not None
        }
        news = {name for name, value in told.items() if device.health.get(name) != value}
        last = device.signal_told_s
        if "battery_pct" in news or (news and (last is None or now_s - last >= SIGNAL_EVERY_S)):
            device.health |= told
            device.signal_told_s = now_s
            yield "health", _encode(device.health)

    def _in_totals(self, device: _Device, said: Said) -> Told:
        """Values with what passed added to the totals so far; what was told before is not added again. Who
        tells a total beside it knows better.
        """
        passed = {
            name: said.values[name]
            for name, total in PASSED.items()
            if name in said.values and total not in said.values
        }
        rest: dict[str, Value] = {k: v for k, v in said.values.items() if k not in PASSED}
        if not passed:
            return rest
        at = None if said.ts is None else read_time(said.ts, _ANY_ZONE)
        if isinstance(at, GivenTime):
            if device.passed_at is not None and at.at <= device.passed_at.at:
                return rest
            device.passed_at = at
        for name, total in PASSED.items():
            device.totals[total] = device.totals.get(total, 0) + max(0, int(passed.get(name, 0)))
        return rest | device.totals

    def _gather(
        self, key: DeviceKey, device: _Device, values: Told, arrived_ns: int, now_s: float
    ) -> list[Translated]:
        found: list[Translated] = []
        pending = device.pending
        if pending is not None and (pending.until_s <= now_s or pending.values.keys() & values):
            found = self._flush(key)
            pending = None
        if pending is None:
            device.pending = _Pending(dict(values), arrived_ns, now_s + TOGETHER_S)
            self._pending.add(key)
        else:
            pending.values |= values
        return found

    def _flush(self, key: DeviceKey) -> list[Translated]:
        device = self._devices[key]
        pending, device.pending = device.pending, None
        self._pending.discard(key)
        if pending is None:
            return []
        return _readings(key, pending.values, None, pending.arrived_ns)


def _readings(
    key: DeviceKey, values: Mapping[str, Value], ts: str | float | None, arrived_ns: int
) -> list[Translated]:
    """An air reading where CO2 is told, one of people where these or motion are."""
    time: dict[str, object] = {} if ts is None else {"ts": ts}
    air = {name: values[name] for name in AIR if name in values}
    people = {name: values[name] for name in PEOPLE if name in values}
    found = []
    if "co2_ppm" in air:
        found.append(Translated(*key, "air", _encode(time | air), arrived_ns))
    if people:
        found.append(Translated(*key, "people", _encode(time | people), arrived_ns))
    return found
