"""What the estimates remember of rooms and venues, so that a restart goes on where it was.

A state belongs to a place in the journal: what came after it is read again from there.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, select

from gateway.domain.air.flow_history import BINS, FlowHistory
from gateway.domain.air.outdoor import OutdoorMemory, outdoor
from gateway.registry.tables.live_state import air_memory
from gateway.registry.upsert import put_columns
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

log = logging.getLogger(__name__)

MemoryKind = Literal["room", "venue", "advice", "newest"]


@dataclass(frozen=True, slots=True)
class AirMemory:
    """``state`` is the bytes of whoever wrote it, as of ``position`` in the journal; ``slug`` is
    the room's, '' for a venue.
    """

    venue: VenueSlug
    kind: MemoryKind
    slug: str
    position: int
    at: datetime
    state: bytes


def all_memories(conn: Connection) -> tuple[AirMemory, ...]:
    return tuple(
        AirMemory(r.venue, r.kind, r.slug, r.position, from_ns(r.at_ns), r.state)
        for r in conn.execute(select(air_memory))
    )


def find_memory(
    conn: Connection, venue: VenueSlug, kind: MemoryKind, slug: str = ""
) -> AirMemory | None:
    table = air_memory.c
    of_it = (table.venue == venue, table.kind == kind, table.slug == slug)
    r = conn.execute(select(air_memory).where(*of_it)).one_or_none()
    if r is None:
        return None
    return AirMemory(r.venue, r.kind, r.slug, r.position, from_ns(r.at_ns), r.state)


class _Flow(msgspec.Struct):
    """Of what a room remembers, what its flow has been; the rest is the estimator's own."""

    history: FlowHistory | None = None


_flow_of = msgspec.msgpack.Decoder(_Flow).decode
_outdoor_of = msgspec.msgpack.Decoder(OutdoorMemory).decode


def find_history(conn: Connection, venue: VenueSlug, room: RoomSlug) -> FlowHistory | None:
    """What a room's flow has been; None where nothing is remembered of it, or nothing that can be
    read.
    """
    memory = find_memory(conn, venue, "room", room)
    if memory is None:
        return None
    try:
        history = _flow_of(memory.state).history
    except msgspec.MsgspecError as error:
        log.warning("what %s/%s remembers of its air cannot be read: %s", venue, room, error)
        return None
    if history is not None and len(history.minutes_at) not in (0, BINS):
        log.warning("what %s/%s remembers of its flow is not of this version", venue, room)
        return None
    return history


def find_outdoor_ppm(conn: Connection, venue: VenueSlug) -> float | None:
    """What a venue's sensors take for outdoor air; None where nothing was learned, or nothing that
    can be read.
    """
    memory = find_memory(conn, venue, "venue")
    if memory is None:
        return None
    try:
        found = outdoor(_outdoor_of(memory.state))
    except msgspec.MsgspecError as error:
        log.warning("what %s remembers of outdoor air cannot be read: %s", venue, error)
        return None
    return found.ppm if found.nights else None


def find_baseline_ppm(conn: Connection, venue: VenueSlug, device: DeviceSlug) -> float | None:
    """What a sensor itself shows of outdoor air at night; None where that was not learned."""
    memory = find_memory(conn, venue, "venue")
    try:
        kept = OutdoorMemory() if memory is None else _outdoor_of(memory.state)
    except msgspec.MsgspecError as error:
        log.warning("what %s remembers of outdoor air cannot be read: %s", venue, error)
        return None
    sensor = kept.sensors.get(device)
    return None if sensor is None or sensor.is_of_inside else sensor.ppm


def put_memories(conn: Connection, memories: Iterable[AirMemory]) -> None:
    columns = ("venue", "kind", "slug", "position", "at_ns", "state")
    rows = [
        (one.venue, one.kind, one.slug, one.position, to_ns(one.at), one.state) for one in memories
    ]
    put_columns(conn, air_memory, columns, rows)
