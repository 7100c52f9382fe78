"""Codes into words: levels, rules and breaches, what goes on in a room, why a message was refused.

Short and polite. A number never stands without its unit. What a room asks of people is in
``card`` and ``advice``, what its air tells in ``air``.
"""

from datetime import datetime, timedelta
from typing import Final

from gateway.domain.meeting import Meeting
from gateway.domain.room_state import FlagState, Level, MeetingView, Rule
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words
from sensors.wire.instant import from_wire
from sensors.wire.refusal import Reason

TITLE_LENGTH: Final = 72
"""So much of a meeting's title stands on a card."""


def level_word(level: Level, locale: PageLocale) -> str:
    """The one word for a level: what its shape says to those who cannot see it."""
    match level:
        case "good":
            return locale.gettext("Fine")
        case "watch":
            return locale.gettext("Watch")
        case "act":
            return locale.gettext("Act now")
        case _:
            return locale.gettext("Unknown")


def rule_words(rule: Rule, locale: PageLocale) -> str:
    match rule:
        case "occupancy":
            return locale.gettext("Too many people")
        case "co2":
            return locale.gettext("Too much CO₂")
        case "ventilation":
            return locale.gettext("Too little fresh air")
        case "sensor_fault":
            return locale.gettext("A sensor that errs")
        case _:
            return locale.gettext("No reading")


def flag_state_words(state: FlagState, locale: PageLocale) -> str:
    match state:
        case "pending":
            return locale.gettext("beginning")
        case "firing":
            return locale.gettext("going on")
        case _:
            return locale.gettext("over")


def how_far_over(rule: Rule, peak: float | None, limit: float | None, locale: PageLocale) -> str:
    """How far over its limit a rule went at worst; empty for a rule without a measure."""
    if peak is None or limit is None or rule in ("no_data", "sensor_fault"):
        return ""
    if rule == "ventilation":
        return locale.gettext(
            "down to %(peak)s l/s per person, %(limit)s l/s is needed",
            peak=locale.figure(peak),
            limit=locale.figure(limit),
        )
    if rule == "co2":
        return locale.gettext(
            "up to %(peak)s ppm, %(over)s above %(limit)s ppm",
            peak=locale.number(peak),
            over=locale.number(peak - limit),
            limit=locale.number(limit),
        )
    return locale.ngettext(
        "up to %(peak)s people, %(number)s more than fits",
        "up to %(peak)s people, %(number)s more than fit",
        round(peak - limit),
        peak=locale.number(peak),
    )


def lasted_words(since: datetime, until: datetime | None, now: datetime, locale: PageLocale) -> str:
    """From when to when, and how long: ``9:12–9:40, 28 min``."""
    if until is None:
        return locale.gettext(
            "since %(time)s, for %(span)s now",
            time=locale.moment(since, now),
            span=locale.span(now - since),
        )
    return locale.gettext(
        "%(since)s to %(until)s, %(span)s",
        since=locale.moment(since, now),
        until=locale.time(until),
        span=locale.span(until - since),
    )


def occupied_words(
    meeting: MeetingView | None, following: Meeting | None, now: datetime, locale: PageLocale
) -> str:
    """What goes on in a room: the meeting and the time it has left, or until when the room is
    free.
    """
    if meeting is not None:
        left = from_wire(meeting.end) - now
        if left <= timedelta(0):
            return _short(title_words(meeting.title, locale))
        title = _short(title_words(meeting.title, locale))
        return locale.gettext("%(title)s · %(span)s left", title=title, span=locale.span(left))
    if following is None or locale.local(following.start).date() != locale.local(now).date():
        return locale.gettext("Free for the rest of the day")
    return locale.gettext("Free until %(time)s", time=locale.time(following.start))


def _short(title: str) -> str:
    """As much of a meeting's title as two lines of a card on a phone hold; its own page says all of it."""
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…"


def rooms_words(levels: list[Level], locale: PageLocale) -> str:
    """How many rooms there are, and how many of them ask for something."""
    rooms = locale.ngettext("%(number)s room", "%(number)s rooms", len(levels))
    if not levels:
        return rooms % {"number": 0}
    asking, unknown, watch = (levels.count(one) for one in ("act", "unknown", "watch"))
    if asking:
        asks = locale.ngettext("%(number)s needs you", "%(number)s need you", asking)
    elif unknown:
        asks = locale.ngettext(
            "%(number)s without readings", "%(number)s without readings", unknown
        )
    elif watch:
        asks = locale.ngettext("%(number)s to watch", "%(number)s to watch", watch)
    else:
        asks = locale.gettext("all is well")
    return f"{rooms} · {asks}"


def who_words(who: str, locale: PageLocale) -> str:
    """Who acknowledged: the people of a private meeting by their part in it, others by their
    name.
    """
    parts = {"organiser": locale.gettext("the organiser"), "host": locale.gettext("the host")}
    return parts.get(who, who)


def refusal_words(reason: str, locale: PageLocale) -> str:
    """Why a message was refused; a reason this program does not know stays as it is."""
    words: dict[str, str] = {
        Reason.BAD_TOPIC: locale.gettext("The topic has another shape"),
        Reason.RETAINED: locale.gettext("An old reading that the broker kept"),
        Reason.TOO_LARGE: locale.gettext("Larger than 4 KiB"),
        Reason.NOT_UTF8: locale.gettext("Not text (UTF-8)"),
        Reason.NOT_JSON: locale.gettext("Not JSON"),
        Reason.NOT_OBJECT: locale.gettext("JSON, but not an object"),
        Reason.MISSING_FIELD: locale.gettext("A required field is missing"),
        Reason.WRONG_TYPE: locale.gettext("A field is of another type"),
        Reason.NOT_FINITE: locale.gettext("A number that is not finite"),
        Reason.OUT_OF_RANGE: locale.gettext("A number out of range"),
        Reason.BAD_TIME: locale.gettext("Its time cannot be read"),
        Reason.IN_FUTURE: locale.gettext("Its time is more than 10 minutes ahead"),
        Reason.BEFORE_2020: locale.gettext("Its time is before 2020"),
        Reason.BAD_STATUS: locale.gettext("A status other than online or offline"),
        Reason.BAD_DEVICE: locale.gettext("Its device has no name of its own"),
        Reason.OVER_SHARE: locale.gettext("More than one device may send"),
        Reason.STORE_REJECTED: locale.gettext("The store refused it"),
        Reason.INTERNAL: locale.gettext("A mistake of our own, see the log of the gateway"),
    }
    return words.get(reason, reason)
