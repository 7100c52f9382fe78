"""The text of a calendar cut into its events, so that a broken one costs only itself.

Nothing is understood here but BEGIN, END and the names of lines: an event that never ends is ended
by the next, what lies within an event (alarms) is left out, and so is every line that no meeting is
made of. See RFC 5545, 3.1 for lines and their folding.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

KEPT: Final = frozenset(
    {
        "ATTENDEE", "CLASS", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "EXDATE", "LAST-MODIFIED",
        "LOCATION", "ORGANIZER", "RDATE", "RECURRENCE-ID", "RRULE", "SEQUENCE", "STATUS", "SUMMARY",
        "TRANSP", "UID", "X-CALENDARSERVER-ACCESS", "X-MICROSOFT-CDO-ALLDAYEVENT",
    }
)  # fmt: skip
MOST_LINES: Final = 5_000
"""Of one event; those after it are left out."""

_FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_NAME = re.compile(r"\s*([A-Za-z0-9-]+)\s*[;:]")


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
    lines: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    ended: bool = False

    def all(self, name: str) -> list[str]:
        return [line for named, line in self.lines if named == name]

    def value(self, name: str) -> str:
        """What follows the colon of the first line of that name; empty without one."""
        first = next((line for named, line in self.lines if named == name), "")
        return first.partition(":")[2].strip()

    @property
    def text(self) -> str:
        return "\r\n".join(("BEGIN:VEVENT", *(line for _, line in self.lines), "END:VEVENT", ""))

    def take(self, line: str) -> None:
        name = _NAME.match(line)
        if name is None:
            self.broken.append(line)
        elif name[1].upper() in KEPT and len(self.lines) < MOST_LINES:
            self.lines.append((name[1].upper(), line))


@dataclass(slots=True)
class Blocks:
    """A file of calendars in pieces. ``zones`` are the texts of their VTIMEZONEs; without any in
    ``calendars`` it is no such file.
    """

    calendars: list[Envelope] = field(default_factory=list)
    events: list[Block] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)


def cut(data: bytes) -> Blocks:
    """Cut the bytes of a calendar in pieces; any bytes will do."""
    found = Blocks()
    within = Envelope()
    lines = _lines(data)
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


def _lines(data: bytes) -> Iterator[str]:
    text = _FOLD.sub("", data.decode("utf-8-sig", errors="replace"))
    return (line for line in _LINE_END.split(text.replace("\0", "")) if line.strip())


def _key(line: str) -> str:
    return line.strip().upper() if len(line) < 100 else ""


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
    name, _, value = line.partition(":")
    match name.partition(";")[0].strip().upper():
        case "X-WR-TIMEZONE":
            within.timezone = value.strip()
        case "METHOD":
            within.method = value.strip().upper()
