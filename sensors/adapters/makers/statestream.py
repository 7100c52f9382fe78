"""Home Assistant's MQTT statestream: the state of each entity, retained, on
``BASE/DOMAIN/OBJECT/state``; what an entity measures stands at the end of its name
[home-assistant.io/integrations/mqtt_statestream].
"""

from typing import Final

from sensors.adapters.makers.esphome import one_value
from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.suffix import quantity_of
from sensors.adapters.value import plain
from sensors.wire.refusal import Refused

_DOMAINS: Final = ("sensor", "binary_sensor")
_GONE: Final = "unavailable"


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")
    if len(levels) < 3 or levels[-1] != "state" or levels[-3] not in _DOMAINS:
        return ()
    found = quantity_of(levels[-2])
    if found is None:
        return ()
    ours, device = found
    state = plain(payload).strip('"')
    if not device:
        return ()
    if state == _GONE:
        is_what_counts = ours in ("co2_ppm", "count", "in_total", "motion")
        return (Said(device=device, online=False),) if is_what_counts else ()
    said = one_value(device, levels[-2], state)
    if ours in ("battery_pct", "signal_dbm") or not said:
        return said
    return (Said(device=device, values=said[0].values, online=True, alone=True),)
