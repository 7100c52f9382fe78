"""How many connections there may be, in all and from one address. Pure counting, one thread."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Answer = Literal["taken", "house full", "address full"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """``spares`` beyond the full house are heard long enough to be told so."""

    connections: int
    per_address: int
    spares: int = 64


class Admission:
    def __init__(self, bounds: Bounds, is_exempt: Callable[[str], bool]) -> None:
        """``is_exempt``: many people come from that address, as behind a proxy."""
        self._bounds = bounds
        self._is_exempt = is_exempt
        self._of: Counter[str] = Counter()
        self._all = 0

    def __len__(self) -> int:
        return self._all

    @property
    def is_full(self) -> bool:
        return self._all >= self._bounds.connections

    def ask(self, address: str) -> Answer:
        """Whether one more from there would be taken; it is counted with ``enter``."""
        if not self._is_exempt(address) and self._of[address] >= self._bounds.per_address:
            return "address full"
        return "house full" if self.is_full else "taken"

    def has_spare(self, spares: int) -> bool:
        """Whether one more may be heard when ``spares`` are already."""
        return spares < self._bounds.spares

    def enter(self, address: str) -> None:
        self._of[address] += 1
        self._all += 1

    def leave(self, address: str) -> None:
        self._all -= 1
        self._of[address] -= 1
        if not self._of[address]:
            del self._of[address]
