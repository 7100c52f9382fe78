"""What comes by HTTP, on its way to the broker."""

from collections.abc import Sequence
from datetime import tzinfo

from dashboard.ingest.batch import Batch, Webhooks, Zones, batch_of
from dashboard.ingest.sender import BrokerAway, Message, Sends
from sensors.adapters.source import Source


class Incoming:
    """Without ``sends`` there is no broker to send to."""

    def __init__(self, sends: Sends | None = None) -> None:
        self._sends = sends
        self._webhooks = Webhooks()

    def batch_of(self, readings: Sequence[object], zones: Zones, now_ns: int) -> Batch:
        """Readings as they were sent; ``zones`` are those of the venues that they may be for."""
        return batch_of(readings, zones, now_ns)

    def webhook(self, source: Source, body: bytes, zone: tzinfo, now_ns: int) -> Batch:
        """What is in the body of a maker's own message."""
        return self._webhooks.batch_of(source, body, zone, now_ns)

    def send(self, messages: Sequence[Message]) -> None:
        """Publish, and wait until the broker has all.

        Raises:
            BrokerAway: it did not take them in time.

        """
        if self._sends is None:
            raise BrokerAway("there is none")
        self._sends.send(messages)
