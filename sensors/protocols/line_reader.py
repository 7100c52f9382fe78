"""Lines of text out of a stream, of devices that print."""

from typing import Final

from sensors.protocols.event import NOTHING_TO_SEND, Event, Noise
from sensors.protocols.order import CannotOrder, Order

LONGEST_LINE: Final = 512


class LineReader:
    """Cuts at line ends of any kind. A line that is too long is noise; so is the first one since the
    port was opened where it cannot be read, since that may be the end of a longer one.
    """

    def __init__(self) -> None:
        self._kept = b""
        self._in_noise = False
        self._first = True

    def request(self) -> bytes:
        return NOTHING_TO_SEND

    def frames(self, order: Order) -> tuple[bytes, ...]:
        raise CannotOrder(f"a device that prints cannot be told {order}")

    def feed(self, data: bytes) -> list[Event]:
        """What whole lines mean, in their order."""
        *whole, rest = (self._kept + data).replace(b"\r", b"\n").split(b"\n")
        events = [event for line in whole for event in self._whole(line)]
        if len(rest) > LONGEST_LINE or (self._in_noise and rest):
            self._in_noise = True
            events.append(Noise(len(rest)))
            rest = b""
        self._kept = rest
        return events

    def line(self, line: bytes, *, first: bool) -> list[Event]:
        """What one line says that is not blank; ``first`` of the port."""
        raise NotImplementedError

    def _whole(self, line: bytes) -> list[Event]:
        too_long, self._in_noise = self._in_noise or len(line) > LONGEST_LINE, False
        if not line.strip() and not too_long:
            return []
        first, self._first = self._first, False
        if too_long:
            return [Noise(len(line))] if line else []
        return self.line(line.strip(), first=first)
