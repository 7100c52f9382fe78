"""The advice that stands in one live room, made steady over time and remembered over a restart."""

import msgspec

from gateway.domain.advice.rules import Advice
from gateway.domain.advice.situation import Situation, are_open
from gateway.domain.advice.steady import AdviceMemory, advise
from gateway.domain.air.room_estimate import Prior, Range
from sensors.wire.reading import Reading

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(AdviceMemory).decode


class RoomAdvice:
    """Flags take part in it, so it cannot be told again from readings: it is written with them."""

    __slots__ = ("_memory", "is_new", "is_urgent")

    def __init__(self) -> None:
        self.is_new = False
        self.is_urgent = False
        self._memory = AdviceMemory()

    @property
    def given(self) -> tuple[Advice, ...]:
        """As of the moment it was judged last, the most urgent first."""
        return tuple(one.advice for one in self._memory.given)

    def judge(self, now: Situation) -> None:
        """Look what is to be advised now, after what was advised before."""
        _, after = advise(now, self._memory)
        if after != self._memory:
            self._memory = after
            self.is_new = self.is_urgent = True

    def stays(self, flow_lps: Range | None, closed: Prior | None, opened: Prior | None) -> bool:
        """Whether nothing was to be advised and nothing will be, as far as windows go."""
        memory = self._memory
        return memory.is_at_rest and memory.open is are_open(
            flow_lps, closed, opened, was_open=memory.open
        )

    def as_it_would_be(self, now: Situation) -> tuple[Advice, ...]:
        """What would be advised, had it to be judged now."""
        return advise(now, self._memory)[0]

    def snapshot(self) -> bytes:
        return _encode(self._memory)

    def restore(self, snapshot: bytes) -> None:
        self._memory = _decode(snapshot)

    def replay(self, reading: Reading) -> None:
        """Nothing: it is written with each change."""

    def saved(self) -> None:
        self.is_new = self.is_urgent = False
