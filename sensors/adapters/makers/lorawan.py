"""Uplinks of the two LoRaWAN networks: The Things Stack v3 and ChirpStack v4, decoded by them or by us
[thethingsindustries.com, Data formats; chirpstack.io, Event types].
"""

import base64
import binascii
from typing import Any, Final

from sensors.adapters.lorawan.models import MODELS
from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.value import (
    LONGEST,
    number,
    objects,
    part,
    percent,
    read_object,
    text_of,
    time_of,
    whole,
)
from sensors.adapters.vocabulary import Known, known_in
from sensors.wire.refusal import Reason, Refused

_LONGEST_UPLINK: Final = 1_024
"""In base 64; an uplink has at most 242 bytes."""


def read_tts(source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    """``v3/APPLICATION@TENANT/devices/DEVICE/up``, and the body of its webhook. What is nought, false
    or empty is left out by the network.
    """
    if topic and not topic.endswith("/up"):
        return ()
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    uplink = told.get("uplink_message")
    name = text_of(part(told, "end_device_ids", "device_id"))
    if not isinstance(uplink, dict):
        return ()
    if name is None:
        return Refused(Reason.MISSING_FIELD, "end_device_ids.device_id is missing")
    decoded = uplink.get("decoded_payload")
    known = _known(source, decoded, uplink.get("frm_payload"), uplink.get("f_port"))
    if isinstance(known, Refused):
        return known
    battery = percent(part(uplink, "last_battery_percentage", "value"))
    return _said(
        known, name, uplink.get("received_at") or told.get("received_at"),
        uplink.get("rx_metadata"), source.model or text_of(part(uplink, "version_ids", "model_id")),
        battery,
    )  # fmt: skip


def read_chirpstack(source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    """``application/ID/device/EUI/event/up``, and ``…/event/status`` for the battery."""
    if not topic.endswith(("/up", "/status")):
        return ()
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    info = told.get("deviceInfo")
    name = text_of(part(info, "deviceName")) or text_of(part(info, "devEui"))
    if name is None:
        return Refused(Reason.MISSING_FIELD, "deviceInfo.deviceName is missing")
    if topic.endswith("/status"):
        return (Said(device=name, battery_pct=percent(told.get("batteryLevel"))),)
    known = _known(source, told.get("object"), told.get("data"), told.get("fPort"))
    if isinstance(known, Refused):
        return known
    model = source.model or text_of(part(info, "deviceProfileName"))
    return _said(known, name, told.get("time"), told.get("rxInfo"), model, None)


def _known(source: Source, decoded: object, data: object, port: object) -> Known | Refused:
    if isinstance(decoded, dict) and decoded:
        return known_in(decoded)
    if source.model is None or not isinstance(data, str) or not data:
        return Known()
    try:
        raw = base64.b64decode(data[:_LONGEST_UPLINK], validate=True)
    except (binascii.Error, ValueError):
        return Refused(Reason.WRONG_TYPE, "the bytes of the uplink are no base 64")
    return known_in(MODELS[source.model](raw, whole(port)))


def _said(
    known: Known, name: str, at: object, heard: Any, model: str | None, battery: float | None
) -> tuple[Said, ...]:
    signals = [number(one.get("rssi")) for one in objects(heard)[:LONGEST]]
    best = max((one for one in signals if one is not None), default=None)
    more: dict[str, Any] = {"model": model, "signal_dbm": best}
    if battery is not None:
        more["battery_pct"] = battery
    return known.said(name, ts=time_of(at), **more)
