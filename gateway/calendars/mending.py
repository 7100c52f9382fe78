"""An event's lines, written anew so that a strict library reads what they must mean: odd names of
zones, times without one, dates in other forms, rubbish in rules, addresses in odd places.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from gateway.calendars.content_line import ContentLine
from gateway.calendars.moment import duration, is_nothing, moment, period
from gateway.calendars.rule import rule
from gateway.calendars.splitter import Block
from gateway.calendars.zones import Zones

_TIMED: Final = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})
_STAMPS: Final = frozenset({"DTSTAMP", "LAST-MODIFIED"})
_RULES: Final = frozenset({"RRULE", "EXRULE"})
_PEOPLE: Final = frozenset({"ORGANIZER", "ATTENDEE"})
_OF_PEOPLE: Final = ("CN", "CUTYPE", "PARTSTAT", "EMAIL", "X-CALENDARSERVER-EMAIL", "SENT-BY")
_UTC: Final = "UTC"


@dataclass(frozen=True, slots=True)
class Places:
    """Where times are: ``home`` is the zone of those that name none, ``calendar`` that of the
    calendar, by whose clock its times in UTC recur; each as ``Zones.known_as`` has it.
    """

    zones: Zones
    home: str
    calendar: str | None = None


@dataclass(slots=True)
class Mended:
    """An event as text, with what was passed over in it and the zones that nobody defines."""

    places: Places
    lines: list[str] = field(default_factory=list)
    rubbish: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    zone: str = ""
    """Of its start: a name, ``UTC``, or empty for a day."""

    @property
    def text(self) -> str:
        return "\r\n".join(("BEGIN:VEVENT", *self.lines, "END:VEVENT", ""))


def mended(block: Block, places: Places) -> Mended:
    """The event of a block. What is no moment, rule or duration stays as it was written."""
    made = Mended(places, zone=places.home)
    # The start leads: by its zone go the ends and exceptions that have none.
    for line in sorted(block.lines, key=lambda line: line.name != "DTSTART"):
        made.lines += _written(line, made, block)
    return made


def _written(line: ContentLine, made: Mended, block: Block) -> Iterator[str]:
    match line.name:
        case name if name in _TIMED:
            yield from _times(line, made)
        case name if name in _STAMPS:
            at = moment(line.value) or line.value
            yield f"{name}:{at if at.endswith('Z') or 'T' not in at else at + 'Z'}"
        case name if name in _RULES:
            written = rule(line.value, lambda text: _until(text, made), made.rubbish)
            if written:
                yield f"{name}:{written}"
            elif not line.value:
                made.rubbish.append(f"{name}:")
        case name if name in _PEOPLE:
            if line.value or line.parameters:
                yield _person(line)
        case "DURATION":
            if not any(moment(end.value) for end in block.all("DTEND")):
                yield f"DURATION:{duration(line.value)}"
        case name:
            yield f"{name}:{line.value}"


def _times(line: ContentLine, made: Mended) -> Iterator[str]:
    zone, tokens = _tokens(line)
    clean = line.name not in {"RDATE", "EXDATE"} or ";" not in line.value
    for token in tokens:
        if is_nothing(token):
            clean = False
            continue
        at = moment(token) or period(token)
        if at is None:
            yield f"{line.name}:{token}"
            continue
        clean = clean and "".join(token.split()).upper() == at
        yield _time(line, zone, at, made)
    if not clean:
        made.rubbish.append(f"{line.name}:{line.value}")


def _tokens(line: ContentLine) -> tuple[str, list[str]]:
    """The name of its zone and its values. A name with a colon and no quotes runs on until the last
    one.
    """
    several = line.name in {"RDATE", "EXDATE"}
    zone, value = line.parameters.get("TZID", ""), line.value
    values = value.replace(";", ",").split(",") if several else [value]
    if zone and ":" in value and moment(values[0]) is None and period(values[0]) is None:
        more, _, value = value.rpartition(":")
        zone = f"{zone}:{more}"
        values = value.replace(";", ",").split(",") if several else [value]
    return zone, values


def _time(line: ContentLine, zone: str, at: str, made: Mended) -> str:
    is_day = len(at) == len("20261124")
    if line.parameters.get("VALUE", "").upper() == "DATE" and at[8:] in {"T000000", "T000000Z"}:
        is_day, at = True, at[:8]
    if line.name == "DTSTART":
        made.zone = "" if is_day else _UTC if at.endswith("Z") else _known(zone, made)
    begin = f"{line.name}{_range(line, made)}"
    if is_day:
        return f"{begin};VALUE=DATE:{at}"
    if "/" in at:
        begin += ";VALUE=PERIOD"
    if at.partition("/")[0].endswith("Z"):
        return f"{begin}:{at}"
    if line.name == "DTSTART":
        known = made.zone
    elif line.name == "RECURRENCE-ID" and not zone:
        return f"{begin}:{at}"  # of the series, which may be another event
    else:
        known = _known(zone, made)
    return f"{begin}:{at}Z" if known == _UTC and "/" not in at else f"{begin};TZID={known}:{at}"


def _known(name: str, made: Mended) -> str:
    """The zone of that name; without one, or where nothing defines it, that of the start."""
    known = made.places.zones.known_as(name) if name else None
    if name and known is None:
        made.unknown.append(name)
    return known or made.zone or made.places.home


def _range(line: ContentLine, made: Mended) -> str:
    said = line.parameters.get("RANGE", "").upper()
    if said == "THISANDFUTURE" and line.name == "RECURRENCE-ID":
        return f";RANGE={said}"
    if said:
        made.rubbish.append(f"RANGE={said}")
    return ""


def _until(text: str, made: Mended) -> str:
    """The last moment of a rule, in UTC where its series has a time of day: a day counts whole."""
    at = moment(text)
    if at is None or not made.zone:
        return at[:8] if at else text
    if at.endswith("Z"):
        return at
    zone = made.zone
    if "T" not in at:
        at += "T235959"
        zone = (made.places.calendar or zone) if zone == _UTC else zone
    tz = UTC if zone == _UTC else made.places.zones.find(zone)
    try:
        local = datetime.strptime(at, "%Y%m%dT%H%M%S").replace(tzinfo=tz)
        return f"{local.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    except (ValueError, OverflowError):
        return text


def _person(line: ContentLine) -> str:
    given = ((name, line.parameters.get(name, "")) for name in _OF_PEOPLE)
    parameters = "".join(f';{name}="{value}"' for name, value in given if value)
    return f"{line.name}{parameters}:{line.value}"
