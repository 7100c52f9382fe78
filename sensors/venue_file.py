"""The tables of a venue file: what ``luchtig import`` puts into the database and a scenario plays.

Pure: a path and its parsed TOML in, checked structs out. References between tables (a device's room,
a meeting's room) are checked here, so that a mistake is told with its place in the file.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from sensors.config import ConfigError, convert
from sensors.topic import is_slug

T = TypeVar("T", bound=msgspec.Struct)
LOCAL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class RoomTable(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    volume_m3: float | None = None
    floor_area_m2: float | None = None
    seats: int | None = None
    policy: str | None = None


class DeviceTable(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    room: str | None = None


class MeetingTable(msgspec.Struct, frozen=True, kw_only=True):
    """``start`` and ``end`` are datetimes that name their zone, or local ``"07:30"`` on the day that
    is played; nothing else is left in them by ``parse_venues``.
    """

    room: str
    title: str
    start: Any
    end: Any
    expected_people: int | None = None
    organiser: str | None = None
    policy: str | None = None
    id: str | None = None


class VenueTable(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    timezone: str = "Europe/Amsterdam"
    language: str = "nl"
    reset_at: str = "04:00"
    trust_hints: bool = False
    room: tuple[RoomTable, ...] = ()
    device: tuple[DeviceTable, ...] = ()
    meeting: tuple[MeetingTable, ...] = ()


def parse_venues(tables: dict[str, Any], source: str) -> tuple[VenueTable, ...]:
    """The venues of a file named ``source``; other top-level tables are left to their reader.

    Raises:
        ConfigError: every mistake, a line each.

    """
    mistakes: list[str] = []
    given = tables.get("venue", [])
    if not isinstance(given, list) or not given:
        raise ConfigError([f"{source}: venue: expected at least one [[venue]]"])
    found = [_venue(table, f"{source}: venue[{i}]", mistakes) for i, table in enumerate(given)]
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


def _venue(table: object, where: str, mistakes: list[str]) -> VenueTable | None:
    if not isinstance(table, dict):
        mistakes.append(f"{where}: expected a table")
        return None
    parts: dict[str, Any] = dict(table)
    room = _rows(RoomTable, parts.pop("room", []), f"{where}.room", mistakes)
    device = _rows(DeviceTable, parts.pop("device", []), f"{where}.device", mistakes)
    meeting = _rows(MeetingTable, parts.pop("meeting", []), f"{where}.meeting", mistakes)
    before = len(mistakes)
    venue = convert(VenueTable, parts, where, mistakes)
    if venue is None or len(mistakes) > before:
        return None
    venue = msgspec.structs.replace(venue, room=room, device=device, meeting=meeting)
    _check(venue, where, mistakes)
    return venue


def _rows(kind: type[T], given: object, where: str, mistakes: list[str]) -> tuple[T, ...]:
    if not isinstance(given, list):
        mistakes.append(f"{where}: expected a list of tables, [[venue.{where.rpartition('.')[2]}]]")
        return ()
    rows = [convert(kind, table, f"{where}[{i}]", mistakes) for i, table in enumerate(given)]
    return tuple(row for row in rows if row is not None)


def _check(venue: VenueTable, where: str, mistakes: list[str]) -> None:
    def expect(right: bool, key: str, value: object, expected: str) -> None:
        if not right:
            mistakes.append(f"{where}{key} = {value!r}: expected {expected}")

    expect(is_slug(venue.slug), ".slug", venue.slug, "small letters, digits and '-'")
    expect(_is_zone(venue.timezone), ".timezone", venue.timezone, "a zone like Europe/Amsterdam")
    expect(venue.language in ("nl", "en"), ".language", venue.language, "nl or en")
    expect(bool(LOCAL_TIME.fullmatch(venue.reset_at)), ".reset_at", venue.reset_at, "HH:MM")
    _check_slugs("room", [room.slug for room in venue.room], expect)
    _check_slugs("device", [device.slug for device in venue.device], expect)
    slugs = {room.slug for room in venue.room}
    for i, room in enumerate(venue.room):
        for key in ("volume_m3", "floor_area_m2", "seats"):
            size = getattr(room, key)
            expect(size is None or 0 < size < 1e6, f".room[{i}].{key}", size, "more than 0")
    for i, device in enumerate(venue.device):
        known = device.room is None or device.room in slugs
        expect(known, f".device[{i}].room", device.room, "the slug of a room of this venue")
    for i, meeting in enumerate(venue.meeting):
        at = f".meeting[{i}]"
        expect(
            meeting.room in slugs, f"{at}.room", meeting.room, "the slug of a room of this venue"
        )
        for key in ("start", "end"):
            value = getattr(meeting, key)
            expect(_is_moment(value), f"{at}.{key}", value, 'a time with zone, or a local "HH:MM"')
        both = _is_moment(meeting.start) and _is_moment(meeting.end)
        if both and type(meeting.start) is type(meeting.end):
            ordered = meeting.start < meeting.end
            expect(ordered, f"{at}.end", str(meeting.end), f"a time after start, {meeting.start}")


def _check_slugs(
    kind: str, slugs: list[str], expect: Callable[[bool, str, object, str], None]
) -> None:
    for i, slug in enumerate(slugs):
        key = f".{kind}[{i}].slug"
        expect(is_slug(slug), key, slug, "small letters, digits and '-'")
        expect(slug not in slugs[:i], key, slug, f"a {kind} that is not there already")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):
        return False
    return True


def _is_moment(value: object) -> bool:
    if isinstance(value, str):
        return LOCAL_TIME.fullmatch(value) is not None
    return isinstance(value, datetime) and value.tzinfo is not None
