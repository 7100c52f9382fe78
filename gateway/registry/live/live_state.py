"""What the live side knows of rooms between two readings, so that a restart goes on where it was: door
and room counts, and where it stands in the journal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from gateway.domain.door import Door
from gateway.domain.people import RoomPeople
from gateway.registry.tables.live_state import cursors, door_counts, room_counts
from gateway.registry.upsert import put, put_all
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import DeviceSlug, RoomKey

_decode_door = msgspec.json.Decoder(Door).decode


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far in the journal, and when the gateway last wrote (its clock)."""

    position: int
    alive: datetime


def all_people(conn: Connection) -> dict[RoomKey, RoomPeople]:
    """The count of every room that has one, but what a counter saw (a reading tells that again)."""
    doors: dict[RoomKey, dict[DeviceSlug, Door]] = {}
    for row in conn.execute(select(door_counts)):
        door = (
            _decode_door(row.memory)
            if row.memory is not None
            else Door(from_ns(row.at_ns), row.in_total, row.out_total, row.net)
        )
        doors.setdefault((row.venue, row.room), {})[row.device] = door
    found = {key: RoomPeople(doors=its_doors) for key, its_doors in doors.items()}
    for row in conn.execute(select(room_counts)):
        key = (row.venue, row.room)
        reset_at = from_ns(row.reset_ns)
        found[key] = RoomPeople(doors.get(key, {}), row.set_people, reset_at, row.lowest)
    return found


def put_people(conn: Connection, counts: Iterable[tuple[RoomKey, RoomPeople]]) -> None:
    """Put the counts of rooms; doors that a room has no more are gone."""
    for (venue, room), people in counts:
        of_room = (door_counts.c.venue == venue, door_counts.c.room == room)
        conn.execute(delete(door_counts).where(*of_room))
        rows = [
            {
                "venue": venue,
                "device": device,
                "room": room,
                "at_ns": to_ns(door.at),
                "in_total": door.in_total,
                "out_total": door.out_total,
                "net": door.net,
                "memory": msgspec.json.encode(replace(door, decided=())).decode(),
            }
            for device, door in people.doors.items()
        ]
        put_all(conn, door_counts, rows)
        count = {"set_people": people.set_people, "lowest": people.lowest}
        reset = {"reset_ns": to_ns(people.reset_at)}
        put(conn, room_counts, {"venue": venue, "room": room} | count | reset)


def find_cursor(conn: Connection, name: str) -> Cursor | None:
    row = conn.execute(select(cursors).where(cursors.c.name == name)).one_or_none()
    return None if row is None else Cursor(row.position, from_ns(row.alive_ns))


def put_cursor(conn: Connection, name: str, cursor: Cursor) -> None:
    row = {"name": name, "position": cursor.position, "alive_ns": to_ns(cursor.alive)}
    put(conn, cursors, row)
