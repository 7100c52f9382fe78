"""The sheet: everything a report shows, in words and shapes, the same on the page, in the PDF and as text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dashboard.i18n import DASH, Speech
from dashboard.report import details, units, wording
from dashboard.report.chart import Chart, draw
from dashboard.report.wording import LEVELS
from gateway.domain.policy import Kind, Policy
from gateway.domain.report.flag_story import FlagStory
from gateway.domain.report.outcome import Outcome
from gateway.domain.report.report import Report
from gateway.domain.room_state import Level
from gateway.registry.reports import Record
from sensors.instant import from_ns, to_wire

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One of the two verdicts with its figures."""

    name: str
    level: Level
    verdict: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class FlagText:
    name: str
    when: str
    worst: str
    deeds: Facts


@dataclass(frozen=True, slots=True)
class SensorText:
    device: str
    model: str
    received: str
    gap: str
    calibrated: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """``chart`` is None where only what was kept of the report is there."""

    title: str
    place: str
    day: str
    planned: str
    level: Level
    headline: str
    explanations: tuple[str, ...]
    presence: str
    aspects: tuple[Aspect, Aspect]
    chart: Chart | None
    flags: tuple[FlagText, ...]
    sensors: tuple[SensorText, ...]
    error: str
    policy: Facts
    revisions: tuple[str, ...]
    sha256: str
    basis: str
    made: str


def sheet(report: Report, record: Record | None, now: datetime, say: Speech) -> Sheet:
    """A report in the words of ``say``; ``record`` is what was kept of it, None where nothing is yet."""
    policy_name = _name(report.policy, say)
    start, end = say.time(report.planned_start), say.time(report.planned_end)
    made_at = now if record is None else record.computed_at
    version = say.gettext("version %(number)s", number=1 if record is None else record.revision)
    made = f"{units.date_words(made_at, say)}, {say.time(made_at)} · {version}"
    basis = report.basis
    return Sheet(
        title=report.title,
        place=f"{report.room_name}, {report.venue_name}",
        day=units.date_words(report.planned_start, say),
        planned=f"{start}–{end}",
        level=LEVELS.get(wording.overall(report), "unknown"),
        headline=wording.headline(report, say),
        explanations=wording.explanations(report, say),
        presence=wording.presence_words(report, say),
        aspects=(_air(report, say), _people(report, say)),
        chart=draw(report, policy_name, say) if report.curves.co2 or report.curves.people else None,
        flags=tuple(_flag(story, report, say) for story in report.flags),
        sensors=tuple(_sensors(report, say)),
        error=say.gettext(
            "A CO₂ value may be off by %(error)s at the limit; within that nothing is decided.",
            error=units.ppm(report.co2.error, say),
        )
        if report.co2.error
        else "",
        policy=tuple(_policy(report.policy, policy_name, say)),
        revisions=tuple(
            details.revision_words(one, say) for one in (() if record is None else record.revisions)
        ),
        sha256=basis.sha256,
        basis=say.gettext(
            "%(readings)s readings and estimates from %(start)s to %(end)s",
            readings=say.number(basis.readings),
            start=to_wire(from_ns(basis.from_ns)),
            end=to_wire(from_ns(basis.to_ns)),
        ),
        made=made,
    )


def _air(report: Report, say: Speech) -> Aspect:
    return Aspect(
        say.gettext("Air"),
        LEVELS.get(report.ventilation.verdict, "unknown"),
        wording.verdict_word(report.ventilation, say),
        (*_co2_facts(report.co2, say), *_flow_facts(report.flow, say)),
    )


def _co2_facts(co2: Outcome, say: Speech) -> Iterator[tuple[str, str]]:
    if co2.limit is not None:
        limit = units.ppm(co2.limit, say)
        over = DASH if co2.minutes_over is None else units.minutes(co2.minutes_over, say)
        yield say.gettext("Above %(limit)s", limit=limit), over
    yield say.gettext("Highest CO₂"), _worst(co2, units.ppm, say)
    if co2.mean is not None:
        yield say.gettext("Mean CO₂"), units.ppm(co2.mean, say)


def _flow_facts(flow: Outcome, say: Speech) -> Iterator[tuple[str, str]]:
    if flow.mean is not None:
        yield say.gettext("Fresh air for each person"), units.lps(flow.mean, say)
    elif flow.limit is not None:
        yield say.gettext("Fresh air for each person"), say.gettext("unknown")
    if flow.limit is not None and flow.minutes_over is not None:
        below = say.gettext("Below %(limit)s", limit=units.lps(flow.limit, say))
        yield below, units.minutes(flow.minutes_over, say)


def _people(report: Report, say: Speech) -> Aspect:
    people = report.occupancy
    facts: list[tuple[str, str]] = []
    if people.limit is not None:
        limit = units.heads(people.limit, say)
        over = DASH if people.minutes_over is None else units.minutes(people.minutes_over, say)
        facts.append((say.gettext("More than %(limit)s", limit=limit), over))
    facts.append((say.gettext("Most people"), _worst(people, units.heads, say)))
    if people.mean is not None:
        facts.append((say.gettext("Mean"), units.heads(people.mean, say)))
    if report.people_by_air is not None:
        about = units.heads(report.people_by_air, say)
        facts.append((say.gettext("By the air, about"), about))
    if report.expected_people is not None:
        facts.append((say.gettext("Expected"), units.heads(report.expected_people, say)))
    level = LEVELS.get(people.verdict, "unknown")
    return Aspect(say.gettext("People"), level, wording.verdict_word(people, say), tuple(facts))


def _worst(outcome: Outcome, unit: units.Unit, say: Speech) -> str:
    if outcome.worst is None or outcome.worst_at is None:
        return say.gettext("not measured")
    worst = unit(outcome.worst, say)
    return say.gettext("%(worst)s at %(time)s", worst=worst, time=say.time(outcome.worst_at))


def _flag(story: FlagStory, report: Report, say: Speech) -> FlagText:
    lasted = say.span(story.until - story.since)
    return FlagText(
        details.rule_name(story.rule, say),
        f"{say.time(story.since)}–{say.time(story.until)} · {lasted}",
        details.worst_words(story, say),
        tuple(
            (say.moment(deed.at, report.planned_start), details.deed_words(deed, say))
            for deed in story.deeds
        ),
    )


def _sensors(report: Report, say: Speech) -> Iterator[SensorText]:
    kinds = {"air": say.gettext("air"), "people": say.gettext("people")}
    for sensor in report.sensors:
        model = " · ".join(filter(None, (sensor.model, kinds[sensor.kind])))
        yield SensorText(sensor.device, model, *details.sensor_words(sensor, say))


def _name(policy: Policy, say: Speech) -> str:
    return policy.name_nl if say.language == "nl" else policy.name_en


def _policy(policy: Policy, name: str, say: Speech) -> Iterator[tuple[str, str]]:
    kinds: dict[Kind, str] = {
        "law": say.gettext("law"),
        "guideline": say.gettext("guideline"),
        "advice": say.gettext("target value, not a law"),
        "expired": say.gettext("no longer in force"),
        "own": say.gettext("the venue's own"),
    }
    yield say.gettext("Held to"), f"{name} ({kinds[policy.kind]})"
    if policy.source:
        dated = f" ({policy.dated})" if policy.dated else ""
        yield say.gettext("Source"), policy.source + dated
    note = policy.note_nl if say.language == "nl" else policy.note_en
    if note:
        yield say.gettext("Note"), note
