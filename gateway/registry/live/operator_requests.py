"""What people ask of the gateway: a count set by hand, a flag acknowledged. The gateway does it
within a second or so, and marks it done.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from gateway.registry.tables.flags import operator_requests
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import COUNT_RANGE
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class PeopleRequest:
    """Somebody counted: ``people`` are in the room."""

    id: int
    venue: VenueSlug
    room: RoomSlug
    people: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AcknowledgeRequest:
    """Somebody saw the flag and is on it."""

    id: int
    flag: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UnreadableRequest:
    """What a row asks is not known here: another version wrote it, or a hand did."""

    id: int


Request = PeopleRequest | AcknowledgeRequest | UnreadableRequest


class _People(msgspec.Struct, frozen=True):
    people: Annotated[int, msgspec.Meta(ge=COUNT_RANGE[0], le=COUNT_RANGE[1])]


class _Acknowledge(msgspec.Struct, frozen=True):
    note: str


def ask_people(
    conn: Connection, venue: VenueSlug, room: RoomSlug, people: int, by: str, at: datetime
) -> None:
    """Ask that the room's count be ``people`` from ``at`` on."""
    body = msgspec.json.encode(_People(people)).decode()
    row = {"kind": "people", "venue": venue, "room": room, "body": body}
    conn.execute(insert(operator_requests).values(**row, by=by, at_ns=to_ns(at)))


def ask_acknowledge(conn: Connection, flag_id: str, by: str, note: str, at: datetime) -> None:
    """Ask that the flag be marked as seen by ``by``."""
    body = msgspec.json.encode(_Acknowledge(note)).decode()
    row = {"kind": "acknowledge", "flag": flag_id, "body": body}
    conn.execute(insert(operator_requests).values(**row, by=by, at_ns=to_ns(at)))


_WAITING = (  # made once: it is asked every second
    select(operator_requests)
    .where(
        operator_requests.c.done_ns.is_(None),
        operator_requests.c.kind.in_(("people", "acknowledge")),
    )
    .order_by(operator_requests.c.id)
)


def pending_requests(conn: Connection) -> tuple[Request, ...]:
    """What is not done yet, in the order it was asked; one that cannot be read holds up no
    other.
    """
    return tuple(_request(row) for row in conn.execute(_WAITING))


def mark_done(conn: Connection, request_id: int, at: datetime) -> None:
    done = update(operator_requests).where(operator_requests.c.id == request_id)
    conn.execute(done.values(done_ns=to_ns(at)))


def _request(row: Row[tuple[Any, ...]]) -> Request:
    at = from_ns(row.at_ns)
    try:
        if row.kind == "people" and row.venue is not None and row.room is not None:
            people = msgspec.json.decode(row.body, type=_People).people
            return PeopleRequest(row.id, row.venue, row.room, people, row.by, at)
        if row.kind == "acknowledge" and row.flag is not None:
            note = msgspec.json.decode(row.body, type=_Acknowledge).note
            return AcknowledgeRequest(row.id, row.flag, note, row.by, at)
    except msgspec.DecodeError:
        pass
    return UnreadableRequest(row.id)
