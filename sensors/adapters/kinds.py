"""Who reads the messages of each kind of source."""

from collections.abc import Callable, Mapping
from typing import Final

from sensors.adapters.makers import (
    airgradient,
    airthings,
    aranet,
    esphome,
    lorawan,
    mapping,
    milesight,
    sensor_community,
    shelly,
    statestream,
    tasmota,
    theengs,
    xovis,
    zigbee2mqtt,
)
from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.wire.refusal import Refused

Adapter = Callable[[Source, str, bytes], tuple[Said, ...] | Refused]
"""From a topic and a payload to what it says; nothing where the topic is none of a device's values. It
raises nothing, whatever the payload holds.
"""

ADAPTERS: Final[Mapping[str, Adapter]] = {
    "zigbee2mqtt": zigbee2mqtt.read,
    "esphome": esphome.read,
    "tasmota": tasmota.read,
    "airgradient": airgradient.read,
    "shelly": shelly.read,
    "tts": lorawan.read_tts,
    "chirpstack": lorawan.read_chirpstack,
    "xovis": xovis.read,
    "milesight": milesight.read,
    "aranet": aranet.read,
    "theengs": theengs.read,
    "statestream": statestream.read,
    "mapping": mapping.read,
    "airthings": airthings.read,
    "sensor-community": sensor_community.read,
}
