"""What a season takes of one meeting: figures of its own report, and nothing of whose it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gateway.domain.policy import Policy
from gateway.domain.report.curve import MINUTE_NS
from gateway.domain.report.flag_history import ActionKind
from gateway.domain.report.outcome import Outcome, Verdict
from gateway.domain.report.report import Report
from gateway.domain.room_state import Rule
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

HOUR_NS: Final = 60 * MINUTE_NS

DIGITS: Final = 4
"""Decimals of a meeting's figure, an hour to a third of a second: rounded here, so that parts sum to
the whole to the last digit."""

MeasuredRule = Literal["co2", "ventilation", "occupancy"]
MEASURED: Final[tuple[MeasuredRule, ...]] = ("co2", "ventilation", "occupancy")
PARTS: Final = frozenset({"organiser", "host", "manager"})
"""The parts that somebody plays; a name stands in no season."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done about a meeting that went over. ``who`` is a part that somebody plays,
    or empty.
    """

    at: datetime
    rule: Rule
    kind: ActionKind
    who: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """``day`` is the local one that the meeting was planned for. ``people_hours`` is None where neither
    a counter nor the air says how many were in; ``by_air`` is whether the air said it. ``known_hours``
    is for how long of ``hours`` the CO2 is known. ``expected`` and ``received`` are readings of the
    sensors that say how often they measure. ``faults`` and ``gaps`` count its flags of sensors that
    were broken or silent.
    """

    venue: VenueSlug
    room: RoomSlug
    start: datetime
    day: date
    hours: float
    people_hours: float | None
    by_air: bool
    verdict: Verdict
    measured: Mapping[MeasuredRule, Outcome]
    declared: Mapping[str, Verdict]
    known_hours: float
    expected: int
    received: int
    faults: int
    gaps: int
    policy: Policy
    done: tuple[Done, ...] = ()
    revision: int = 1
    meeting: str = field(default="", compare=False)


def line_of(
    report: Report,
    verdict: Verdict | None = None,
    declared: Mapping[str, Verdict] | None = None,
    revision: int = 1,
) -> Line:
    """The line of a meeting. ``verdict`` is that of its protocol; without one it is that of its limits,
    and of a meeting without limits nothing can be said.
    """
    length_ns = max(0, to_ns(report.presence.end) - to_ns(report.presence.start))
    hours = length_ns / HOUR_NS
    people, by_air = _people(report)
    paced = [sensor for sensor in report.sensors if sensor.expected is not None]
    return Line(
        venue=report.venue,
        room=report.room,
        start=report.planned_start,
        day=report.planned_start.astimezone(ZoneInfo(report.timezone)).date(),
        hours=round(hours, DIGITS),
        people_hours=None if people is None else round(people * hours, DIGITS),
        by_air=by_air,
        verdict=verdict or report.verdict or "cannot_say",
        measured={
            "co2": report.co2,
            "ventilation": report.flow,
            "occupancy": report.occupancy,
        },
        declared=dict(declared or {}),
        known_hours=round(report.co2.known_share * hours, DIGITS),
        expected=sum(sensor.expected or 0 for sensor in paced),
        received=sum(min(sensor.received, sensor.expected or 0) for sensor in paced),
        faults=sum(flag.rule == "sensor_fault" for flag in report.flags),
        gaps=sum(flag.rule == "no_data" for flag in report.flags),
        policy=report.policy,
        done=_done(report),
        revision=revision,
        meeting=report.meeting,
    )


def _people(report: Report) -> tuple[float | None, bool]:
    """How many were in on average, and whether it is the air that says so."""
    if report.presence.basis == "nobody":
        return 0.0, False
    if report.occupancy.mean is not None:
        return report.occupancy.mean, False
    return report.people_by_air, report.people_by_air is not None


def _done(report: Report) -> tuple[Done, ...]:
    found = (
        Done(action.at, flag.rule, action.kind, action.who if action.who in PARTS else "")
        for flag in report.flags
        if flag.rule in MEASURED
        for action in flag.actions
    )
    return tuple(sorted(found, key=lambda one: (one.at, one.rule, one.kind, one.who)))
