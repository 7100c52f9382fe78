"""Any device that prints its values in JSON or in columns, by what the configuration says of them.

``fields`` names for each of our fields where it stands: in ``json`` a key, or a path with dots; in
``csv`` a column's number from 1 on, or its name where the device prints a line of names. Columns are
parted by a comma, a semicolon, a tab or blanks. Lines that begin with ``#`` are for people.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Final, Literal

from sensors.protocols.event import (
    BadFrame,
    Event,
    MeasuredAir,
    MeasuredPeople,
    Noise,
)
from sensors.protocols.line_reader import LineReader
from sensors.wire.field import Quantity
from sensors.wire.reading import FIELDS

Format = Literal["json", "csv"]
Value = float | int | bool
KNOWN_FIELDS: Final[Mapping[str, Quantity]] = {
    field.name: field.quantity for fields in FIELDS.values() for field in fields
}
_AIR = ("co2_ppm", "temperature_c", "humidity_pct")
_SEPARATORS = (";", "\t", ",", " ")
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,15})?")


class Lines(LineReader):
    """Reads values by their names or columns."""

    def __init__(self, format_: Format, fields: Mapping[str, str | int]) -> None:
        super().__init__()
        self._format = format_
        self._fields = fields
        self._names: tuple[str, ...] = ()

    def line(self, line: bytes, *, first: bool) -> list[Event]:
        if line.startswith(b"#"):
            return []
        text = line.decode("utf-8", "replace")
        found = self._of_json(text) if self._format == "json" else self._of_columns(text, first)
        if isinstance(found, str):
            return [Noise(len(line)) if first else BadFrame(line, found, "value")]
        return _measured(line, found)

    def _of_json(self, text: str) -> dict[str, object] | str:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return "not JSON"
        return {name: _at(said, str(path)) for name, path in self._fields.items()}

    def _of_columns(self, text: str, first: bool) -> dict[str, object] | str:
        parts = _columns(text)
        if not any(_NUMBER.fullmatch(part) for part in parts):
            names = tuple(part.strip('"').lower() for part in parts)
            if not any(str(column).lower() in names for column in self._fields.values()):
                return "neither values nor the names of columns"
            self._names = names
            return {}
        if first:
            return "may be the end of a line"
        places = {name: self._place(column) for name, column in self._fields.items()}
        fewest = max(len(self._names), *(place + 1 for place in places.values()))
        if len(parts) < fewest:
            return f"{len(parts)} columns, expected {fewest}"
        return {name: _number(parts[place]) for name, place in places.items() if place >= 0}

    def _place(self, column: str | int) -> int:
        """Where a column stands, from 0 on; -1 while its name was not printed."""
        if isinstance(column, int):
            return column - 1
        wanted = column.lower()
        return self._names.index(wanted) if wanted in self._names else -1


def _at(said: object, path: str) -> object:
    if isinstance(said, dict) and path in said:
        return said[path]
    for key in path.split("."):
        said = said.get(key) if isinstance(said, dict) else None
    return said


def _columns(text: str) -> list[str]:
    """Cut by the strongest separator that is there, so that a comma may stand in a number."""
    separator = next((sign for sign in _SEPARATORS if sign in text), ",")
    parts = text.split() if separator == " " else text.split(separator)
    return [part.strip() for part in parts]


def _number(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    return float(text.replace(",", ".")) if match else None


def _measured(line: bytes, found: Mapping[str, object]) -> list[Event]:
    values: dict[str, Value] = {}
    for name, said in found.items():
        value = _in_range(name, said)
        if value is not None:
            values[name] = value
    air = {name: float(values[name]) for name in _AIR if name in values}
    people = {name: int(values[name]) for name in values if name not in _AIR}
    events: list[Event] = []
    if "co2_ppm" in air:
        events.append(MeasuredAir(**air))
    if people and ("in_total" in people) == ("out_total" in people):
        events.append(MeasuredPeople(**people))
    if not events and any(said is not None for said in found.values()):
        return [BadFrame(line, "no value that can be", "value")]
    return events


def _in_range(name: str, said: object) -> Value | None:
    """A value of ours, or None where there is none or it cannot be."""
    if isinstance(said, bool):
        return said if name == "motion" else None
    if not isinstance(said, int | float) or not math.isfinite(said):
        return None
    quantity = KNOWN_FIELDS[name]
    if name not in _AIR and said != int(said):
        return None
    return said if quantity.low <= said <= quantity.high else None
