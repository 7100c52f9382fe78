"""A venue file read: what ``luchtig import`` puts into the database and a scenario plays.

Pure: a path and its parsed TOML in, checked structs out. References between tables (a device's room,
a meeting's room) are checked here, so that a mistake is told with its place in the file.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from sensors.config import ConfigError, convert
from sensors.mail_address import is_mail_address
from sensors.time_zone import find_zone
from sensors.venue.tables import (
    ACTIVITIES,
    AIR_FROM,
    ROLES,
    RULES,
    VENTILATION,
    ContactTable,
    DeviceTable,
    MeetingTable,
    RoomTable,
    VenueTable,
)
from sensors.wire.plain_line import is_plain_line
from sensors.wire.topic import CHECK, is_slug

T = TypeVar("T", bound=msgspec.Struct)
KEPT_FOR_TRIALS = "another name: this one is that of trials"
LOCAL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_Expect = Callable[[bool, str, object, str], None]


def parse_venues(
    tables: dict[str, Any], source: str, languages: Sequence[str] | None = None
) -> tuple[VenueTable, ...]:
    """The venues of a file named ``source``; other top-level tables are left to their reader.
    ``languages`` are those that are spoken to people; None where nobody is spoken to.

    Raises:
        ConfigError: every mistake, a line each.

    """
    mistakes: list[str] = []
    given = tables.get("venue", [])
    if not isinstance(given, list) or not given:
        raise ConfigError([f"{source}: venue: expected at least one [[venue]]"])
    found = [
        _venue(table, f"{source}: venue[{i}]", languages, mistakes) for i, table in enumerate(given)
    ]
    slugs = [table.get("slug") for table in given if isinstance(table, dict)]
    mistakes.extend(
        f"{source}: venue[{i}].slug = {slug!r}: expected a venue that is not there already"
        for i, slug in enumerate(slugs)
        if slug is not None and slug in slugs[:i]
    )
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(venue for venue in found if venue is not None)


def moment(value: datetime | str, day: datetime, zone: ZoneInfo) -> datetime:
    """A meeting's time: itself, or a local ``"07:30"`` on the date of ``day`` in ``zone``."""
    if isinstance(value, datetime):
        return value
    hour, minute = map(int, value.split(":"))
    local = day.astimezone(zone)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _venue(
    table: object, where: str, languages: Sequence[str] | None, mistakes: list[str]
) -> VenueTable | None:
    if not isinstance(table, dict):
        mistakes.append(f"{where}: expected a table")
        return None
    parts: dict[str, Any] = dict(table)
    rows = _Rows(
        _converted(RoomTable, parts.pop("room", []), f"{where}.room", mistakes),
        _converted(DeviceTable, parts.pop("device", []), f"{where}.device", mistakes),
        _converted(MeetingTable, parts.pop("meeting", []), f"{where}.meeting", mistakes),
        _converted(ContactTable, parts.pop("contact", []), f"{where}.contact", mistakes),
    )
    before = len(mistakes)
    venue = convert(VenueTable, parts, where, mistakes)

    def expect(right: bool, key: str, value: object, expected: str) -> None:
        if not right:
            mistakes.append(f"{where}{key} = {value!r}: expected {expected}")

    def expect_language(key: str, value: str | None) -> None:
        if languages is not None and value is not None:
            expect(value in languages, key, value, " or ".join(languages))

    if venue is not None:
        _check_venue(venue, expect)
        expect_language(".language", venue.language)
    _check_rooms(rows.room, expect)
    _check_slugs("device", rows.device, expect)
    slugs = _slugs_in(table.get("room"))
    _check_devices(rows.device, slugs, expect)
    _check_meetings(rows.meeting, slugs, expect)
    _check_contacts(rows.contact, expect)
    for key, language in rows.languages():
        expect_language(key, language)
    if venue is None or len(mistakes) > before:
        return None
    return msgspec.structs.replace(
        venue,
        room=_whole(rows.room),
        device=_whole(rows.device),
        meeting=_whole(rows.meeting),
        contact=_whole(rows.contact),
    )


