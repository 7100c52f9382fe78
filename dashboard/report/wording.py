"""What a report says, in sentences: first what happened, then how sure that is.

A number never stands without its unit, and what cannot be said is said to be so, with the reason.
"""

from collections.abc import Callable

from dashboard.report.units import heads, lps, minutes, ppm
from gateway.domain.report.outcome import Outcome, Verdict
from gateway.domain.report.presence import worth_saying
from gateway.domain.report.report import Report
from gateway.domain.room_state import Level
from gateway.words.locale import DASH, PageLocale
from gateway.words.verdicts import kept_words, unsure_words

LEVELS: dict[Verdict | None, Level] = {"kept": "good", "not_kept": "act", "cannot_say": "watch"}


def headline(report: Report, locale: PageLocale) -> str:
    """The one clear sentence: whether the meeting kept to its limits, and how far not."""
    broken = [words for words, outcome in _clauses(report, locale) if outcome.verdict == "not_kept"]
    if broken:
        *first, last = broken
        how = last
        if first:
            how = locale.gettext("%(one)s, and %(other)s", one=", ".join(first), other=last)
        return locale.gettext("This meeting went over its limits: %(how)s.", how=how)
    match report.verdict:
        case "kept":
            return kept_words(locale)
        case "cannot_say":
            return unsure_words(locale)
        case _:
            return locale.gettext("This meeting was held to no limits; this is what was measured.")


def explanations(report: Report, locale: PageLocale) -> tuple[str, ...]:
    """What the headline leaves out: the limit that was kept, and why of another nothing can be
    said.
    """
    found = _clauses(report, locale)
    return tuple(_sentence(words) for words, outcome in found if outcome.verdict != "not_kept")


def presence_words(report: Report, locale: PageLocale) -> str:
    """When people were really there, against when it was planned."""
    presence = report.presence
    if presence.basis == "nobody":
        return locale.gettext("The counters saw nobody; the planned time is judged.")
    if presence.basis == "planned":
        return locale.gettext(
            "Nobody counted when people came and left; the planned time is judged."
        )
    start, end = locale.time(presence.start), locale.time(presence.end)
    words = [locale.gettext("People were there from %(start)s to %(end)s", start=start, end=end)]
    shift, rest = presence.start - report.planned_start, presence.end - report.planned_end
    early, late, over, sooner = (worth_saying(span) for span in (-shift, shift, rest, -rest))
    if early is not None:
        words.append(locale.gettext("it began %(span)s early", span=locale.span(early)))
    elif late is not None:
        words.append(locale.gettext("it began %(span)s late", span=locale.span(late)))
    if over is not None:
        words.append(locale.gettext("it ran over by %(span)s", span=locale.span(over)))
    elif sooner is not None:
        words.append(locale.gettext("it ended %(span)s early", span=locale.span(sooner)))
    said = ": ".join([words[0], ", ".join(words[1:])]) if len(words) > 1 else words[0]
    judged = locale.gettext("That time is judged.")
    if presence.basis == "partly":
        judged = locale.gettext("Where the counter was silent the planned time stands in.")
    return f"{said}. {judged}"


def verdict_word(outcome: Outcome, locale: PageLocale) -> str:
    match outcome.verdict:
        case "kept":
            return locale.gettext("Within the limit")
        case "not_kept":
            return locale.gettext("Over the limit")
        case "cannot_say":
            return locale.gettext("Cannot be said")
        case _:
            return locale.gettext("No limit")


def why_words(outcome: Outcome, locale: PageLocale, unit: Callable[[float], str]) -> str:
    """Why nothing can be said, as a clause; ``unit`` writes a value of this limit."""
    match outcome.why:
        case "too_little_data":
            share = locale.number(100 * outcome.known_share)
            return locale.gettext("there are readings of %(share)s%% of the time", share=share)
        case "not_counted":
            return locale.gettext("nobody was counted")
        case "cleaned_air":
            return locale.gettext("filtered air may have made up for what was missing")
        case "sensor_error" if outcome.error and outcome.limit is not None:
            return locale.gettext(
                "the sensor may be off by %(error)s at the limit of %(limit)s",
                error=unit(outcome.error),
                limit=unit(outcome.limit),
            )
        case _:
            return locale.gettext("the estimate is too uncertain")


