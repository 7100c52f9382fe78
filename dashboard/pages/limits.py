"""Policies in words: what a manager chooses among, by what they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel import dates

from dashboard.i18n import DASH, Speech
from gateway.domain.policy import Kind, Policy
from gateway.domain.presets import BY_SLUG

KINDS: Final[tuple[Kind, ...]] = ("own", "law", "guideline", "advice", "expired")
LEGAL_KINDS: Final[tuple[Kind, ...]] = ("law", "expired", "own")


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy with its limits in words; a dash where it has none."""

    slug: str
    name: str
    co2: str
    fresh_air: str
    floor: str
    source: str
    dated: str
    note: str


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """The policies of one kind, and what that is."""

    kind: Kind
    title: str
    says: str
    lines: tuple[PolicyLine, ...]


def policy_groups(policies: Iterable[Policy], say: Speech) -> tuple[PolicyGroup, ...]:
    """Those that somebody made come first, those that do not hold any more last; the presets of one
    kind in their own order.
    """
    order = {slug: number for number, slug in enumerate(BY_SLUG)}
    known = sorted(policies, key=lambda policy: order.get(policy.slug, -1))
    grouped = ((kind, [p for p in known if p.kind == kind]) for kind in KINDS)
    return tuple(
        PolicyGroup(
            kind,
            kind_words(kind, say),
            kind_sentence(kind, say),
            tuple(policy_line(p, say) for p in found),
        )
        for kind, found in grouped
        if found
    )


def policy_name(policy: Policy, say: Speech) -> str:
    return policy.name_nl if say.language == "nl" else policy.name_en


def kind_words(kind: Kind, say: Speech) -> str:
    match kind:
        case "law":
            return say.gettext("Law")
        case "guideline":
            return say.gettext("Guidelines")
        case "advice":
            return say.gettext("Advice")
        case "expired":
            return say.gettext("No longer in force")
        case _:
            return say.gettext("Your own")


def kind_sentence(kind: Kind, say: Speech) -> str:
    """What limits of this kind are worth."""
    match kind:
        case "law":
            return say.gettext("What the law asks; that is not always what is healthy.")
        case "guideline":
            return say.gettext("What standards and health services call good.")
        case "advice":
            return say.gettext("Something to aim at; nobody is bound to it.")
        case "expired":
            return say.gettext("Once in force, and here to compare with.")
        case _:
            return say.gettext("Made here, for your own rooms.")


def kind_word(kind: Kind, say: Speech) -> str:
    """What one policy is."""
    match kind:
        case "law":
            return say.gettext("A law")
        case "guideline":
            return say.gettext("A guideline")
        case "advice":
            return say.gettext("Advice, not a rule")
        case "expired":
            return say.gettext("No longer in force")
        case _:
            return say.gettext("Made here")


def dated_words(dated: str, say: Speech) -> str:
    """An ISO date, month or year as people write it; empty where it is not known."""
    patterns = {4: "y", 7: "MMMM y", 10: "d MMMM y"}
    if len(dated) not in patterns:
        return dated
    day = date.fromisoformat((dated + "-01-01")[:10])
    return dates.format_date(day, patterns[len(dated)], locale=say.locale)


def policy_line(policy: Policy, say: Speech) -> PolicyLine:
    floor = policy.area_m2_per_person
    return PolicyLine(
        slug=policy.slug,
        name=policy_name(policy, say),
        co2=_co2(policy, say),
        fresh_air=_fresh_air(policy, say),
        floor=DASH if floor is None else _figure(floor, say),
        source=policy.source,
        dated=dated_words(policy.dated, say),
        note=policy.note_nl if say.language == "nl" else policy.note_en,
    )


def _co2(policy: Policy, say: Speech) -> str:
    if policy.co2_limit_ppm is None:
        return DASH
    limit = say.number(policy.co2_limit_ppm)
    return say.gettext("outdoors + %(ppm)s", ppm=limit) if policy.above_outdoor else limit


def _fresh_air(policy: Policy, say: Speech) -> str:
    if policy.min_flow_lps is None:
        return DASH
    flow = _figure(policy.min_flow_lps, say)
    if policy.min_flow_area_lps_m2:
        area = _figure(policy.min_flow_area_lps_m2, say)
        flow = say.gettext("%(flow)s + %(area)s per m²", flow=flow, area=area)
    return say.gettext("or %(flow)s", flow=flow) if policy.one_suffices else flow


def _figure(value: float, say: Speech) -> str:
    """As many digits behind the comma as it has, two at most."""
    digits = next((n for n in (0, 1) if round(value, n) == round(value, 2)), 2)
    return say.number(value, digits)
