"""Which venues a store has."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Share:
    """The venues that are named, or, where it is the ``rest``, all but those."""

    named: frozenset[str] = frozenset()
    is_rest: bool = False

    def __contains__(self, venue: object) -> bool:
        return (venue in self.named) is not self.is_rest

    def among(self, venues: frozenset[str] | None) -> "Share":
        """Those of ``venues`` (None: all there are) that are in it."""
        if venues is None:
            return self
        return Share(venues - self.named if self.is_rest else venues & self.named)

    @classmethod
    def of_all(cls) -> Self:
        return cls(frozenset(), is_rest=True)

    @property
    def label(self) -> str:
        """Of a figure: the first of its venues, ``*`` of the rest."""
        return "*" if self.is_rest else min(self.named, default="")

    @property
    def shown(self) -> str:
        """For a log."""
        if self.is_rest:
            return "all other venues" if self.named else "all venues"
        return ", ".join(sorted(self.named))