def _clauses(report: Report, locale: PageLocale) -> list[tuple[str, Outcome]]:
    """Of the air and of the people: what there is to say, as a clause, and the outcome it is
    about.
    """
    co2, flow, air = report.co2, report.flow, report.ventilation
    # What decides is told; beside it only what was broken as well.
    found = [
        (words(outcome, locale), outcome)
        for words, outcome in ((_co2_clause, co2), (_flow_clause, flow))
        if outcome == air or (outcome.verdict == air.verdict == "not_kept")
    ]
    found.append((_people_clause(report.occupancy, report, locale), report.occupancy))
    return [(words, outcome) for words, outcome in found if outcome.verdict is not None]


def _co2_clause(co2: Outcome, locale: PageLocale) -> str:
    def unit(value: float) -> str:
        return ppm(value, locale)

    limit = unit(co2.limit or 0.0)
    if co2.verdict == "cannot_say":
        why = why_words(co2, locale, unit)
        if co2.worst is None:
            return locale.gettext("of the CO₂ nothing can be said: %(why)s", why=why)
        return locale.gettext(
            "the CO₂ was at most %(worst)s, but whether it kept to %(limit)s cannot be said: %(why)s",
            worst=unit(co2.worst),
            limit=limit,
            why=why,
        )
    if co2.verdict == "kept":
        return locale.gettext(
            "the CO₂ stayed at %(worst)s or less, the limit is %(limit)s",
            worst=unit(co2.worst or 0.0),
            limit=limit,
        )
    return locale.gettext(
        "%(minutes)s above %(limit)s of CO₂, at most %(worst)s at %(time)s",
        minutes=_over(co2, locale),
        limit=limit,
        worst=unit(co2.worst or 0.0),
        time=DASH if co2.worst_at is None else locale.time(co2.worst_at),
    )


def _flow_clause(flow: Outcome, locale: PageLocale) -> str:
    def unit(value: float) -> str:
        return lps(value, locale)

    limit = unit(flow.limit or 0.0)
    if flow.verdict == "cannot_say":
        why = why_words(flow, locale, unit)
        return locale.gettext(
            "whether there was %(limit)s of fresh air for each person cannot be said: %(why)s",
            limit=limit,
            why=why,
        )
    if flow.verdict == "kept":
        return locale.gettext(
            "there was %(mean)s of fresh air for each person on average, %(limit)s is asked",
            mean=unit(flow.mean or 0.0),
            limit=limit,
        )
    return locale.gettext(
        "%(minutes)s with less than %(limit)s of fresh air for each person, down to %(worst)s",
        minutes=_over(flow, locale),
        limit=limit,
        worst=unit(flow.worst or 0.0),
    )


def _people_clause(people: Outcome, report: Report, locale: PageLocale) -> str:
    def unit(value: float) -> str:
        return heads(value, locale)

    limit = unit(people.limit or 0.0)
    if people.verdict == "cannot_say":
        why = why_words(people, locale, unit)
        if report.people_by_air is not None:
            why = locale.gettext(
                "%(why)s, by the air there were about %(people)s",
                why=why,
                people=heads(report.people_by_air, locale),
            )
        return locale.gettext("of the number of people nothing can be said: %(why)s", why=why)
    if people.verdict == "kept":
        return locale.gettext(
            "there were never more than %(worst)s, there is room for %(limit)s",
            worst=unit(people.worst or 0.0),
            limit=limit,
        )
    return locale.gettext(
        "%(minutes)s with more than %(limit)s, at most %(worst)s at %(time)s",
        minutes=_over(people, locale),
        limit=limit,
        worst=unit(people.worst or 0.0),
        time=DASH if people.worst_at is None else locale.time(people.worst_at),
    )


def _over(outcome: Outcome, locale: PageLocale) -> str:
    """For how long, at least the minute that the mail says."""
    return minutes(max(1.0, outcome.minutes_over or 0.0), locale)


def _sentence(clause: str) -> str:
    return clause[:1].upper() + clause[1:] + "."
