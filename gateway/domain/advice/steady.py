"""What a host can do about a room now: at most one piece of advice of each kind, none against
another.

What is wanted at a moment says ``rules``; here it is made steady. What was given stays for
``LEAST_S``, unless it has become moot or contradicts what is wanted now, and what went comes back
after ``REST_S`` at the earliest, or at once where a flag asks for it. Numbers that differ by little
stay.
"""

from collections.abc import Iterable

import msgspec

from gateway.domain.advice.rules import Advice, Code, Signs, wanted
from gateway.domain.advice.situation import (
    Situation,
    at_most_by_flag,
    is_fresh_open,
    people_in,
    short_of_air,
    windows_open,
)

LEAST_S = 180.0
"""What is advised stands so long: a host reads it, and does it."""
REST_S = 120.0
"""What went stays away so long."""
FRESH_FOR_S = 600.0
"""So long it is fresh with the windows open before they are to be closed."""
ESCALATES_AFTER_S = 900.0
"""So long after it was asked to open windows, of which nothing was learned yet, the CO2 says itself
whether they help."""
ORDER: tuple[Code, ...] = ("open_windows", "at_most", "break", "close_windows")
"""The most urgent first."""
AGAINST: dict[Code, frozenset[Code]] = {
    "open_windows": frozenset({"close_windows"}),
    "at_most": frozenset(),
    "break": frozenset({"close_windows"}),
    "close_windows": frozenset({"open_windows", "break"}),
}
"""What contradicts each kind: it goes at once where one of these is wanted."""


class Given(msgspec.Struct, frozen=True):
    """A piece of advice as it stands, and since when there is one of its kind."""

    advice: Advice
    since_s: float


class AdviceMemory(msgspec.Struct, frozen=True):
    """What was given before; ``gone`` is when which kind went, ``open`` whether windows were open
    last (None: not known), ``fresh_since_s`` since when it has been fresh with them open.
    """

    given: tuple[Given, ...] = ()
    gone: tuple[tuple[Code, float], ...] = ()
    open: bool | None = None
    fresh_since_s: float | None = None

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing stands or stood a moment ago, and no windows are seen to be open: then there
        is nothing to say until air is short, a flag asks for something or windows are opened.
        """
        return not self.given and not self.gone and not self.open and self.fresh_since_s is None

    def of(self, code: Code) -> Given | None:
        return next((one for one in self.given if one.advice.code == code), None)


def advise(
    now: Situation, before: AdviceMemory | None = None
) -> tuple[tuple[Advice, ...], AdviceMemory]:
    """What to do, the most urgent first, and what to remember of it for the next time."""
    before = before or AdviceMemory()
    at_s = now.at.timestamp()
    is_open = windows_open(now, was_open=before.open)
    is_short = short_of_air(
        now, was=any(one.advice.code != "close_windows" for one in before.given)
    )
    fresh_since_s = _fresh_since(now, before, at_s, is_open=is_open, is_short=is_short)
    asked = before.of("open_windows")
    kinds = [one.advice.code for one in before.given]
    signs = Signs(
        is_short,
        is_open,
        asked is not None and at_s - asked.since_s >= ESCALATES_AFTER_S,
        fresh_since_s is not None and at_s - fresh_since_s >= FRESH_FOR_S,
        next((code for code in kinds if code in ("at_most", "break")), None),
    )
    found = wanted(now, signs)
    given = _steady(now, before, found, at_s, signs)
    gone = dict(before.gone) | {
        one.advice.code: at_s for one in before.given if one.advice.code not in given
    }
    rested = tuple((code, went_s) for code, went_s in gone.items() if at_s - went_s < REST_S)
    ordered = tuple(given[code] for code in ORDER if code in given)
    after = AdviceMemory(ordered, rested, is_open, fresh_since_s)
    return tuple(one.advice for one in ordered), after


def _fresh_since(
    now: Situation, before: AdviceMemory, at_s: float, *, is_open: bool | None, is_short: bool
) -> float | None:
    was = before.of("close_windows") is not None
    if not is_open or is_short or not is_fresh_open(now, was=was):
        return None
    return at_s if before.fresh_since_s is None else before.fresh_since_s


def _steady(
    now: Situation,
    before: AdviceMemory,
    found: Iterable[Advice],
    at_s: float,
    signs: Signs,
) -> dict[Code, Given]:
    given: dict[Code, Given] = {}
    resting = {code for code, went_s in before.gone if at_s - went_s < REST_S}
    for advice in found:
        last = before.of(advice.code)
        if last is not None:
            given[advice.code] = Given(_settled(now, last.advice, advice), last.since_s)
        elif advice.code not in resting or _is_flagged(now, advice.code):
            given[advice.code] = Given(advice, at_s)
    for one in before.given:
        code = one.advice.code
        if code in given or AGAINST[code] & given.keys() or at_s - one.since_s >= LEAST_S:
            continue
        if not _is_moot(now, one.advice, signs):
            given[code] = one
    return given


def _is_flagged(now: Situation, code: Code) -> bool:
    """Whether a broken limit itself asks for it."""
    rules = {flag.rule for flag in now.flags}
    if code == "open_windows":
        return bool(rules & {"co2", "ventilation"})
    return code == "at_most" and "occupancy" in rules


def _settled(now: Situation, last: Advice, new: Advice) -> Advice:
    """The last numbers where the new ones say the same to a host."""
    if last.people is not None and new.people is not None:
        near = abs(last.people - new.people) <= 1
        return last if near and not _is_done(now, last.people) else new
    if new.code == "break" and last.minutes is not None and new.minutes is not None:
        return last if new.minutes <= last.minutes <= new.minutes + 10.0 else new
    return new


def _is_moot(now: Situation, advice: Advice, signs: Signs) -> bool:
    """Whether what it asks for was done, or does no good any more."""
    people = people_in(now)
    match advice.code:
        case "open_windows":
            return signs.is_open is True
        case "at_most":
            return _is_done(now, advice.people or 0)
        case "break":
            ppm = now.facts.co2_ppm
            back = ppm is not None and advice.ppm is not None and ppm <= advice.ppm
            return people == 0 or back
        case _:
            return not signs.is_open or signs.is_short


def _is_done(now: Situation, at_most: int) -> bool:
    """Whether no more than these are in, or more would be let in than the room is for."""
    by_flag, people = at_most_by_flag(now), people_in(now)
    if by_flag is not None:
        return at_most > by_flag
    return people is None or people <= at_most
