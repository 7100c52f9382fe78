"""Which devices of a scenario are played as whose, and over which connections."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from firmware_sim.as_others.airgradient import AirGradient
from firmware_sim.as_others.aranet import Aranet
from firmware_sim.as_others.counters import Milesight, Xovis
from firmware_sim.as_others.esphome import EspHome
from firmware_sim.as_others.lorawan import ChirpStack, TheThingsStack
from firmware_sim.as_others.shelly import Shelly
from firmware_sim.as_others.statestream import Statestream
from firmware_sim.as_others.tasmota import Tasmota
from firmware_sim.as_others.theengs import Theengs
from firmware_sim.as_others.voice import Voice
from firmware_sim.as_others.zigbee import Zigbee2Mqtt
from firmware_sim.scenario.scenario import Scenario
from firmware_sim.station import Station
from sensors.config import ConfigError
from sensors.wire.topic import DeviceKey

_MAKERS: Final[tuple[type[Voice], ...]] = (
    Zigbee2Mqtt, EspHome, Tasmota, AirGradient, Shelly, TheThingsStack, ChirpStack, Xovis,
    Milesight, Aranet, Theengs, Statestream,
)  # fmt: skip
MAKERS: Final[Mapping[str, type[Voice]]] = {maker.kind: maker for maker in _MAKERS}


@dataclass(frozen=True, slots=True)
class Cast:
    """``scenario`` has the devices that somebody makes, ``voices`` speak for each of them; ``left_out``
    tells of what nobody of them makes.
    """

    scenario: Scenario
    voices: Mapping[DeviceKey, Voice]
    left_out: tuple[str, ...]

    @property
    def stations(self) -> list[Station]:
        """The connections, as those makers have them."""
        alone = (_alone(key, voice) for key, voice in self.voices.items() if not voice.hub)
        makers = dict.fromkeys(type(voice) for voice in self.voices.values() if voice.hub)
        hubs = (
            _hub(maker, {key: one for key, one in self.voices.items() if type(one) is maker})
            for maker in makers
        )
        return [*alone, *hubs]

    @property
    def sources(self) -> str:
        """The ``[[source]]`` tables with which a gateway hears them."""
        venue = self.scenario.devices[0].venue
        makers = dict.fromkeys(type(voice) for voice in self.voices.values())
        return "".join(
            f'[[source]]\nkind = "{maker.kind}"\nfilter = "{topics}"\nvenue = "{venue}"\n'
            for maker in makers
            for topics in maker.filters
        )

    @property
    def renamed(self) -> list[str]:
        """The devices that are not heard under their name in the scenario."""
        return [
            f"{slug} is heard as {voice.heard_as}"
            for (_, slug), voice in self.voices.items()
            if voice.heard_as != slug
        ]


def cast(scenario: Scenario, kinds: Sequence[str]) -> Cast:
    """Deal the devices of a scenario to those of ``kinds`` that make such a thing, in turn.

    Raises:
        ConfigError: the scenario has more than one venue, whose topics would be the same; or nobody makes
            any of its devices.

    """
    if len({plan.venue for plan in scenario.devices}) > 1:
        message = "--as: expected one venue, since other makers' topics do not tell venues apart"
        raise ConfigError([f"{message}; play each venue by a simulator of its own"])
    zones = {room.venue: room.zone for room in scenario.rooms}
    dealt: Counter[str] = Counter()
    voices: dict[DeviceKey, Voice] = {}
    left_out: list[str] = []
    for plan in scenario.devices:
        able = {kind: len(MAKERS[kind].makes & set(plan.measures)) for kind in kinds}
        best = max(able.values())
        if best == 0:
            left_out.append(f"{plan.slug} is left out: none of these makes {_list(plan.measures)}")
            continue
        kind = min((one for one in able if able[one] == best), key=lambda one: dealt[one])
        dealt[kind] += 1
        voice = MAKERS[kind](plan, zones[plan.venue], scenario.seed)
        voices[plan.venue, plan.slug] = voice
        missing = [quantity for quantity in plan.measures if quantity not in voice.says]
        if missing:
            left_out.append(f"{plan.slug} tells no {_list(missing)}: {kind} does not in one device")
    if not voices:
        raise ConfigError([f"--as {_list(kinds)}: makes none of the scenario's devices"])
    devices = tuple(plan for plan in scenario.devices if (plan.venue, plan.slug) in voices)
    return Cast(replace(scenario, devices=devices), voices, tuple(left_out))


def _alone(key: DeviceKey, voice: Voice) -> Station:
    will = voice.will()
    return Station(
        client_id=f"{voice.kind}-{voice.name}",
        speaks_for=(key,),
        will=will,
        births=voice.births(),
        goodbyes=() if will is None else (will,),
        keeps=voice.keeps,
    )


def _hub(maker: type[Voice], voices: Mapping[DeviceKey, Voice]) -> Station:
    will = maker.hub_will()
    return Station(
        client_id=maker.hub,
        speaks_for=tuple(voices),
        will=will,
        births=maker.hub_births(tuple(voices.values())),
        goodbyes=() if will is None else (will,),
        keeps=maker.keeps,
    )


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)
