"""What the air of one live room tells, reading by reading: the flow of fresh air, what comes, how good
that was. Readings come at their own time, each later than the one before.
"""

from datetime import datetime, timedelta

from gateway.domain.air import track
from gateway.domain.air.generation import generation_of, group_of
from gateway.domain.air.mixture import estimate
from gateway.domain.air.room_estimate import AirRoom, RoomEstimate
from gateway.domain.air.track import GAP_S, TOGETHER_S
from gateway.domain.meeting import Meeting
from gateway.domain.motion import LEFT_FOR, RoomMotion
from gateway.domain.people import RoomPeople
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.context import RoomContext
from gateway.live.room.emptied import Emptied
from gateway.live.room.faults import LOST_S, SensorFaults
from gateway.live.room.foreseen import Foresight
from gateway.live.room.gathered import Gathered
from gateway.live.room.held_track import HoldsTrack
from gateway.live.room.learned import Learned
from gateway.live.room.remembered import Remembered, Sort, decode, encode
from gateway.live.room.replayed import begun_anew, people_after
from sensors.wire.instant import EPOCH, from_ns
from sensors.wire.reading import AirReading, Reading
from sensors.wire.topic import DeviceSlug


class RoomAir(HoldsTrack):
    """``estimate`` is as of the last readings that the track took in, what is foreseen at most half a
    minute older; both None for a room of which neither the volume nor the floor is known.
    """

    def __init__(
        self, context: RoomContext, outdoors: VenueOutdoor, *, short_way: bool = True
    ) -> None:
        """Without the ``short_way`` each reading is heard by itself, to the same end."""
        super().__init__()
        self.estimate: RoomEstimate | None = None
        self.ahead = Foresight()
        self.learned = Learned()
        self.is_new = False
        self.is_urgent = False
        self.faults = SensorFaults(outdoors)
        self._context = context
        self._outdoors = outdoors
        self._people = RoomPeople()
        self.motion = RoomMotion()
        self._fed: tuple[int | None, Sort | None, datetime] = (None, None, EPOCH)
        self._group = ""
        self._heard_at = EPOCH
        self._emptied = Emptied()
        self._gathered: Gathered | None = None
        self._short_way = short_way

    @property
    def is_nobody_in(self) -> bool:
        self._settle()
        return self.faults.is_nobody_in

    @property
    def has_counter(self) -> bool:
        """Whether somebody counts: a device, or a person once."""
        return self._fed[1] is not None

    def update(self, at: datetime, device: DeviceSlug, co2_ppm: float, people: RoomPeople) -> None:
        """A reading of one of the room's sensors, with what was counted by then."""
        at_s, gathered = at.timestamp(), self._gathered
        self._heard_at, self._people, self.is_new = at, people, True
        if gathered is not None and gathered.takes(at_s, device, co2_ppm, people):
            if at_s >= gathered.due_s:
                before = self._track.hypotheses
                self._settle()
                self._hear(at, at_s, device, co2_ppm, before)
            return
        self._settle()
        self._gathered = None
        if not self._is_fit(at, device, co2_ppm, people):
            return
        before = self._track.hypotheses
        self._take_in(at, at_s, device, co2_ppm, people)
        self._hear(at, at_s, device, co2_ppm, before)

    def _take_in(
        self, at: datetime, at_s: float, device: DeviceSlug, co2_ppm: float, people: RoomPeople
    ) -> None:
        """Let the track hear a reading, and before it what else is new."""
        reading = ((at_s, co2_ppm),)
        was_away = at_s - self._track.taken_s > GAP_S
        begins = was_away or not self._track.hypotheses
        if begins:
            self.learned.device = device
        air = self.learned.look(
            at_s, self._context.room, self.ahead.history, self._outdoors,
            self._context.tested, anew=begins, never_empty=self._emptied.never(at_s, self._fed[0]))  # fmt: skip
        if air is None:
            self.estimate = self.ahead.foreseen = None
            return
        self._told_of(air)
        air_first = was_away and bool(self._track.hypotheses)  # counting would hide the gap from it
        if air_first:
            self._track = track.after_readings(self._track, air, device, reading)
        self._meet(air, at_s, self._context.meeting(at))
        self._count(air, at, people, timedelta(seconds=self._context.policy(at).no_data_s))
        self._stilled(at)
        if not air_first:
            self._track = track.after_readings(self._track, air, device, reading)

    def _hear(
        self, at: datetime, at_s: float, device: DeviceSlug, co2_ppm: float, before: object
    ) -> None:
        """Estimate and look ahead where it is time to; ``before`` were the track's hypotheses."""
        air = self.learned.air
        if air is not None and (self._track.hypotheses is not before or self.estimate is None):
            self._tell(air)
        if self.estimate is not None and at_s >= self.ahead.due_s:
            shown_ppm = co2_ppm - self._track.offsets.get(device, 0.0)
            self.ahead.look(self.estimate, at_s, shown_ppm, self._context.meeting(at))
        self._gathered = self._gather(at, at_s, device) if self._short_way else None
        if self._gathered is not None:
            self._rest()

    def _gather(self, at: datetime, at_s: float, device: DeviceSlug) -> Gathered | None:
        """What may come next and need not be heard at once; None where each reading must be."""
        context, estimate = self._context, self.estimate
        volume_m3, is_meeting = context.room.air_volume_m3, context.meeting(at) is not None
        watched = self.faults.ordinary(at_s, device, volume_m3, estimate, is_meeting=is_meeting)
        if watched is None or (estimate is None) != (self.learned.air is None):
            return None
        due_s, until_s = at_s + TOGETHER_S, self.faults.until_s
        if estimate is not None:
            taken_s = self._track.taken_s
            due_s = min(taken_s + TOGETHER_S, self.ahead.due_s)
            until_s = min(until_s, taken_s + GAP_S, self.learned.until_s, estimate.at_s + LOST_S)
        gathered = Gathered(context, self._outdoors, device, watched, due_s, until_s)
        gathered.know(at, self._people)
        return gathered

    def _settle(self) -> None:
        """Hear what was gathered; before anything else changes what it is heard with."""
        gathered = self._gathered
        if gathered is None or not gathered.readings:
            return
        readings, gathered.readings = gathered.readings, []
        self.faults.settle(gathered.device, readings, gathered.around)
        if self.learned.air is not None:
            self._track = track.after_readings(
                self._track, self.learned.air, gathered.device, readings
            )

    def counted(self, at: datetime, people: RoomPeople) -> None:
        """Somebody was counted, which is heard at its own time; with the next reading of the air where
        that is later already, or nothing is known of the air.
        """
        if self.motion.sensors and people.changes(self._people):
            self.motion = self.motion.passed(at)
        self._people = people
        self.is_new = True
        air, at_s = self.learned.air, at.timestamp()
        if self.estimate is None or air is None or at < self._heard_at:
            return
        if at_s - self._track.taken_s > GAP_S:
            return
        before = self._track
        self._count(air, at, people, timedelta(seconds=self._context.policy(at).no_data_s))
        if self._track is not before:
            self._tell(air)
        elif self._gathered is not None and self._gathered.people.doors is people.doors:
            self._gathered.know(at, people)

    def _tell(self, air: AirRoom) -> None:
        """Estimate anew. Where no meeting is on, who comes into an empty room is another group."""
        now = self.estimate = estimate(self._track, air, self._track.at_s)
        if self._emptied.another_group(now) and not self._group:
            self._track = track.after_new_group(
                self._track, air, self._track.at_s, generation_of(None)
            )
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
        self._stilled(at)
        air, at_s = self.learned.air, at.timestamp()
        if not moved or self.estimate is None or air is None or at_s - self._track.taken_s > GAP_S:
            return
        if self._track.count == 0 and at - self.motion.passed_at < LEFT_FOR:
            return  # who moved has just left
        self._settle()
        before = self._track.hypotheses
        self._track = track.after_movement(self._track, air, at_s)
        if self._track.hypotheses is not before:
            self._gathered = None
            self._tell(air)

    def _stilled(self, at: datetime) -> None:
        since_s = self.motion.still_since_s(at, self._context.there_until)
        if since_s != self._track.still_s:
            self._settle()
            self._track = track.stilled(self._track, since_s)

    def _is_fit(self, at: datetime, device: DeviceSlug, co2_ppm: float, people: RoomPeople) -> bool:
        """Whether the estimates may hear a reading, which is watched for faults in any case. A room
        without a fit sensor comes to know nothing of its air.
        """
        at_s, volume_m3 = at.timestamp(), self._context.room.air_volume_m3
        is_meeting = self._context.meeting(at) is not None
        self.faults.update(
            at_s, device, co2_ppm, volume_m3, self.estimate, people, is_meeting=is_meeting
        )
        self._context.learn(device, self.faults.usual_s(device))
        if self.faults.is_fit(device):
            return True
        if self.estimate is not None and at_s - self._track.taken_s >= LOST_S:
            self.estimate = self.ahead.foreseen = None
        return False

    def people_set(self, people: RoomPeople) -> None:
        """The count changed by what is not in the journal."""
        self._people = people
        self.is_new = self.is_urgent = True

    def _meet(self, air: AirRoom, at_s: float, meeting: Meeting | None) -> None:
        """Another meeting is another group, and so is one that turns out to do something else."""
        now = "" if meeting is None else f"{meeting.id} {meeting.activity or ''}"
        if now != self._group:
            self._group = now
            each = generation_of(None) if meeting is None else group_of(meeting.activity)
            self._track = track.after_new_group(self._track, air, at_s, each)

    def _count(self, air: AirRoom, at: datetime, people: RoomPeople, fresh_for: timedelta) -> None:
        count, counter = people.counted_by(at, fresh_for)
        sort: Sort | None = counter
        if sort == "doors" and people.reset_at > self._fed[2]:
            sort = "set"  # a person counted, or it is a new day
        fed = (count, "doors" if sort == "set" else sort, max(people.reset_at, self._fed[2]))
        if fed != self._fed:
            self._settle()
            self._gathered = None
            self._emptied.counted(at.timestamp(), self._fed[0], count)
            self._fed = fed
            self._track = track.after_count(self._track, air, at.timestamp(), count, sort or "seen")

    # Over a restart.

    def snapshot(self) -> bytes:
        self._settle()
        ahead, learned = self.ahead, self.learned
        found = encode(
            Remembered(
                self._track, ahead.skill, ahead.history, self._people, self._fed, self._group,
                self._heard_at, ahead.looked_s, ahead.forecast, learned.device, learned.air,
                learned.at_s, learned.is_own, self.faults.memory, self._emptied.since_s,
                self.motion, self._emptied.counts,
            )
        )  # fmt: skip
        self._rest()
        return found

    def restore(self, snapshot: bytes) -> None:
        found, self._gathered = decode(snapshot), None
        self._track, self._people, self._heard_at = found.track, found.people, found.heard_at
        self._fed, self._group = found.fed, found.group
        self.ahead = Foresight(found.skill, found.history, found.looked_s, found.forecast)
        self.learned = Learned(found.air, found.learned_s, found.device, is_own=found.is_own)
        self.faults.restore(found.faults, self._heard_at.timestamp())
        self._emptied, self.motion = Emptied(found.emptied_s, *found.counts), found.motion
        for device in found.faults.sensors:
            self._context.learn(device, self.faults.usual_s(device))
        is_lost = self._heard_at.timestamp() - self._track.taken_s >= LOST_S
        if self.learned.air is not None and not is_lost:
            self.estimate = estimate(self._track, self.learned.air, self._track.at_s)

    def saved(self) -> None:
        self.is_new = self.is_urgent = False

    def replay(self, reading: Reading) -> None:
        at = from_ns(min(reading.at_ns, reading.arrived_ns))
        people, reset = begun_anew(self._people, self._context, self._heard_at, at)
        if reset is not None:
            self.counted(reset, people)
        if isinstance(reading, AirReading):
            if at > self._heard_at:
                self.update(at, reading.device, reading.co2_ppm, people)
                self.ahead.misses.clear()  # the run before counted them
            return
        after = people_after(people, reading, at)
        if after is not people:
            self.counted(at, after)
        if reading.motion is not None:
            self.sensed(reading.device, at, moved=reading.motion > 0)
