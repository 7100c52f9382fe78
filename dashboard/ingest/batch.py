"""What others send by HTTP, as the messages that a device of ours would have sent."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

import msgspec

from dashboard.ingest.sender import Message
from sensors.adapters.source import Source
from sensors.adapters.translation import Translated, Translation
from sensors.wire.payload import decode_reading
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import CHECK, DeviceSlug, DeviceTopic, VenueSlug, is_slug

Zones = Mapping[VenueSlug, tzinfo]
_ADDRESS: Final = ("venue", "device", "kind")
_encode: Final = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Batch:
    """What is to be published, and what is not: its place in the request, and why."""

    messages: list[Message] = field(default_factory=list)
    accepted: int = 0
    refused: list[tuple[int, Refused]] = field(default_factory=list)


def batch_of(readings: Sequence[object], zones: Zones, now_ns: int) -> Batch:
    """Readings as they were sent; ``zones`` are those of the venues that they may be for."""
    batch = Batch()
    for index, one in enumerate(readings):
        found = _message(one, zones, now_ns)
        if isinstance(found, Refused):
            batch.refused.append((index, found))
        else:
            batch.messages.append(found)
            batch.accepted += 1
    return batch


def _message(one: object, zones: Zones, now_ns: int) -> Message | Refused:
    if not isinstance(one, dict):
        return Refused(Reason.NOT_OBJECT, "expected an object for each reading")
    venue, device, kind = (one.get(name) for name in _ADDRESS)
    if not isinstance(venue, str) or VenueSlug(venue) not in zones:
        return Refused(Reason.BAD_TOPIC, "expected a venue that this token is for")
    if not isinstance(device, str) or not is_slug(device) or device == CHECK:
        return Refused(Reason.BAD_TOPIC, "expected the slug of a device")
    if kind not in ("air", "people"):
        return Refused(Reason.BAD_TOPIC, "expected kind air or people")
    if not one.get("ts"):
        return Refused(Reason.MISSING_FIELD, "ts is missing: it is what a reading is known by")
    topic = DeviceTopic(VenueSlug(venue), DeviceSlug(device), kind)
    payload = _payload(one)
    decoded = decode_reading(topic, payload, now_ns, zones[topic.venue])
    if isinstance(decoded, Refused):
        return decoded
    return Message(f"luchtig/devices/{venue}/{device}/{kind}", payload)


def _payload(one: Mapping[str, Any]) -> bytes:
    return _encode({name: value for name, value in one.items() if name not in _ADDRESS})


class Webhooks:
    """What the makers' own messages say; totals that they do not send are kept in memory."""

    def __init__(self) -> None:
        self._translation = Translation()
        self._lock = threading.Lock()

    def batch_of(self, source: Source, body: bytes, zone: tzinfo, now_ns: int) -> Batch:
        """The messages in a body of that kind."""
        with self._lock:
            found = self._translation.take(
                source, "", body, retained=False, arrived_ns=now_ns, monotonic_s=now_ns / 1e9
            )
        batch = Batch()
        for index, one in enumerate(found):
            refused = one if isinstance(one, Refused) else _fault(one, zone, now_ns)
            if refused is not None:
                batch.refused.append((index, refused))
            elif isinstance(one, Translated):
                is_reading = one.leaf in ("air", "people")
                batch.messages.append(Message(one.topic, one.payload, retain=not is_reading))
                batch.accepted += is_reading
        return batch


def _fault(one: Translated, zone: tzinfo, now_ns: int) -> Refused | None:
    if one.leaf not in ("air", "people"):
        return None
    topic = DeviceTopic(one.venue, one.device, one.leaf)
    decoded = decode_reading(topic, one.payload, now_ns, zone)
    return decoded if isinstance(decoded, Refused) else None
