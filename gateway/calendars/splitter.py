"""The text of a calendar cut into its events, so that a broken one costs only itself.

Nothing is understood here but BEGIN, END and the names of lines: an event that never ends is ended
by the next, what lies within an event (alarms) is left out, and so is every line that no meeting is
made of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gateway.calendars.content_line import ContentLine, parse, unfolded

KEPT: Final = frozenset(
    {
        "ATTENDEE", "CLASS", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "EXDATE", "EXRULE",
        "LAST-MODIFIED", "LOCATION", "ORGANIZER", "RDATE", "RECURRENCE-ID", "RRULE", "SEQUENCE",
        "STATUS", "SUMMARY", "TRANSP", "UID", "X-CALENDARSERVER-ACCESS", "X-MICROSOFT-CDO-ALLDAYEVENT",
    }
)  # fmt: skip
MOST_LINES: Final = 5_000
"""Of one event; those after it are left out."""


@dataclass(slots=True)
class Envelope:
    """One VCALENDAR of the file: what it says of all its events."""

    method: str = ""
    timezone: str = ""


@dataclass(slots=True)
class Block:
    """One event of a calendar: its lines of use by name, those that are none, and whether it had an
    end.
    """

    within: Envelope = field(default_factory=Envelope)
    lines: list[ContentLine] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    ended: bool = False

    def all(self, name: str) -> list[ContentLine]:
        return [line for line in self.lines if line.name == name]

    def value(self, name: str) -> str:
        """The value of the first line of that name; empty without one."""
        return next((line.value for line in self.lines if line.name == name), "")

    def take(self, line: str) -> None:
        parsed = parse(line)
        if parsed is None:
            self.broken.append(line)
        elif parsed.name in KEPT and len(self.lines) < MOST_LINES:
            self.lines.append(parsed)


@dataclass(slots=True)
class Blocks:
    """A file of calendars in pieces. ``zones`` are the texts of their VTIMEZONEs; without any in
    ``calendars`` it is no such file.
    """

    calendars: list[Envelope] = field(default_factory=list)
    events: list[Block] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)


def cut(data: bytes, charset: str = "") -> Blocks:
    """Cut the bytes of a calendar in pieces; any bytes will do. For ``charset`` see ``unfolded``."""
    found = Blocks()
    within = Envelope()
    lines = unfolded(data, charset)
    for line in lines:
        match _key(line):
            case "BEGIN:VCALENDAR":
                within = Envelope()
                found.calendars.append(within)
            case "BEGIN:VTIMEZONE":
                found.zones.append(_zone(line, lines))
            case "BEGIN:VEVENT":
                _events(lines, found.events, within)
            case _:
                _property(line, within)
    return found


def _key(line: str) -> str:
    return "".join(line.split()).upper() if len(line) < 100 else ""


def _zone(first: str, lines: Iterator[str]) -> str:
    kept = [first]
    for line in lines:
        kept.append(line)
        if _key(line) == "END:VTIMEZONE" or len(kept) > MOST_LINES:
            break
    return "\r\n".join((*kept, ""))


def _events(lines: Iterator[str], events: list[Block], calendar: Envelope) -> None:
    """Read an event, and those that follow without an end between."""
    block, within = Block(calendar), ""
    events.append(block)
    for line in lines:
        key = _key(line)
        if key == "BEGIN:VEVENT":
            block, within = Block(calendar), ""
            events.append(block)
        elif key in {"END:VEVENT", "END:VCALENDAR"}:
            block.ended = key == "END:VEVENT"
            return
        elif within:
            within = "" if key == within else within
        elif key.startswith("BEGIN:"):
            within = key.replace("BEGIN:", "END:", 1)
        else:
            block.take(line)


def _property(line: str, within: Envelope) -> None:
    parsed = parse(line)
    match parsed and parsed.name:
        case "X-WR-TIMEZONE" if parsed:
            within.timezone = parsed.value
        case "METHOD" if parsed:
            within.method = parsed.value.upper()
