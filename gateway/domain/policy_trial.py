"""What limits would have flagged: a room's past held against a policy, in equal spans of time.

The past is given as means of each span (None: nothing measured), so that what lasts shorter than a span is
not seen. A breach fires once it has lasted as long as the policy says and ends at the clear level, as in
the rules themselves; what is not known neither begins nor ends one. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.domain.policy import Policy

Stand = Literal["over", "between", "well"] | None
"""Of one span; None where it cannot be said."""


@dataclass(frozen=True, slots=True)
class Past:
    """A room's means, one of each ``step_s`` seconds: the CO2, how many people, and the fresh air for
    each in litres a second; and for how many it is.
    """

    step_s: float
    co2_ppm: Sequence[float | None]
    people: Sequence[float | None]
    per_person_lps: Sequence[float | None]
    seats: int | None = None
    floor_area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many alerts, and for how long something was over its limit while they lasted."""

    alerts: int = 0
    over_s: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.alerts + other.alerts, self.over_s + other.over_s)


def trial(past: Past, policy: Policy, outdoor_ppm: float | None = None) -> Tally:
    """All alerts of the CO2, the fresh air and the number of people; ``outdoor_ppm`` is what outdoors
    stands at, None: the typical.
    """
    held = policy.at(outdoor_ppm)
    air, flow = list(_air(past, held)), list(_flow(past, held))
    if held.one_suffices:
        air = [_either(one, other) for one, other in zip(air, flow, strict=True)]
        flow = [None] * len(air)
    return (
        tally(air, held.co2_pending_s, past.step_s)
        + tally(flow, held.ventilation_pending_s, past.step_s)
        + tally(_crowd(past, held), held.occupancy_pending_s, past.step_s)
    )


def tally(stands: Iterable[Stand], pending_s: float, step_s: float) -> Tally:
    """The alerts of one rule."""
    alerts, over_s, lasted_s, is_firing = 0, 0.0, 0.0, False
    for stand in stands:
        if stand == "over":
            lasted_s += step_s
            if is_firing:
                over_s += step_s
            elif lasted_s >= pending_s:
                alerts, over_s, is_firing = alerts + 1, over_s + lasted_s, True
        elif stand == "between" and is_firing:
            over_s += step_s
        elif stand is not None or not is_firing:
            lasted_s, is_firing = 0.0, False
    return Tally(alerts, over_s)


def _air(past: Past, policy: Policy) -> Iterator[Stand]:
    limit_ppm = policy.co2_limit_ppm
    clear_ppm = limit_ppm if policy.co2_clear_ppm is None else policy.co2_clear_ppm
    for ppm in past.co2_ppm:
        if ppm is None or limit_ppm is None or clear_ppm is None:
            yield None
        elif ppm > limit_ppm:
            yield "over"
        else:
            yield "well" if ppm <= clear_ppm else "between"


def _flow(past: Past, policy: Policy) -> Iterator[Stand]:
    for lps, people in zip(past.per_person_lps, past.people, strict=True):
        limit_lps = None
        if people:
            limit_lps = policy.flow_limit_lps(people, past.floor_area_m2)
        if lps is None or limit_lps is None:
            yield None if people is None or people > 0 else "well"
        else:
            yield "over" if lps < limit_lps else "well"


def _crowd(past: Past, policy: Policy) -> Iterator[Stand]:
    places = policy.places(past.seats, past.floor_area_m2)
    for people in past.people:
        if people is None or places is None:
            yield None
        else:
            yield "over" if people > places else "well"


def _either(one: Stand, other: Stand) -> Stand:
    """Of two of which one suffices: over where both are, well where either is."""
    if "well" in (one, other):
        return "well"
    if None in (one, other):
        return None
    return "over" if one == other == "over" else "between"
