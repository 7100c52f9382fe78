"""A source: topics of somebody else's devices, how they speak, and the venue that they belong to."""

from typing import Annotated, Final, Literal, get_args

import msgspec

from sensors.adapters.json_path import parse_path
from sensors.adapters.naming import pattern_fault
from sensors.adapters.said import AIR, PASSED, PEOPLE
from sensors.adapters.topic_filter import filter_fault
from sensors.adapters.unit import UNITS
from sensors.time_zone import find_zone
from sensors.wire.topic import VenueSlug, is_slug

Kind = Literal[
    "zigbee2mqtt", "esphome", "tasmota", "airgradient", "shelly", "tts", "chirpstack", "xovis",
    "milesight", "aranet", "theengs", "statestream", "mapping",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PushedKind = Literal["airthings", "sensor-community"]
HTTP_KINDS: Final = ("tts", "xovis", *get_args(PushedKind))
"""Who sends to an address of ours, or can."""

ONE_BY_ONE: Final[frozenset[Kind]] = frozenset(("esphome", "statestream", "shelly", "aranet"))
"""Where each value may have a topic of its own: it says nothing of when it was measured, so one that
waited for us would be told at the wrong time, and is not waited for.
"""
MAPPED: Final = (*AIR, *PEOPLE, *PASSED, "battery_pct", "signal_dbm")


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value lies, in which unit, and what it is multiplied by before."""

    path: str
    unit: str = ""
    scale: float = 1.0


class MappedTime(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time lies; ``zone`` is that of one which names none, else the venue's."""

    path: str
    zone: str | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """``device`` is a pattern for a device's name; without one each kind knows where it stands.
    Those that send less often than every two minutes are silent only after some ``interval_s``.
    ``model`` says whose bytes the uplinks of a LoRaWAN network carry where it does not decode them.
    """

    kind: Kind | PushedKind
    filter: str
    venue: VenueSlug
    device: str = ""
    model: str | None = None
    interval_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] | None = None
    fields: dict[str, Mapped] = {}
    ts: MappedTime | None = None


def faults_of(source: Source, models: frozenset[str]) -> list[str]:
    """What is wrong with a source beyond its types, each as ``key: what was expected``."""
    found = []
    for key, fault in (
        ("filter", filter_fault(source.filter)),
        ("device", pattern_fault(source.device)),
    ):
        if fault is not None:
            found.append(f"{key}: {fault}")
    if source.kind not in KINDS:
        found.append("kind: sends to an address of ours, and not by MQTT")
    if not is_slug(source.venue):
        found.append("venue: expected a slug: small letters, digits and -")
    if source.model is not None and source.model not in models:
        found.append(f"model: unknown, known are {', '.join(sorted(models))}")
    if (source.kind == "mapping") != bool(source.fields):
        found.append("fields: goes with kind mapping, which needs at least one")
    for name, mapped in source.fields.items():
        found += _field_faults(name, mapped)
    if source.ts is not None:
        found += _time_faults(source.ts)
    return found


def _field_faults(name: str, mapped: Mapped) -> list[str]:
    found = []
    if name not in MAPPED:
        found.append(f"fields.{name}: unknown, known are {', '.join(MAPPED)}")
    if parse_path(mapped.path) is None:
        found.append(f"fields.{name}.path: expected a path such as $.data[0].co2")
    if mapped.unit not in UNITS:
        found.append(f"fields.{name}.unit: unknown, known are {', '.join(filter(None, UNITS))}")
    return found


def _time_faults(ts: MappedTime) -> list[str]:
    found = []
    if parse_path(ts.path) is None:
        found.append("ts.path: expected a path such as $.time")
    if ts.zone is not None and find_zone(ts.zone) is None:
        found.append("ts.zone: expected a time zone such as Europe/Amsterdam")
    return found
