"""What a device of another maker would tell, in words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from gateway.words.locale import PageLocale

_FIELDS: Final[Mapping[str, Callable[[PageLocale], str]]] = {
    "co2_ppm": lambda _locale: "CO₂",
    "temperature_c": lambda locale: locale.gettext("Temperature"),
    "humidity_pct": lambda locale: locale.gettext("Humidity"),
    "count": lambda locale: locale.gettext("People in the room"),
    "in_total": lambda locale: locale.gettext("Came in, in all"),
    "out_total": lambda locale: locale.gettext("Went out, in all"),
    "motion": lambda locale: locale.gettext("Motion"),
    "battery_pct": lambda locale: locale.gettext("Battery"),
    "signal_dbm": lambda locale: locale.gettext("Signal"),
    "link_quality": lambda locale: locale.gettext("Signal"),
    "status": lambda locale: locale.gettext("Status"),
    "model": lambda locale: locale.gettext("Model"),
}
_UNITS: Final = {
    "co2_ppm": " ppm", "temperature_c": " °C", "humidity_pct": " %", "battery_pct": " %",
    "signal_dbm": " dBm",
}  # fmt: skip


def field_words(name: str, locale: PageLocale) -> str:
    """What a value is called."""
    return _FIELDS[name](locale) if name in _FIELDS else name


def told_words(told: Mapping[str, Any], locale: PageLocale) -> str:
    """What a device would tell, in one line."""
    return ", ".join(
        f"{field_words(name, locale)} {_with_unit(name, value, locale)}"
        for name, value in told.items()
        if name in _FIELDS
    )


def _with_unit(name: str, value: object, locale: PageLocale) -> str:
    said = _value(value, locale)
    if name == "link_quality":  # Zigbee's own measure: 120 alone would be read as dBm
        return locale.gettext("%(quality)s of 255", quality=said)
    return said + _UNITS.get(name, "")


def _value(value: object, locale: PageLocale) -> str:
    if isinstance(value, bool):
        return locale.gettext("yes") if value else locale.gettext("no")
    if isinstance(value, int | float):
        return locale.number(value).replace("-", "−")
    return str(value)
