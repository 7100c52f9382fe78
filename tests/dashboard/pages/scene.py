"""De Kade on a Tuesday evening: five rooms, one of each kind of trouble, at a moment that stands still."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dashboard.board.port import Guest, StreamEvent
from dashboard.board.viewers import Viewer, Viewers
from dashboard.web.services import Services
from gateway.config import DashboardSettings, NotifySettings, StoreSettings
from gateway.domain.alerts.flag import Flag
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.domain.room_state import (
    FlagView,
    MeetingView,
    PeopleEstimate,
    RoomState,
    encode,
)
from gateway.registry.agenda.meetings import MeetingFlag, put_meeting, put_meeting_flag
from gateway.registry.alerts.flags import put_flag
from gateway.registry.database import Database, open_database
from gateway.registry.devices import note_about, note_seen, place
from gateway.registry.live.air_memory import AirMemory, put_memories
from gateway.registry.policies import put_presets
from gateway.registry.rooms import put_room, put_venue
from gateway.store.interface import Placed, RoomSample
from gateway.store.open import open_store
from sensors.clock import Clock
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.reading import About, AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.clocks import StillClock
from tests.dashboard.pages.scene_air import (
    OPENING,
    OUTDOOR_PPM,
    compliance,
    foresight,
    fresh_air,
    remembered,
)

NOW = datetime(2026, 11, 24, 19, 11, 30, tzinfo=UTC)  # 20:11 in Amsterdam


USUAL = NotifySettings()
STILL = StillClock(to_ns(NOW))
VENUE = VenueSlug("de-kade")
HOSTILE = 'Pitch <script>alert("x")</script> & koffie'

ROOMS = (
    Room(VENUE, RoomSlug("atelier"), "Atelier", 120.0, 40.0, 14),
    Room(VENUE, RoomSlug("bibliotheek"), "Bibliotheek", seats=8),
    Room(VENUE, RoomSlug("grote-zaal"), "Grote zaal", 210.0, 70.0, 20),
    Room(VENUE, RoomSlug("havenkamer"), "Havenkamer", 100.0, 35.0, 12, design_flow_lps=110.0),
    Room(VENUE, RoomSlug("serre"), "Serre", 140.0, 48.0, 16),
)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def ahead(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


MEETINGS = (
    Meeting("m-zaal", VENUE, RoomSlug("grote-zaal"), "Ledenavond Business Open", ago(98), ahead(52), 18,
            "organiser@example.org"),
    Meeting("m-haven", VENUE, RoomSlug("havenkamer"), "Bestuursoverleg", ago(72), ahead(18), 10),
    Meeting("m-serre", VENUE, RoomSlug("serre"), HOSTILE, ago(56), ahead(34), 12),
    Meeting("m-atelier", VENUE, RoomSlug("atelier"), "Introductie nieuwe leden", ago(20), ahead(70), 8),
    Meeting("m-ochtend", VENUE, RoomSlug("grote-zaal"), "Ontbijtsessie", ago(720), ago(600), 16),
    Meeting("m-later", VENUE, RoomSlug("bibliotheek"), "Boekenclub", ahead(48.5), ahead(120), 8),
)  # fmt: skip

CO2_FLAG = Flag("f-co2", VENUE, RoomSlug("grote-zaal"), "co2", "firing", ago(7.5), ago(2.5), None, None,
                1240.0, 1262.0, 1200.0)  # fmt: skip
PEOPLE_FLAG = Flag("f-people", VENUE, RoomSlug("havenkamer"), "occupancy", "firing", ago(14), ago(13), None,
                   None, 15.0, 15.0, 12.0)  # fmt: skip
SILENT_FLAG = Flag("f-silent", VENUE, RoomSlug("bibliotheek"), "no_data", "firing", ago(30), ago(25), None,
                   None, 1800.0, 1800.0, 300.0)  # fmt: skip
PAST_FLAG = Flag("f-past", VENUE, RoomSlug("grote-zaal"), "co2", "resolved", ago(640), ago(635), ago(612),
                 None, 1090.0, 1380.0, 1200.0, ago(630), "anna")  # fmt: skip


def view(meeting: Meeting) -> MeetingView:
    return MeetingView(meeting.id, meeting.title, to_wire(meeting.start), to_wire(meeting.end))


def flag_view(flag: Flag) -> FlagView:
    return FlagView(flag.rule, flag.state, to_wire(flag.since), flag.value, flag.limit)


def room_state(room: RoomSlug, **values: Any) -> RoomState:
    """A state as the gateway gives it at the moment of the scene."""
    registered = next(r for r in ROOMS if r.slug == room)
    known: dict[str, Any] = {
        "venue": VENUE,
        "at": to_wire(NOW),
        "name": registered.name,
        "level": "good",
        "co2_at": to_wire(ago(0.1)),
        "people_at": to_wire(ago(0.2)),
        "capacity": registered.seats,
        "outdoor_ppm": OUTDOOR_PPM,
        "gateway": "luchtig-gateway",
    }
    return RoomState(room=room, **known | values)


def evening() -> tuple[RoomState, ...]:
    return (
        room_state(RoomSlug("atelier"), co2_ppm=642.0, people_at=None, meeting=view(MEETINGS[3]),
                   people_estimate=PeopleEstimate(6.2, 4.4, 8.6, "air"),
                   ventilation=fresh_air(85.2, 6), compliance=compliance(14.2),
                   forecast=foresight(NOW, 642.0, 760.0, 70.0)),
        room_state(RoomSlug("bibliotheek"), level="unknown", co2_at=to_wire(ago(30)), people_at=None,
                   flags=(flag_view(SILENT_FLAG),)),
        room_state(RoomSlug("grote-zaal"), level="act", co2_ppm=1240.0, people=18, meeting=view(MEETINGS[0]),
                   people_estimate=PeopleEstimate(17.6, 15.1, 20.3, "counter"),
                   ventilation=fresh_air(95.4, 18), compliance=compliance(5.3),
                   forecast=foresight(NOW, 1240.0, 1350.0, 52.0, (0.0, 0.0, 0.0)),
                   flags=(flag_view(CO2_FLAG),), advice=(
                       OPENING | {"ppm": 980.0, "unchanged_ppm": 1290.0, "flow_lps": 95.0},
                       {"code": "at_most", "people": 16})),
        room_state(RoomSlug("havenkamer"), level="act", co2_ppm=905.0, people=15, meeting=view(MEETINGS[1]),
                   ventilation=fresh_air(118.5, 15), compliance=compliance(7.9),
                   forecast=foresight(NOW, 905.0, 980.0, 18.0),
                   flags=(flag_view(PEOPLE_FLAG),), advice=({"code": "at_most", "people": 12},)),
        room_state(RoomSlug("serre"), level="watch", co2_ppm=1080.0, people=11, meeting=view(MEETINGS[2]),
                   ventilation=fresh_air(64.9, 11), compliance=compliance(5.9),
                   forecast=foresight(NOW, 1080.0, 1310.0, 34.0, (9.0, 6.0, 14.0)),
                   advice=(OPENING,)),
    )  # fmt: skip


@dataclass
class StageBoard:
    """A board whose states a test sets; what it promises is in dashboard.board.port.Board."""

    states: tuple[RoomState, ...] = field(default_factory=evening)
    connected: bool = True
    online: dict[str, bool] = field(default_factory=lambda: {"luchtig-gateway": True})
    _viewers: Viewers = field(default_factory=lambda: Viewers(50))
    _listening: list[Callable[[], None]] = field(default_factory=list)

    def rooms(self) -> tuple[RoomState, ...]:
        return self.states

    def room(self, venue: VenueSlug, room: RoomSlug) -> RoomState | None:
        return next((s for s in self.states if (s.venue, s.room) == (venue, room)), None)

    def is_connected(self) -> bool:
        return self.connected

    def gateways(self) -> dict[str, bool]:
        return self.online

    def follow(self, venues: Collection[VenueSlug] | None = None) -> Viewer:
        return self._viewers.add(venues)

    def enter(self, guest: Guest) -> Callable[[], None]:
        return self._viewers.enter(guest)

    def end_streams(self) -> None:
        self._viewers.close()

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        self._listening.append(heard)
        return lambda: self._listening.remove(heard)

    def show(self, state: RoomState) -> None:
        """Put a new state in place of the room's, and tell whoever follows."""
        self.states = tuple(state if s.room == state.room else s for s in self.states)
        self._viewers.tell_room((state.venue, state.room), StreamEvent("room", encode(state)))
        for heard in tuple(self._listening):
            heard()


