"""The sheet: everything a report shows, in words and shapes, the same on the page, in the PDF and
as text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.report import details, units, wording
from dashboard.report.chart import Chart, draw
from dashboard.report.protocol import Facts, ProtocolText, protocol_text
from dashboard.report.wording import LEVELS
from dashboard.words.annotations import annotation_words
from dashboard.words.codes import rule_words
from gateway.domain.annotation import Annotation
from gateway.domain.policy import Kind, Policy
from gateway.domain.protocol.verdict import KeptProtocol
from gateway.domain.report.flag_history import FlagHistory
from gateway.domain.report.outcome import Outcome
from gateway.domain.report.report import Report
from gateway.domain.room_state import Level
from gateway.registry.agenda.reports import Record
from gateway.words.cited import source_words
from gateway.words.locale import DASH, PageLocale
from gateway.words.meetings import title_words
from gateway.words.policies import policy_name, policy_note
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import DeviceSlug


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
    actions: Facts


@dataclass(frozen=True, slots=True)
class SensorText:
    device: DeviceSlug
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
    noted: Facts
    sensors: tuple[SensorText, ...]
    error: str
    policy: Facts
    protocol: ProtocolText | None
    revisions: tuple[str, ...]
    sha256: str
    basis: str
    made: str


def sheet(
    report: Report,
    record: Record | None,
    now: datetime,
    locale: PageLocale,
    *,
    for_organiser: bool = False,
    house_rules: KeptProtocol | None = None,
    noted: Sequence[Annotation] = (),
) -> Sheet:
    """A report in the words of ``say``; ``record`` is what was kept of it, None where nothing is
    yet. The title of a private one, and who said what of its protocol, is shown to its
    organiser alone.
    """
    shown = None if report.private and not for_organiser else report.title
    held_to = policy_name(report.policy, locale)
    start, end = locale.time(report.planned_start), locale.time(report.planned_end)
    made_at = now if record is None else record.computed_at
    version = locale.gettext("version %(number)s", number=1 if record is None else record.revision)
    made = f"{locale.day_and_year(made_at)}, {locale.time(made_at)} · {version}"
    basis = report.basis
    return Sheet(
        title=title_words(shown, locale),
        place=f"{report.room_name}, {report.venue_name}",
        day=locale.day_and_year(report.planned_start),
        planned=f"{start}–{end}",
        level=LEVELS.get(report.verdict, "unknown"),
        headline=wording.headline(report, locale),
        explanations=wording.explanations(report, locale),
        presence=wording.presence_words(report, locale),
        aspects=(_air(report, locale), _people(report, locale)),
        chart=draw(report, held_to, locale) if report.curves.co2 or report.curves.people else None,
        flags=tuple(_flag(history, report, locale) for history in report.flags),
        noted=tuple(
            (locale.moment(one.since, report.planned_start), annotation_words(one, locale))
            for one in sorted(noted, key=lambda one: one.since)
        ),
        sensors=tuple(_sensors(report, locale)),
        error=locale.gettext(
            "A CO₂ value may be off by %(error)s at the limit; within that nothing is decided.",
            error=units.ppm(report.co2.error, locale),
        )
        if report.co2.error
        else "",
        policy=tuple(_policy(report.policy, held_to, locale)),
        protocol=protocol_text(
            house_rules,
            report.planned_end,
            now,
            locale,
            tells_who=for_organiser or not report.private,
        ),
        revisions=tuple(
            details.revision_words(one, locale)
            for one in (() if record is None else record.revisions)
        ),
        sha256=basis.sha256,
        basis=locale.gettext(
            "%(readings)s readings and estimates from %(start)s to %(end)s",
            readings=locale.number(basis.readings),
            start=to_wire(from_ns(basis.from_ns)),
            end=to_wire(from_ns(basis.to_ns)),
        ),
        made=made,
    )


def _air(report: Report, locale: PageLocale) -> Aspect:
    return Aspect(
        locale.gettext("Air"),
        LEVELS.get(report.ventilation.verdict, "unknown"),
        wording.verdict_word(report.ventilation, locale),
        (*_co2_facts(report.co2, locale), *_flow_facts(report.flow, locale)),
    )


def _co2_facts(co2: Outcome, locale: PageLocale) -> Iterator[tuple[str, str]]:
    if co2.limit is not None:
        limit = units.ppm(co2.limit, locale)
        over = DASH if co2.minutes_over is None else units.minutes(co2.minutes_over, locale)
        yield locale.gettext("Above %(limit)s", limit=limit), over
    yield locale.gettext("Highest CO₂"), _worst(co2, units.ppm, locale)
    if co2.mean is not None:
        yield locale.gettext("Mean CO₂"), units.ppm(co2.mean, locale)


def _flow_facts(flow: Outcome, locale: PageLocale) -> Iterator[tuple[str, str]]:
    if flow.mean is not None:
        yield locale.gettext("Fresh air for each person"), units.lps(flow.mean, locale)
    elif flow.limit is not None:
        yield locale.gettext("Fresh air for each person"), locale.gettext("unknown")
    if flow.limit is not None and flow.minutes_over is not None:
        below = locale.gettext("Below %(limit)s", limit=units.lps(flow.limit, locale))
        yield below, units.minutes(flow.minutes_over, locale)


def _people(report: Report, locale: PageLocale) -> Aspect:
    people = report.occupancy
    facts: list[tuple[str, str]] = []
    if people.limit is not None:
        limit = units.heads(people.limit, locale)
        over = DASH if people.minutes_over is None else units.minutes(people.minutes_over, locale)
        facts.append((locale.gettext("More than %(limit)s", limit=limit), over))
    facts.append((locale.gettext("Most people"), _worst(people, units.heads, locale)))
    if people.mean is not None:
        facts.append((locale.gettext("Mean"), units.heads(people.mean, locale)))
    if report.people_by_air is not None:
        about = units.heads(report.people_by_air, locale)
        facts.append((locale.gettext("By the air, about"), about))
    if report.expected_people is not None:
        facts.append((locale.gettext("Expected"), units.heads(report.expected_people, locale)))
    level = LEVELS.get(people.verdict, "unknown")
    return Aspect(
        locale.gettext("People"), level, wording.verdict_word(people, locale), tuple(facts)
    )


def _worst(outcome: Outcome, unit: units.Unit, locale: PageLocale) -> str:
    if outcome.worst is None or outcome.worst_at is None:
        return locale.gettext("not measured")
    worst = unit(outcome.worst, locale)
    return locale.gettext("%(worst)s at %(time)s", worst=worst, time=locale.time(outcome.worst_at))


def _flag(history: FlagHistory, report: Report, locale: PageLocale) -> FlagText:
    lasted = locale.span(history.until - history.since)
    return FlagText(
        rule_words(history.rule, locale),
        f"{locale.time(history.since)}–{locale.time(history.until)} · {lasted}",
        details.worst_words(history, locale),
        tuple(
            (locale.moment(action.at, report.planned_start), details.action_words(action, locale))
            for action in history.actions
        ),
    )


def _sensors(report: Report, locale: PageLocale) -> Iterator[SensorText]:
    kinds = {"air": locale.gettext("air"), "people": locale.gettext("people")}
    for sensor in report.sensors:
        model = " · ".join(filter(None, (sensor.model, kinds[sensor.kind])))
        yield SensorText(sensor.device, model, *details.sensor_words(sensor, locale))


def _policy(policy: Policy, name: str, locale: PageLocale) -> Iterator[tuple[str, str]]:
    kinds: dict[Kind, str] = {
        "law": locale.gettext("law"),
        "guideline": locale.gettext("guideline"),
        "advice": locale.gettext("target value, not a law"),
        "expired": locale.gettext("no longer in force"),
        "own": locale.gettext("the venue's own"),
    }
    yield locale.gettext("Held to"), f"{name} ({kinds[policy.kind]})"
    if policy.source:
        dated = f" ({policy.dated})" if policy.dated else ""
        yield locale.gettext("Source"), source_words(policy, locale) + dated
    note = policy_note(policy, locale)
    if note:
        yield locale.gettext("Note"), note
