"""What the air of one live room tells, reading by reading: the flow of fresh air, what comes, how good
that was. Readings come at their own time, each later than the one before.
"""

from datetime import datetime, timedelta

from gateway.domain.air.flow_history import FlowHistory, history_after, priors
from gateway.domain.air.forecast import Forecast, ahead
from gateway.domain.air.generation import generation_of
from gateway.domain.air.mixture import estimate
from gateway.domain.air.room_estimate import AirRoom, Prior, RoomEstimate
from gateway.domain.air.skill import Skill, is_due, issued, scored
from gateway.domain.air.track import (
    GAP_S,
    after_count,
    after_new_group,
    after_reading,
    begin,
)
from gateway.domain.meeting import Meeting
from gateway.domain.motion import RoomMotion
from gateway.domain.people import RoomPeople, last_reset
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.context import RoomContext
from gateway.live.room.faults import LOST_S, SensorFaults
from gateway.live.room.forecast_error import Miss, missed
from gateway.live.room.foreseen import Foreseen, left_min
from gateway.live.room.remembered import Remembered, Sort, decode, encode
from sensors.wire.instant import EPOCH, from_ns
from sensors.wire.reading import AirReading, Reading
from sensors.wire.topic import DeviceSlug

LOOK_EVERY_S = 30.0
"""How often a forecast is made, of the readings' time."""
LEARN_EVERY_S = 600.0
"""How often the room's own history and the outdoor value are looked up anew."""
SOMEBODY = 0.5
EMPTY_S = 300.0
"""Who comes after the room was empty for so long is another group; a counter that misses everybody for
a moment begins none."""


