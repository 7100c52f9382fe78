"""Fresh air for each person over a meeting, from the gateway's estimates, and what was missing of
it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.policy import Policy
from gateway.domain.report.curve import Curve, held, within
from gateway.domain.report.material import Estimate
from gateway.domain.verdict import ANYBODY, LIKELY, SURE, towards


@dataclass(frozen=True, slots=True)
class FlowCurves:
    """All in l/s for each person. ``most``, ``estimated`` and ``least`` are what was missing, as 60
    % sure that it was enough, as estimated, and as 80 % sure that it was too little: a flag's own
    marks. ``limit_lps`` is the highest limit within the time, None where nobody was in or there is
    none.
    """

    each: Curve = ()
    most: Curve = ()
    estimated: Curve = ()
    least: Curve = ()
    limit_lps: float | None = None


def flow_curves(
    estimates: Iterable[Estimate],
    policy: Policy,
    floor_area_m2: float | None,
    from_ns: int,
    to_ns: int,
) -> FlowCurves:
    """What is known of the fresh air between two moments, while anybody was in."""
    hold_ns = round(policy.no_data_s * 1e9)
    each: list[tuple[int, float]] = []
    missing: list[list[tuple[int, float]]] = [[], [], []]
    limits: list[float] = []
    for one in estimates:
        people = one.people if one.people_estimate is None else one.people_estimate
        value, low, high = one.per_person_lps, one.per_person_low_lps, one.per_person_high_lps
        if value is None or low is None or high is None or people is None or people < ANYBODY:
            continue
        each.append((one.at_ns, value))
        limit = policy.flow_limit_lps(people, floor_area_m2)
        if limit is None:
            continue
        if from_ns <= one.at_ns < to_ns:
            limits.append(limit)
        likely = (towards(value, low, LIKELY), value, towards(value, high, SURE))
        for points, flow in zip(missing, likely, strict=True):
            points.append((one.at_ns, limit - flow))

    def curve(points: list[tuple[int, float]]) -> Curve:
        return within(held(points, hold_ns, to_ns), from_ns, to_ns)

    most, estimated, least = (curve(points) for points in missing)
    asked = policy.min_flow_lps if not limits else max(limits)
    return FlowCurves(curve(each), most, estimated, least, asked)
