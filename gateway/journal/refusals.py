"""Whether what a store refuses is the fault of single lines or of the whole set-up, kind by kind.
Pure.

Lines that are refused while others of their kind are taken are at fault themselves. Where none of a
kind is taken it is not known yet, so they are kept: until one is taken, until enough of them from
enough devices were refused to call it a misconfiguration, or for so long that it must be the one device.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from gateway.store.interface import Measurement, Placed, Rejected, RoomSample

MANY: Final = 20
SOURCES: Final = 2
"""None taken of so many lines from so many devices (or rooms) is a misconfiguration."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long lines are kept in doubt, of wall time: of one device ``alone_s``, a few intervals, in
    which another would have spoken; of several ``several_s``.
    """

    alone_s: float = 20.0
    several_s: float = 600.0


USUAL: Final = Patience()


class Fate(Enum):
    """What becomes of the refused lines of a batch. ``AGAIN``: what was kept before, too, is to be
    written again, since the store takes their kind.
    """

    QUARANTINE = auto()
    KEEP = auto()
    AGAIN = auto()


@dataclass(slots=True)
class _Doubt:
    since_s: float
    words: str
    lines: int = 0
    sources: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_misconfiguration(self) -> bool:
        return self.lines >= MANY and len(self.sources) >= SOURCES

    def add(self, refused: Sequence[Rejected]) -> None:
        self.lines += len(refused)
        if len(self.sources) < SOURCES:
            self.sources.update(_source(one.row) for one in refused)

    def is_over(self, now_s: float, patience: Patience) -> bool:
        if self.is_misconfiguration:
            return False
        few = len(self.sources) < SOURCES
        return now_s - self.since_s >= (patience.alone_s if few else patience.several_s)


class Refusals:
    """What is known of each kind since the gateway started."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._doubts: dict[Measurement, _Doubt] = {}
        self._released: set[Measurement] = set()

    @property
    def kept(self) -> frozenset[Measurement]:
        """The kinds of which lines are kept."""
        return frozenset(self._doubts)

    @property
    def misconfigured(self) -> dict[Measurement, str]:
        """The kinds of which the store takes nothing, with its words."""
        doubts = self._doubts.items()
        return {kind: doubt.words for kind, doubt in doubts if doubt.is_misconfiguration}

    @property
    def is_idle(self) -> bool:
        """Whether nothing is kept nor given up, so that what is taken says nothing new."""
        return not self._doubts and not self._released

    def judge(
        self, kind: Measurement, taken: int, refused: Sequence[Rejected], now_s: float
    ) -> Fate:
        """What becomes of the refused lines of one batch, of which so many others were taken."""
        if taken:
            self._released.discard(kind)
        if self.is_mended(kind, taken, len(refused)):
            del self._doubts[kind]
            return Fate.AGAIN
        if kind not in self._doubts:
            if taken or not refused or kind in self._released:
                return Fate.QUARANTINE
            self._doubts[kind] = _Doubt(now_s, refused[0].refused.detail)
        self._doubts[kind].add(refused)
        return Fate.KEEP

    def is_mended(self, kind: Measurement, taken: int, refused: int) -> bool:
        """Whether the store takes a kind of which lines are kept; where it took none of many, it is
        to take most of a batch.
        """
        doubt = self._doubts.get(kind)
        if doubt is None or not taken:
            return False
        return taken >= refused or not doubt.is_misconfiguration

    def let_go(self, kinds: Collection[Measurement], *, released: bool = False) -> None:
        """Keep no lines of these kinds any more; ``released``: nor of what comes, until the store
        takes one.
        """
        for kind in kinds:
            self._doubts.pop(kind, None)
            if released:
                self._released.add(kind)

    def overdue(self, now_s: float) -> frozenset[Measurement]:
        """The kinds of which nothing was taken for so long that the lines are at fault."""
        doubts = self._doubts.items()
        return frozenset(kind for kind, doubt in doubts if doubt.is_over(now_s, self._patience))


def _source(row: Placed | RoomSample) -> tuple[str, str]:
    if isinstance(row, RoomSample):
        return row.venue, row.room
    return row.reading.venue, row.reading.device
