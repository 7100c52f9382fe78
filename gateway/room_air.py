"""What the air of one live room tells, reading by reading: the flow of fresh air, what comes, how good
that was. Readings come at their own time, each later than the one before.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from gateway.domain.air.belief import AirRoom, Belief, Prior
from gateway.domain.air.believing import belief
from gateway.domain.air.forecast import HORIZON_MIN, Forecast, forecast
from gateway.domain.air.generation import of
from gateway.domain.air.mass_balance import flow_of
from gateway.domain.air.skill import Skill, is_due, issued, scored
from gateway.domain.air.track import Track, begin, group, heard_air, heard_people
from gateway.domain.faults.room_faults import RoomFaults
from gateway.domain.meeting import Meeting
from gateway.domain.people import RoomPeople, last_reset
from gateway.domain.policy import Policy
from gateway.domain.room import Room, Venue
from gateway.fault_watch import LOST_S, FaultWatch
from gateway.venue_air import VenueAir
from sensors.instant import EPOCH, from_ns
from sensors.reading import AirReading, Reading

LOOK_EVERY_S = 30.0
"""How often a forecast is made, of the readings' time."""
HEIGHT_M = 2.8
"""Of a room whose volume nobody gave, over its floor."""
USUAL_CHANGES_PER_H = Prior(1.55, 0.95)
"""What a room's flow may be before anything is known: from 0.3 to 8 air changes an hour."""
SOMEBODY = 0.5

Sort = Literal["seen", "doors", "set"]
Context = Callable[[datetime], tuple[Policy, Meeting | None]]


class Remembered(msgspec.Struct, frozen=True):
    """All that outlives a restart. ``people`` is as of the same reading as the rest; ``fed`` what of it
    the track has heard.
    """

    track: Track
    skill: Skill
    people: RoomPeople
    fed: tuple[int | None, Sort | None, datetime]
    group: str
    heard_at: datetime
    looked_s: float
    faults: RoomFaults


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Remembered).decode


