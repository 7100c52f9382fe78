"""What the journal holds: every message that was taken or refused, and what was made of it.

Stored as msgpack, so a field may be added with a default and never renamed.
"""

import msgspec

from gateway.store.interface import Placed, RoomSample
from sensors.reading import About
from sensors.refusal import Reason


class Note(msgspec.Struct, frozen=True, tag="note"):
    """What a device said of itself: its status (``online``), or what it is (``about``)."""

    venue: str
    device: str
    at_ns: int
    online: bool | None = None
    about: About | None = None


class RefusedMessage(msgspec.Struct, frozen=True, tag="refused"):
    """A message that was not taken, for the counters and the quarantine; ``payload`` is cut short."""

    topic: str
    payload: bytes
    reason: Reason
    detail: str
    at_ns: int


Entry = Placed | RoomSample | Note | RefusedMessage

encode_entry = msgspec.msgpack.Encoder().encode
decode_entry = msgspec.msgpack.Decoder(Entry).decode
