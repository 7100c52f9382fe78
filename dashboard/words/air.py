"""What the air of a room tells, in words: fresh air within its interval, what comes and how sure
that is, how many people the air says are in, and how the room stands to the law and to what is
healthy.
"""

from datetime import timedelta

from gateway.domain.motion import SOMEBODY_FOR
from gateway.domain.room_state import (
    ForecastView,
    PeopleEstimate,
    PolicyCompliance,
    RoomState,
    Rule,
    VentilationView,
)
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_wire


def to_limit_words(forecast: ForecastView, locale: PageLocale) -> str:
    """When the limit will be crossed, within its interval; empty where that is not expected."""
    if forecast.minutes is None or forecast.limit_ppm is None:
        return ""
    limit = locale.number(forecast.limit_ppm)
    if forecast.minutes <= 0:
        return locale.gettext("Above %(limit)s ppm now", limit=limit)
    told = locale.gettext(
        "In %(span)s above %(limit)s ppm", span=_span(forecast.minutes, locale), limit=limit
    )
    between = _between(forecast, locale)
    return f"{told} ({between})" if between else told


def forecast_sentences(forecast: ForecastView, locale: PageLocale) -> tuple[str, ...]:
    """When the limit comes (or that it does not), how it ends, and how far off forecasts were."""
    found = []
    if told := to_limit_words(forecast, locale):
        found.append(told)
    if forecast.path:
        minutes, ppm, low_ppm, high_ppm = forecast.path[-1]
        end = locale.time(from_wire(forecast.at) + timedelta(minutes=minutes))
        if forecast.limit_ppm is not None and forecast.minutes is None:
            limit = locale.number(forecast.limit_ppm)
            found.append(
                locale.gettext("Expected below %(limit)s ppm until %(time)s", limit=limit, time=end)
            )
        found.append(
            locale.gettext(
                "At %(time)s about %(ppm)s ppm (%(between)s ppm)",
                time=end,
                ppm=_tens(ppm, locale),
                between=_to(_tens(low_ppm, locale), _tens(high_ppm, locale), locale),
            )
        )
    return tuple(found)


def skill_words(forecast: ForecastView, locale: PageLocale) -> str:
    """How far off the room's forecasts usually were; empty until that is known."""
    if forecast.typical_error_ppm is None:
        return ""
    return locale.gettext(
        "Usually within %(ppm)s ppm after 15 minutes", ppm=locale.number(forecast.typical_error_ppm)
    )


def flow_interval(air: VentilationView, locale: PageLocale) -> str:
    """Empty while the flow is changing."""
    if air.low_lps is None or air.high_lps is None:
        return ""
    return interval(air.low_lps, air.high_lps, "l/s", locale)


def per_person_interval(air: VentilationView, locale: PageLocale) -> str:
    """Empty while nobody is in."""
    if air.per_person_low_lps is None or air.per_person_high_lps is None:
        return ""
    return interval(air.per_person_low_lps, air.per_person_high_lps, "l/s", locale)


def interval(low: float, high: float, unit: str, locale: PageLocale) -> str:
    """Both ends with their unit; empty where they look alike."""
    one, other = locale.figure(low), locale.figure(high)
    return "" if one == other else f"{_to(one, other, locale)}\u00a0{unit}"


def somebody_words(state: RoomState, locale: PageLocale) -> str:
    """That somebody is in, where motion tells and nobody counts; empty where it does not."""
    if state.people is not None or state.motion_at is None:
        return ""
    is_lately = from_wire(state.at) - from_wire(state.motion_at) < SOMEBODY_FOR
    return locale.gettext("Somebody is in") if is_lately else ""


def changing_words(air: VentilationView | None, locale: PageLocale) -> str:
    """That no figure can be told of the air yet; empty where that is not so."""
    return locale.gettext("Changing") if air is not None and air.changing else ""


def flow_titles(air: VentilationView | None, locale: PageLocale) -> tuple[str, str]:
    """What the flow for each person, and that of the room, are called by what they are as fresh as."""
    if air is not None and air.basis == "room_base":
        return locale.gettext("Dilution per person"), locale.gettext("Dilution in the room")
    return locale.gettext("Fresh air per person"), locale.gettext("Fresh air in the room")


