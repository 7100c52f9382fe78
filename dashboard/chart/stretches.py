"""What happened for a time, on a room's whole chart: in percent of its width."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.chart.apart import free_spans
from dashboard.chart.events import OF_A_SENSOR, named_notes, shown_notes, titles_of
from dashboard.chart.frame import LATE, within
from dashboard.chart.history import History
from dashboard.words.codes import rule_words
from gateway.words.locale import PageLocale


@dataclass(frozen=True, slots=True)
class Stretch:
    """A meeting or a breach; without a ``name`` where another one has the place."""

    x: float
    width: float
    name: str
    is_late: bool
    is_quiet: bool = False


def place_x(at: datetime, history: History) -> float:
    """Where a moment lies, in percent of the width."""
    return round((at - history.start) / (history.reach - history.start) * 100, 2)


def meetings(history: History, locale: PageLocale) -> list[Stretch]:
    """Meetings with their titles."""
    named = titles_of(history, locale)
    found = []
    for meeting in history.meetings:
        start, end = within(meeting.start, meeting.end, history)
        x, title = place_x(start, history), named.get(meeting.id)
        text, is_late = ("", False) if title is None else title
        found.append(Stretch(x, place_x(end, history) - x, text, is_late))
    return found


def flags(history: History, locale: PageLocale) -> list[Stretch]:
    """When a limit was broken."""
    marks = sorted(history.flags, key=lambda flag: flag.since)
    spans = [within(flag.since, flag.until, history) for flag in marks]
    names = [rule_words(flag.rule, locale) for flag in marks]
    places = [place_x(start, history) for start, _ in spans]
    shown = free_spans(
        (x / 100, x > LATE * 100, name) for x, name in zip(places, names, strict=True)
    )
    return [
        Stretch(
            x,
            max(place_x(end, history) - x, 0.3),
            name if is_shown else "",
            x > LATE * 100,
            flag.rule in OF_A_SENSOR,
        )
        for flag, (_, end), x, name, is_shown in zip(
            marks, spans, places, names, shown, strict=True
        )
    ]


def notes(history: History) -> list[Stretch]:
    """What was noted; without a width where it was a moment."""
    named = {(at, text) for at, text, _ in named_notes(history)}
    found = []
    for note in shown_notes(history):
        start, end = within(note.since, note.until or note.since, history)
        x = place_x(start, history)
        text = next((words for at, words in named if at == start), "")
        named.discard((start, text))
        found.append(Stretch(x, max(place_x(end, history) - x, 0.0), text, x > LATE * 100))
    return found
