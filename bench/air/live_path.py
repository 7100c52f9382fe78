"""A stay on the gateway's live path: what its devices send goes in as journal entries, and out comes the
room's state of each minute. No database: the configuration is built here, and what the live side would
write is dropped.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.air.devices import Sent, sent
from bench.air.situation import Situation
from bench.air.stay import Stay
from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.domain.presets import HEALTHY_DEFAULT, PRESETS
from gateway.domain.room import AirFrom, Placement, Room, VentilationKind, Venue
from gateway.domain.room_state import RoomState
from gateway.journal.entry import Note
from gateway.live.configuration import Configuration, KnownSpan, calendars
from gateway.live.room.state import RoomView
from gateway.live.rooms import LiveRooms
from gateway.live.unit_of_work import UnitOfWork
from gateway.store.interface import Placed
from sensors.wire.instant import to_ns
from sensors.wire.reading import About, AirReading, PeopleReading, Reading
from sensors.wire.topic import DeviceSlug, RoomKey, RoomSlug, VenueSlug

VENUE, ROOM, GATEWAY = VenueSlug("simulated"), RoomSlug("room"), "bench"
KEY: RoomKey = (VENUE, ROOM)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
"""Before the first day of every stay."""
MIDNIGHT_NS = to_ns(MIDNIGHT)
TRAVELS_NS = 300_000_000
POLICY: Policy = HEALTHY_DEFAULT
"""What the room is held to, and shown against: the least fresh air for each person, 10 l/s."""


def at(at_s: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=at_s)


def states(
    stay: Stay, from_s: float | None = None, *, known_kind: bool = False
) -> Iterator[RoomState]:
    """The room's state at the end of each minute from ``from_s`` on, nothing being known of it before;
    ``known_kind``: its settings say how it is ventilated and from where.
    """
    begin_s = stay.begin_s if from_s is None else from_s
    rooms = _rooms(stay, begin_s, known_kind=known_kind)
    room = rooms.rooms[KEY]
    view = RoomView(room, GATEWAY)
    for note in _notes(stay, begin_s):
        rooms.take(note)
    rooms.after_entries(at(begin_s))
    coming = iter(sent(stay))
    message = next(coming, None)
    for minute in stay.minutes:
        while message is not None and message.at_s <= minute.at_s:
            if message.at_s >= begin_s:
                rooms.take(Placed(ROOM, _reading(message)))
            message = next(coming, None)
        if minute.at_s <= begin_s:
            continue
        now = at(minute.at_s)
        rooms.after_entries(now)
        rooms.pass_time(now)
        room.drain()
        rooms.changes.touched.clear()
        rooms.unit_of_work.clear()
        yield view.without_forecast(now)


def _rooms(stay: Stay, begin_s: float, *, known_kind: bool) -> LiveRooms:
    now = at(begin_s)
    configuration = _configuration(stay, known_kind=known_kind)
    rooms = LiveRooms(Configuration(0, configuration.span), UnitOfWork(), lambda _: None)
    rooms.configure(configuration, now, now)
    return rooms


def _configuration(stay: Stay, *, known_kind: bool) -> Configuration:
    venue = Venue(VENUE, "Simulated", timezone="UTC")
    room = Room(VENUE, ROOM, "Room", stay.place.told_m3, policy=POLICY.slug)
    if known_kind:
        room = of_known_kind(room, stay)
    end = at(stay.end_s) + timedelta(days=1)
    return Configuration(
        revision=1,
        span=KnownSpan(MIDNIGHT - timedelta(days=1), end),
        venues={VENUE: venue},
        zones={VENUE: ZoneInfo("UTC")},
        rooms={KEY: room},
        policies={policy.slug: policy for policy in PRESETS},
        placements=tuple(
            Placement(VENUE, device, ROOM, MIDNIGHT - timedelta(days=1))
            for device in DEVICES.values()
        ),
        calendars=calendars(_meetings(stay)) if stay.situation.calendar else {},
    )


def of_known_kind(room: Room, stay: Stay) -> Room:
    """The room with its kind in its settings."""
    air_from: AirFrom = "inside" if stay.situation.is_inside else "outdoors"
    return replace(room, ventilation=ventilation_of(stay.situation, stay), air_from=air_from)


def ventilation_of(situation: Situation, stay: Stay) -> VentilationKind:
    if situation.control == "co2":
        return "co2"
    if stay.place.has_windows:
        return "natural"
    return "clock" if situation.control == "clock" or stay.place.has_schedule else "constant"


def _meetings(stay: Stay) -> Iterator[Meeting]:
    for number, one in enumerate(stay.people.gatherings):
        yield Meeting(f"m{number}", VENUE, ROOM, "Meeting", at(one.start_s), at(one.end_s),
                      expected_people=one.expected)  # fmt: skip


DEVICES = {
    kind: DeviceSlug(slug)
    for kind, slug in (("air", "co2"), ("seen", "camera"), ("door", "door"), ("motion", "pir"))
}


def _notes(stay: Stay, begin_s: float) -> Iterator[Note]:
    """What the devices say of themselves when they come."""
    at_ns = MIDNIGHT_NS + round(begin_s * 1e9)
    for kind, device in DEVICES.items():
        interval_s = stay.place.interval_s if kind == "air" else None
        yield Note(VENUE, device, at_ns, online=True)
        yield Note(VENUE, device, at_ns, about=About(interval_s=interval_s))


def _reading(message: Sent) -> Reading:
    at_ns = MIDNIGHT_NS + round(message.at_s * 1e3) * 1_000_000
    head = (VENUE, DEVICES[message.kind], at_ns, at_ns + TRAVELS_NS, True)
    if message.kind == "air":
        return AirReading(*head, message.value)
    if message.kind == "seen":
        return PeopleReading(*head, count=int(message.value))
    if message.kind == "door":
        return PeopleReading(*head, in_total=int(message.value), out_total=message.out_total)
    return PeopleReading(*head, motion=int(message.value))