def _slugs_in(rooms: object) -> set[str]:
    """The slugs that are given: a room with a mistake elsewhere is known all the same."""
    rows = rooms if isinstance(rooms, list) else []
    found = [row.get("slug") for row in rows if isinstance(row, dict)]
    return {slug for slug in found if isinstance(slug, str)}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The tables of a venue, each in its place; None where one could not be read."""

    room: list[RoomTable | None]
    device: list[DeviceTable | None]
    meeting: list[MeetingTable | None]
    contact: list[ContactTable | None]

    def languages(self) -> Iterator[tuple[str, str | None]]:
        for i, meeting in _numbered(self.meeting):
            yield f".meeting[{i}].language", meeting.language
        for i, contact in _numbered(self.contact):
            yield f".contact[{i}].language", contact.language


def _converted(kind: type[T], given: object, where: str, mistakes: list[str]) -> list[T | None]:
    if not isinstance(given, list):
        mistakes.append(f"{where}: expected a list of tables, [[venue.{where.rpartition('.')[2]}]]")
        return []
    return [convert(kind, table, f"{where}[{i}]", mistakes) for i, table in enumerate(given)]


def _whole(rows: list[T | None]) -> tuple[T, ...]:
    return tuple(row for row in rows if row is not None)


def _numbered(rows: list[T | None]) -> list[tuple[int, T]]:
    return [(i, row) for i, row in enumerate(rows) if row is not None]


def _check_venue(venue: VenueTable, expect: _Expect) -> None:
    _check_line(".name", venue.name, expect)
    expect(is_slug(venue.slug), ".slug", venue.slug, "small letters, digits and '-'")
    expect(venue.slug != CHECK, ".slug", venue.slug, KEPT_FOR_TRIALS)
    expect(
        find_zone(venue.timezone) is not None,
        ".timezone",
        venue.timezone,
        "a zone like Europe/Amsterdam",
    )
    expect(bool(LOCAL_TIME.fullmatch(venue.reset_at)), ".reset_at", venue.reset_at, "HH:MM")
    _check_quiet_hours(venue, expect)
    wait = venue.escalate_after_min
    expect(wait is None or 1 <= wait <= 1440, ".escalate_after_min", wait, "1 to 1440 minutes")


def _check_quiet_hours(venue: VenueTable, expect: _Expect) -> None:
    since, until = venue.quiet_from, venue.quiet_until
    for key, local in ((".quiet_from", since), (".quiet_until", until)):
        missing = local is None and (since is None) != (until is None)
        expect(not missing, key, local, "HH:MM, as the other of the two")
        expect(local is None or bool(LOCAL_TIME.fullmatch(local)), key, local, "HH:MM")
    expect(since is None or since != until, ".quiet_until", until, "another time than quiet_from")


def _check_contacts(contacts: list[ContactTable | None], expect: _Expect) -> None:
    for i, contact in _numbered(contacts):
        at = f".contact[{i}]"
        _check_line(f"{at}.name", contact.name, expect)
        reachable = "://" in contact.address or is_mail_address(contact.address)
        expected = "an e-mail address, or an address of notify.urls"
        expect(reachable, f"{at}.address", contact.address, expected)
        expect(contact.role in ROLES, f"{at}.role", contact.role, " or ".join(ROLES))
        for rule in contact.rules:
            expect(rule in RULES, f"{at}.rules", rule, f"some of {', '.join(RULES)}")


def _check_rooms(rooms: list[RoomTable | None], expect: _Expect) -> None:
    _check_slugs("room", rooms, expect)
    for i, room in _numbered(rooms):
        _check_line(f".room[{i}].name", room.name, expect)
        for key in ("volume_m3", "floor_area_m2", "seats", "design_flow_lps"):
            size = getattr(room, key)
            expect(size is None or 0 < size < 1e6, f".room[{i}].{key}", size, "more than 0")
        for key, known in (("ventilation", VENTILATION), ("air_from", AIR_FROM)):
            said = getattr(room, key)
            right = said is None or said in known
            expect(right, f".room[{i}].{key}", said, f"one of {', '.join(known)}")


def _check_devices(devices: list[DeviceTable | None], rooms: set[str], expect: _Expect) -> None:
    for i, device in _numbered(devices):
        known = device.room is None or device.room in rooms
        expect(known, f".device[{i}].room", device.room, "the slug of a room of this venue")


def _check_meetings(meetings: list[MeetingTable | None], rooms: set[str], expect: _Expect) -> None:
    for i, meeting in _numbered(meetings):
        at = f".meeting[{i}]"
        _check_line(f"{at}.title", meeting.title, expect)
        known = meeting.room in rooms
        expect(known, f"{at}.room", meeting.room, "the slug of a room of this venue")
        for key in ("start", "end"):
            value = getattr(meeting, key)
            expect(_is_moment(value), f"{at}.{key}", value, 'a time with zone, or a local "HH:MM"')
        both = _is_moment(meeting.start) and _is_moment(meeting.end)
        if both and type(meeting.start) is type(meeting.end):
            ordered = meeting.start < meeting.end
            expect(ordered, f"{at}.end", str(meeting.end), f"a time after start, {meeting.start}")
        people = meeting.expected_people
        expect(people is None or people >= 0, f"{at}.expected_people", people, "0 or more")
        does = meeting.activity
        known = does is None or does in ACTIVITIES
        expect(known, f"{at}.activity", does, f"one of {', '.join(ACTIVITIES)}")
        for key in ("organiser", "host"):
            mail = getattr(meeting, key)
            reachable = mail is None or is_mail_address(mail)
            expect(reachable, f"{at}.{key}", mail, "one e-mail address")


def _check_line(key: str, text: str, expect: _Expect) -> None:
    expect(is_plain_line(text), key, text, "one line of text, without control characters")


def _check_slugs(
    kind: str, rows: list[RoomTable | None] | list[DeviceTable | None], expect: _Expect
) -> None:
    slugs = [None if row is None else row.slug for row in rows]
    for i, slug in enumerate(slugs):
        key = f".{kind}[{i}].slug"
        if slug is not None:
            expect(is_slug(slug), key, slug, "small letters, digits and '-'")
            expect(slug != CHECK, key, slug, KEPT_FOR_TRIALS)
            expect(slug not in slugs[:i], key, slug, f"a {kind} that is not there already")


def _is_moment(value: object) -> bool:
    if isinstance(value, str):
        return LOCAL_TIME.fullmatch(value) is not None
    return isinstance(value, datetime) and value.tzinfo is not None
