"""A plan in words: whether it fits, what to expect, and honestly what that is known from."""

from datetime import timedelta

from dashboard.planning import Planned
from dashboard.words.air import interval
from gateway.domain.air.generation import DEFAULT
from gateway.domain.air.plan import STAY_WITHIN_MIN, Basis, Outlook, Plan
from gateway.domain.air.room_estimate import Range
from gateway.domain.policy import Policy
from gateway.domain.room_state import Level
from gateway.words.activities import activity_words
from gateway.words.locale import PageLocale


def fits_words(plan: Plan, locale: PageLocale) -> str:
    """The verdict, by what is expected with the windows closed; open ones may mend it."""
    match plan.closed.expected:
        case "kept":
            return locale.gettext("This fits")
        case "doubtful":
            if _is_mended(plan):
                return locale.gettext("This fits with the windows open")
            return locale.gettext("This may just fit")
        case _:
            if _is_mended(plan):
                return locale.gettext("This fits with the windows open")
            if _is_too_many(plan):
                return locale.gettext("This does not fit")
            return locale.gettext("This will likely not fit")


def fits_level(plan: Plan) -> Level:
    """The level whose shape says the verdict."""
    if plan.closed.expected == "kept":
        return "good"
    if plan.closed.expected == "doubtful" or _is_mended(plan):
        return "watch"
    return "act"


def why_words(plan: Plan, locale: PageLocale) -> str:
    """Too many for its places, or how likely the policy is kept."""
    if _is_too_many(plan):
        return locale.ngettext(
            "The room is for %(number)s person at most",
            "The room is for %(number)s people at most",
            plan.places or 0,
        )
    policy = plan.policy
    if policy.co2_limit_ppm is None and policy.min_flow_lps is None:
        return locale.gettext("These limits say nothing of the air")
    percent = locale.number(_about_percent(plan.closed.probability))
    if plan.opened is None:
        return locale.gettext(
            "Chance that the limits are kept: about %(percent)s %%", percent=percent
        )
    return locale.gettext(
        "Chance that the limits are kept: about %(percent)s %%, with the windows open %(opened)s %%",
        percent=percent,
        opened=locale.number(_about_percent(plan.opened.probability)),
    )


def basis_words(basis: Basis, design_flow_lps: float | None, locale: PageLocale) -> str:
    """What the flow of fresh air is known from."""
    match basis.knowledge:
        case "history":
            return locale.ngettext(
                "How much fresh air comes in is known from %(number)s hour in this room itself.",
                "How much fresh air comes in is known from %(number)s hours in this room itself.",
                max(round(basis.hours), 1),
            )
        case "test":
            return locale.gettext("Counted with what the room's own test measured.")
        case "design":
            return locale.gettext(
                "Counted with the %(flow)s l/s that the ventilation was built for; it was not measured "
                "here yet.",
                flow=locale.figure(design_flow_lps or 0.0),
            )
        case "given":
            return locale.gettext("Counted with the flow that was given.")
        case _:
            return locale.gettext(
                "Nothing was measured of this room yet: counted with how rooms usually are, so the "
                "margin is wide."
            )


def outdoor_words(planned: Planned, locale: PageLocale) -> str:
    ppm = locale.number(planned.outdoor_ppm)
    if planned.is_live:
        return locale.gettext(
            "Outdoors %(ppm)s ppm, as this room's sensors would show it.", ppm=ppm
        )
    return locale.gettext("Outdoors %(ppm)s ppm, as it usually is.", ppm=ppm)


def windows_words(outlook: Outlook, plan: Plan, locale: PageLocale) -> str:
    if outlook.windows == "opened":
        return locale.gettext("Windows open")
    if plan.opened is not None:
        return locale.gettext("Windows closed")
    match plan.basis.knowledge:
        case "history":
            return locale.gettext("As this room usually is")
        case "test":
            return locale.gettext("As its test measured")
        case "design":
            return locale.gettext("As its ventilation was built")
        case "given":
            return locale.gettext("With the flow that was given")
        case _:
            return locale.gettext("As rooms usually are")


def peak_words(outlook: Outlook, locale: PageLocale) -> str:
    return _within(_tens(outlook.peak_ppm), "ppm", locale)


def per_person_words(outlook: Outlook, locale: PageLocale) -> str:
    return _within(outlook.per_person_lps, "l/s", locale)


def largest_words(outlook: Outlook, locale: PageLocale) -> str:
    """The largest group that keeps the policy, with 80 % confidence."""
    if outlook.largest is None:
        return locale.gettext("nothing limits it")
    if outlook.largest == 0:
        return locale.gettext("none")
    return locale.ngettext("%(number)s person", "%(number)s people", outlook.largest)


def stay_words(outlook: Outlook, policy: Policy, locale: PageLocale) -> str:
    """How long this group stays below the limit of CO2; empty where there is none."""
    if policy.co2_limit_ppm is None:
        return ""
    if outlook.stay_min is None:
        return locale.gettext(
            "%(span)s or longer", span=locale.span(timedelta(minutes=STAY_WITHIN_MIN))
        )
    if outlook.stay_min < 1.0:
        return locale.gettext("not at all")
    return locale.span(timedelta(minutes=outlook.stay_min))


def group_words(planned: Planned, locale: PageLocale) -> str:
    """Who is planned for, and how the room is at the beginning."""
    ask = planned.ask
    people = locale.ngettext("%(number)s person", "%(number)s people", ask.people)
    begins = (
        locale.gettext("aired before")
        if ask.start_ppm is None
        else locale.gettext("from %(ppm)s ppm", ppm=locale.number(ask.start_ppm))
    )
    span = locale.span(timedelta(minutes=ask.minutes))
    return f"{people}, {span}, {activity_words(ask.activity or DEFAULT, locale)}, {begins}"


def _is_too_many(plan: Plan) -> bool:
    return plan.places is not None and plan.group.people > plan.places


def _is_mended(plan: Plan) -> bool:
    return plan.opened is not None and plan.opened.expected == "kept"


def _about_percent(probability: float) -> int:
    """In steps of five, and never all or nothing."""
    return min(max(round(probability * 20) * 5, 5), 95)


def _tens(ppm: Range) -> Range:
    return Range(*(float(round(value, -1)) for value in ppm))


def _within(found: Range, unit: str, locale: PageLocale) -> str:
    shown = f"{locale.figure(found.value)} {unit}"
    between = interval(found.low, found.high, unit, locale)
    return f"{shown} ({between})" if between else shown
