"""AirGradient: ``airgradient/readings/SERIAL``, one object without a time
[airgradienthq/arduino, docs/local-server.md].
"""

from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.value import number, read_object, text_of
from sensors.adapters.vocabulary import known_in
from sensors.wire.refusal import Refused


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")
    if len(levels) < 2 or levels[-2] != "readings":
        return ()
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    known = known_in(told)
    for ours, raw, compensated in (
        ("temperature_c", "atmp", "atmpCompensated"),
        ("humidity_pct", "rhum", "rhumCompensated"),
    ):
        value = number(told.get(compensated))
        value = number(told.get(raw)) if value is None else value
        if value is not None:
            known.values[ours] = value
    name = text_of(told.get("serialno")) or levels[-1]
    return known.said(name, model=text_of(told.get("model")))
