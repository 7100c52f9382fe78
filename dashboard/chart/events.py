"""What happened, on a room's chart: meetings as soft bands with their titles, flags as marks."""

from datetime import datetime
from typing import Final

from dashboard.chart.frame import LATE, Part, label, local, panels, within
from dashboard.chart.history import FlagMark, History
from dashboard.chart.palette import Palette
from dashboard.words.codes import rule_words
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import Rule
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words

LETTERS: Final = 95
"""About as many as fit beside each other over a chart of usual width."""
FEWEST_LETTERS: Final = 6
OF_A_SENSOR: Final[tuple[Rule, ...]] = ("no_data", "sensor_fault")
"""The rules that say nothing of the room itself: their marks are quiet."""


def bands(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    return [_band(meeting, history, ink, locale) for meeting in history.meetings]


def titles(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """The titles over their bands: cut short before the next one, left out where nothing would
    fit.
    """
    span = history.reach - history.start
    meetings = sorted(history.meetings, key=lambda meeting: meeting.start)
    found = []
    for index, meeting in enumerate(meetings):
        start, end = within(meeting.start, meeting.end, history)
        late = start > history.start + span * LATE
        before = meetings[index - 1].end if index else history.start
        after = meetings[index + 1].start if index + 1 < len(meetings) else history.reach
        letters = int(((end - before) if late else (after - start)) / span * LETTERS)
        if letters < FEWEST_LETTERS:
            continue
        title = title_words(meeting.public_title, locale)
        text = title if len(title) <= letters else title[: letters - 1].rstrip() + "…"
        found.append(
            label(text, ink.muted)
            | {
                "name": "meeting",
                "xref": "x",
                "x": local(end if late else start, locale),
                "xanchor": "right" if late else "left",
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
            }
        )
    return found


def marks(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    return [_mark(flag, history, ink, locale) for flag in history.flags]


def mark_names(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """The names of the marks, each once where several stand close together."""
    span = history.reach - history.start
    found: list[Part] = []
    free_from = history.start
    for flag in sorted(history.flags, key=lambda flag: flag.since):
        start, _ = within(flag.since, flag.until, history)
        if start < free_from:
            continue
        free_from = start + span * 0.2
        late = start > history.start + span * LATE
        found.append(
            label(rule_words(flag.rule, locale), _colour(flag, ink))
            | {
                "name": "flag",
                "xref": "x",
                "x": local(start, locale),
                "xanchor": "right" if late else "left",
                "yref": "paper",
                "y": panels(history).flags[0],
                "yanchor": "top",
            }
        )
    return found


def _band(meeting: Meeting, history: History, ink: Palette, locale: PageLocale) -> Part:
    start, end = within(meeting.start, meeting.end, history)
    return _box("meeting", start, end, (0, 1), locale) | {
        "layer": "below",
        "fillcolor": ink.accent_wash,
    }


def _mark(flag: FlagMark, history: History, ink: Palette, locale: PageLocale) -> Part:
    start, end = within(flag.since, flag.until, history)
    height = panels(history).flags
    return _box("flag", start, end, height, locale) | {"fillcolor": _colour(flag, ink)}


def _box(
    name: str, start: datetime, end: datetime, height: tuple[float, float], locale: PageLocale
) -> Part:
    return {
        "name": name,
        "type": "rect",
        "xref": "x",
        "x0": local(start, locale),
        "x1": local(end, locale),
        "yref": "paper",
        "y0": height[0],
        "y1": height[1],
        "line": {"width": 0},
    }


def _colour(flag: FlagMark, ink: Palette) -> str:
    return ink.muted if flag.rule in OF_A_SENSOR else ink.act
