"""Rooms compared fairly: per person, and all by the same limits, whatever each is held to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import fsum

import msgspec

from gateway.domain.policy import Policy
from gateway.domain.season.line import DIGITS, Line
from sensors.wire.topic import RoomSlug, VenueSlug


class Compared(msgspec.Struct, frozen=True):
    """A room over a season. ``co2_mean_ppm`` and ``flow_lps`` (for each person) are means over the
    people-hours: what somebody there breathed. ``share_over`` is the share of the measured people-hours
    in meetings whose mean was past a limit, None where nothing was measured.
    """

    venue: VenueSlug
    room: RoomSlug
    meetings: int
    people_hours: float
    co2_mean_ppm: float | None
    flow_lps: float | None
    share_over: float | None


def compare(lines: Iterable[Line], policy: Policy) -> tuple[Compared, ...]:
    """The worst room first; those that cannot be compared last. ``policy`` has absolute CO2 levels."""
    rooms: dict[tuple[VenueSlug, RoomSlug], list[Line]] = defaultdict(list)
    for line in lines:
        rooms[line.venue, line.room].append(line)
    found = [_compared(its, policy) for its in rooms.values()]
    return tuple(sorted(found, key=_badness))


def _badness(one: Compared) -> tuple[float, float, VenueSlug, RoomSlug]:
    share = -1.0 if one.share_over is None else one.share_over
    return -share, -(one.co2_mean_ppm or 0.0), one.venue, one.room


def _compared(lines: Sequence[Line], policy: Policy) -> Compared:
    weighed = [(line, line.people_hours) for line in lines if line.people_hours]
    measured = [
        (line, hours)
        for line, hours in weighed
        if line.measured["co2"].mean is not None or line.measured["ventilation"].mean is not None
    ]
    over = fsum(hours for line, hours in measured if _is_over(line, policy))
    whole = fsum(hours for _, hours in measured)
    return Compared(
        lines[0].venue,
        lines[0].room,
        len(lines),
        round(fsum(hours for _, hours in weighed), DIGITS),
        _mean([(line.measured["co2"].mean, hours) for line, hours in weighed], 1),
        _mean([(line.measured["ventilation"].mean, hours) for line, hours in weighed], 2),
        round(over / whole, DIGITS) if whole else None,
    )


def _is_over(line: Line, policy: Policy) -> bool:
    co2, flow = line.measured["co2"].mean, line.measured["ventilation"].mean
    too_much = co2 is not None and policy.co2_limit_ppm is not None and co2 > policy.co2_limit_ppm
    too_little = flow is not None and policy.min_flow_lps is not None and flow < policy.min_flow_lps
    return too_much or too_little


def _mean(values: Sequence[tuple[float | None, float]], digits: int) -> float | None:
    known = [(value, hours) for value, hours in values if value is not None]
    whole = fsum(hours for _, hours in known)
    if not whole:
        return None
    return round(fsum(value * hours for value, hours in known) / whole, digits)