def furnish(database: Database) -> None:
    """The venue, its meetings, its devices (one of them new) and what went over."""
    database.migrate()
    with database.write() as conn:
        put_presets(conn)
        put_venue(conn, Venue(VENUE, "De Kade"))
        for room in ROOMS:
            put_room(conn, room)
        memory = remembered((30.0, 1.4), (4.0, 4.2))
        put_memories(conn, [AirMemory(VENUE, "room", "grote-zaal", 1, NOW, memory)])
        for meeting in MEETINGS:
            put_meeting(conn, meeting)
        for number, room in enumerate(ROOMS, start=1):
            device = "co2-05" if room.slug == "bibliotheek" else f"co2-0{number}"
            if number == 5:
                device = "co2-02"
            place(conn, VENUE, DeviceSlug(device), room.slug, ago(10_000))
            note_about(conn, VENUE, DeviceSlug(device), About("mh-z19b", "1.0", 10.0, room.slug))
            note_seen(
                conn, VENUE, DeviceSlug(device), ago(30 if room.slug == "bibliotheek" else 0.1)
            )
        note_about(
            conn, VENUE, DeviceSlug("co2-06"), About("mh-z19b", "1.0", 10.0, RoomSlug("serre"))
        )
        note_seen(conn, VENUE, DeviceSlug("co2-06"), ago(1))
        for flag in (CO2_FLAG, PEOPLE_FLAG, SILENT_FLAG, PAST_FLAG):
            put_flag(conn, flag)
        for meeting_id, flag in (
            ("m-zaal", CO2_FLAG),
            ("m-haven", PEOPLE_FLAG),
            ("m-ochtend", PAST_FLAG),
        ):
            put_meeting_flag(
                conn,
                MeetingFlag(meeting_id, flag.id, flag.rule, flag.state, flag.since,
                            flag.resolved_at, flag.peak, flag.limit),
            )  # fmt: skip


