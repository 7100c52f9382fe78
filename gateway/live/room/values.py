"""The newest values of one live room, and what its limits are judged by."""

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.domain.air.room_estimate import Range
from gateway.domain.door import Decided
from gateway.domain.people import RoomPeople
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy
from gateway.domain.room_state import Rule
from gateway.domain.verdict import ANYBODY, RoomFacts, Verdict, is_fresh, judge
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.air import RoomAir
from gateway.live.room.context import RoomContext
from gateway.live.room.latest import Newest
from gateway.live.unit_of_work import UnitOfWork
from sensors.wire.topic import DeviceSlug

BY_AIR: frozenset[Rule] = frozenset({"co2", "ventilation"})
"""The rules of which an unfit sensor of the air can say nothing."""
NONE_DOUBTED: frozenset[Rule] = frozenset()


class RoomValues:
    """Between the parts of one room; ``watched_since`` is when its silence began to count, None where
    it has no device that measures its air.
    """

    __slots__ = (
        "_context", "_unit_of_work", "air", "co2_at", "co2_ppm", "decided", "people",
        "watched_since",
    )  # fmt: skip

    def __init__(
        self,
        context: RoomContext,
        unit_of_work: UnitOfWork,
        outdoors: VenueOutdoor,
        people: RoomPeople,
        *,
        short_way: bool = True,
    ) -> None:
        self.air = RoomAir(context, outdoors, short_way=short_way)
        self.co2_ppm: float | None = None
        self.co2_at: datetime | None = None
        self.people = people
        self.decided: list[Decided] = []
        self.watched_since: datetime | None = None
        self._context = context
        self._unit_of_work = unit_of_work

    def go_on_from(self, newest: Newest) -> None:
        self.co2_ppm, self.co2_at = newest.co2_ppm, newest.co2_at
        self.people = replace(self.people, seen=newest.seen, seen_at=newest.seen_at)
        self.watched_since = newest.watched_since

    def put_people(self, people: RoomPeople) -> None:
        """What a counter sees a reading tells again; all else of a count is to be written."""
        before, self.people = self.people, people
        if replace(people, seen=before.seen, seen_at=before.seen_at) != before:
            self._unit_of_work.people[self._context.key] = people

    def put_decided(self, device: DeviceSlug, decided: tuple[Decided, ...]) -> None:
        """What was made of the totals of a door."""
        self.decided.extend(decided)
        door = (self._context.key[0], device)
        self._unit_of_work.decided.extend((door, one) for one in decided)

    def end_ghosts(self, at: datetime) -> None:
        """Take off whom the doors count too many, where nobody moved for so long that nobody is in, and
        the air does not say otherwise. What was taken off is kept with the door that spoke last.
        """
        people, there_until = self.people, self._context.there_until
        if people.total <= 0 or not people.doors or not self.air.motion.is_look(at, there_until):
            return
        if not self._is_empty(at):
            return
        door = max(people.doors, key=lambda name: people.doors[name].at)
        self.put_decided(door, (Decided(at, "out", "ghosts", people.total, 0),))
        emptied = people.reset(at)
        self.put_people(emptied)
        self.air.counted(at, emptied)
        self.air.people_set(emptied)

    def moves_due(self, at: datetime) -> datetime | None:
        """The first moment after ``at`` when its motion sensors tell otherwise though nothing comes in."""
        motion = self.air.motion
        if not motion.sensors:
            return None
        counted = bool(self.people.doors) and self.people.total > 0
        return motion.next_moment(at, self._context.there_until, counted=counted)

    def _is_empty(self, at: datetime) -> bool:
        """Whether the air agrees that nobody is in; where it says nothing, stillness must be longer."""
        estimate = self.air.estimate
        is_told = estimate is not None and is_fresh(self.co2_at, self._context.policy(at), at)
        if estimate is None or estimate.people is None or not is_told:
            return self.air.motion.is_alone(at, self._context.there_until)
        return estimate.people.value < ANYBODY or self.air.is_nobody_in

    def facts(self, at: datetime, policy: Policy) -> RoomFacts:
        fresh_for = timedelta(seconds=policy.no_data_s)
        people, people_at = self.people.at(at, fresh_for)
        if people == 0 and self._is_denied(at, people_at):
            people = people_at = None
        faults = self.air.faults.found
        room = self._context.room
        flow_per_person, present, outdoor_ppm = self._estimated
        return RoomFacts(
            self.co2_ppm,
            self.co2_at,
            people,
            people_at,
            room.seats,
            self.watched_since,
            flow_per_person=flow_per_person,
            present=present,
            outdoor_ppm=outdoor_ppm,
            floor_area_m2=room.floor_area_m2,
            faults=faults,
            doubted=BY_AIR if any(one.is_unfit for one in faults or ()) else NONE_DOUBTED,
            people_until=self.people.held_until(at, fresh_for, self._context.there_until),
        )

    def aired(self, facts: RoomFacts) -> RoomFacts:
        """Facts with what is known of the air now."""
        flow_per_person, present, outdoor_ppm = self._estimated
        return facts._replace(
            co2_ppm=self.co2_ppm,
            co2_at=self.co2_at,
            flow_per_person=flow_per_person,
            present=present,
            outdoor_ppm=outdoor_ppm,
        )

    @property
    def _estimated(self) -> tuple[Range | None, float | None, float]:
        """Fresh air for each person, how many are in and what it is like outdoors."""
        estimate = self.air.estimate
        if estimate is None:
            return None, None, TYPICAL_OUTDOOR_PPM
        present = None if estimate.people is None else estimate.people.value
        return estimate.fresh_per_person_lps, present, estimate.outdoors_ppm

    def _is_denied(self, at: datetime, people_at: datetime | None) -> bool:
        """Whether somebody moves in a room of which the doors say that nobody is in."""
        motion = self.air.motion
        by_doors = people_at != self.people.seen_at
        return bool(motion.sensors) and by_doors and motion.denies_nobody(at)

    def verdict(self, rule: Rule, at: datetime) -> Verdict:
        policy = self._context.policy(at)
        return judge(rule, self.facts(at, policy), policy, at)
