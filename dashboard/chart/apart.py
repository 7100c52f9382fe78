"""Names on a chart, so that none stands on another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

LINE_PX: Final = 19.0
"""How much height a name takes."""
LETTERS: Final = 95
"""About as many letters as fit beside each other over a chart of usual width."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the name of a level stands: at the end or the beginning of its line, above or below."""

    at_end: bool
    above: bool


def level_places(heights_px: Iterable[float], at_end: Sequence[bool]) -> list[Place]:
    """A place for each name, the first to have its say first; ``at_end`` is where each would be."""
    taken: list[tuple[bool, float]] = []
    found: list[Place] = []
    for height_px, prefers_end in zip(heights_px, at_end, strict=True):
        choices = [
            Place(side, above) for side in (prefers_end, not prefers_end) for above in (True, False)
        ]
        choices.sort(key=lambda place: not place.above)
        place = next(
            (one for one in choices if _is_free(one, height_px, taken)),
            Place(prefers_end, above=True),
        )
        taken.append((place.at_end, _middle(place, height_px)))
        found.append(place)
    return found


def _middle(place: Place, height_px: float) -> float:
    return height_px + (LINE_PX / 2 if place.above else -LINE_PX / 2)


def _is_free(place: Place, height_px: float, taken: Sequence[tuple[bool, float]]) -> bool:
    middle = _middle(place, height_px)
    return all(place.at_end != side or abs(middle - other) >= LINE_PX for side, other in taken)


def free_spans(wanted: Iterable[tuple[float, bool, str]]) -> list[bool]:
    """Which of the names along an axis are shown: each stands at a place (0 to 1), grows to the left
    where it is late, and gives way to those before it.
    """
    taken: list[tuple[float, float]] = []
    shown: list[bool] = []
    for at, is_late, text in wanted:
        width = (len(text) + 2) / LETTERS
        low, high = (at - width, at) if is_late else (at, at + width)
        is_free = all(high <= other_low or low >= other_high for other_low, other_high in taken)
        if is_free:
            taken.append((low, high))
        shown.append(is_free)
    return shown