def per_person(state: RoomState, minutes: float) -> dict[str, float]:
    """What the gateway keeps of the fresh air for each person: it falls as the room fills."""
    flow = state.ventilation
    assert flow is not None
    assert flow.flow_lps is not None
    each_lps = (flow.per_person_lps or 0.0) * (1 + 0.5 * min(minutes, 70.0) / 70.0)
    return {
        "flow_lps": flow.flow_lps,
        "per_person_lps": each_lps,
        "per_person_low_lps": 0.8 * each_lps,
        "per_person_high_lps": 1.3 * each_lps,
    }


def readings() -> list[Placed | RoomSample]:
    """Twelve hours of every room that measures, a reading every two minutes."""
    rows: list[Placed | RoomSample] = []
    for state in evening():
        silent = 30 if state.level == "unknown" else 0
        now_ppm = state.co2_ppm or 700.0
        for minutes in range(720, silent, -2):
            rise = 1 / (1 + math.exp((minutes - 60) / 18)) + 0.5 * math.exp(
                -(((minutes - 640) / 45) ** 2)
            )
            ppm = round(470 + (now_ppm - 470) * rise + 6 * math.sin(minutes * 1.7))
            at_ns = to_ns(ago(minutes))
            reading = AirReading(
                VENUE, DeviceSlug(f"air-{state.room}"), at_ns, at_ns, True, float(ppm)
            )
            people = (
                round(state.people_estimate.people)
                if state.people is None and (state.people_estimate)
                else state.people or 0
            )
            here = people if minutes < 70 else (12 if 600 <= minutes <= 700 else 0)
            rows.append(Placed(state.room, reading))
            each = {} if not here or state.ventilation is None else per_person(state, minutes)
            rows.append(RoomSample(VENUE, state.room, at_ns, state.level, float(ppm), here, **each))
    return rows


@dataclass
class Stage:
    services: Services
    board: StageBoard
    database: Database


def build(
    directory: Path,
    clock: Clock = STILL,
    notify: NotifySettings = USUAL,
    **settings: Any,
) -> Stage:
    """The scene's services on a database and a store in ``directory``; demo, so nobody logs in."""
    database = open_database("sqlite:///luchtig.db", directory)
    furnish(database)
    store = open_store(StoreSettings(), directory)
    store.write(readings())
    board = StageBoard()
    chosen = DashboardSettings(**{"demo": True} | settings)
    services = Services(
        clock, database, store, board, chosen, "a secret of tests", notify, directory=directory
    )
    return Stage(services, board, database)