class RoomAir:
    """``estimate`` is as of the last readings that the track took in, ``foreseen`` at most half a minute
    older; both None for a room of which neither the volume nor the floor is known. ``misses`` are the
    forecasts whose time came since they were last taken.
    """

    def __init__(self, context: RoomContext, outdoors: VenueOutdoor) -> None:
        self.estimate: RoomEstimate | None = None
        self.foreseen: Foreseen | None = None
        self.skill = Skill()
        self.history = FlowHistory()
        self.misses: list[Miss] = []
        self.is_new = False
        self.is_urgent = False
        self.faults = SensorFaults(outdoors)
        self._context = context
        self._outdoors = outdoors
        self._track = begin(0.0)
        self._people = RoomPeople()
        self.motion = RoomMotion()
        self._fed: tuple[int | None, Sort | None, datetime] = (None, None, EPOCH)
        self._group = ""
        self._heard_at = EPOCH
        self._looked_s = 0.0
        self._device = DeviceSlug("")
        self._air: AirRoom | None = None
        self._learned_s = 0.0
        self._is_own = False
        self._emptied_s: float | None = None

    @property
    def forecast(self) -> Forecast | None:
        return None if self.foreseen is None else self.foreseen.forecast

    @property
    def has_counter(self) -> bool:
        """Whether somebody counts: a device, or a person once."""
        return self._fed[1] is not None

    @property
    def regimes(self) -> tuple[Prior | None, Prior | None]:
        """By the room's own history its flow as a rule and with the windows open, litres a second."""
        if self._air is None or not self._is_own:
            return None, None
        return self._air.flow_lps, self._air.opened_lps

    def update(self, at: datetime, device: DeviceSlug, co2_ppm: float, people: RoomPeople) -> None:
        """A reading of one of the room's sensors, with what was counted by then."""
        self._heard_at = at
        self._people = people
        if not self._is_fit(at, device, co2_ppm, people):
            return
        at_s = at.timestamp()
        was_away = at_s - self._track.taken_s > GAP_S
        begins = was_away or not self._track.hypotheses
        if begins:
            self._device = device
        air = self._air = self._learned(at_s, anew=begins)
        if air is None:
            self.estimate = self.foreseen = None
            return
        policy, meeting = self._context.policy(at), self._context.meeting(at)
        before = self._track.hypotheses
        air_first = was_away and bool(self._track.hypotheses)  # counting would hide the gap from it
        if air_first:
            self._track = after_reading(self._track, air, at_s, device, co2_ppm)
        self._meet(air, at_s, meeting)
        self._count(air, at, people, timedelta(seconds=policy.no_data_s))
        if not air_first:
            self._track = after_reading(self._track, air, at_s, device, co2_ppm)
        if self._track.hypotheses is not before or self.estimate is None:
            self._tell(air)
        self.is_new = True
        if self.estimate is not None and at_s - self._looked_s >= LOOK_EVERY_S:
            shown_ppm = co2_ppm - self._track.offsets.get(device, 0.0)
            self._look(self.estimate, at_s, shown_ppm, meeting)

    def counted(self, at: datetime, people: RoomPeople) -> None:
        """Somebody was counted, which is heard at its own time; with the next reading of the air where
        that is later already, or nothing is known of the air.
        """
        if self.motion.sensors and people.changes(self._people):
            self.motion = self.motion.passed(at)
        self._people = people
        self.is_new = True
        air, at_s = self._air, at.timestamp()
        if self.estimate is None or air is None or at < self._heard_at:
            return
        if at_s - self._track.taken_s > GAP_S:
            return
        before = self._track
        self._count(air, at, people, timedelta(seconds=self._context.policy(at).no_data_s))
        if self._track is not before:
            self._tell(air)

    def _tell(self, air: AirRoom) -> None:
        """Estimate anew. Where no meeting is on, who comes into an empty room is another group."""
        now = self.estimate = estimate(self._track, air, self._track.at_s)
        if now is None or now.people is None:
            return
        if now.people.value < SOMEBODY:
            if self._emptied_s is None:
                self._emptied_s = now.at_s
            return
        emptied_s, self._emptied_s = self._emptied_s, None
        if emptied_s is None or now.at_s - emptied_s < EMPTY_S or self._group:
            return
        self._track = after_new_group(self._track, air, now.at_s, generation_of(None))
        self.estimate = estimate(self._track, air, self._track.at_s)

    def sensed(self, device: DeviceSlug, at: datetime, *, moved: bool) -> bool:
        """What a motion sensor saw; False where it told something later already."""
        after = self.motion.heard(device, at, moved=moved)
        if after is self.motion:
            return False
        self.motion = after
        self.is_new = True
        self.moved(at, after.is_moving)
        return True

    def moved(self, at: datetime, moved: bool) -> None:
        """The room's motion sensors saw somebody move, or nobody: a witness beside the counters."""
        del at, moved  # the estimate does not ask them yet

    def _is_fit(self, at: datetime, device: DeviceSlug, co2_ppm: float, people: RoomPeople) -> bool:
        """Whether the estimates may hear a reading, which is watched for faults in any case. A room
        without a fit sensor comes to know nothing of its air.
        """
        at_s, volume_m3 = at.timestamp(), self._context.room.air_volume_m3
        is_meeting = self._context.meeting(at) is not None
        self.faults.update(
            at_s, device, co2_ppm, volume_m3, self.estimate, people, is_meeting=is_meeting
        )
        self.is_new = True
        self._context.learn(device, self.faults.usual_s(device))
        if self.faults.is_fit(device):
            return True
        if self.estimate is not None and at_s - self._track.taken_s >= LOST_S:
            self.estimate = self.foreseen = None
        return False

    def people_set(self, people: RoomPeople) -> None:
        """The count changed by what is not in the journal."""
        self._people = people
        self.is_new = self.is_urgent = True

    def _look(
        self, now: RoomEstimate, at_s: float, shown_ppm: float, meeting: Meeting | None
    ) -> None:
        self._looked_s = at_s
        somebody = now.people is not None and now.people.value >= SOMEBODY
        before = self.skill
        self.skill = scored(before, at_s, shown_ppm, occupied=somebody)
        self.misses += missed(before, self.skill, shown_ppm)
        self.history = history_after(self.history, now)
        self.foreseen = Foreseen((now, self.skill, left_min(meeting, at_s)))
        if is_due(self.skill, at_s):
            ppm, spread_ppm, people_ppm = ahead(now)
            self.skill = issued(self.skill, at_s, ppm, now.shown_ppm, spread_ppm, people_ppm)

    def _meet(self, air: AirRoom, at_s: float, meeting: Meeting | None) -> None:
        """Another meeting is another group, and so is one that turns out to do something else."""
        now = "" if meeting is None else f"{meeting.id} {meeting.activity or ''}"
        if now != self._group:
            self._group = now
            each = generation_of(None if meeting is None else meeting.activity)
            self._track = after_new_group(self._track, air, at_s, each)

    def _count(self, air: AirRoom, at: datetime, people: RoomPeople, fresh_for: timedelta) -> None:
        count, counter = people.counted_by(at, fresh_for)
        sort: Sort | None = counter
        if sort == "doors" and people.reset_at > self._fed[2]:
            sort = "set"  # a person counted, or it is a new day
        fed = (count, "doors" if sort == "set" else sort, max(people.reset_at, self._fed[2]))
        if fed != self._fed:
            self._fed = fed
            self._track = after_count(self._track, air, at.timestamp(), count, sort or "seen")

    def _learned(self, at_s: float, *, anew: bool) -> AirRoom | None:
        """What the track is told of the room: as it was, but for now and then."""
        volume_m3 = self._context.room.air_volume_m3
        if volume_m3 is None:
            return None
        known = self._air
        if (
            known is not None
            and not anew
            and known.volume_m3 == volume_m3
            and at_s - self._learned_s < LEARN_EVERY_S
        ):
            return known
        self._learned_s = at_s
        self._is_own = self.history.closed is not None
        flow, opened = priors(self.history, volume_m3, self._context.room.design_flow_lps)
        return AirRoom(volume_m3, flow, opened, *self._outdoors.shown_outdoors(self._device))

    # Over a restart.

    def snapshot(self) -> bytes:
        return encode(
            Remembered(
                self._track, self.skill, self.history, self._people, self._fed, self._group,
                self._heard_at, self._looked_s, self.forecast, self._device, self._air,
                self._learned_s, self._is_own, self.faults.memory, self._emptied_s,
                self.motion,
            )
        )  # fmt: skip

    def restore(self, snapshot: bytes) -> None:
        found = decode(snapshot)
        self._track, self.skill, self.history = found.track, found.skill, found.history
        self._people, self._fed, self._group = found.people, found.fed, found.group
        self._heard_at, self._looked_s, self._device = found.heard_at, found.looked_s, found.device
        self.foreseen = None if found.forecast is None else Foreseen(found.forecast)
        self._air, self._learned_s, self._is_own = found.air, found.learned_s, found.is_own
        self.faults.restore(found.faults, self._heard_at.timestamp())
        self._emptied_s, self.motion = found.emptied_s, found.motion
        for device in found.faults.sensors:
            self._context.learn(device, self.faults.usual_s(device))
        is_lost = self._heard_at.timestamp() - self._track.taken_s >= LOST_S
        if self._air is not None and not is_lost:
            self.estimate = estimate(self._track, self._air, self._track.at_s)

    def saved(self) -> None:
        self.is_new = self.is_urgent = False

    def replay(self, reading: Reading) -> None:
        at = from_ns(min(reading.at_ns, reading.arrived_ns))
        people = self._by_day(at)
        if isinstance(reading, AirReading):
            if at > self._heard_at:
                self.update(at, reading.device, reading.co2_ppm, people)
                self.misses.clear()  # the run before counted them
            return
        after = people
        if reading.count is not None:
            after = people.counted(at, reading.count)
        elif reading.in_total is not None and reading.out_total is not None:
            after = people.passed(reading.device, at, reading.in_total, reading.out_total)
        if after is not people:
            self.counted(at, after)
        if reading.motion is not None:
            self.sensed(reading.device, at, moved=reading.motion > 0)

    def _by_day(self, at: datetime) -> RoomPeople:
        """The count, started again where a night has passed."""
        people = self._people
        reset = last_reset(self._context.zone, self._context.venue.reset_at, at)
        known_at = people.at(at, timedelta(0))[1]
        if people.is_known and reset > max(known_at or EPOCH, self._heard_at):
            people = people.reset(reset)
            self.counted(reset, people)
        return people
