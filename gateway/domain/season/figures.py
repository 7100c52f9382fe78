"""Sums over meetings: of lines in any order the same, and of two parts what the whole has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum

import msgspec

from gateway.domain.report.outcome import Outcome, Verdict
from gateway.domain.season.line import DIGITS, MEASURED, Line, MeasuredRule


class Tally(msgspec.Struct, frozen=True):
    """How many meetings came out how."""

    kept: int = 0
    not_kept: int = 0
    cannot_say: int = 0


class RuleFigures(msgspec.Struct, frozen=True):
    """What became of one measured rule: ``no_limit`` meetings were not held to it. ``minutes_over`` is all
    that was past the limit as measured.
    """

    kept: int = 0
    not_kept: int = 0
    cannot_say: int = 0
    no_limit: int = 0
    minutes_over: float = 0.0


class SensorFigures(msgspec.Struct, frozen=True):
    """``expected`` and ``received`` are readings within meetings, of sensors that say how often they
    measure; ``faults`` and ``gaps`` how often one was broken or silent.
    """

    expected: int = 0
    received: int = 0
    faults: int = 0
    gaps: int = 0


class Figures(msgspec.Struct, frozen=True):
    """``people_hours`` are those of the ``counted`` meetings, where a counter or the air says how many
    were in; of ``counted_by_air`` of them it was the air. ``completeness`` is the share of the hours of
    which the CO2 is known; None without an hour.
    """

    meetings: int
    hours: float
    people_hours: float
    counted: int
    counted_by_air: int
    kept: int
    not_kept: int
    cannot_say: int
    by_rule: Mapping[MeasuredRule, RuleFigures]
    declared: Mapping[str, Tally]
    completeness: float | None
    sensors: SensorFigures


def figures(lines: Sequence[Line]) -> Figures:
    """The sums of the meetings' own reports."""
    hours = fsum(line.hours for line in lines)
    known = fsum(line.known_hours for line in lines)
    people_hours = [line.people_hours for line in lines if line.people_hours is not None]
    whole = tally(line.verdict for line in lines)
    return Figures(
        meetings=len(lines),
        hours=round(hours, DIGITS),
        people_hours=round(fsum(people_hours), DIGITS),
        counted=len(people_hours),
        counted_by_air=sum(line.by_air for line in lines),
        kept=whole.kept,
        not_kept=whole.not_kept,
        cannot_say=whole.cannot_say,
        by_rule={rule: _of_rule([line.measured[rule] for line in lines]) for rule in MEASURED},
        declared=_declared(lines),
        completeness=round(known / hours, DIGITS) if hours else None,
        sensors=SensorFigures(
            sum(line.expected for line in lines),
            sum(line.received for line in lines),
            sum(line.faults for line in lines),
            sum(line.gaps for line in lines),
        ),
    )


def tally(verdicts: Iterable[Verdict]) -> Tally:
    counts = {"kept": 0, "not_kept": 0, "cannot_say": 0}
    for verdict in verdicts:
        counts[verdict] += 1
    return Tally(**counts)


def _of_rule(outcomes: Sequence[Outcome]) -> RuleFigures:
    said = tally(one.verdict for one in outcomes if one.verdict is not None)
    return RuleFigures(
        said.kept,
        said.not_kept,
        said.cannot_say,
        sum(one.verdict is None for one in outcomes),
        round(fsum(round(one.minutes_over or 0.0, DIGITS) for one in outcomes), DIGITS),
    )


def _declared(lines: Iterable[Line]) -> dict[str, Tally]:
    found: dict[str, list[Verdict]] = defaultdict(list)
    for line in lines:
        for item, verdict in line.declared.items():
            found[item].append(verdict)
    return {item: tally(found[item]) for item in sorted(found)}
