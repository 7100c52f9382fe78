"""Codes into sentences: what a room asks of people and why, in the words of the page.

Short and polite, first what to do, then why. A number never stands without its unit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dashboard.i18n import DASH, Speech
from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.domain.room_state import FlagState, FlagView, Level, MeetingView, RoomState, Rule
from sensors.instant import from_wire
from sensors.refusal import Reason


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a room is unknown: the broker is out of reach, its gateway (``name``) is away, a sensor
    (``name``) has been silent ``since``, or nothing was ever measured.
    """

    cause: Literal["broker", "gateway", "sensor", "never"]
    name: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, in a few words, and why; ``why`` may be empty."""

    headline: str
    why: str


def advise(
    state: RoomState, policy: Policy, silence: Silence, now: datetime, say: Speech
) -> Advice:
    """What a room asks of the people in it; ``silence`` counts only where its level is unknown."""
    if state.level == "unknown":
        return Advice(say.gettext("No reading"), silence_words(silence, now, say))
    breaches = [f for f in state.flags if f.state != "resolved" and f.rule != "no_data"]
    if state.level == "good" and not breaches:
        return Advice(say.gettext("All fine"), "")
    # What fires comes before what is only beginning; between two that fire the gateway's own order
    # of advice decides.
    air_first = bool(state.advice) and state.advice[0].get("code") == "open_windows"
    breaches.sort(key=lambda flag: (flag.state != "firing", (flag.rule == "co2") != air_first))
    why = [_breach_words(flag, state, policy, now, say) for flag in breaches]
    at_most = next((advice["people"] for advice in state.advice if _is_at_most(advice)), None)
    if at_most is not None and at_most != state.capacity:
        why.append(say.gettext("At most %(number)s people now", number=say.number(at_most)))
    headline = _headline(breaches[0], state, say) if breaches else None
    if headline is None:
        why.insert(0, _nearing_words(state, policy, say))
        headline = say.gettext("Open a window soon")
    return Advice(headline, " · ".join(filter(None, why)))


def silence_words(silence: Silence, now: datetime, say: Speech) -> str:
    """Why nothing is known of a room."""
    since = None if silence.since is None else say.moment(silence.since, now)
    match silence.cause:
        case "broker":
            return say.gettext("No connection to the broker")
        case "gateway":
            return say.gettext("Gateway %(name)s is away", name=silence.name or DASH)
        case "sensor" if since is not None and silence.name is not None:
            return say.gettext(
                "Sensor %(device)s silent since %(time)s", device=silence.name, time=since
            )
        case "sensor" if since is not None:
            return say.gettext("Silent since %(time)s", time=since)
        case _:
            return say.gettext("Nothing measured here yet")


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
    if peak is None or limit is None or rule == "no_data":
        return ""
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


def _headline(flag: FlagView, state: RoomState, say: Speech) -> str:
    """What to do about a breach; it may be on its way back while its flag still holds."""
    if flag.rule == "occupancy":
        people, capacity = _headcount(flag, state)
        if people <= capacity:
            return say.gettext("It fits again")
        over = people - capacity
        return say.ngettext("%(number)s person too many", "%(number)s people too many", over)
    if _is_clearing(flag, state):
        return say.gettext("Keep the windows open")
    return say.gettext("Open the windows")


def _breach_words(
    flag: FlagView, state: RoomState, policy: Policy, now: datetime, say: Speech
) -> str:
    if flag.rule == "occupancy":
        people, capacity = _headcount(flag, state)
        return say.ngettext(
            "%(number)s person, room for %(capacity)s",
            "%(number)s people, room for %(capacity)s",
            people,
            capacity=say.number(capacity),
        )
    if _is_clearing(flag, state):
        clear_ppm = flag.limit if policy.co2_clear_ppm is None else policy.co2_clear_ppm
        return say.gettext("Fine below %(clear)s ppm", clear=say.number(clear_ppm or 0.0))
    since = say.moment(from_wire(flag.since), now)
    if flag.limit is None:
        return say.gettext("Since %(time)s", time=since)
    limit = say.number(flag.limit)
    return say.gettext("Above %(limit)s ppm since %(time)s", limit=limit, time=since)


def _nearing_words(state: RoomState, policy: Policy, say: Speech) -> str:
    forecast = state.forecast
    limit_ppm = policy.co2_limit_ppm
    if forecast is not None and forecast.limit_ppm is not None:
        limit_ppm = forecast.limit_ppm
    if limit_ppm is None:
        return ""
    limit = say.number(limit_ppm)
    if forecast is not None and forecast.minutes is not None:
        return say.gettext(
            "In %(minutes)s min above %(limit)s ppm",
            minutes=say.number(forecast.minutes),
            limit=limit,
        )
    return say.gettext("Nearing the target of %(limit)s ppm", limit=limit)


def _is_clearing(flag: FlagView, state: RoomState) -> bool:
    """Whether the CO2 is back under the limit, but not yet where the flag is lifted."""
    return flag.limit is not None and state.co2_ppm is not None and state.co2_ppm <= flag.limit


def _headcount(flag: FlagView, state: RoomState) -> tuple[int, int]:
    """People and places: the newest count where there is one, else what the flag saw."""
    people = state.people if state.people is not None else flag.value
    capacity = state.capacity if state.capacity is not None else flag.limit
    return round(people or 0), round(capacity or 0)


def _is_at_most(advice: dict[str, object]) -> bool:
    return advice.get("code") == "at_most" and isinstance(advice.get("people"), int)
