"""What a room asks of the people in it, and why: the codes of its advice and its breaches as
sentences.

First what to do, then why, then what helps beside it. A number never stands without its unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from dashboard.words.advice import (
    at_most_words,
    break_words,
    brings_words,
    pieces_of,
)
from dashboard.words.air import to_limit_words
from gateway.domain.advice.rules import Advice as Piece
from gateway.domain.advice.rules import Code
from gateway.domain.policy import Policy
from gateway.domain.room_state import FlagView, RoomState, Rule
from gateway.words.faults import fault_words
from gateway.words.locale import DASH, PageLocale
from sensors.wire.instant import from_wire

OF_THE_AIR: Final[tuple[Rule, ...]] = ("co2", "ventilation")

Given = Mapping[Code, Piece]


@dataclass(frozen=True, slots=True)
class QuietRoom:
    """Why a room is unknown: the broker is out of reach, its gateway (``name``) is away, a sensor
    (``name``) has been quiet ``since``, or nothing was ever measured.
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
    state: RoomState, policy: Policy, quiet: QuietRoom, now: datetime, locale: PageLocale
) -> Advice:
    """What a room asks of the people in it; ``quiet`` counts only where its level is unknown."""
    if state.level == "unknown":
        return Advice(locale.gettext("No reading"), quiet_words(quiet, now, locale))
    given = {piece.code: piece for piece in pieces_of(state)}
    breaches = _breaches(state)
    if not breaches:
        return _unbroken(state, policy, given, locale)
    first = breaches[0]
    headline = _breach_headline(first, state, given, locale)
    told = [breaches[0]]
    told += [flag for flag in breaches[1:] if _adds(flag, told)]
    why = [_breach_words(flag, state, policy, now, locale) for flag in told]
    if any(flag.rule in OF_THE_AIR for flag in told):
        why += _more_words(headline, state, given, locale)
    return Advice(headline, " · ".join(filter(None, why)))


def quiet_words(quiet: QuietRoom, now: datetime, locale: PageLocale) -> str:
    """Why nothing is known of a room."""
    since = None if quiet.since is None else locale.moment(quiet.since, now)
    match quiet.cause:
        case "broker":
            return locale.gettext("No connection to the broker")
        case "gateway":
            return locale.gettext("Gateway %(name)s is away", name=quiet.name or DASH)
        case "sensor" if since is not None and quiet.name is not None:
            return locale.gettext(
                "Sensor %(device)s silent since %(time)s", device=quiet.name, time=since
            )
        case "sensor" if since is not None:
            return locale.gettext("Silent since %(time)s", time=since)
        case _:
            return locale.gettext("Nothing measured here yet")


def _breaches(state: RoomState) -> list[FlagView]:
    """What fires comes before what is only beginning; between two that fire the gateway's own order
    of advice decides. What a sensor does comes after what the room does.
    """
    found = [f for f in state.flags if f.state != "resolved" and f.rule != "no_data"]
    air_first = bool(state.advice) and state.advice[0].get("code") == "open_windows"
    found.sort(
        key=lambda flag: (
            flag.rule == "sensor_fault",
            flag.state != "firing",
            (flag.rule in OF_THE_AIR) != air_first,
        )
    )
    return found


def _adds(flag: FlagView, told: list[FlagView]) -> bool:
    """Whether a breach says more than those told: of the air one is enough."""
    air_told = any(one.rule in OF_THE_AIR for one in told)
    return flag.rule == "occupancy" or (flag.rule in OF_THE_AIR and not air_told)


def _unbroken(state: RoomState, policy: Policy, given: Given, locale: PageLocale) -> Advice:
    """Nothing is over its limit: what comes, if anything."""
    nearing = _nearing_words(state, policy, locale)
    if "open_windows" in given:
        headline = locale.gettext("Open a window soon")
        why = [nearing, *_more_words(headline, state, given, locale)]
        return Advice(headline, " · ".join(filter(None, why)))
    if "break" in given or "at_most" in given:
        headline = _headline(state, given, locale)
        why = [nearing, *_more_words(headline, state, given, locale)]
        return Advice(headline, " · ".join(filter(None, why)))
    if "close_windows" in given:
        return Advice(
            locale.gettext("The windows can be closed again"),
            locale.gettext("It is fresh, and open windows cost heat"),
        )
    if state.level == "good":
        forecast = state.forecast
        return Advice(
            locale.gettext("All fine"), "" if forecast is None else to_limit_words(forecast, locale)
        )
    return Advice(locale.gettext("Keep the windows open"), nearing)


