"""What is heard on any topic, and what it would become as that of a device. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sensors.adapters.kinds import ADAPTERS
from sensors.adapters.said import Said
from sensors.adapters.source import KINDS, Kind, Source
from sensors.adapters.topic_filter import filter_fault
from sensors.adapters.translation import Translated, Translation
from sensors.adapters.value import number, read_json
from sensors.wire.refusal import Refused
from sensors.wire.topic import VenueSlug

MOST_VALUES: Final = 60
_STATES: Final = ("homeassistant", "statestream", "hass")
"""How the topics of Home Assistant usually begin; ESPHome's look the same else."""
_GUESSED: Final[tuple[Kind, ...]] = (
    "tts", "chirpstack", "zigbee2mqtt", "tasmota", "airgradient", "shelly", "theengs", "aranet",
    "xovis", "milesight", "statestream", "esphome",
)  # fmt: skip
"""The surest first: who reads any JSON comes after those who know theirs by its form."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest message of a topic."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Became:
    """A device, what it would send, and why not where that is it."""

    device: str
    told: dict[str, Any]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value in a payload: where it lies, and as it is."""

    path: str
    value: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A source that would read some of what is heard: how many topics, and of which devices."""

    source: Source
    topics: int
    devices: tuple[str, ...]


def became(source: Source, messages: Iterable[Heard], now_ns: int) -> tuple[Became, ...]:
    """What these messages would become."""
    translation = Translation()
    found: list[Translated | Refused] = []
    for one in messages:
        found += translation.take(
            source, one.topic, one.payload, retained=False, arrived_ns=now_ns, monotonic_s=0.0
        )
    found += translation.due(float("inf"))
    devices: dict[str, dict[str, Any]] = {}
    refused = []
    for said in found:
        if isinstance(said, Refused):
            refused.append(Became("", {}, said.detail))
        elif said.leaf == "status":
            devices.setdefault(said.device, {})["status"] = said.payload.decode()
        else:
            devices.setdefault(said.device, {}).update(msgspec.json.decode(said.payload))
    return (*(Became(device, told) for device, told in devices.items()), *refused)


def suggestions(messages: Sequence[Heard], venue: VenueSlug, now_ns: int) -> tuple[Suggestion, ...]:
    """Sources for what is heard, those with the most topics first."""
    by_source: dict[tuple[Kind, str], list[Heard]] = {}
    for one in messages:
        guess = kind_of(one, venue)
        if guess is not None:
            by_source.setdefault((guess, _filter_of(guess, one.topic)), []).append(one)
    found = []
    for (kind, topic_filter), heard in by_source.items():
        source = Source(kind=kind, filter=topic_filter, venue=venue)
        if filter_fault(topic_filter) is None:
            devices = [one.device for one in became(source, heard, now_ns) if one.device]
            found.append(Suggestion(source, len(heard), tuple(devices)))
    return tuple(sorted(found, key=lambda one: -one.topics))


def kind_of(one: Heard, venue: VenueSlug) -> Kind | None:
    """Who would read a message, None where nobody knows it."""
    for kind in _GUESSED:
        said = ADAPTERS[kind](Source(kind=kind, filter="+/#", venue=venue), one.topic, one.payload)
        if isinstance(said, Refused) or not any(map(_tells, said)):
            continue
        if kind == "zigbee2mqtt" and not (b"linkquality" in one.payload or "zigbee" in one.topic):
            continue
        if kind == "statestream" and not one.topic.startswith(_STATES):
            continue
        return kind
    return None


def leaves_of(payload: bytes) -> tuple[Leaf, ...]:
    """Every value in a payload that is one, by its path; of a text alone the text."""
    told = read_json(payload)
    if isinstance(told, Refused):
        text = payload[:100].decode("utf-8", "replace")
        return (Leaf("$", text, number(text) is not None),)
    found: list[Leaf] = []
    _walk(told, "$", found, 0)
    return tuple(found)


def _walk(value: Any, path: str, found: list[Leaf], depth: int) -> None:
    if len(found) >= MOST_VALUES or depth > 8:
        return
    if isinstance(value, dict):
        for key, one in value.items():
            _walk(one, path + _step(key), found, depth + 1)
    elif isinstance(value, list):
        for index, one in enumerate(value[:10]):
            _walk(one, f"{path}[{index}]", found, depth + 1)
    elif value is not None and len(path) <= 200:
        shown = value if isinstance(value, str) else json.dumps(value)
        is_number = number(value) is not None or isinstance(value, bool)
        found.append(Leaf(path, shown[:80], is_number))


def _step(key: str) -> str:
    plain = key.replace("_", "").replace("-", "").isalnum()
    return f".{key}" if plain else f"['{key}']"


def _tells(said: Said) -> bool:
    return bool(said.values) or said.online is not None


def _filter_of(kind: Kind, topic: str) -> str:
    """The filter that all of that kind come by."""
    levels = topic.split("/")
    usual = {
        "tts": "v3/+/devices/+/up",
        "chirpstack": "application/+/device/+/event/+",
        "airgradient": "airgradient/readings/+",
        "theengs": f"{levels[0]}/+/BTtoMQTT/+",
        "aranet": f"{levels[0]}/+/sensors/#",
    }
    if kind in usual:
        return usual[kind]
    if kind == "shelly" and levels[1:] == ["events", "rpc"]:
        return "+/events/rpc"
    if kind == "esphome" and levels[1:2] == ["sensor"]:
        return "+/sensor/+/state"
    return f"{levels[0]}/#"


__all__ = ["KINDS", "Became", "Heard", "Leaf", "Suggestion", "became", "leaves_of", "suggestions"]
