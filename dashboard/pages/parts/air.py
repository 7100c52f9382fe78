"""What the air of one room tells, as its page shows it: all words ready, nothing left to decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.words.advice import advice_sentences
from dashboard.words.air import (
    about_people,
    basis_words,
    changing_words,
    estimate_words,
    flow_interval,
    flow_titles,
    forecast_sentences,
    per_person_interval,
    skill_words,
    verdict_word,
    verdict_words,
)
from gateway.domain.policy import Policy
from gateway.domain.room_state import Level, PolicyCompliance, RoomState
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, and how sure it is; empty where that is not known."""

    value: str
    between: str


@dataclass(frozen=True, slots=True)
class StandingLine:
    """How the room stands to one policy. ``shape`` is that of the level which says it."""

    title: str
    shape: Level
    verdict: str
    words: str
    name: str


@dataclass(frozen=True, slots=True)
class Air:
    """``None`` and empty is what is not known. ``titles`` are of the flow per person and in the room;
    ``changing`` stands in the place of both, ``basis`` says what they are as fresh as.
    """

    advice: tuple[str, ...]
    flow: Figure | None
    per_person: Figure | None
    people: Figure | None
    expects: tuple[str, ...]
    skill: str
    outdoor: str
    standings: tuple[StandingLine, ...]
    titles: tuple[str, str]
    changing: str
    basis: str


def air(state: RoomState, policies: Mapping[str, Policy], locale: PageLocale) -> Air | None:
    """None where nothing is known of the room now."""
    if state.level == "unknown":
        return None
    flow, forecast, estimate = state.ventilation, state.forecast, state.people_estimate
    each_lps = None if flow is None else flow.per_person_lps
    standings: tuple[StandingLine, ...] = ()
    if state.compliance is not None:
        legal, healthy = state.compliance.legal, state.compliance.healthy
        standings = (
            _compliance_line(locale.gettext("Legal"), legal, "act", policies, locale),
            _compliance_line(locale.gettext("Healthy"), healthy, "watch", policies, locale),
        )
    return Air(
        advice=advice_sentences(state, locale),
        flow=None
        if flow is None or flow.flow_lps is None
        else Figure(locale.figure(flow.flow_lps), flow_interval(flow, locale)),
        per_person=None
        if flow is None or each_lps is None
        else Figure(locale.figure(each_lps), per_person_interval(flow, locale)),
        people=None
        if estimate is None
        else Figure(about_people(estimate, locale), estimate_words(estimate, locale)),
        expects=() if forecast is None else forecast_sentences(forecast, locale),
        skill="" if forecast is None else skill_words(forecast, locale),
        outdoor="" if state.outdoor_ppm is None else locale.number(state.outdoor_ppm),
        standings=standings,
        titles=flow_titles(flow, locale),
        changing=changing_words(flow, locale),
        basis=basis_words(flow, locale),
    )


def _compliance_line(
    title: str,
    compliance: PolicyCompliance,
    broken: Level,
    policies: Mapping[str, Policy],
    locale: PageLocale,
) -> StandingLine:
    policy = policies.get(compliance.policy) or Policy(compliance.policy, compliance.name or "")
    shapes: dict[str, Level] = {"kept": "good", "not_kept": broken}
    return StandingLine(
        title=title,
        shape=shapes.get(compliance.verdict, "unknown"),
        verdict=verdict_word(compliance, locale),
        words=verdict_words(compliance, locale),
        name=policy_name(policy, locale),
    )