def _breach_headline(flag: FlagView, state: RoomState, given: Given, locale: PageLocale) -> str:
    """What to do about a breach; it may be on its way back while its flag still holds."""
    if flag.rule == "occupancy":
        people, capacity = _headcount(flag, state)
        if people <= capacity:
            return locale.gettext("It fits again")
        over = people - capacity
        return locale.ngettext("%(number)s person too many", "%(number)s people too many", over)
    if flag.rule == "sensor_fault":
        return locale.gettext("Look at the sensor")
    if _is_clearing(flag, state):
        return locale.gettext("Keep the windows open")
    return _headline(state, given, locale)


def _headline(state: RoomState, given: Given, locale: PageLocale) -> str:
    """The first thing to do about the air. Where the gateway asks for nothing, windows are open."""
    pause, most = given.get("break"), given.get("at_most")
    if "open_windows" in given:
        return locale.gettext("Open the windows")
    if pause is not None and (headline := _break_headline(pause, locale)):
        return headline
    if most is not None and most.people is not None and most.people != state.capacity:
        return at_most_words(most, state, locale)
    return locale.gettext("Keep the windows open")


def _break_headline(pause: Piece, locale: PageLocale) -> str:
    if pause.minutes is None:
        return ""
    return locale.gettext(
        "Take a break of %(span)s", span=locale.span(timedelta(minutes=pause.minutes))
    )


def _breach_words(
    flag: FlagView, state: RoomState, policy: Policy, now: datetime, locale: PageLocale
) -> str:
    since = locale.moment(from_wire(flag.since), now)
    match flag.rule:
        case "occupancy":
            people, capacity = _headcount(flag, state)
            return locale.ngettext(
                "%(number)s person, room for %(capacity)s",
                "%(number)s people, room for %(capacity)s",
                people,
                capacity=locale.number(capacity),
            )
        case "sensor_fault":
            faults = [fault_words(one, locale) for one in flag.evidence]
            return " · ".join(faults) or locale.gettext(
                "What it shows cannot be right, since %(time)s", time=since
            )
        case "ventilation":
            return _short_of_air_words(flag, state, since, locale)
    if _is_clearing(flag, state):
        clear_ppm = flag.limit if policy.co2_clear_ppm is None else policy.co2_clear_ppm
        return locale.gettext("Fine below %(clear)s ppm", clear=locale.number(clear_ppm or 0.0))
    if flag.limit is None:
        return locale.gettext("Since %(time)s", time=since)
    limit = locale.number(flag.limit)
    return locale.gettext("Above %(limit)s ppm since %(time)s", limit=limit, time=since)


def _short_of_air_words(flag: FlagView, state: RoomState, since: str, locale: PageLocale) -> str:
    flow_lps = _per_person_lps(flag, state)
    if flag.limit is None or flow_lps is None:
        return locale.gettext("Too little fresh air since %(time)s", time=since)
    return locale.gettext(
        "%(flow)s l/s per person, %(limit)s l/s is needed",
        flow=locale.figure(flow_lps),
        limit=locale.figure(flag.limit),
    )


def _nearing_words(state: RoomState, policy: Policy, locale: PageLocale) -> str:
    forecast = state.forecast
    if forecast is not None and (told := to_limit_words(forecast, locale)):
        return told
    limit_ppm = policy.co2_limit_ppm
    if forecast is not None and forecast.limit_ppm is not None:
        limit_ppm = forecast.limit_ppm
    if limit_ppm is None:
        return ""
    return locale.gettext("Nearing the target of %(limit)s ppm", limit=locale.number(limit_ppm))


def _more_words(headline: str, state: RoomState, given: Given, locale: PageLocale) -> list[str]:
    """What helps beside the headline, or what the headline brings; how many the room is for is told
    already.
    """
    most, pause = given.get("at_most"), given.get("break")
    more = []
    if most is not None and most.people != state.capacity:
        more.append(at_most_words(most, state, locale))
    if pause is not None:
        is_told = headline == _break_headline(pause, locale)
        more.append(brings_words(pause, locale) if is_told else break_words(pause, locale))
    return [words for words in more if words and words != headline]


def _is_clearing(flag: FlagView, state: RoomState) -> bool:
    """Whether the room is back under the limit, but not yet where the flag is lifted."""
    if flag.limit is None:
        return False
    if flag.rule == "ventilation":
        flow_lps = _per_person_lps(flag, state)
        return flow_lps is not None and flow_lps >= flag.limit
    return state.co2_ppm is not None and state.co2_ppm <= flag.limit


def _per_person_lps(flag: FlagView, state: RoomState) -> float | None:
    """The newest estimate where there is one, else what the flag saw."""
    known = None if state.ventilation is None else state.ventilation.per_person_lps
    return flag.value if known is None else known


def _headcount(flag: FlagView, state: RoomState) -> tuple[int, int]:
    """People and places: the newest count where there is one, else what the flag saw."""
    people = state.people if state.people is not None else flag.value
    capacity = state.capacity if state.capacity is not None else flag.limit
    return round(people or 0), round(capacity or 0)
