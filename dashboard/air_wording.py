"""What the air of a room tells, in words: fresh air within its interval, what comes and how sure that
is, how many people the air says are in, and how the room stands to the law and to what is healthy.
"""

from datetime import timedelta

from dashboard.i18n import Speech
from gateway.domain.room_state import (
    ForecastView,
    PeopleEstimate,
    PolicyStanding,
    RoomState,
    Rule,
    VentilationView,
)
from sensors.instant import from_wire


def to_limit_words(forecast: ForecastView, say: Speech) -> str:
    """When the limit will be crossed, within its interval; empty where that is not expected."""
    if forecast.minutes is None or forecast.limit_ppm is None:
        return ""
    limit = say.number(forecast.limit_ppm)
    if forecast.minutes <= 0:
        return say.gettext("Above %(limit)s ppm now", limit=limit)
    told = say.gettext(
        "In %(span)s above %(limit)s ppm", span=_span(forecast.minutes, say), limit=limit
    )
    between = _between(forecast, say)
    return f"{told} ({between})" if between else told


def forecast_sentences(forecast: ForecastView, say: Speech) -> tuple[str, ...]:
    """When the limit comes (or that it does not), how it ends, and how far off forecasts were."""
    found = []
    if told := to_limit_words(forecast, say):
        found.append(told)
    if forecast.path:
        minutes, ppm, low_ppm, high_ppm = forecast.path[-1]
        end = say.time(from_wire(forecast.at) + timedelta(minutes=minutes))
        if forecast.limit_ppm is not None and forecast.minutes is None:
            limit = say.number(forecast.limit_ppm)
            found.append(
                say.gettext("Expected below %(limit)s ppm until %(time)s", limit=limit, time=end)
            )
        found.append(
            say.gettext(
                "At %(time)s about %(ppm)s ppm (%(between)s ppm)",
                time=end,
                ppm=_tens(ppm, say),
                between=_to(_tens(low_ppm, say), _tens(high_ppm, say), say),
            )
        )
    return tuple(found)


def skill_words(forecast: ForecastView, say: Speech) -> str:
    """How far off the room's forecasts usually were; empty until that is known."""
    if forecast.typical_error_ppm is None:
        return ""
    return say.gettext(
        "Usually within %(ppm)s ppm after 15 minutes", ppm=say.number(forecast.typical_error_ppm)
    )


def flow_interval(air: VentilationView, say: Speech) -> str:
    return interval(air.low_lps, air.high_lps, "l/s", say)


def per_person_interval(air: VentilationView, say: Speech) -> str:
    """Empty while nobody is in."""
    if air.per_person_low_lps is None or air.per_person_high_lps is None:
        return ""
    return interval(air.per_person_low_lps, air.per_person_high_lps, "l/s", say)


def interval(low: float, high: float, unit: str, say: Speech) -> str:
    """Both ends with their unit; empty where they look alike."""
    one, other = say.figure(low), say.figure(high)
    return "" if one == other else f"{_to(one, other, say)}\u00a0{unit}"


def shown_estimate(state: RoomState) -> PeopleEstimate | None:
    """How many people the air says are in, where nothing counts them."""
    return state.people_estimate if state.people is None else None


def about_people(estimate: PeopleEstimate, say: Speech) -> str:
    """``≈14``: an estimate is never shown as a count."""
    return f"≈{say.number(max(estimate.people, 0.0))}"


def estimate_words(estimate: PeopleEstimate, say: Speech) -> str:
    """Within what interval, and what it is made from."""
    low, high = round(max(estimate.low, 0.0)), round(max(estimate.high, 0.0))
    if estimate.basis == "air":
        return say.gettext(
            "estimated from the air, between %(low)s and %(high)s",
            low=say.number(low),
            high=say.number(high),
        )
    return say.gettext(
        "estimated from the counter and the air, between %(low)s and %(high)s",
        low=say.number(low),
        high=say.number(high),
    )


def verdict_word(standing: PolicyStanding, say: Speech) -> str:
    match standing.verdict:
        case "kept":
            return say.gettext("Kept")
        case "not_kept":
            return say.gettext("Not kept")
        case _:
            return say.gettext("Cannot be said")


def verdict_words(standing: PolicyStanding, say: Speech) -> str:
    """What decided it: the value beside its limit, or what is asked where no value is known."""
    if standing.rule is None or standing.limit is None:
        return say.gettext("CO₂ cannot show it")
    if standing.value is None:
        return _asked_words(standing.rule, standing.limit, say)
    value, limit = standing.value, standing.limit
    match standing.rule:
        case "ventilation":
            return say.gettext(
                "%(flow)s l/s per person, %(limit)s l/s is needed",
                flow=say.figure(value),
                limit=say.figure(limit),
            )
        case "occupancy":
            return say.gettext(
                "%(people)s people, at most %(limit)s",
                people=say.number(value),
                limit=say.number(limit),
            )
        case _:
            return say.gettext(
                "%(ppm)s ppm, at most %(limit)s ppm", ppm=say.number(value), limit=say.number(limit)
            )


def _asked_words(rule: Rule, limit: float, say: Speech) -> str:
    match rule:
        case "ventilation":
            return say.gettext("%(limit)s l/s per person is needed", limit=say.figure(limit))
        case "occupancy":
            return say.ngettext(
                "At most %(number)s person", "At most %(number)s people", round(limit)
            )
        case _:
            return say.gettext("At most %(limit)s ppm", limit=say.number(limit))


def _between(forecast: ForecastView, say: Speech) -> str:
    if forecast.minutes is None or forecast.low_minutes is None:
        return ""
    low = _span(forecast.low_minutes, say)
    if forecast.high_minutes is None:
        return say.gettext("%(span)s or later", span=low).replace(" ", "\u00a0")
    high = _span(forecast.high_minutes, say)
    if low == high:
        return ""
    if forecast.high_minutes < 59.5:
        low = say.number(max(forecast.low_minutes, 0.0))
    return _to(low, high, say)


def _to(low: str, high: str, say: Speech) -> str:
    """An interval on one line."""
    return say.gettext("%(low)s to %(high)s", low=low, high=high).replace(" ", "\u00a0")


def _span(minutes: float, say: Speech) -> str:
    return say.span(timedelta(minutes=minutes))


def _tens(ppm: float, say: Speech) -> str:
    """What is expected is not known to a single ppm."""
    return say.number(round(ppm, -1))
