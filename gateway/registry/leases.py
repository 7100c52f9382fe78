"""Leases of venues: given for some seconds, renewed, given back, and taken from whoever let them run out.

Who takes one waits for what its holder is writing just now; after that the holder's transactions are
refused.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from gateway.registry.database import DatabaseAway
from gateway.registry.live.live_state import find_cursor
from gateway.registry.tables.leases import lease_holders, leases
from gateway.registry.tables.live_state import air_memory
from gateway.registry.tables.venues import rooms, venues
from gateway.registry.upsert import put
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug

MOST_IDLE_S = 5
"""So long a transaction of a gateway that has stopped in the middle of it may hold up who takes its place."""


class LeaseLost(DatabaseAway):
    """Another gateway has a venue that this one believed to have: nothing was written."""


@dataclass(frozen=True, slots=True)
class Lease:
    """``until`` is 0 where it was given back."""

    venue: VenueSlug
    holder: str
    number: int
    until: int


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is to be known for sharing: rooms, and what of each venue, at one moment, who lives."""

    now: int
    weights: Mapping[VenueSlug, int]
    leases: Mapping[VenueSlug, Lease]
    alive: frozenset[str]

    @property
    def held(self) -> dict[VenueSlug, str]:
        """Who has which venues."""
        return {
            venue: lease.holder for venue, lease in self.leases.items() if lease.until > self.now
        }


def now_ns(conn: Connection) -> int:
    """The database's clock: one for all gateways."""
    if conn.dialect.name == "sqlite":
        return SYSTEM.now_ns()
    seconds = conn.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one()
    return int(seconds * 1_000_000_000)


def look(conn: Connection) -> Sight:
    """Who has what. A venue weighs as many rooms as it has, and one more."""
    now = now_ns(conn)
    counted = select(venues.c.slug, func.count(rooms.c.slug)).select_from(
        venues.outerjoin(rooms, rooms.c.venue == venues.c.slug)
    )
    alive = select(lease_holders.c.name).where(lease_holders.c.until > now)
    return Sight(
        now,
        {slug: count + 1 for slug, count in conn.execute(counted.group_by(venues.c.slug))},
        {row.venue: Lease(*row) for row in conn.execute(select(leases))},
        frozenset(conn.scalars(alive)),
    )


def renew(
    conn: Connection, holder: str, held: Mapping[VenueSlug, int], for_ns: int
) -> set[VenueSlug]:
    """Say that a gateway lives, and have its leases go on; those that it still has."""
    until = now_ns(conn) + for_ns
    put(conn, lease_holders, {"name": holder, "until": until})
    ours = leases.c.holder == holder
    conn.execute(update(leases).where(ours, leases.c.until > 0).values(until=until))
    rows = conn.execute(select(leases.c.venue, leases.c.number).where(ours))
    return {venue for venue, number in rows if held.get(venue) == number}


def take(
    conn: Connection, holder: str, wanted: Iterable[VenueSlug], for_ns: int
) -> tuple[dict[VenueSlug, int], int]:
    """Take these, as far as nobody has them; their numbers, and how many were a dead gateway's.

    What the estimates remember of a venue that was another's is as of where this gateway stands: its
    journal tells nothing of before.
    """
    taken: dict[VenueSlug, int] = {}
    dead = 0
    cursor = find_cursor(conn, holder)
    for venue in sorted(wanted):
        row = _locked(conn, venue)
        now = now_ns(conn)
        if row is None:
            number = 1
        elif row.until > now and row.holder != holder:
            continue
        else:
            number = row.number + 1
            dead += row.holder != holder and row.until > 0
        put(
            conn, leases,
            {"venue": venue, "holder": holder, "number": number, "until": now + for_ns},
        )  # fmt: skip
        taken[venue] = number
        if row is None or row.holder != holder:
            position = 0 if cursor is None else cursor.position
            its = update(air_memory).where(air_memory.c.venue == venue)
            conn.execute(its.values(position=position))
    return taken, dead


def give_back(conn: Connection, holder: str, given: Collection[VenueSlug]) -> None:
    """Let others have these at once."""
    its = (leases.c.holder == holder, leases.c.venue.in_(sorted(given)))
    conn.execute(update(leases).where(*its).values(until=0))


def leave(conn: Connection, holder: str) -> None:
    """Take part no more."""
    conn.execute(update(leases).where(leases.c.holder == holder).values(until=0))
    conn.execute(update(lease_holders).where(lease_holders.c.name == holder).values(until=0))


def fence(conn: Connection, holder: str, held: Mapping[VenueSlug, int]) -> None:
    """Hold up who would take a venue of this gateway until the transaction is over.

    Raises:
        LeaseLost: one is taken already.

    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{MOST_IDLE_S}s'")
    its_row = select(lease_holders.c.name).where(lease_holders.c.name == holder)
    # Not in the way of our own renewal, as a stronger lock would be.
    conn.execute(its_row.with_for_update(read=True, key_share=True)).all()
    counted = select(func.count(), func.coalesce(func.sum(leases.c.number), 0))
    count, total = conn.execute(counted.where(leases.c.holder == holder, leases.c.until > 0)).one()
    if (count, int(total)) != (len(held), sum(held.values())):
        raise LeaseLost("another gateway looks after a venue of this one by now")


def _locked(conn: Connection, venue: VenueSlug) -> Lease | None:
    """The lease as it is, which nobody changes meanwhile, and whose holder writes nothing meanwhile."""
    its = select(leases).where(leases.c.venue == venue)
    row = conn.execute(its).one_or_none()
    if row is not None:
        writer = select(lease_holders.c.name).where(lease_holders.c.name == row.holder)
        conn.execute(writer.with_for_update()).all()
    row = conn.execute(its.with_for_update()).one_or_none()
    return None if row is None else Lease(*row)
