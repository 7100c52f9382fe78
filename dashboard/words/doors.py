"""What was made of a door's totals, in the visitor's words."""

from collections.abc import Callable
from typing import Final

from gateway.domain.door import Decided, Decision, Side
from gateway.words.locale import PageLocale

_SIDES: Final[dict[Side, Callable[[PageLocale], str]]] = {
    "in": lambda locale: locale.gettext("Came in"),
    "out": lambda locale: locale.gettext("Went out"),
}
_DECISIONS: Final[dict[Decision, Callable[[PageLocale], str]]] = {
    "passing": lambda locale: locale.gettext("It passed: nobody was added."),
    "restart": lambda locale: locale.gettext(
        "The counter began again and is counted on from there."
    ),
    "wrap": lambda locale: locale.gettext("The counter was full and went on from zero."),
    "implausible": lambda locale: locale.gettext(
        "Nobody can have passed so fast: counted on from there, and nobody was added."
    ),
    "ghosts": lambda locale: locale.gettext(
        "Nobody had moved for so long that nobody was in: who was counted too many was taken off."
    ),
}


def side_words(side: Side, locale: PageLocale) -> str:
    return _SIDES[side](locale)


def decision_words(decision: Decision, locale: PageLocale) -> str:
    return _DECISIONS[decision](locale)


def totals_words(made: Decided, locale: PageLocale) -> str:
    """``45.206 → 45.204``: the total before, and what the counter showed."""
    return f"{locale.number(made.before)} → {locale.number(made.shown)}"
