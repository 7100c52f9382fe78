"""What was made of the totals of doors: the evidence behind a room's count."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from gateway.domain.door import Decided
from gateway.registry.tables.live_state import door_decisions
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import DeviceKey, DeviceSlug, VenueSlug

KEPT = 50
"""How many of each door."""


def put_decisions(conn: Connection, made: Iterable[tuple[DeviceKey, Decided]]) -> None:
    """Keep decisions in their order, and of each door no more than the newest ``KEPT``."""
    rows = [
        {
            "venue": venue,
            "device": device,
            "at_ns": to_ns(one.at),
            "side": one.side,
            "decision": one.decision,
            "before": one.before,
            "shown": one.shown,
        }
        for (venue, device), one in made
    ]
    if not rows:
        return
    conn.execute(insert(door_decisions), rows)
    for venue, device in {(row["venue"], row["device"]) for row in rows}:
        of_door = (door_decisions.c.venue == venue, door_decisions.c.device == device)
        newest = select(door_decisions.c.id).where(*of_door)
        oldest = newest.order_by(door_decisions.c.id.desc()).offset(KEPT - 1).limit(1)
        kept_from = conn.execute(oldest).scalar()
        if kept_from is not None:
            conn.execute(delete(door_decisions).where(*of_door, door_decisions.c.id < kept_from))


def decisions_of(conn: Connection, venue: VenueSlug, device: DeviceSlug) -> tuple[Decided, ...]:
    """What was made of the totals of one door, newest first."""
    query = (
        select(door_decisions)
        .where(door_decisions.c.venue == venue, door_decisions.c.device == device)
        .order_by(door_decisions.c.id.desc())
    )
    return tuple(
        Decided(from_ns(row.at_ns), row.side, row.decision, row.before, row.shown)
        for row in conn.execute(query)
    )