def basis_words(air: VentilationView | None, locale: PageLocale) -> str:
    """What dilutes the air where that is not known to be outdoor air; empty where it is."""
    if air is None or air.basis == "outdoors":
        return ""
    return locale.gettext(
        "Diluted by air as fresh as this room's when it is empty; that is not outdoor air."
    )


def shown_estimate(state: RoomState) -> PeopleEstimate | None:
    """How many people the air says are in, where nothing counts them."""
    return state.people_estimate if state.people is None else None


def about_people(estimate: PeopleEstimate, locale: PageLocale) -> str:
    """``≈14``: an estimate is never shown as a count."""
    return f"≈{locale.number(max(estimate.people, 0.0))}"


def estimate_words(estimate: PeopleEstimate, locale: PageLocale) -> str:
    """Within what interval, and what it is made from."""
    low, high = round(max(estimate.low, 0.0)), round(max(estimate.high, 0.0))
    if estimate.basis == "air":
        return locale.gettext(
            "estimated from the air, between %(low)s and %(high)s",
            low=locale.number(low),
            high=locale.number(high),
        )
    return locale.gettext(
        "estimated from the counter and the air, between %(low)s and %(high)s",
        low=locale.number(low),
        high=locale.number(high),
    )


def verdict_word(compliance: PolicyCompliance, locale: PageLocale) -> str:
    match compliance.verdict:
        case "kept":
            return locale.gettext("Kept")
        case "not_kept":
            return locale.gettext("Not kept")
        case _:
            return locale.gettext("Cannot be said")


def verdict_words(compliance: PolicyCompliance, locale: PageLocale) -> str:
    """What decided it: the value beside its limit, or what is asked where no value is known."""
    if compliance.rule is None or compliance.limit is None:
        return locale.gettext("CO₂ cannot show it")
    if compliance.value is None:
        return _asked_words(compliance.rule, compliance.limit, locale)
    value, limit = compliance.value, compliance.limit
    match compliance.rule:
        case "ventilation":
            return locale.gettext(
                "%(flow)s l/s per person, %(limit)s l/s is needed",
                flow=locale.figure(value),
                limit=locale.figure(limit),
            )
        case "occupancy":
            return locale.gettext(
                "%(people)s people, at most %(limit)s",
                people=locale.number(value),
                limit=locale.number(limit),
            )
        case _:
            return locale.gettext(
                "%(ppm)s ppm, at most %(limit)s ppm",
                ppm=locale.number(value),
                limit=locale.number(limit),
            )


def _asked_words(rule: Rule, limit: float, locale: PageLocale) -> str:
    match rule:
        case "ventilation":
            return locale.gettext("%(limit)s l/s per person is needed", limit=locale.figure(limit))
        case "occupancy":
            return locale.ngettext(
                "At most %(number)s person", "At most %(number)s people", round(limit)
            )
        case _:
            return locale.gettext("At most %(limit)s ppm", limit=locale.number(limit))


def _between(forecast: ForecastView, locale: PageLocale) -> str:
    if forecast.minutes is None or forecast.low_minutes is None:
        return ""
    low = _span(forecast.low_minutes, locale)
    if forecast.high_minutes is None:
        return locale.gettext("%(span)s or later", span=low).replace(" ", "\u00a0")
    high = _span(forecast.high_minutes, locale)
    if low == high:
        return ""
    if forecast.high_minutes < 59.5:
        low = locale.number(max(forecast.low_minutes, 0.0))
    return _to(low, high, locale)


def _to(low: str, high: str, locale: PageLocale) -> str:
    """An interval on one line."""
    return locale.gettext("%(low)s to %(high)s", low=low, high=high).replace(" ", "\u00a0")


def _span(minutes: float, locale: PageLocale) -> str:
    return locale.span(timedelta(minutes=minutes))


def _tens(ppm: float, locale: PageLocale) -> str:
    """What is expected is not known to a single ppm."""
    return locale.number(round(ppm, -1))
