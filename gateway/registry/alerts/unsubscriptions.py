"""Who wants no more mails of a kind from a venue. They said so themselves; a manager sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from gateway.domain.topic import Topic
from gateway.registry.tables.links import unsubscriptions
from gateway.registry.upsert import put_new
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """``address`` is in small letters."""

    venue: VenueSlug
    address: str
    topic: Topic
    at: datetime


def unsubscribe(
    conn: Connection, venue: VenueSlug, address: str, topic: Topic, at: datetime
) -> None:
    """Send no more of these; again is harmless."""
    row = {"venue": venue, "address": address.casefold(), "topic": topic, "at_ns": to_ns(at)}
    put_new(conn, unsubscriptions, row)


def subscribe_again(conn: Connection, venue: VenueSlug, address: str, topic: Topic) -> None:
    """Undo it; again is harmless."""
    which = (
        (unsubscriptions.c.venue == venue)
        & (unsubscriptions.c.address == address.casefold())
        & (unsubscriptions.c.topic == topic)
    )
    conn.execute(delete(unsubscriptions).where(which))


def unwanted_topics(conn: Connection, venue: VenueSlug, address: str) -> frozenset[Topic]:
    """What somebody wants no more of."""
    query = select(unsubscriptions.c.topic).where(
        unsubscriptions.c.venue == venue, unsubscriptions.c.address == address.casefold()
    )
    return frozenset(conn.execute(query).scalars())


def all_unsubscriptions(conn: Connection) -> dict[str, tuple[Unsubscription, ...]]:
    """By venue, in the order of their addresses; venues without any are left out."""
    columns = unsubscriptions.c
    found: dict[str, tuple[Unsubscription, ...]] = {}
    for row in conn.execute(
        select(unsubscriptions).order_by(columns.venue, columns.address, columns.topic)
    ):
        one = Unsubscription(row.venue, row.address, row.topic, from_ns(row.at_ns))
        found[row.venue] = (*found.get(row.venue, ()), one)
    return found
