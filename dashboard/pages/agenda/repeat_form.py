"""How a meeting repeats, as its form asks for it, and for which of its series a change is."""

from datetime import date
from typing import Final, cast, get_args
from uuid import uuid4

from dashboard.pages.parts.form import Form
from dashboard.words.repeat import why_not_words
from gateway.domain.calendar.repeat import (
    AppliesTo,
    CannotRepeat,
    Every,
    Repeat,
    days,
    occurrences,
)
from gateway.domain.meeting import Meeting
from gateway.words.locale import PageLocale

MOST_APART: Final = 52
LONGEST: Final = 4000
EVERY: Final[tuple[Every, ...]] = get_args(Every)


def asked_repeat(form: Form, locale: PageLocale) -> Repeat | None:
    """What the form says of repeating; None where it does not repeat, or not rightly."""
    every = form.chosen("repeat", {one: one for one in EVERY}, locale)
    if every is None:
        return None
    interval = _number(form, "interval", MOST_APART, locale)
    return Repeat(
        every,
        1 if interval is None else interval,
        _day(form, "until", locale),
        _number(form, "count", 1000, locale),
        _days_left_out(form, locale),
    )


def check_repeat(form: Form, meeting: Meeting, repeat: Repeat, locale: PageLocale) -> None:
    """Put in the form what is wrong with a rule for this meeting."""
    try:
        days(locale.local(meeting.start).date(), repeat)
    except CannotRepeat as error:
        form.wrong["until"] = why_not_words(error, locale)


def all_made(meeting: Meeting, repeat: Repeat | None, locale: PageLocale) -> tuple[Meeting, ...]:
    """The meetings that are to be kept: one, or as often as it repeats."""
    if repeat is None:
        return (meeting,)
    ids = iter(lambda: str(uuid4()), "")
    return occurrences(meeting, repeat, str(uuid4()), ids, locale.zone)


def asked_applies_to(form: Form) -> AppliesTo:
    given = form.text("applies_to")
    return cast("AppliesTo", given) if given in get_args(AppliesTo) else "this"


def applies_to_words(locale: PageLocale) -> list[tuple[AppliesTo, str]]:
    return [
        ("this", locale.gettext("This one alone")),
        ("following", locale.gettext("This one and those that follow")),
        ("all", locale.gettext("All that have not begun")),
    ]


def _number(form: Form, name: str, most: int, locale: PageLocale) -> int | None:
    given = form.text(name)
    if not given:
        return None
    good = given.isascii() and given.isdigit() and len(given) < 6 and 1 <= int(given) <= most
    if not good:
        form.wrong[name] = locale.gettext(
            "A whole number from 1 to %(most)s", most=locale.number(most)
        )
    return int(given) if good else None


def _day(form: Form, name: str, locale: PageLocale) -> date | None:
    given = form.text(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        form.wrong[name] = locale.gettext("Fill in a date.")
        return None


def _days_left_out(form: Form, locale: PageLocale) -> frozenset[date]:
    found = set()
    for word in form.text("without")[:LONGEST].replace(",", " ").replace(";", " ").split():
        try:
            found.add(date.fromisoformat(word))
        except ValueError:
            form.wrong["without"] = locale.gettext(
                "%(text)s is no day. Write days as 2026-12-29.", text=word
            )
    return frozenset(found)
