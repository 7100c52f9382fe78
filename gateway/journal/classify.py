"""One MQTT message into what the journal takes: a reading, a note of a device, or a refusal.
Pure.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Final

import msgspec

from gateway.journal.entry import Note, RefusedMessage
from sensors.wire.payload import decode_about, decode_health, decode_reading, decode_status
from sensors.wire.reading import About, DeviceStatus, Health, Reading
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceTopic, parse_device_topic

KEPT_PAYLOAD_BYTES = 512
KEPT_TOPIC_CHARACTERS = 400
SHAPE = "luchtig/devices/VENUE/DEVICE/air, people, status, about or health"
Zones = Mapping[str, tzinfo]
"""Of the venues, by slug."""

NO_ZONES: Final[Zones] = {}
_READ: Final[Mapping[str, Callable[[bytes], DeviceStatus | About | Health | Refused]]] = {
    "status": decode_status, "about": decode_about, "health": decode_health,
}  # fmt: skip

# The same few topics come again and again.
_parse = lru_cache(maxsize=16_384)(parse_device_topic)


class Classified(msgspec.Struct, frozen=True, gc=False):
    """What a message became; ``dropped`` names the optional values that were left out of a
    reading, ``zone_assumed`` says that its time named no zone.
    """

    what: Reading | Note | RefusedMessage
    dropped: tuple[str, ...] = ()
    zone_assumed: bool = False


def classify(
    topic: str,
    payload: bytes,
    *,
    retained: bool,
    arrived_ns: int,
    zones: Zones = NO_ZONES,
) -> Classified:
    """Judge one message that arrived at ``arrived_ns``; whatever it holds, the answer is a value.

    A time without a zone is one of its venue's in ``zones``, of a venue that is not there UTC.

    A reading that the broker replays as retained is refused: it may be of any age. What a device
    says of itself is retained on purpose.
    """
    address = _parse(topic)
    if address is None:
        return _refused(topic, payload, arrived_ns, Refused(Reason.BAD_TOPIC, f"expected {SHAPE}"))
    if address.leaf in ("air", "people"):
        if retained:
            refused = Refused(Reason.RETAINED, "a reading is published without the retain flag")
            return _refused(topic, payload, arrived_ns, refused)
        local = zones.get(address.venue, UTC)
        decoded = decode_reading(address, payload, arrived_ns, local)
        if isinstance(decoded, Refused):
            return _refused(topic, payload, arrived_ns, decoded)
        return Classified(decoded.reading, decoded.dropped, decoded.zone_assumed)
    note = _note(address, payload, arrived_ns)
    return (
        _refused(topic, payload, arrived_ns, note)
        if isinstance(note, Refused)
        else Classified(note)
    )


def device_of(what: Reading | Note | RefusedMessage) -> tuple[str, str]:
    """Venue and device; of a message on a topic that names none two empty words."""
    if not isinstance(what, RefusedMessage):
        return what.venue, what.device
    address = _parse(what.topic)
    return ("", "") if address is None else (address.venue, address.device)


def refused_whole(topic: str, payload: bytes, arrived_ns: int, refused: Refused) -> RefusedMessage:
    """A refusal as the journal keeps it, topic and payload cut to what a person needs to see."""
    return RefusedMessage(
        topic[:KEPT_TOPIC_CHARACTERS],
        payload[:KEPT_PAYLOAD_BYTES],
        refused.reason,
        refused.detail,
        arrived_ns,
    )


def _note(address: DeviceTopic, payload: bytes, arrived_ns: int) -> Note | Refused:
    said = _READ[address.leaf](payload)
    match said:
        case Refused():
            return said
        case About():
            return Note(address.venue, address.device, arrived_ns, about=said)
        case Health():
            return Note(address.venue, address.device, arrived_ns, health=said)
        case DeviceStatus(online):
            return Note(address.venue, address.device, arrived_ns, online=online)


def _refused(topic: str, payload: bytes, arrived_ns: int, refused: Refused) -> Classified:
    return Classified(refused_whole(topic, payload, arrived_ns, refused))
