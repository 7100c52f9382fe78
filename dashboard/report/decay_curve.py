"""The fall of CO2 in a room's own test as a drawing in a PDF: what was measured, and what fits it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from fpdf import Align

from dashboard.report.inks import PALE
from dashboard.report.printed import Printed
from gateway.domain.room_test.curve import DecayCurve
from gateway.words.locale import PageLocale

HEIGHT_MM: Final = 44.0
AXIS_MM: Final = 16.0
"""Left of the drawing, for the figures of CO2."""
FOOT_MM: Final = 6.0
STEPS_PPM: Final = (50, 100, 200, 500, 1000, 2000)
STEPS_MIN: Final = (5, 10, 20)
MOST_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    width: float
    last_s: float
    low_ppm: float
    high_ppm: float

    def at(self, at_s: float, ppm: float) -> tuple[float, float]:
        part = (ppm - self.low_ppm) / (self.high_ppm - self.low_ppm)
        return self.left + at_s / self.last_s * self.width, self.top + (1 - part) * HEIGHT_MM


def draw_decay_curve(page: Printed, curve: DecayCurve, locale: PageLocale) -> None:
    """Where the page is written next, over its whole width."""
    box = _box(page, curve)
    _grid(page, box, locale)
    page.set_fill_color(PALE.accent_wash)
    upper = [box.at(at_s, high) for at_s, _, _, high in curve.fit]
    lower = [box.at(at_s, low) for at_s, _, low, _ in reversed(curve.fit)]
    if upper:
        page.polygon([*upper, *lower], style="F")
    page.set_fill_color(PALE.muted)
    for sample in curve.measured:
        x, y = box.at(sample.at_s, sample.ppm)
        page.circle(x, y, 0.45, "F")
    page.set_draw_color(PALE.accent)
    page.set_line_width(0.5)
    if upper:
        page.polyline([box.at(at_s, ppm) for at_s, ppm, _, _ in curve.fit])
    page.set_line_width(0.2)
    page.set_xy(page.l_margin, box.top + HEIGHT_MM + FOOT_MM)
    told = locale.gettext("Dots: CO₂ as it was measured. Line: what fits it, with its interval.")
    page.paragraph(told, 9, PALE.muted)


def _box(page: Printed, curve: DecayCurve) -> _Box:
    ppm = [sample.ppm for sample in curve.measured] + [high for *_, high in curve.fit]
    step = _step(max(ppm) - min(ppm), STEPS_PPM)
    last_s = max(curve.measured[-1].at_s, 60.0)
    lowest, highest = floor(min(ppm) / step) * step, ceil(max(ppm) / step) * step
    return _Box(
        page.l_margin + AXIS_MM, page.get_y() + 2, page.epw - AXIS_MM, last_s,
        lowest, max(highest, lowest + step),
    )  # fmt: skip


def _step(span: float, steps: Sequence[int]) -> int:
    return next((step for step in steps if span / step <= MOST_LINES), steps[-1])


def _grid(page: Printed, box: _Box, locale: PageLocale) -> None:
    page.letters(8, PALE.muted)
    page.set_draw_color(PALE.line)
    step = _step(box.high_ppm - box.low_ppm, STEPS_PPM)
    highest = int(box.high_ppm) // step * step
    for ppm in range(-(-int(box.low_ppm) // step) * step, highest + 1, step):
        _, y = box.at(0, ppm)
        page.line(box.left, y, box.left + box.width, y)
        page.set_xy(page.l_margin, y - 2)
        unit = " ppm" if ppm == highest else ""
        page.cell(AXIS_MM - 2, 4, page.shown(locale.number(ppm) + unit), align=Align.R)
    last_min = int(box.last_s / 60)
    every = _step(last_min, STEPS_MIN)
    for minutes in range(0, last_min + 1, every):
        x, _ = box.at(minutes * 60, box.low_ppm)
        page.set_xy(x - 8, box.top + HEIGHT_MM + 1)
        unit = " min" if minutes == 0 else ""
        page.cell(16, 4, page.shown(locale.number(minutes) + unit), align=Align.C)
