"""The one table: a figure a row, with its target."""

from math import isnan
from typing import NamedTuple

Bounds = tuple[float | None, float | None]


class Row(NamedTuple):
    """``bounds`` is the target, from and to, None where it is only told; ``interval`` the 90 % one
    by drawing the days again.
    """

    target: str
    label: str
    value: float
    unit: str
    bounds: Bounds | None = None
    note: str = ""
    interval: tuple[float, float] | None = None

    @property
    def verdict(self) -> str:
        if self.bounds is None or isnan(self.value):
            return ""
        low, high = self.bounds
        fits = (low is None or self.value >= low) and (high is None or self.value <= high)
        return "kept" if fits else "missed"


def lines(rows: list[Row]) -> list[str]:
    """A table in Markdown."""
    made = ["| | figure | is | 90 % | target | |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        interval = "–".join(_figure(x, row.unit) for x in row.interval or ())
        label = f"{row.label} ({row.note})" if row.note else row.label
        cells = (
            row.target,
            label,
            _figure(row.value, row.unit),
            interval,
            _target(row),
            row.verdict,
        )
        made.append("| " + " | ".join(cells) + " |")
    return made


def _target(row: Row) -> str:
    if row.bounds is None:
        return ""
    low, high = row.bounds
    if low is None:
        return f"≤ {_figure(high or 0.0, row.unit)}"
    if high is None:
        return f"≥ {_figure(low, row.unit)}"
    return f"{_figure(low, row.unit)} to {_figure(high, row.unit)}"


def _figure(value: float, unit: str) -> str:
    if isnan(value):
        return "–"
    return f"{100 * value:.1f} %" if unit == "%" else f"{value:.2f} {unit}".rstrip()
