"""A recording of a room in a CSV file: which columns hold what, and the rows that can be read."""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sensors.config import ConfigError
from sensors.wire.instant import to_ns
from sensors.wire.reading import FIELDS

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
SHOWN_MISTAKES = 10
_BARE_HOUR = re.compile(r"([ T])(\d:)")  # 9:05 for 09:05, as spreadsheets write it
MAP_EXAMPLE = "ts=ts,co2_ppm=co2_scd41_ppm,count=people_xovis"


@dataclass(frozen=True, slots=True)
class Columns:
    """The column of each quantity; a time may be in two, a date and a time of day."""

    ts: tuple[str, ...]
    co2_ppm: str | None = None
    temperature_c: str | None = None
    humidity_pct: str | None = None
    count: str | None = None


RANGES: dict[str, tuple[float, float]] = {
    field.name: field.bounds
    for kind in FIELDS
    for field in FIELDS[kind]
    if hasattr(Columns, field.name)
}


@dataclass(frozen=True, slots=True)
class Row:
    """One moment of a recording; None is what was not recorded."""

    at_ns: int
    co2_ppm: float | None
    temperature_c: float | None
    humidity_pct: float | None
    count: int | None


def parse_map(text: str) -> Columns:
    """The columns in ``ts=COLUMN,co2_ppm=COLUMN,…``; ``ts=DATE+TIME`` joins two.

    Raises:
        ConfigError: every mistake, a line each.

    """
    known = [field.name for field in fields(Columns)]
    given: dict[str, str] = {}
    mistakes: list[str] = []
    for part in text.split(","):
        key, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column or key not in known:
            mistakes.append(f"--map {part!r}: expected KEY=COLUMN, KEY one of {', '.join(known)}")
        given[key] = column
    if "ts" not in given or not {"co2_ppm", "count"} & given.keys():
        mistakes.append(f"--map: expected ts, and co2_ppm or count, like {MAP_EXAMPLE}")
    if mistakes:
        raise ConfigError(mistakes)
    ts = tuple(given.pop("ts").split("+"))
    return Columns(ts=ts, **given)


def read_recording(path: Path, columns: Columns, zone: ZoneInfo) -> tuple[Row, ...]:
    """The rows of a CSV file by time. Times that name no zone are in ``zone``.

    A mean of people is rounded to whole ones; rows that hold nothing are left out.

    Raises:
        ConfigError: the mistakes of the file, each with its line and what was expected.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            _check_header(path, reader.fieldnames or (), columns)
            rows = _rows(path, reader, columns, zone)
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not UTF-8 (byte {error.start})"]) from error
    except csv.Error as error:
        raise ConfigError([f"{path}: is not CSV: {error}"]) from error
    if not rows:
        raise ConfigError([f"{path}: holds no row with a value in the mapped columns"])
    return tuple(sorted(rows, key=lambda row: row.at_ns))


def _check_header(path: Path, header: Iterable[str], columns: Columns) -> None:
    names = list(header)
    wanted = [*columns.ts, *(getattr(columns, key) for key in RANGES)]
    mistakes = [
        f"{path}:1: no column {column!r}, there are {', '.join(names)}"
        for column in wanted
        if column is not None and column not in names
    ]
    if mistakes:
        raise ConfigError(mistakes)


def _rows(path: Path, reader: "csv.DictReader[str]", columns: Columns, zone: ZoneInfo) -> list[Row]:
    rows: list[Row] = []
    mistakes: list[str] = []
    for record in reader:
        try:
            row = _row(record, columns, zone)
        except ValueError as error:
            mistakes.append(f"{path}:{reader.line_num}: {error}")
            continue
        if row.co2_ppm is not None or row.count is not None:
            rows.append(row)
    if mistakes:
        more = len(mistakes) - SHOWN_MISTAKES
        shown = mistakes[:SHOWN_MISTAKES] + ([f"{path}: and {more} more"] if more > 0 else [])
        raise ConfigError(shown)
    return rows


def _row(record: Mapping[str, str | None], columns: Columns, zone: ZoneInfo) -> Row:
    values = dict(_values(record, columns))
    count = values.get("count")
    return Row(
        at_ns=_time_ns(" ".join(record[column] or "" for column in columns.ts), zone),
        co2_ppm=values.get("co2_ppm"),
        temperature_c=values.get("temperature_c"),
        humidity_pct=values.get("humidity_pct"),
        count=None if count is None else round(count),
    )


def _values(record: Mapping[str, str | None], columns: Columns) -> Iterator[tuple[str, float]]:
    for key, (low, high) in RANGES.items():
        column = getattr(columns, key)
        text = "" if column is None else (record[column] or "").strip()
        if text.lower() in MISSING:
            continue
        expected = f"{column} = {text!r}: expected a number from {low:g} to {high:g}, or nothing"
        try:
            value = float(text)
        except ValueError:
            raise ValueError(expected) from None
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(expected)
        yield key, value


def _time_ns(text: str, zone: ZoneInfo) -> int:
    try:
        at = datetime.fromisoformat(_BARE_HOUR.sub(r"\g<1>0\2", text.strip()))
    except ValueError:
        raise ValueError(
            f"{text!r}: expected a time like 2022-10-06T11:23:00Z or 2022-10-06 13:23"
        ) from None
    return to_ns(at if at.tzinfo is not None else at.replace(tzinfo=zone))
