"""A room's own test in the visitor's words."""

from collections.abc import Callable
from typing import Final

from gateway.domain.air.mass_balance import flow_of
from gateway.domain.room_test.decay import Reason
from gateway.domain.room_test.fit import Decay
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
