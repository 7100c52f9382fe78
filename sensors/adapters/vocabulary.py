"""The names that makers give the values that we know."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sensors.adapters.said import Said, Told, Value
from sensors.adapters.value import movement, number, percent, whole

MOST_LINES: Final = 64
"""So many zones and lines of one counter are looked at."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "co2_ppm": ("co2", "co2ppm", "rco2", "carbondioxide", "co2concentration", "co2level"),
    "temperature_c": (
        "temperature", "temperaturec", "temp", "tempc", "airtemperature", "roomtemperature", "tempcsht",
    ),
    "humidity_pct": (
        "humidity", "humiditypct", "hum", "rh", "rhum", "relativehumidity", "humsht", "airhumidity",
    ),
    "count": (
        "count", "people", "peoplecount", "peoplecountall", "currenttotal", "occupants", "numpeople",
    ),
    "in_total": ("intotal", "totalin", "incounted", "peopletotalin", "accumulatedin", "countin"),
    "out_total": ("outtotal", "totalout", "outcounted", "peopletotalout", "accumulatedout", "countout"),
    "passed_in": ("passedin", "periodin", "peoplein"),
    "passed_out": ("passedout", "periodout", "peopleout"),
    "motion": ("motion", "occupancy", "presence", "pir", "movement", "pirstatus", "occupied"),
    "battery_pct": ("battery", "batt", "batterypct", "batterylevel", "batterypercent"),
    "signal_dbm": ("rssi", "signal", "signaldbm", "wifi", "wifisignal", "signalstrength", "wifirssi"),
    "link_quality": ("linkquality", "lqi"),
}  # fmt: skip
_OURS: Final = {name: ours for ours, names in _NAMES.items() for name in names}
_READ: Final[Mapping[str, Callable[[object], Value | None]]] = {
    "co2_ppm": number, "temperature_c": number, "humidity_pct": number,
    "count": whole, "in_total": whole, "out_total": whole, "passed_in": whole, "passed_out": whole,
    "motion": movement, "battery_pct": percent, "signal_dbm": number, "link_quality": whole,
}  # fmt: skip
_OF_THE_DEVICE: Final = ("battery_pct", "signal_dbm", "link_quality")
_LINE: Final = re.compile(r"line_?(\d{1,2})_(total|period)_(in|out)", re.ASCII)
_REGION: Final = re.compile(r"region_?(\d{1,2})_?count", re.ASCII)


def our_name(name: str) -> str | None:
    """Which of our values somebody calls this, if any."""
    short = "".join(sign for sign in name[:40].lower() if sign.isalnum())
    return _OURS.get(short)


def read_value(ours: str, value: object) -> Value | None:
    """A value under one of our names, None where it is not of its kind."""
    return _READ[ours](value)


@dataclass(slots=True)
class Known:
    """Out of an object what we know: of the device, and of each of its lines."""

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, dict[str, Value]] = field(default_factory=dict)

    def said(self, device: str, *, ts: str | float | None = None, **more: Any) -> tuple[Said, ...]:
        """It as of a device, then of each line; what is in ``more`` wins over what it says itself."""
        of_device: dict[str, Any] = {
            name: self.values[name] for name in _OF_THE_DEVICE if name in self.values
        }
        values: Told = {k: v for k, v in self.values.items() if k not in _OF_THE_DEVICE}
        whole_device = Said(device=device, values=values, ts=ts, **(of_device | more))
        lines = (
            Said(device=device, line=line, values=told, ts=ts) for line, told in self.lines.items()
        )
        return whole_device, *lines


def known_in(told: Mapping[str, Any]) -> Known:
    """What we know of an object; of two names for one value the first counts."""
    found = Known()
    for name, value in _bounded(told.items()):
        _take(found, name, value)
    return found


def _take(found: Known, name: str, value: object) -> None:
    ours = our_name(name)
    if ours is not None:
        read = read_value(ours, value)
        if read is not None:
            found.values.setdefault(ours, read)
        return
    short = name[:40].lower()
    line = _LINE.fullmatch(short)
    region = None if line else _REGION.fullmatch(short)
    count = whole(value)
    if count is None:
        return
    if line is not None:
        number_, which, way = line.groups()
        key = f"{way}_total" if which == "total" else f"passed_{way}"
        _line(found, number_)[key] = count
    elif region is not None:
        _line(found, region[1])["count"] = count


def _line(found: Known, name: str) -> dict[str, Value]:
    if name not in found.lines and len(found.lines) >= MOST_LINES:
        return {}
    return found.lines.setdefault(name, {})


def _bounded(items: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for index, item in enumerate(items):
        if index >= 500:
            return
        yield item
