"""A room's own test in the visitor's words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from gateway.domain.air.mass_balance import flow_of
from gateway.domain.room_test.decay import Reason
from gateway.domain.room_test.fit import Decay
from gateway.domain.room_test.ready import Check
from gateway.registry.room_tests import State
from gateway.words.locale import PageLocale

_REASONS: Final[dict[Reason, Callable[[PageLocale], str]]] = {
    "too_few": lambda locale: locale.gettext("Too few readings came in."),
    "too_little": lambda locale: locale.gettext(
        "CO₂ was too little over outdoors for a curve to be seen."
    ),
    "not_falling": lambda locale: locale.gettext("CO₂ did not fall."),
    "changed": lambda locale: locale.gettext(
        "The curve is not one: a door or the ventilation changed on the way, or the air is not mixed."
    ),
    "stayed": lambda locale: locale.gettext(
        "The curve does not come down to outdoor air: somebody may have stayed."
    ),
    "unsure": lambda locale: locale.gettext(
        "The curve was too short or too slow to tell an empty room from one that is not."
    ),
    "people": lambda locale: locale.gettext("Somebody was counted in."),
}
_STATES: Final[dict[State, Callable[[PageLocale], str]]] = {
    "running": lambda locale: locale.gettext("goes on"),
    "done": lambda locale: locale.gettext("measured"),
    "refused": lambda locale: locale.gettext("gives no figure"),
}


def reason_words(reason: Reason, locale: PageLocale) -> str:
    return _REASONS[reason](locale)


def state_words(state: State, locale: PageLocale) -> str:
    return _STATES[state](locale)


def figure_words(decay: Decay, locale: PageLocale) -> str:
    """The air changes an hour with their interval."""
    return locale.gettext(
        "%(rate)s air changes an hour (%(low)s to %(high)s)",
        rate=locale.number(decay.air_changes_per_h, 2),
        low=locale.number(decay.low, 2),
        high=locale.number(decay.high, 2),
    )


def flow_words(decay: Decay, volume_m3: float | None, locale: PageLocale) -> str:
    """The litres a second; empty where the volume is not known."""
    if volume_m3 is None:
        return ""
    flow, low, high = (
        locale.figure(flow_of(volume_m3, rate))
        for rate in (decay.air_changes_per_h, decay.low, decay.high)
    )
    return locale.gettext("%(flow)s l/s (%(low)s to %(high)s)", flow=flow, low=low, high=high)


def check_words(check: Check, locale: PageLocale) -> str:
    """What was looked at before a test, and what to do about it."""
    match check.code:
        case "no_sensor" | "silent" | "too_slow" | "slow" | "paced":
            return _pace_words(check, locale)
        case "faulty" | "battery" | "battery_low" | "bad_frames":
            return _health_words(check, locale)
        case "calibrated" | "calibrated_long_ago" | "never_calibrated":
            return _calibration_words(check, locale)
        case "outdoor_of_nights" | "outdoor_as_usual":
            return _outdoor_words(check, locale)
        case "enough" | "little" | "too_little" | "too_much":
            return _over_words(check, locale)
        case _:
            return _people_words(check, locale)


def _pace_words(check: Check, locale: PageLocale) -> str:
    span = locale.span(timedelta(seconds=check.value or 0.0))
    match check.code:
        case "no_sensor":
            return locale.gettext(
                "No CO₂ of this room came in within half an hour: see to its sensor first."
            )
        case "silent":
            return locale.gettext(
                "Its sensor last sent %(span)s ago: see to it first.",
                span=span,
            )
        case "too_slow":
            return locale.gettext(
                "Its sensor sends once in %(span)s, too rarely for a curve: set it to once a minute or"
                " oftener.",
                span=span,
            )
        case "slow":
            return locale.gettext(
                "Its sensor sends once in %(span)s: the figure will be less sure than by one that sends"
                " every minute.",
                span=span,
            )
        case _:
            return locale.gettext(
                "Its sensor sends every %(seconds)s s.", seconds=locale.number(check.value or 0.0)
            )


def _calibration_words(check: Check, locale: PageLocale) -> str:
    match check.code:
        case "calibrated":
            return locale.gettext("It was calibrated within the last year.")
        case "calibrated_long_ago":
            return locale.gettext(
                "It was calibrated more than a year ago: its slope may be off, and the figure with it."
            )
        case _:
            return locale.gettext(
                "Nobody noted when it was calibrated last: the certificate will say so."
            )


def _outdoor_words(check: Check, locale: PageLocale) -> str:
    ppm = locale.number(check.value or 0.0)
    match check.code:
        case "outdoor_of_nights":
            return locale.gettext(
                "Outdoors it would show %(ppm)s ppm, as its own nights say.",
                ppm=ppm,
            )
        case _:
            return locale.gettext(
                "Outdoors it would show some %(ppm)s ppm, as sensors do: its own nights have not said it"
                " yet, which makes the interval wider.",
                ppm=ppm,
            )


def _health_words(check: Check, locale: PageLocale) -> str:
    value = check.value or 0.0
    match check.code:
        case "faulty":
            return locale.gettext("A fault of its sensor is flagged: see to that first.")
        case "battery_low":
            return locale.gettext(
                "Its battery is at %(percent)s %%: it may not last the hour.",
                percent=locale.number(value),
            )
        case "battery":
            return locale.gettext("Its battery is at %(percent)s %%.", percent=locale.number(value))
        case _ if check.grade == "watch":
            return locale.gettext(
                "%(count)s frames of it came in damaged: look at its cable and its place.",
                count=locale.number(value),
            )
        case _:
            return locale.ngettext(
                "%(number)s frame of it came in damaged.",
                "%(number)s frames of it came in damaged.",
                int(value),
            )


def _over_words(check: Check, locale: PageLocale) -> str:
    ppm = locale.number(check.value or 0.0)
    match check.code:
        case "enough":
            return locale.gettext("CO₂ is %(ppm)s ppm over outdoors.", ppm=ppm)
        case "little":
            return locale.gettext(
                "CO₂ is %(ppm)s ppm over outdoors: with 500 the figure would be surer.", ppm=ppm
            )
        case "too_little" if (check.value or 0.0) > 0:
            return locale.gettext(
                "CO₂ is %(ppm)s ppm over outdoors, too little for a curve: bring it up first.",
                ppm=ppm,
            )
        case "too_little":
            return locale.gettext("CO₂ is no higher than outdoors: bring it up first.")
        case _:
            return locale.gettext(
                "CO₂ is %(ppm)s ppm: nobody goes in, air the room first.", ppm=ppm
            )


def _people_words(check: Check, locale: PageLocale) -> str:
    match check.code:
        case "empty":
            return locale.gettext("Nobody is counted in.")
        case "counted_in":
            return locale.ngettext(
                "%(number)s person is counted in: everybody leaves within three minutes of the begin.",
                "%(number)s people are counted in: everybody leaves within three minutes of the begin.",
                int(check.value or 0.0),
            )
        case _:
            return locale.gettext("Nothing counts people here: look yourself that nobody is in.")
