"""OpenMQTTGateway and Theengs Gateway: what Bluetooth sensors broadcast, decoded, under their address
[theengs.io, decoder]. They also hear telephones, watches and tags, which are none of our business: only
what their decoder knows for a sensor, and that tells one of our values, is looked at.
"""

from typing import Final

from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.value import read_object, text_of
from sensors.adapters.vocabulary import known_in
from sensors.wire.refusal import Refused

_PEOPLE_S: Final = frozenset(("PHONE", "TRACK", "WATCH", "BAND", "RMAC", "BODY"))
"""Types of what people carry."""


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")
    if levels[-1] == "LWT" or len(levels) < 2 or "BTtoMQTT" not in levels:
        return ()
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    model = text_of(told.get("model_id"))
    kind = text_of(told.get("type"))
    if model is None or kind in _PEOPLE_S or "track" in told or "prmac" in told:
        return ()
    known = known_in(told)
    if not known.values.keys() - {"signal_dbm", "battery_pct"}:
        return ()
    name = levels[-1] if levels[-1] != "BTtoMQTT" else text_of(told.get("id"))
    return () if name is None else known.said(name, model=text_of(told.get("model")) or model)
