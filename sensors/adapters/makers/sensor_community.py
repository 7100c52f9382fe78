"""Sensor.Community's airRohr firmware, which sends to an address of its owner's: a list of values that
are texts, under names such as ``SCD30_co2_ppm`` [opendata-stuttgart/sensors-software].
"""

from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.suffix import quantity_of
from sensors.adapters.value import number, objects, read_object, text_of
from sensors.adapters.vocabulary import Known
from sensors.wire.refusal import Reason, Refused


def read(_source: Source, _topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    chip = text_of(told.get("esp8266id")) or text_of(told.get("esp32id"))
    if chip is None:
        return Refused(Reason.MISSING_FIELD, "esp8266id is missing")
    found = Known()
    signal = None
    for one in objects(told.get("sensordatavalues"))[:100]:
        name, text = text_of(one.get("value_type")), text_of(one.get("value"))
        if name is None or text is None:
            continue
        value = number(text.removesuffix("dBm").strip())
        ours = quantity_of(name.lower().removesuffix("_ppm"))
        if value is None:
            continue
        if name == "signal":
            signal = value
        elif ours is not None and ours[0] in ("co2_ppm", "temperature_c", "humidity_pct"):
            found.values.setdefault(ours[0], value)
    return found.said(f"airrohr-{chip}", signal_dbm=signal, model="airRohr")
