"""The rooms for what is to be planned, the best first, and the way to book one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from dashboard.pages.parts.form import local_value
from dashboard.planning import Ask, Choice
from dashboard.web.reach import may
from dashboard.words.plan import fits_level, fits_words, why_words
from gateway.domain.access import Need
from gateway.domain.room_state import Level
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room that may be chosen, in words. ``book`` leads to a new meeting there, filled in as far as it is
    known; empty where whoever looks makes none there.
    """

    key: str
    name: str
    level: Level
    headline: str
    why: str
    taken: str
    free: str
    book: str
    book_later: str


def room_line(choice: Choice, ask: Ask, at: datetime | None, locale: PageLocale) -> RoomLine:
    room, planned = choice.room, choice.planned
    level: Level = "unknown" if planned is None else fits_level(planned.plan)
    later = choice.free_from if choice.taken else None
    return RoomLine(
        key=f"{room.venue}/{room.slug}",
        name=room.name,
        level="unknown" if choice.taken else level,
        headline=_headline(choice, locale),
        why="" if planned is None else why_words(planned.plan, locale),
        taken=_taken(choice, locale),
        free=_free(choice, at, locale),
        book=booking_address(ask, choice, at, locale),
        book_later="" if later is None else booking_address(ask, choice, later, locale),
    )


def booking_address(ask: Ask, choice: Choice, at: datetime | None, locale: PageLocale) -> str:
    """Where a meeting as was asked for is made in a room."""
    room = choice.room
    if not may(Need.OWN_MEETINGS, room.venue):
        return ""
    end = None if at is None else at + timedelta(minutes=ask.minutes)
    return url_for(
        "meeting_form.new",
        room=f"{room.venue}/{room.slug}",
        start=None if at is None else local_value(at, locale),
        end=None if end is None else local_value(end, locale),
        expected_people=ask.people,
        activity=ask.activity,
        policy=ask.policy,
    )


def best_words(choices: Iterable[Choice], locale: PageLocale) -> str:
    """The answer in one line."""
    best = next(iter(choices), None)
    if best is None or not best.fits:
        return locale.gettext("No room fits as asked")
    if best.windows == "opened":
        return locale.gettext("%(room)s, with the windows open", room=best.room.name)
    return locale.gettext("%(room)s, the windows may stay closed", room=best.room.name)


def _headline(choice: Choice, locale: PageLocale) -> str:
    if choice.taken:
        return locale.gettext("Taken")
    if choice.planned is None:
        return locale.gettext("How large it is is not known")
    return fits_words(choice.planned.plan, locale)


def _taken(choice: Choice, locale: PageLocale) -> str:
    return ", ".join(
        f"{title_words(one.public_title, locale)} ({locale.time(one.start)}–{locale.time(one.end)})"
        for one in choice.taken
    )


def _free(choice: Choice, at: datetime | None, locale: PageLocale) -> str:
    if at is None or not choice.taken:
        return ""
    if choice.free_from is None:
        return locale.gettext("Not free within twelve hours")
    return locale.gettext(
        "Free for as long from %(time)s", time=locale.moment(choice.free_from, at)
    )
