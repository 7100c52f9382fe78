"""What somebody changed, in the visitor's words: ``Seats: 16 → 18``."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from dashboard.words.rooms import air_from_choices, ventilation_choices
from gateway.domain.audit import Entry
from gateway.domain.room import AirFrom, VentilationKind
from gateway.words.locale import DASH, PageLocale
from sensors.wire.instant import from_wire

MOST: Final = 6
"""More changes than these are too many to read at a glance."""

_Words = Callable[[PageLocale], str]

LABELS: Final[Mapping[str, _Words]] = {
    "name": lambda locale: locale.gettext("Name"),
    "label": lambda locale: locale.gettext("Name"),
    "calibration": lambda locale: locale.gettext("Calibrated"),
    "seats": lambda locale: locale.gettext("Seats"),
    "floor_area_m2": lambda locale: locale.gettext("Floor (m²)"),
    "volume_m3": lambda locale: locale.gettext("Volume (m³)"),
    "design_flow_lps": lambda locale: locale.gettext("Built for (l/s)"),
    "policy": lambda locale: locale.gettext("Limits"),
    "protocol": lambda locale: locale.gettext("Protocol"),
    "ventilation": lambda locale: locale.gettext("Ventilation"),
    "air_from": lambda locale: locale.gettext("Where its air comes from"),
    "timezone": lambda locale: locale.gettext("Time zone"),
    "language": lambda locale: locale.gettext("Language"),
    "reset_at": lambda locale: locale.gettext("Doors count anew at"),
    "trust_hints": lambda locale: locale.gettext("Sensors choose their room"),
    "legal_policy": lambda locale: locale.gettext("Legal"),
    "healthy_policy": lambda locale: locale.gettext("Healthy"),
    "quiet_from": lambda locale: locale.gettext("Quiet from"),
    "quiet_until": lambda locale: locale.gettext("Quiet until"),
    "escalate_after_min": lambda locale: locale.gettext("The next after (minutes)"),
    "co2_warn_ppm": lambda locale: locale.gettext("CO₂ from which it is watched (ppm)"),
    "co2_limit_ppm": lambda locale: locale.gettext("CO₂ (ppm)"),
    "co2_clear_ppm": lambda locale: locale.gettext("CO₂ at which it is well again (ppm)"),
    "min_flow_lps": lambda locale: locale.gettext("Fresh air (l/s per person)"),
    "area_m2_per_person": lambda locale: locale.gettext("Floor (m² per person)"),
}
_POLICIES: Final = ("policy", "legal_policy", "healthy_policy")


@dataclass(frozen=True, slots=True)
class ChosenNames:
    """By slug what the limits and the protocols are called that may be chosen."""

    policies: Mapping[str, str]
    protocols: Mapping[str, str]


def changes_words(entries: Iterable[Entry], names: ChosenNames, locale: PageLocale) -> str:
    """What differs now, as a sentence; empty where it is not told by what was and is."""
    changed = [entry for entry in entries if entry.verb == "changed"]
    said = list(dict.fromkeys(one for entry in changed for one in _of(entry, names, locale)))
    if not said or len(said) > MOST:
        return ""
    return "; ".join(said) + "."


def _of(entry: Entry, names: ChosenNames, locale: PageLocale) -> Iterator[str]:
    before, after = entry.before or {}, entry.after or {}
    for name, label in LABELS.items():
        if name in after:
            was, now = (_value(name, row.get(name), names, locale) for row in (before, after))
            yield f"{label(locale)}: {was} → {now}"


def _value(name: str, value: Any, names: ChosenNames, locale: PageLocale) -> str:
    if name in _POLICIES:
        return (
            locale.gettext("the usual ones") if value is None else names.policies.get(value, value)
        )
    if name == "protocol":
        return locale.gettext("none") if value is None else names.protocols.get(value, value)
    if value is None or value == "":
        return DASH
    if isinstance(value, bool):
        return locale.gettext("yes") if value else locale.gettext("no")
    if isinstance(value, int | float):
        return locale.number(value, 0 if float(value).is_integer() else 1)
    if value in get_args(VentilationKind) or value in get_args(AirFrom):
        return dict((*ventilation_choices(locale), *air_from_choices(locale)))[value]
    if name == "calibration":
        return locale.date(from_wire(value))
    return str(value)
