"""What happened, on a room's chart: meetings as soft bands with their titles, flags as marks."""

from datetime import datetime
from typing import Final

from dashboard.chart.apart import LETTERS, free_spans
from dashboard.chart.frame import LATE, Part, faint, label, local, panels, within
from dashboard.chart.history import FlagMark, History, Note
from dashboard.chart.palette import Palette
from dashboard.words.codes import rule_words
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import Rule
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words

FEWEST_LETTERS: Final = 6
NOTE_LETTERS: Final = 32
OF_A_SENSOR: Final[tuple[Rule, ...]] = ("no_data", "sensor_fault")
"""The rules that say nothing of the room itself: their marks are quiet."""


def bands(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    return [_band(meeting, history, ink, locale) for meeting in history.meetings]


def titles(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """The titles over their bands."""
    named = titles_of(history, locale)
    found = []
    for meeting in history.meetings:
        if meeting.id not in named:
            continue
        start, end = within(meeting.start, meeting.end, history)
        text, late = named[meeting.id]
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


def titles_of(history: History, locale: PageLocale) -> dict[str, tuple[str, bool]]:
    """The title of each meeting, cut short before the next one, and whether it grows to the left; none
    where nothing would fit.
    """
    span = history.reach - history.start
    meetings = sorted(history.meetings, key=lambda meeting: meeting.start)
    found: dict[str, tuple[str, bool]] = {}
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
        found[meeting.id] = text, late
    return found


def marks(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    return [_mark(flag, history, ink, locale) for flag in history.flags]


def mark_names(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """The names of the marks, as far as there is place beside each other."""
    span = history.reach - history.start
    found: list[Part] = []
    marks = sorted(history.flags, key=lambda flag: flag.since)
    starts = [within(flag.since, flag.until, history)[0] for flag in marks]
    places = [(start - history.start) / span for start in starts]
    names = [rule_words(flag.rule, locale) for flag in marks]
    shown = free_spans((at, at > LATE, name) for at, name in zip(places, names, strict=True))
    for flag, start, name, is_shown in zip(marks, starts, names, shown, strict=True):
        if not is_shown:
            continue
        late = start > history.start + span * LATE
        found.append(
            label(name, _colour(flag, ink))
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


def notes(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """A line where each begins, and a wash up to where it ends."""
    found: list[Part] = []
    for note in shown_notes(history):
        start, end = within(note.since, note.until or note.since, history)
        if end > start:
            found.append(
                _box("note", start, end, (0, 1), locale)
                | {"layer": "below", "fillcolor": faint(ink.muted)}
            )
        line = {"color": ink.muted, "width": 1, "dash": "dash"}
        found.append(_box("note", start, start, (0, 1), locale) | {"type": "line", "line": line})
    return found


def note_names(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """What was noted, at the top, where the line of CO2 seldom is, as far as there is place."""
    return [
        label(text, ink.ink)
        | {
            "name": "note",
            "xref": "x",
            "x": local(at, locale),
            "xanchor": "right" if late else "left",
            "yref": "paper",
            "y": 1,
            "yanchor": "top",
        }
        for at, text, late in named_notes(history)
    ]


def shown_notes(history: History) -> list[Note]:
    """Those of the time that is shown, in their order."""
    found = (
        note
        for note in history.notes
        if note.since < history.reach and (note.until or note.since) >= history.start
    )
    return sorted(found, key=lambda note: note.since)


def named_notes(history: History) -> list[tuple[datetime, str, bool]]:
    """Where the words of each stand, cut short, and whether they grow to the left; without those that
    would stand on others.
    """
    span = history.reach - history.start
    starts = [max(note.since, history.start) for note in shown_notes(history)]
    texts = [
        note.text if len(note.text) <= NOTE_LETTERS else note.text[: NOTE_LETTERS - 1] + "…"
        for note in shown_notes(history)
    ]
    late = [(start - history.start) / span > LATE for start in starts]
    places = [(start - history.start) / span for start in starts]
    shown = free_spans(zip(places, late, texts, strict=True))
    return [one[:3] for one in zip(starts, texts, late, shown, strict=True) if one[3]]


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
