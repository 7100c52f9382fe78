"""What the demo's hosts say of their meetings' protocols, a room that was tested the day before, and the
pages at the doors.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import exp
from typing import Final
from zlib import crc32
from zoneinfo import ZoneInfo

from gateway.domain.meeting import Meeting
from gateway.domain.protocol.protocol import Item
from gateway.domain.protocol.times import due
from gateway.domain.protocol.verdict import Declaration
from gateway.domain.room_test.course import judged
from gateway.domain.room_test.fit import Decay, Outdoor, Sample
from gateway.registry.accounts.door_pages import door_pages_of, make_door_page
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.agenda.reports import records_within
from gateway.registry.database import Database
from gateway.registry.protocols.of_meetings import (
    begin_under,
    declarations_of,
    declare,
    declare_all,
    protocols_of,
)
from gateway.registry.room_tests import RoomTest, begin_test, close_test, tests_of
from gateway.registry.rooms import all_rooms, find_room
from gateway.reports.builder import decode_summary
from gateway.reports.gone import meeting_of
from gateway.store.interface import Placed, Store
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

AFTER_DUE: Final = timedelta(minutes=4)
"""So long after an item is due a host speaks of it."""
ONE_IN: Final = 24
"""Of so many items one is forgotten, of one is said no, and of two somebody speaks late."""
ONE_IN_PAST: Final = 160
"""Likewise of the months before: most meetings were kept."""
LATE: Final = timedelta(minutes=40)
WHY_NOT: Final = "Het regende hard."

VENUE, ROOM, DEVICE = VenueSlug("de-kade"), RoomSlug("grote-zaal"), DeviceSlug("co2-01")
TESTED_AT: Final = time(17, 30)
CHANGES_PER_H: Final = 2.6
OUTDOORS: Final = Outdoor(430.0, 12.0)
EXCESS_PPM: Final = 850.0
NOISE_PPM: Final = 4.0
EVERY_S: Final = 10
LASTED_S: Final = 3600


def speak(database: Database, now: datetime) -> int:
    """Let hosts say what is due of the meetings of today, as hosts do: nearly all, and nearly all yes;
    how much was said.
    """
    with database.read() as conn:
        found = meetings_between(conn, now - timedelta(hours=20), now + timedelta(minutes=30))
        protocols = protocols_of(conn, found, now)
        said = declarations_of(conn, [one.id for one in found])
    spoken = [
        (meeting, word)
        for meeting in found
        for item in protocols[meeting.id].declared
        if item.id not in {one.item for one in said.get(meeting.id, ())}
        for word in _word(meeting, item, now)
    ]
    if spoken:
        with database.write() as conn:
            for meeting, word in spoken:
                declare(conn, meeting, word)
    return len(spoken)


def recall(database: Database, now: datetime) -> int:
    """What hosts said of the meetings on record of the months before; of how many that was still to be
    done.
    """
    with database.read() as conn:
        records = records_within(conn, [VENUE], 0, to_ns(now))
        found = [meeting_of(decode_summary(one.summary)) for one in records]
        said = declarations_of(conn, [one.id for one in found])
        protocols = protocols_of(conn, found, now)
    silent = [one for one in found if one.id not in said]
    with database.write() as conn:
        for meeting in silent:
            protocol = protocols[meeting.id]
            begin_under(conn, meeting, protocol)
            words = (
                word
                for item in protocol.declared
                for word in _word(meeting, item, now, ONE_IN_PAST)
            )
            declare_all(conn, meeting, protocol, words)
    return len(silent)


def _word(
    meeting: Meeting, item: Item, now: datetime, one_in: int = ONE_IN
) -> Iterator[Declaration]:
    """The same for the same meeting and item, whenever one asks."""
    chance = crc32(f"{meeting.room} {meeting.start:%Y-%m-%d %H:%M} {item.id}".encode()) % one_in
    after = LATE if chance in (2, 3) else AFTER_DUE
    at = due(item.when, meeting.start, meeting.end).since + after
    if at > now or chance == 0:
        return
    note = WHY_NOT if chance == 1 else ""
    yield Declaration(item.id, declared=chance != 1, by="host", at=at, note=note)


def put_doors(database: Database, now: datetime) -> int:
    """Make a page for the door of each room of the first venue; how many had none."""
    with database.write() as conn:
        present = {(one.venue, one.room) for one in door_pages_of(conn)}
        rooms = [one for one in all_rooms(conn, VENUE) if (one.venue, one.slug) not in present]
        for room in rooms:
            make_door_page(conn, room.venue, room.slug, "demo", now)
    return len(rooms)


def put_test(database: Database, store: Store, today: date) -> bool:
    """Test the large room the day before, by readings of its own; whether that was still to be done."""
    zone = ZoneInfo("Europe/Amsterdam")
    started = datetime.combine(today - timedelta(days=1), TESTED_AT, zone)
    with database.read() as conn:
        room = find_room(conn, VENUE, ROOM)
        is_done = any(one.started == started for one in tests_of(conn, VENUE, ROOM))
    if room is None or is_done:
        return False
    samples = tuple(_samples(today))
    begin_ns = to_ns(started)
    store.write([_reading(begin_ns + int(one.at_s * 1e9), one.ppm) for one in samples])
    found = judged(samples, OUTDOORS, float(LASTED_S), room.air_volume_m3, is_stopped=True)
    if not isinstance(found.found, Decay) or found.ended_s is None:
        return False
    asked = RoomTest(
        "", VENUE, ROOM, "ramen dicht, deur dicht", "demo", started, room.air_volume_m3
    )
    with database.write() as conn:
        made = begin_test(conn, asked)
        over = replace(
            made, state="done", ended=from_ns(begin_ns + int(found.ended_s * 1e9)), device=DEVICE,
            outdoor_ppm=OUTDOORS.ppm, decay=found.found,
        )  # fmt: skip
        close_test(conn, over)
    return True


def _samples(today: date) -> Iterator[Sample]:
    """An empty room whose CO2 falls, as its sensor shows it."""
    dice = random.Random(today.isoformat())  # noqa: S311 - dice
    for at_s in range(0, LASTED_S, EVERY_S):
        over_ppm = EXCESS_PPM * exp(-CHANGES_PER_H * at_s / 3600)
        yield Sample(float(at_s), round(OUTDOORS.ppm + over_ppm + dice.gauss(0, NOISE_PPM)))


def _reading(at_ns: int, ppm: float) -> Placed:
    return Placed(ROOM, AirReading(VENUE, DEVICE, at_ns, at_ns, ts_given=True, co2_ppm=ppm))
