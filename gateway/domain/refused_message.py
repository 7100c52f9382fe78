"""A message that was not taken, kept for a person to see."""

import msgspec

from sensors.wire.refusal import Reason


class RefusedMessage(msgspec.Struct, frozen=True, tag="refused"):
    """For the counters and the quarantine; ``payload`` is cut short."""

    topic: str
    payload: bytes
    reason: Reason
    detail: str
    at_ns: int
