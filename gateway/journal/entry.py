"""What the journal holds: every message that was taken or refused, and what was made of it.

Stored as msgpack, so a field may be added with a default and never renamed.
"""

import msgspec

from gateway.domain.refused_message import RefusedMessage
from gateway.store.interface import Placed, RoomSample
from sensors.wire.reading import About, Health
from sensors.wire.topic import DeviceSlug, VenueSlug


class Note(msgspec.Struct, frozen=True, tag="note"):
    """What a device said of itself: its status (``online``), what it is (``about``), or how it is
    (``health``).
    """

    venue: VenueSlug
    device: DeviceSlug
    at_ns: int
    online: bool | None = None
    about: About | None = None
    health: Health | None = None


Entry = Placed | RoomSample | Note | RefusedMessage

encode_entry = msgspec.msgpack.Encoder().encode
decode_entry = msgspec.msgpack.Decoder(Entry).decode

__all__ = ["Entry", "Note", "RefusedMessage", "decode_entry", "encode_entry"]
