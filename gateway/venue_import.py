"""The tables of a venue file, put into the database; again is harmless, it updates by slug."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, cast
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from gateway.domain.contact import Contact, address_of
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.devices import place, register
from gateway.registry.meetings import put_meeting
from gateway.registry.policies import all_policies, put_presets
from gateway.registry.rooms import put_room, put_venue
from sensors.config import ConfigError
from sensors.venue_file import ContactTable, MeetingTable, VenueTable, moment
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

if TYPE_CHECKING:
    from gateway.domain.air.generation import Activity
    from gateway.domain.contact import ContactRole
    from gateway.domain.room_state import Rule


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
        ConfigError: a venue, a room or a meeting names a policy that is not there.

    """
    put_presets(conn)
    _check_policies(conn, tables, source)
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
    put_venue(
        conn,
        Venue(
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
        ),
    )
    if table.contact:  # a file that names none leaves those that were made by hand
        put_contacts(conn, table.slug, [_contact(contact) for contact in table.contact])
    for room in table.room:
        sizes = (room.volume_m3, room.floor_area_m2, room.seats)
        put_room(
            conn, Room(table.slug, room.slug, room.name, *sizes, room.policy, room.design_flow_lps)
        )
    for device in table.device:
        if device.room is None:
            register(conn, table.slug, device.slug)
        else:
            place(conn, table.slug, device.slug, device.room, now)
    for meeting in table.meeting:
        put_meeting(conn, _meeting(table, meeting, now))


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
    )


def meeting_id(venue: VenueSlug, room: RoomSlug, start: datetime) -> str:
    """The id of a meeting that was given none: the same for the same room and start."""
    return str(uuid5(NAMESPACE_URL, f"luchtig:{venue}/{room}/{to_wire(start)}"))


def _check_policies(conn: Connection, tables: tuple[VenueTable, ...], source: str) -> None:
    known = [policy.slug for policy in all_policies(conn)]
    mistakes = [
        f"{source}: venue[{v}].{key} = {named!r}: expected one of {', '.join(known)}"
        for v, table in enumerate(tables)
        for key in ("legal_policy", "healthy_policy")
        if (named := getattr(table, key)) is not None and named not in known
    ]
    mistakes += [
        f"{source}: venue[{v}].{kind}[{i}].policy = {row.policy!r}: expected one of {', '.join(known)}"
        for v, table in enumerate(tables)
        for kind in ("room", "meeting")
        for i, row in enumerate(getattr(table, kind))
        if row.policy is not None and row.policy not in known
    ]
    if mistakes:
        raise ConfigError(mistakes)
