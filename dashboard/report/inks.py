"""The colours of a report on paper: the light tokens of static/style.css, and the widths of its
lines.
"""

from typing import Final

from dashboard.chart.palette import PALETTES
from dashboard.report.chart import Ink
from gateway.domain.room_state import Level

PALE: Final = PALETTES["light"]
LEVEL_INK: Final[dict[Level, str]] = {
    "good": "#0F6B53", "watch": "#8F4A00", "act": "#B3261E", "unknown": "#59616B",
}  # fmt: skip
LEVEL_WASH: Final[dict[Level, str]] = {
    "good": "#E3F2EC", "watch": "#FCEFD9", "act": "#FBE6E3", "unknown": "#ECEEF0",
}  # fmt: skip
INKS: Final[dict[Ink, str]] = {
    "co2": PALE.accent,
    "people": PALE.ink,
    "limit": PALE.act,
    "faint": PALE.line,
    "flag": PALE.act,
    "silence": PALE.muted,
    "band": PALE.accent_wash,
    "quiet": PALE.muted,
    "ink": PALE.ink,
}


def width_mm(ink: Ink) -> float:
    return {"co2": 0.55, "people": 0.4, "limit": 0.35}.get(ink, 0.15)
