"""The tables of a venue file, put into the database; again is harmless, it updates by slug, and
what a file does not name stays as it is.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, TypeVar, cast
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from gateway.domain.alerts.contact import Contact, address_of
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.meetings import find_meetings, put_meeting
from gateway.registry.alerts.contacts import contacts_of, put_contacts
from gateway.registry.devices import place, register
from gateway.registry.policies import policies_by_slug, put_presets
from gateway.registry.protocols.kept import all_protocols
from gateway.registry.rooms import every_room, find_venue, put_room, put_venue
from sensors.config import ConfigError
from sensors.venue.file import moment
from sensors.venue.tables import ContactTable, MeetingTable, RoomTable, VenueTable
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

if TYPE_CHECKING:
    from gateway.domain.air.generation import Activity
    from gateway.domain.alerts.contact import ContactRole
    from gateway.domain.room import AirFrom, VentilationKind
    from gateway.domain.room_state import Rule

T = TypeVar("T", Venue, Room, Meeting)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many of each were put in."""

    venues: int
    rooms: int
    devices: int
    meetings: int


def import_venues(
    conn: Connection, tables: tuple[VenueTable, ...], now: datetime, source: str
) -> Imported:
    """Put venues with their rooms, devices and meetings in; ``now`` gives local times their day.

    A device that hangs elsewhere by then moves at ``now``; its history stays where it was.

    Raises:
        ConfigError: a venue, a room or a meeting names a policy or a protocol that is not
            there.

    """
    put_presets(conn)
    _check_policies(conn, tables, source)
    _check_protocols(conn, tables, source)
    for table in tables:
        _put_venue(conn, table, now)
    return Imported(
        venues=len(tables),
        rooms=sum(len(table.room) for table in tables),
        devices=sum(len(table.device) for table in tables),
        meetings=sum(len(table.meeting) for table in tables),
    )


def _put_venue(conn: Connection, table: VenueTable, now: datetime) -> None:
    reset_at = time.fromisoformat(table.reset_at)
    venue = Venue(
        table.slug,
        table.name,
        table.timezone,
        table.language,
        reset_at,
        table.trust_hints,
        table.legal_policy,
        table.healthy_policy,
        _local(table.quiet_from),
        _local(table.quiet_until),
        table.escalate_after_min,
        table.protocol,
    )
    put_venue(conn, _completed(venue, find_venue(conn, table.slug)))
    if table.contact:
        put_contacts(conn, table.slug, _contacts(conn, table))
    rooms = {room.slug: room for room in every_room(conn, table.slug)}
    for room in table.room:
        put_room(conn, _completed(_room(table.slug, room), rooms.get(room.slug)))
    for device in table.device:
        if device.room is None:
            register(conn, table.slug, device.slug)
        else:
            place(conn, table.slug, device.slug, device.room, now)
    meetings = [_meeting(table, meeting, now) for meeting in table.meeting]
    known = {one.id: one for one in find_meetings(conn, [one.id for one in meetings])}
    for meeting in meetings:
        before = known.get(meeting.id)
        private = before is not None and before.private
        put_meeting(conn, _completed(replace(meeting, private=private), before))


def _room(venue: VenueSlug, table: RoomTable) -> Room:
    return Room(
        venue,
        table.slug,
        table.name,
        table.volume_m3,
        table.floor_area_m2,
        table.seats,
        table.policy,
        table.design_flow_lps,
        cast("VentilationKind | None", table.ventilation),  # checked when the file was read
        cast("AirFrom | None", table.air_from),
        table.protocol,
    )


def _completed(made: T, before: T | None) -> T:
    """What a file says of something, with what it does not name as it was."""
    if before is None:
        return made
    missing = [one.name for one in fields(made) if getattr(made, one.name) is None]
    return replace(made, **{name: getattr(before, name) for name in missing})


def _contacts(conn: Connection, table: VenueTable) -> list[Contact]:
    """Those of the file in the place of the ones with their address, or else behind the others."""
    found = {contact.address: contact for contact in contacts_of(conn, table.slug)}
    for one in map(_contact, table.contact):
        found[one.address] = one
    return list(found.values())


def _local(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _contact(table: ContactTable) -> Contact:
    return Contact(
        name=table.name,
        address=address_of(table.address) or table.address,
        language=table.language,
        role=cast("ContactRole", table.role),  # checked when the file was read, as are the rules
        rules=cast("tuple[Rule, ...]", table.rules),
    )


def _meeting(venue: VenueTable, table: MeetingTable, now: datetime) -> Meeting:
    zone = ZoneInfo(venue.timezone)
    start = moment(table.start, now, zone)
    return Meeting(
        id=table.id or meeting_id(venue.slug, table.room, start),
        venue=venue.slug,
        room=table.room,
        title=table.title,
        start=start,
        end=moment(table.end, now, zone),
        expected_people=table.expected_people,
        organiser=table.organiser,
        host=table.host,
        language=table.language,
        policy=table.policy,
        activity=cast("Activity | None", table.activity),  # checked when the file was read
        protocol=table.protocol,
    )


def meeting_id(venue: VenueSlug, room: RoomSlug, start: datetime) -> str:
    """The id of a meeting that was given none: the same for the same room and start."""
    return str(uuid5(NAMESPACE_URL, f"luchtig:{venue}/{room}/{to_wire(start)}"))


def _check_policies(conn: Connection, tables: tuple[VenueTable, ...], source: str) -> None:
    found = policies_by_slug(conn).values()
    known = [[one.slug for one in found if one.serves(table.slug)] for table in tables]
    mistakes = [
        f"{source}: venue[{v}].{key} = {named!r}: expected one of {', '.join(known[v])}"
        for v, table in enumerate(tables)
        for key in ("legal_policy", "healthy_policy")
        if (named := getattr(table, key)) is not None and named not in known[v]
    ]
    mistakes += [
        f"{source}: venue[{v}].{kind}[{i}].policy = {row.policy!r}: expected one of {', '.join(known[v])}"
        for v, table in enumerate(tables)
        for kind in ("room", "meeting")
        for i, row in enumerate(getattr(table, kind))
        if row.policy is not None and row.policy not in known[v]
    ]
    if mistakes:
        raise ConfigError(mistakes)


def _check_protocols(conn: Connection, tables: tuple[VenueTable, ...], source: str) -> None:
    found = all_protocols(conn)
    mistakes = []
    for v, table in enumerate(tables):
        known = [one.slug for one in found if one.serves(table.slug)]
        rows: list[tuple[str, VenueTable | RoomTable | MeetingTable]] = [(f"venue[{v}]", table)]
        rows += [(f"venue[{v}].room[{i}]", room) for i, room in enumerate(table.room)]
        rows += [(f"venue[{v}].meeting[{i}]", one) for i, one in enumerate(table.meeting)]
        mistakes += [
            f"{source}: {where}.protocol = {row.protocol!r}: expected one of {', '.join(known)}"
            for where, row in rows
            if row.protocol is not None and row.protocol not in known
        ]
    if mistakes:
        raise ConfigError(mistakes)
