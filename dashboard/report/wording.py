"""What a report says, in sentences: first what happened, then how sure that is.

A number never stands without its unit, and what cannot be said is said to be so, with the reason.
"""

from collections.abc import Callable

from dashboard.i18n import DASH, Speech
from dashboard.report.units import heads, lps, minutes, ppm
from gateway.domain.report.outcome import Outcome, Verdict
from gateway.domain.report.presence import worth_saying
from gateway.domain.report.report import Report
from gateway.domain.room_state import Level

LEVELS: dict[Verdict | None, Level] = {"kept": "good", "not_kept": "act", "cannot_say": "watch"}


def overall(report: Report) -> Verdict | None:
    """The worse of the two verdicts; None where there is no limit at all."""
    for verdict in ("not_kept", "cannot_say", "kept"):
        if verdict in report.verdicts:
            return verdict
    return None


def headline(report: Report, say: Speech) -> str:
    """The one clear sentence: whether the meeting kept to its limits, and how far not."""
    broken = [words for words, outcome in _clauses(report, say) if outcome.verdict == "not_kept"]
    if broken:
        *first, last = broken
        how = last
        if first:
            how = say.gettext("%(one)s, and %(other)s", one=", ".join(first), other=last)
        return say.gettext("This meeting went over its limits: %(how)s.", how=how)
    match overall(report):
        case "kept":
            return say.gettext("This meeting kept to its limits.")
        case "cannot_say":
            return say.gettext("Whether this meeting kept to its limits cannot be said for sure.")
        case _:
            return say.gettext("This meeting was held to no limits; this is what was measured.")


def explanations(report: Report, say: Speech) -> tuple[str, ...]:
    """What the headline leaves out: the limit that was kept, and why of another nothing can be said."""
    found = _clauses(report, say)
    return tuple(_sentence(words) for words, outcome in found if outcome.verdict != "not_kept")


def presence_words(report: Report, say: Speech) -> str:
    """When people were really there, against when it was planned."""
    presence = report.presence
    if presence.basis == "nobody":
        return say.gettext("The counters saw nobody; the planned time is judged.")
    if presence.basis == "planned":
        return say.gettext("Nobody counted when people came and left; the planned time is judged.")
    start, end = say.time(presence.start), say.time(presence.end)
    words = [say.gettext("People were there from %(start)s to %(end)s", start=start, end=end)]
    shift, rest = presence.start - report.planned_start, presence.end - report.planned_end
    early, late, over, sooner = (worth_saying(span) for span in (-shift, shift, rest, -rest))
    if early is not None:
        words.append(say.gettext("it began %(span)s early", span=say.span(early)))
    elif late is not None:
        words.append(say.gettext("it began %(span)s late", span=say.span(late)))
    if over is not None:
        words.append(say.gettext("it ran over by %(span)s", span=say.span(over)))
    elif sooner is not None:
        words.append(say.gettext("it ended %(span)s early", span=say.span(sooner)))
    said = ": ".join([words[0], ", ".join(words[1:])]) if len(words) > 1 else words[0]
    judged = say.gettext("That time is judged.")
    if presence.basis == "partly":
        judged = say.gettext("Where the counter was silent the planned time stands in.")
    return f"{said}. {judged}"


def verdict_word(outcome: Outcome, say: Speech) -> str:
    match outcome.verdict:
        case "kept":
            return say.gettext("Within the limit")
        case "not_kept":
            return say.gettext("Over the limit")
        case "cannot_say":
            return say.gettext("Cannot be said")
        case _:
            return say.gettext("No limit")


def why_words(outcome: Outcome, say: Speech, unit: Callable[[float], str]) -> str:
    """Why nothing can be said, as a clause; ``unit`` writes a value of this limit."""
    match outcome.why:
        case "too_little_data":
            share = say.number(100 * outcome.known_share)
            return say.gettext("there are readings of %(share)s%% of the time", share=share)
        case "not_counted":
            return say.gettext("nobody was counted")
        case "cleaned_air":
            return say.gettext("filtered air may have made up for what was missing")
        case "sensor_error" if outcome.error and outcome.limit is not None:
            return say.gettext(
                "the sensor may be off by %(error)s at the limit of %(limit)s",
                error=unit(outcome.error),
                limit=unit(outcome.limit),
            )
        case _:
            return say.gettext("the estimate is too uncertain")


