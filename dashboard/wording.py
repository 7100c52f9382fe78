"""Codes into words: levels, rules and breaches, what goes on in a room, why a message was refused.

Short and polite. A number never stands without its unit. What a room asks of people is in
``card_wording`` and ``advice_wording``, what its air tells in ``air_wording``.
"""

from datetime import datetime, timedelta

from dashboard.i18n import Speech
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import FlagState, Level, MeetingView, Rule
from sensors.instant import from_wire
from sensors.refusal import Reason


def level_word(level: Level, say: Speech) -> str:
    """The one word for a level: what its shape says to those who cannot see it."""
    match level:
        case "good":
            return say.gettext("Fine")
        case "watch":
            return say.gettext("Watch")
        case "act":
            return say.gettext("Act now")
        case _:
            return say.gettext("Unknown")


def rule_words(rule: Rule, say: Speech) -> str:
    match rule:
        case "occupancy":
            return say.gettext("Too many people")
        case "co2":
            return say.gettext("Too much CO₂")
        case "ventilation":
            return say.gettext("Too little fresh air")
        case "sensor_fault":
            return say.gettext("A sensor that errs")
        case _:
            return say.gettext("No reading")


def flag_state_words(state: FlagState, say: Speech) -> str:
    match state:
        case "pending":
            return say.gettext("beginning")
        case "firing":
            return say.gettext("going on")
        case _:
            return say.gettext("over")


def how_far_over(rule: Rule, peak: float | None, limit: float | None, say: Speech) -> str:
    """How far over its limit a rule went at worst; empty for a rule without a measure."""
    if peak is None or limit is None or rule in ("no_data", "sensor_fault"):
        return ""
    if rule == "ventilation":
        return say.gettext(
            "down to %(peak)s l/s per person, %(limit)s l/s is needed",
            peak=say.figure(peak),
            limit=say.figure(limit),
        )
    if rule == "co2":
        return say.gettext(
            "up to %(peak)s ppm, %(over)s above %(limit)s ppm",
            peak=say.number(peak),
            over=say.number(peak - limit),
            limit=say.number(limit),
        )
    return say.ngettext(
        "up to %(peak)s people, %(number)s more than fits",
        "up to %(peak)s people, %(number)s more than fit",
        round(peak - limit),
        peak=say.number(peak),
    )


def lasted_words(since: datetime, until: datetime | None, now: datetime, say: Speech) -> str:
    """From when to when, and how long: ``9:12–9:40, 28 min``."""
    if until is None:
        return say.gettext(
            "since %(time)s, for %(span)s now",
            time=say.moment(since, now),
            span=say.span(now - since),
        )
    return say.gettext(
        "%(since)s to %(until)s, %(span)s",
        since=say.moment(since, now),
        until=say.time(until),
        span=say.span(until - since),
    )


def occupied_words(
    meeting: MeetingView | None, following: Meeting | None, now: datetime, say: Speech
) -> str:
    """What goes on in a room: the meeting and the time it has left, or until when the room is free."""
    if meeting is not None:
        left = from_wire(meeting.end) - now
        if left <= timedelta(0):
            return meeting.title
        return say.gettext("%(title)s · %(span)s left", title=meeting.title, span=say.span(left))
    if following is None or say.local(following.start).date() != say.local(now).date():
        return say.gettext("Free for the rest of the day")
    return say.gettext("Free until %(time)s", time=say.time(following.start))


def rooms_words(levels: list[Level], say: Speech) -> str:
    """How many rooms there are, and how many of them ask for something."""
    rooms = say.ngettext("%(number)s room", "%(number)s rooms", len(levels))
    asking, unknown = levels.count("act"), levels.count("unknown")
    if asking:
        asks = say.ngettext("%(number)s needs you", "%(number)s need you", asking)
    elif unknown:
        asks = say.ngettext("%(number)s without readings", "%(number)s without readings", unknown)
    else:
        asks = say.gettext("all is well")
    return f"{rooms} · {asks}"


def refusal_words(reason: str, say: Speech) -> str:
    """Why a message was refused; a reason this program does not know stays as it is."""
    words: dict[str, str] = {
        Reason.BAD_TOPIC: say.gettext("The topic has another shape"),
        Reason.RETAINED: say.gettext("An old reading that the broker kept"),
        Reason.TOO_LARGE: say.gettext("Larger than 4 KiB"),
        Reason.NOT_UTF8: say.gettext("Not text (UTF-8)"),
        Reason.NOT_JSON: say.gettext("Not JSON"),
        Reason.NOT_OBJECT: say.gettext("JSON, but not an object"),
        Reason.MISSING_FIELD: say.gettext("A required field is missing"),
        Reason.WRONG_TYPE: say.gettext("A field is of another type"),
        Reason.NOT_FINITE: say.gettext("A number that is not finite"),
        Reason.OUT_OF_RANGE: say.gettext("A number out of range"),
        Reason.IN_FUTURE: say.gettext("Its time is more than 10 minutes ahead"),
        Reason.BEFORE_2020: say.gettext("Its time is before 2020"),
        Reason.BAD_STATUS: say.gettext("A status other than online or offline"),
        Reason.STORE_REJECTED: say.gettext("The store refused it"),
        Reason.INTERNAL: say.gettext("A mistake of our own, see the log of the gateway"),
    }
    return words.get(reason, reason)
