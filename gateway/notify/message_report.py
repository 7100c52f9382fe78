"""What a mail says of a report, or of the season of a month: first whether the meeting kept to its limits."""

from collections.abc import Iterator
from typing import Any, Literal

from gateway.domain.alerts.notice import Notice
from gateway.words.locale import PageLocale
from gateway.words.verdicts import kept_words, unsure_words

Verdict = Literal["not_kept", "cannot_say", "kept"]

WORST_FIRST: tuple[Verdict, ...] = ("not_kept", "cannot_say", "kept")


def overall(notice: Notice) -> Verdict | None:
    """The worst of its verdicts; None where there was no limit to keep."""
    verdicts = {item.get("verdict") for item in notice.evidence}
    return next((verdict for verdict in WORST_FIRST if verdict in verdicts), None)


def subject(title: str, date: str, verdict: Verdict | None, locale: PageLocale) -> str:
    match verdict:
        case "kept":
            return locale.gettext("%(title)s, %(date)s: within limits", title=title, date=date)
        case "not_kept":
            return locale.gettext("%(title)s, %(date)s: went over a limit", title=title, date=date)
        case "cannot_say":
            return locale.gettext(
                "%(title)s, %(date)s: cannot be said for sure", title=title, date=date
            )
        case None:
            return locale.gettext("Report: %(title)s, %(date)s", title=title, date=date)


def headline(verdict: Verdict | None, locale: PageLocale) -> str:
    match verdict:
        case "kept":
            return kept_words(locale)
        case "not_kept":
            return locale.gettext(
                "The meeting went over a limit. The report says how far, and what was done."
            )
        case "cannot_say":
            return " ".join([unsure_words(locale), locale.gettext("The report says why.")])
        case None:
            return locale.gettext("The report of this meeting is ready.")


def parts(notice: Notice, locale: PageLocale) -> Iterator[str]:
    """How each part of a meeting was kept; a part without a limit is left out."""
    names = {
        "occupancy": locale.gettext("Number of people"),
        "ventilation": locale.gettext("Air"),
    }
    for item in notice.evidence:
        name = names.get(str(item.get("code")))
        words = None if name is None else _part(name, item, locale)
        if words is not None:
            yield words


def _part(name: str, item: dict[str, Any], locale: PageLocale) -> str | None:
    match item.get("verdict"):
        case "kept":
            return locale.gettext("%(part)s: within limits.", part=name)
        case "not_kept":
            minutes = locale.number(max(1.0, item.get("minutes_over") or 0.0))
            return locale.gettext(
                "%(part)s: %(minutes)s min over the limit.", part=name, minutes=minutes
            )
        case "cannot_say":
            return locale.gettext("%(part)s: cannot be said for sure.", part=name)
        case _:
            return None


def season_subject(notice: Notice, locale: PageLocale) -> str:
    return locale.gettext(
        "%(venue)s, %(month)s: %(kept)s of %(meetings)s meetings kept to their limits",
        venue=notice.venue_name,
        month=locale.month_and_year(notice.since),
        kept=locale.number(_figure(notice, "kept")),
        meetings=locale.number(_figure(notice, "meetings")),
    )


def season_sentences(notice: Notice, locale: PageLocale) -> Iterator[str]:
    """How many kept, how many went over and of how many it cannot be said."""
    yield locale.gettext(
        "%(kept)s of %(meetings)s meetings kept to their limits.",
        kept=locale.number(_figure(notice, "kept")),
        meetings=locale.number(_figure(notice, "meetings")),
    )
    over, unsure = _figure(notice, "not_kept"), _figure(notice, "cannot_say")
    if over:
        yield locale.ngettext(
            "%(number)s meeting went over.", "%(number)s meetings went over.", over
        )
    if unsure:
        yield locale.ngettext(
            "Of %(number)s meeting it cannot be said.",
            "Of %(number)s meetings it cannot be said.",
            unsure,
        )


def _figure(notice: Notice, name: str) -> int:
    return sum(int(item.get(name) or 0) for item in notice.evidence)
