"""Whole frames out of a stream of bytes in which anything may be missing, doubled or between.

A frame is looked for by how it may begin and how long it would be; it counts when its checksum holds.
Otherwise the search goes on one byte later, so that a whole frame behind half a one is still found.
"""

from collections.abc import Callable

from sensors.protocols.event import BadFrame, Event, Noise

LengthOf = Callable[[bytes], int | None]
"""The length of the frame that begins with these bytes, as far as they have come: 0 where none can
begin so, None where more must come before that can be said.
"""


class FrameReader:
    """Cuts a stream into frames; ``length_of`` is given at most ``head_bytes``, ``wrong`` says what is
    wrong with the checksum of one, and nothing where it holds; ``judge`` says what a whole one means.
    """

    def __init__(
        self,
        length_of: LengthOf,
        head_bytes: int,
        wrong: Callable[[bytes], str],
        judge: Callable[[bytes], list[Event]],
    ) -> None:
        self._length_of = length_of
        self._head_bytes = head_bytes
        self._wrong = wrong
        self._judge = judge
        self._kept = bytearray()

    def feed(self, data: bytes) -> list[Event]:
        """What whole and broken frames mean and how many bytes were skipped between, in their order."""
        kept = self._kept
        kept += data
        events: list[Event] = []
        skipped = at = 0
        while at < len(kept):
            length = self._length_of(bytes(kept[at : at + self._head_bytes]))
            if length == 0:
                skipped, at = skipped + 1, at + 1
                continue
            if length is None or at + length > len(kept):
                break
            frame = bytes(kept[at : at + length])
            if skipped:
                events.append(Noise(skipped))
            wrong = self._wrong(frame)
            events += [BadFrame(frame, wrong)] if wrong else self._judge(frame)
            skipped, at = (1, at + 1) if wrong else (0, at + length)
        if skipped:
            events.append(Noise(skipped))
        del kept[:at]
        return events
