"""Policies in words: what a manager chooses among, by what they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel import dates

from gateway.domain.policy import Kind, Policy
from gateway.domain.presets import BY_SLUG
from gateway.words.cited import source_words
from gateway.words.locale import DASH, PageLocale
from gateway.words.policies import policy_name, policy_note

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


def policy_groups(policies: Iterable[Policy], locale: PageLocale) -> tuple[PolicyGroup, ...]:
    """Those that somebody made come first, those that do not hold any more last; the presets of one
    kind in their own order.
    """
    order = {slug: number for number, slug in enumerate(BY_SLUG)}
    known = sorted(policies, key=lambda policy: order.get(policy.slug, -1))
    grouped = ((kind, [p for p in known if p.kind == kind]) for kind in KINDS)
    return tuple(
        PolicyGroup(
            kind,
            kind_words(kind, locale),
            kind_sentence(kind, locale),
            tuple(policy_line(p, locale) for p in found),
        )
        for kind, found in grouped
        if found
    )


def kind_words(kind: Kind, locale: PageLocale) -> str:
    match kind:
        case "law":
            return locale.gettext("Law")
        case "guideline":
            return locale.gettext("Guidelines")
        case "advice":
            return locale.gettext("Advice")
        case "expired":
            return locale.gettext("No longer in force")
        case _:
            return locale.gettext("Your own")


def kind_sentence(kind: Kind, locale: PageLocale) -> str:
    """What limits of this kind are worth."""
    match kind:
        case "law":
            return locale.gettext("What the law asks; that is not always what is healthy.")
        case "guideline":
            return locale.gettext("What standards and health services call good.")
        case "advice":
            return locale.gettext("Something to aim at; nobody is bound to it.")
        case "expired":
            return locale.gettext("Once in force, and here to compare with.")
        case _:
            return locale.gettext("Made here, for your own rooms.")


def kind_word(kind: Kind, locale: PageLocale) -> str:
    """What one policy is."""
    match kind:
        case "law":
            return locale.gettext("A law")
        case "guideline":
            return locale.gettext("A guideline")
        case "advice":
            return locale.gettext("Advice, not a rule")
        case "expired":
            return locale.gettext("No longer in force")
        case _:
            return locale.gettext("Made here")


def dated_words(dated: str, locale: PageLocale) -> str:
    """An ISO date, month or year as people write it; empty where it is not known."""
    patterns = {4: "y", 7: locale.gettext("MMMM y"), 10: locale.gettext("d MMMM y")}
    if len(dated) not in patterns:
        return dated
    day = date.fromisoformat((dated + "-01-01")[:10])
    return dates.format_date(day, patterns[len(dated)], locale=locale.locale)


def policy_line(policy: Policy, locale: PageLocale) -> PolicyLine:
    floor = policy.area_m2_per_person
    return PolicyLine(
        slug=policy.slug,
        name=_named(policy, locale),
        co2=_co2(policy, locale),
        fresh_air=_fresh_air(policy, locale),
        floor=DASH if floor is None else _figure(floor, locale),
        source=source_words(policy, locale),
        dated=dated_words(policy.dated, locale),
        note=policy_note(policy, locale),
    )


def _named(policy: Policy, locale: PageLocale) -> str:
    name = policy_name(policy, locale)
    if policy.organisation is None:
        return name
    return locale.gettext("%(name)s (of the organisation)", name=name)


def _co2(policy: Policy, locale: PageLocale) -> str:
    if policy.co2_limit_ppm is None:
        return DASH
    limit = locale.number(policy.co2_limit_ppm)
    return locale.gettext("outdoors + %(ppm)s", ppm=limit) if policy.above_outdoor else limit


def _fresh_air(policy: Policy, locale: PageLocale) -> str:
    if policy.min_flow_lps is None:
        return DASH
    flow = _figure(policy.min_flow_lps, locale)
    if policy.min_flow_area_lps_m2:
        area = _figure(policy.min_flow_area_lps_m2, locale)
        flow = locale.gettext("%(flow)s + %(area)s per m²", flow=flow, area=area)
    return locale.gettext("or %(flow)s", flow=flow) if policy.one_suffices else flow


def _figure(value: float, locale: PageLocale) -> str:
    """As many digits behind the comma as it has, two at most."""
    digits = next((n for n in (0, 1) if round(value, n) == round(value, 2)), 2)
    return locale.number(value, digits)