class RoomAir:
    """``belief`` is as of the last reading, ``forecast`` at most half a minute older; both None for a
    room of which neither the volume nor the floor is known.
    """

    def __init__(self, context: Context, outdoors: VenueAir) -> None:
        self.belief: Belief | None = None
        self.forecast: Forecast | None = None
        self.skill = Skill()
        self.is_new = False
        self.is_urgent = False
        self.faults = FaultWatch(outdoors)
        self._context = context
        self._outdoors = outdoors
        self._track = begin(0.0)
        self._people = RoomPeople()
        self._fed: tuple[int | None, Sort | None, datetime] = (None, None, EPOCH)
        self._group = ""
        self._heard_at = EPOCH
        self._looked_s = 0.0
        self._air: AirRoom | None = None

    def configure(self, venue: Venue, zone: ZoneInfo, room: Room) -> None:
        """Take over a configuration; what is known of the room stays."""
        self._venue, self._zone, self._room = venue, zone, room
        self._air = self._air_room(None)

    def heard(self, at: datetime, device: str, co2_ppm: float, people: RoomPeople) -> None:
        """A reading of one of the room's sensors, with what was counted by then."""
        self._heard_at = at
        self._people = people
        if not self._is_fit(at, device, co2_ppm, people):
            return
        air = self._air if self._track.stories else self._air_room(device)
        self._air = air
        if air is None:
            return
        at_s = at.timestamp()
        policy, meeting = self._context(at)
        self._meet(air, at_s, meeting)
        self._count(air, at, people, timedelta(seconds=policy.no_data_s))
        self._track = heard_air(self._track, air, at_s, device, co2_ppm)
        self.belief = belief(self._track, air, at_s)
        self.is_new = True
        if self.belief is not None and at_s - self._looked_s >= LOOK_EVERY_S:
            self._look(self.belief, at_s, co2_ppm, meeting)

    def _is_fit(self, at: datetime, device: str, co2_ppm: float, people: RoomPeople) -> bool:
        """Whether the estimates may hear a reading, which is watched for faults in any case. A room
        without a fit sensor comes to know nothing of its air.
        """
        at_s = at.timestamp()
        is_meeting = self._context(at)[1] is not None
        self.faults.heard(
            at_s, device, co2_ppm, self._volume_m3, self.belief, people, is_meeting=is_meeting
        )
        self.is_new = True
        if self.faults.is_fit(device):
            return True
        if self.belief is not None and at_s - self.belief.at_s >= LOST_S:
            self.belief = self.forecast = None
        return False

    def counted(self, people: RoomPeople) -> None:
        """The count changed by what is in the journal: what is remembered from now on holds it."""
        self._people = people

    def people_set(self, people: RoomPeople) -> None:
        """The count changed by what is not in the journal."""
        self._people = people
        self.is_new = self.is_urgent = True

    def _look(self, now: Belief, at_s: float, co2_ppm: float, meeting: Meeting | None) -> None:
        self._looked_s = at_s
        somebody = now.people is not None and now.people.value >= SOMEBODY
        self.skill = scored(self.skill, at_s, co2_ppm, occupied=somebody)
        left_s = HORIZON_MIN * 60 if meeting is None else meeting.end.timestamp() - at_s
        self.forecast = forecast(now, self.skill, left_s / 60)
        if is_due(self.skill, at_s):
            said = self.forecast
            self.skill = issued(
                self.skill, at_s, said.ahead_ppm, now.shown_ppm, said.ahead_spread_ppm
            )

    def _meet(self, air: AirRoom, at_s: float, meeting: Meeting | None) -> None:
        """Another meeting is another group."""
        now = "" if meeting is None else meeting.id
        if now != self._group:
            self._group = now
            each = of(None)
            expected = None if meeting is None else meeting.expected_people
            self._track = group(self._track, air, at_s, each, expected)

    def _count(self, air: AirRoom, at: datetime, people: RoomPeople, fresh_for: timedelta) -> None:
        count, sort = _counted(people, at, fresh_for)
        if sort == "doors" and people.reset_at > self._fed[2]:
            sort = "set"  # a person counted, or it is a new day
        fed = (count, "doors" if sort == "set" else sort, max(people.reset_at, self._fed[2]))
        if fed != self._fed:
            self._fed = fed
            self._track = heard_people(self._track, air, at.timestamp(), count, sort or "seen")

    @property
    def _volume_m3(self) -> float | None:
        room = self._room
        return room.volume_m3 or HEIGHT_M * (room.floor_area_m2 or 0.0) or None

    def _air_room(self, device: str | None) -> AirRoom | None:
        volume_m3 = self._volume_m3
        if volume_m3 is None:
            return None
        flow = Prior(flow_of(volume_m3, USUAL_CHANGES_PER_H.median), USUAL_CHANGES_PER_H.log_sd)
        outdoor_ppm, sd_ppm = self._outdoors.shown_outdoors(device)
        return AirRoom(volume_m3, flow, None, outdoor_ppm, sd_ppm)

    # Over a restart.

    def memory(self) -> bytes:
        return _encode(
            Remembered(
                self._track, self.skill, self._people, self._fed, self._group,
                self._heard_at, self._looked_s, self.faults.memory,
            )
        )  # fmt: skip

    def recall(self, memory: bytes) -> None:
        found = _decode(memory)
        self._track, self.skill, self._people = found.track, found.skill, found.people
        self._fed, self._group = found.fed, found.group
        self._heard_at, self._looked_s = found.heard_at, found.looked_s
        self.faults.recall(found.faults, self._heard_at.timestamp())
        if self._air is not None:
            self.belief = belief(self._track, self._air, self._heard_at.timestamp())

    def hear_again(self, room: str, reading: Reading) -> None:
        del room
        people = self._people
        if isinstance(reading, AirReading):
            at = from_ns(min(reading.at_ns, reading.arrived_ns))
            if at > self._heard_at:
                reset = last_reset(self._zone, self._venue.reset_at, at)
                if people.is_known and reset > max(people.reset_at, self._heard_at):
                    people = people.reset(reset)
                self.heard(at, reading.device, reading.co2_ppm, people)
            return
        at = from_ns(min(reading.at_ns, reading.arrived_ns))
        if reading.count is not None:
            self._people = people.counted(at, reading.count)
        elif reading.in_total is not None and reading.out_total is not None:
            self._people = people.passed(reading.device, at, reading.in_total, reading.out_total)


def _counted(
    people: RoomPeople, at: datetime, fresh_for: timedelta
) -> tuple[int | None, Sort | None]:
    """How many were counted, and by what: a counter that sees the room as long as it is fresh."""
    if people.seen_at is not None and at - people.seen_at < fresh_for:
        return people.seen, "seen"
    if people.is_known:
        return max(0, people.total), "doors"
    return None, None
