"""Rooms' own tests: begun, closed once, and found."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from gateway.domain.air.tested import TestedAir, known_by
from gateway.domain.room_test.decay import Reason
from gateway.domain.room_test.fit import Decay
from gateway.registry.revision import raise_revision
from gateway.registry.tables.room_tests import room_tests
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import DeviceSlug, RoomKey, RoomSlug, VenueSlug

CONDITIONS_LENGTH = 200

State = Literal["running", "done", "refused"]


@dataclass(frozen=True, slots=True)
class RoomTest:
    """``decay`` is its figure; of one that was refused what the curve looked like, where it did.
    ``calibrated`` is when the sensor last was, ``volume_m3`` what the room's volume was said to be.
    """

    id: str
    venue: VenueSlug
    room: RoomSlug
    conditions: str
    by: str
    started: datetime
    volume_m3: float | None
    state: State = "running"
    reason: Reason | None = None
    ended: datetime | None = None
    device: DeviceSlug | None = None
    calibrated: datetime | None = None
    outdoor_ppm: float | None = None
    decay: Decay | None = None
    stopped_by: str | None = None


def begin_test(conn: Connection, asked: RoomTest) -> RoomTest:
    """Begin one; the one that goes on in that room, where there is one.

    Raises IntegrityError where there is no such room.
    """
    running = select(room_tests).where(
        room_tests.c.venue == asked.venue,
        room_tests.c.room == asked.room,
        room_tests.c.state == "running",
    )
    going_on = conn.execute(running.limit(1)).one_or_none()
    if going_on is not None:
        return _test(going_on)
    made = replace(asked, id=secrets.token_hex(8))
    conn.execute(
        insert(room_tests).values(
            id=made.id, venue=made.venue, room=made.room, conditions=made.conditions, by=made.by,
            started_ns=to_ns(made.started), volume_m3=made.volume_m3, state=made.state,
        )
    )  # fmt: skip
    return made


def close_test(conn: Connection, over: RoomTest) -> RoomTest:
    """Keep how it ended; what was kept, where somebody was first."""
    decay, ended, calibrated = over.decay, over.ended, over.calibrated
    figures = {} if decay is None else {
        "air_changes_per_h": decay.air_changes_per_h, "low": decay.low, "high": decay.high,
        "end_ppm": decay.end_ppm, "excess_ppm": decay.excess_ppm, "noise_ppm": decay.noise_ppm,
        "correlation": decay.correlation, "spans": decay.spans,
    }  # fmt: skip
    conn.execute(
        update(room_tests)
        .where(room_tests.c.id == over.id, room_tests.c.state == "running")
        .values(
            state=over.state,
            reason=over.reason,
            ended_ns=None if ended is None else to_ns(ended),
            stopped_by=over.stopped_by,
            device=over.device,
            calibrated_ns=None if calibrated is None else to_ns(calibrated),
            outdoor_ppm=over.outdoor_ppm,
            **figures,
        )
    )
    if over.state == "done":
        raise_revision(conn)  # it is knowledge of the room
    return find_test(conn, over.id) or over


def find_test(conn: Connection, number: str) -> RoomTest | None:
    row = conn.execute(select(room_tests).where(room_tests.c.id == number)).one_or_none()
    return None if row is None else _test(row)


def tests_of(conn: Connection, venue: VenueSlug, room: RoomSlug) -> tuple[RoomTest, ...]:
    """All of a room, the newest first."""
    query = select(room_tests).where(room_tests.c.venue == venue, room_tests.c.room == room)
    ordered = query.order_by(room_tests.c.started_ns.desc(), room_tests.c.id)
    return tuple(map(_test, conn.execute(ordered)))


def air_by_tests(conn: Connection, venue: VenueSlug | None = None) -> dict[RoomKey, TestedAir]:
    """What the rooms of all venues, or of one, are known for by their tests; those without are left
    out.
    """
    query = select(room_tests).where(room_tests.c.state == "done")
    if venue is not None:
        query = query.where(room_tests.c.venue == venue)
    done: dict[RoomKey, list[tuple[str, Decay]]] = {}
    for test in map(_test, conn.execute(query.order_by(room_tests.c.started_ns.desc()))):
        if test.decay is not None:
            done.setdefault((test.venue, test.room), []).append((test.conditions, test.decay))
    return {key: known_by(its) for key, its in done.items()}


def _test(row: Any) -> RoomTest:
    decay = None
    if row.air_changes_per_h is not None:
        decay = Decay(
            row.air_changes_per_h, row.low, row.high, row.end_ppm, row.excess_ppm, row.noise_ppm,
            row.correlation, row.spans,
        )  # fmt: skip
    return RoomTest(
        row.id, VenueSlug(row.venue), RoomSlug(row.room), row.conditions, row.by,
        from_ns(row.started_ns), row.volume_m3, row.state, row.reason, _moment(row.ended_ns),
        None if row.device is None else DeviceSlug(row.device), _moment(row.calibrated_ns),
        row.outdoor_ppm, decay, row.stopped_by,
    )  # fmt: skip


def _moment(ns: int | None) -> datetime | None:
    return None if ns is None else from_ns(ns)
