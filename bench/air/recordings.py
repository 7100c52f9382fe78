"""Recordings of real rooms, read from the folder that the tests use too. None is part of the
project."""

import csv
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[3] / "shared" / "data"


class Recorded(NamedTuple):
    """One row; None where it says nothing. ``motion``: whether anything moved."""

    at_s: float
    co2_ppm: float | None
    people: int | None
    motion: bool | None = None


def robod(folder: Path, room: int) -> list[Recorded]:
    """5-minute values."""
    return [
        Recorded(_at_s(row), _number(row["co2_ppm"]), _whole(row["people"]))
        for row in _rows(folder / "robod" / f"robod-room{room}.csv")
    ]


def windesheim(folder: Path) -> list[Recorded]:
    """Room 999169, 15-minute means of its line counter and of motion, without the CO2."""
    return [
        Recorded(
            _at_s(row),
            None,
            _whole(row["people_xovis"]),
            None if row["motion"] == "" else float(row["motion"]) > 0,
        )
        for row in _rows(folder / "windesheim" / "windesheim-999169.csv")
    ]


def windesheim_air(folder: Path) -> list[tuple[float, float]]:
    """What the sensor of the building's own system in that room showed, each minute."""
    found = []
    for row in _rows(folder / "windesheim" / "windesheim-999169-raw-bms.csv"):
        ppm = _number(row["co2_ppm"])
        if ppm is not None:
            found.append((_at_s(row), ppm))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _at_s(row: dict[str, str]) -> float:
    return datetime.fromisoformat(row["ts"]).timestamp()


def _number(text: str) -> float | None:
    return float(text) if text else None


def _whole(text: str) -> int | None:
    return round(float(text)) if text else None
