"""What kind of room it is, in the visitor's words."""

from collections.abc import Callable
from typing import Final

from gateway.domain.room import AirFrom, Room, VentilationKind
from gateway.words.locale import PageLocale

_VENTILATION: Final[dict[VentilationKind, Callable[[PageLocale], str]]] = {
    "constant": lambda locale: locale.gettext("Always on"),
    "clock": lambda locale: locale.gettext("By the clock"),
    "co2": lambda locale: locale.gettext("Follows the CO₂"),
    "natural": lambda locale: locale.gettext("Windows and cracks alone"),
}
_AIR_FROM: Final[dict[AirFrom, Callable[[PageLocale], str]]] = {
    "outdoors": lambda locale: locale.gettext("Outdoor air"),
    "inside": lambda locale: locale.gettext("Air from inside the building"),
}


def ventilation_choices(locale: PageLocale) -> tuple[tuple[str, str], ...]:
    """Each kind with its words."""
    return tuple((kind, words(locale)) for kind, words in _VENTILATION.items())


def air_from_choices(locale: PageLocale) -> tuple[tuple[str, str], ...]:
    """Each place that air comes from with its words."""
    return tuple((place, words(locale)) for place, words in _AIR_FROM.items())


def kind_words(room: Room, locale: PageLocale) -> str:
    """What is known of a room's ventilation; empty where nobody said anything."""
    said = []
    if room.ventilation is not None:
        said.append(_VENTILATION[room.ventilation](locale))
    if room.air_from is not None:
        said.append(_AIR_FROM[room.air_from](locale))
    return " · ".join(said)
