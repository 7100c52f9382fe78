"""Which passwords are too easy to guess to be taken, wherever one is chosen."""

import re
from functools import cache
from importlib.resources import files
from typing import Final, Literal

SHORTEST: Final = 10
LONGEST: Final = 1000
"""In characters; more would only cost time to hash."""
FEWEST_DIFFERENT: Final = 5

Weakness = Literal["too_short", "too_long", "known", "like_name"]

_EARLY_HERE: Final = frozenset(
    {"welkom", "wachtwoord", "willkommen", "passwort", "geheim", "hallo", "luchtig", "dekade"}
)
"""What a guesser tries first in the languages that we speak, beside the list."""
_ROUND_A_WORD: Final = 6
"""So many characters before and after a known word do not hide it; more are a password themselves."""
_STAND_INS: Final = str.maketrans("01345$@!7", "oleassait")


def weakness(password: str, name: str = "") -> Weakness | None:
    """Why a password of the account ``name`` is not taken; None where it is."""
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    folded = password.casefold()
    forms = _forms(folded)
    own = name.casefold()
    if forms & {own, own.partition("@")[0], *re.split(r"[@.\s]", own)}:
        return "like_name"
    if len(set(folded)) < FEWEST_DIFFERENT or forms & (_known() | _EARLY_HERE):
        return "known"
    return None


def _forms(folded: str) -> set[str]:
    """What a guesser who goes down a list would have tried to come upon it: as it stands, once where it
    repeats itself, without what stands around a word, and with letters for the digits that stand in
    for them.
    """
    half = folded[: len(folded) // 2]
    once = half if half * 2 == folded else folded
    forms = {folded, once, once.translate(_STAND_INS)}
    letters = [place for place, sign in enumerate(once) if sign.isalpha()]
    if letters and letters[0] + len(once) - 1 - letters[-1] <= _ROUND_A_WORD:
        word = once[letters[0] : letters[-1] + 1]
        forms |= {word, word.translate(_STAND_INS)}
    return forms - {""}


@cache
def _known() -> frozenset[str]:
    text = (
        files("gateway.registry.accounts")
        .joinpath("known_passwords.txt")
        .read_text(encoding="utf-8")
    )
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
