"""What a room asks of the people in it, and why: the codes of its advice and its breaches as sentences.

First what to do, then why, then what helps beside it. A number never stands without its unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from dashboard.advice_wording import (
    at_most_words,
    break_words,
    brings_words,
    pieces_of,
)
from dashboard.air_wording import to_limit_words
from dashboard.fault_wording import fault_words
from dashboard.i18n import DASH, Speech
from gateway.domain.policy import Policy
from gateway.domain.room_state import FlagView, RoomState, Rule
from gateway.domain.wanted_advice import Advice as Piece
from gateway.domain.wanted_advice import Code
from sensors.instant import from_wire

OF_THE_AIR: Final[tuple[Rule, ...]] = ("co2", "ventilation")

Given = Mapping[Code, Piece]


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
    given = {piece.code: piece for piece in pieces_of(state)}
    breaches = _breaches(state)
    if not breaches:
        return _unbroken(state, policy, given, say)
    first = breaches[0]
    headline = _breach_headline(first, state, given, say)
    told = [breaches[0]]
    told += [flag for flag in breaches[1:] if _adds(flag, told)]
    why = [_breach_words(flag, state, policy, now, say) for flag in told]
    if any(flag.rule in OF_THE_AIR for flag in told):
        why += _more_words(headline, state, given, say)
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


def _unbroken(state: RoomState, policy: Policy, given: Given, say: Speech) -> Advice:
    """Nothing is over its limit: what comes, if anything."""
    nearing = _nearing_words(state, policy, say)
    if "open_windows" in given:
        headline = say.gettext("Open a window soon")
        why = [nearing, *_more_words(headline, state, given, say)]
        return Advice(headline, " · ".join(filter(None, why)))
    if "break" in given or "at_most" in given:
        headline = _headline(state, given, say)
        why = [nearing, *_more_words(headline, state, given, say)]
        return Advice(headline, " · ".join(filter(None, why)))
    if "close_windows" in given:
        return Advice(
            say.gettext("The windows can be closed again"),
            say.gettext("It is fresh, and open windows cost heat"),
        )
    if state.level == "good":
        forecast = state.forecast
        return Advice(
            say.gettext("All fine"), "" if forecast is None else to_limit_words(forecast, say)
        )
    return Advice(say.gettext("Keep the windows open"), nearing)


def _breach_headline(flag: FlagView, state: RoomState, given: Given, say: Speech) -> str:
    """What to do about a breach; it may be on its way back while its flag still holds."""
    if flag.rule == "occupancy":
        people, capacity = _headcount(flag, state)
        if people <= capacity:
            return say.gettext("It fits again")
        over = people - capacity
        return say.ngettext("%(number)s person too many", "%(number)s people too many", over)
    if flag.rule == "sensor_fault":
        return say.gettext("Look at the sensor")
    if _is_clearing(flag, state):
        return say.gettext("Keep the windows open")
    return _headline(state, given, say)


def _headline(state: RoomState, given: Given, say: Speech) -> str:
    """The first thing to do about the air. Where the gateway asks for nothing, windows are open."""
    pause, most = given.get("break"), given.get("at_most")
    if "open_windows" in given:
        return say.gettext("Open the windows")
    if pause is not None and (headline := _break_headline(pause, say)):
        return headline
    if most is not None and most.people is not None and most.people != state.capacity:
        return at_most_words(most, state, say)
    return say.gettext("Keep the windows open")


def _break_headline(pause: Piece, say: Speech) -> str:
    if pause.minutes is None:
        return ""
    return say.gettext("Take a break of %(span)s", span=say.span(timedelta(minutes=pause.minutes)))


def _breach_words(
    flag: FlagView, state: RoomState, policy: Policy, now: datetime, say: Speech
) -> str:
    since = say.moment(from_wire(flag.since), now)
    match flag.rule:
        case "occupancy":
            people, capacity = _headcount(flag, state)
            return say.ngettext(
                "%(number)s person, room for %(capacity)s",
                "%(number)s people, room for %(capacity)s",
                people,
                capacity=say.number(capacity),
            )
        case "sensor_fault":
            faults = [fault_words(one, say) for one in flag.evidence]
            return " · ".join(faults) or say.gettext(
                "What it shows cannot be right, since %(time)s", time=since
            )
        case "ventilation":
            return _short_of_air_words(flag, state, since, say)
    if _is_clearing(flag, state):
        clear_ppm = flag.limit if policy.co2_clear_ppm is None else policy.co2_clear_ppm
        return say.gettext("Fine below %(clear)s ppm", clear=say.number(clear_ppm or 0.0))
    if flag.limit is None:
        return say.gettext("Since %(time)s", time=since)
    limit = say.number(flag.limit)
    return say.gettext("Above %(limit)s ppm since %(time)s", limit=limit, time=since)


def _short_of_air_words(flag: FlagView, state: RoomState, since: str, say: Speech) -> str:
    flow_lps = _per_person_lps(flag, state)
    if flag.limit is None or flow_lps is None:
        return say.gettext("Too little fresh air since %(time)s", time=since)
    return say.gettext(
        "%(flow)s l/s per person, %(limit)s l/s is needed",
        flow=say.figure(flow_lps),
        limit=say.figure(flag.limit),
    )


def _nearing_words(state: RoomState, policy: Policy, say: Speech) -> str:
    forecast = state.forecast
    if forecast is not None and (told := to_limit_words(forecast, say)):
        return told
    limit_ppm = policy.co2_limit_ppm
    if forecast is not None and forecast.limit_ppm is not None:
        limit_ppm = forecast.limit_ppm
    if limit_ppm is None:
        return ""
    return say.gettext("Nearing the target of %(limit)s ppm", limit=say.number(limit_ppm))


def _more_words(headline: str, state: RoomState, given: Given, say: Speech) -> list[str]:
    """What helps beside the headline, or what the headline brings; how many the room is for is told
    already.
    """
    most, pause = given.get("at_most"), given.get("break")
    more = []
    if most is not None and most.people != state.capacity:
        more.append(at_most_words(most, state, say))
    if pause is not None:
        is_told = headline == _break_headline(pause, say)
        more.append(brings_words(pause, say) if is_told else break_words(pause, say))
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