def _clauses(report: Report, say: Speech) -> list[tuple[str, Outcome]]:
    """Of the air and of the people: what there is to say, as a clause, and the outcome it is about."""
    co2, flow, air = report.co2, report.flow, report.ventilation
    # What decides is told; beside it only what was broken as well.
    found = [
        (words(outcome, say), outcome)
        for words, outcome in ((_co2_clause, co2), (_flow_clause, flow))
        if outcome == air or (outcome.verdict == air.verdict == "not_kept")
    ]
    found.append((_people_clause(report.occupancy, report, say), report.occupancy))
    return [(words, outcome) for words, outcome in found if outcome.verdict is not None]


def _co2_clause(co2: Outcome, say: Speech) -> str:
    def unit(value: float) -> str:
        return ppm(value, say)

    limit = unit(co2.limit or 0.0)
    if co2.verdict == "cannot_say":
        why = why_words(co2, say, unit)
        if co2.worst is None:
            return say.gettext("of the CO₂ nothing can be said: %(why)s", why=why)
        return say.gettext(
            "the CO₂ was at most %(worst)s, but whether it kept to %(limit)s cannot be said: %(why)s",
            worst=unit(co2.worst),
            limit=limit,
            why=why,
        )
    if co2.verdict == "kept":
        return say.gettext(
            "the CO₂ stayed at %(worst)s or less, the limit is %(limit)s",
            worst=unit(co2.worst or 0.0),
            limit=limit,
        )
    return say.gettext(
        "%(minutes)s above %(limit)s of CO₂, at most %(worst)s at %(time)s",
        minutes=minutes(co2.minutes_over or 0.0, say),
        limit=limit,
        worst=unit(co2.worst or 0.0),
        time=DASH if co2.worst_at is None else say.time(co2.worst_at),
    )


def _flow_clause(flow: Outcome, say: Speech) -> str:
    def unit(value: float) -> str:
        return lps(value, say)

    limit = unit(flow.limit or 0.0)
    if flow.verdict == "cannot_say":
        why = why_words(flow, say, unit)
        return say.gettext(
            "whether there was %(limit)s of fresh air for each person cannot be said: %(why)s",
            limit=limit,
            why=why,
        )
    if flow.verdict == "kept":
        return say.gettext(
            "there was %(mean)s of fresh air for each person on average, %(limit)s is asked",
            mean=unit(flow.mean or 0.0),
            limit=limit,
        )
    return say.gettext(
        "%(minutes)s with less than %(limit)s of fresh air for each person, down to %(worst)s",
        minutes=minutes(flow.minutes_over or 0.0, say),
        limit=limit,
        worst=unit(flow.worst or 0.0),
    )


def _people_clause(people: Outcome, report: Report, say: Speech) -> str:
    def unit(value: float) -> str:
        return heads(value, say)

    limit = unit(people.limit or 0.0)
    if people.verdict == "cannot_say":
        why = why_words(people, say, unit)
        if report.people_by_air is not None:
            why = say.gettext(
                "%(why)s, by the air there were about %(people)s",
                why=why,
                people=heads(report.people_by_air, say),
            )
        return say.gettext("of the number of people nothing can be said: %(why)s", why=why)
    if people.verdict == "kept":
        return say.gettext(
            "there were never more than %(worst)s, there is room for %(limit)s",
            worst=unit(people.worst or 0.0),
            limit=limit,
        )
    return say.gettext(
        "%(minutes)s with more than %(limit)s, at most %(worst)s at %(time)s",
        minutes=minutes(people.minutes_over or 0.0, say),
        limit=limit,
        worst=unit(people.worst or 0.0),
        time=DASH if people.worst_at is None else say.time(people.worst_at),
    )


def _sentence(clause: str) -> str:
    return clause[:1].upper() + clause[1:] + "."
