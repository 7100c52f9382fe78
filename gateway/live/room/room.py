"""One room as the live side knows it: what comes in, what it made of that, and what others read of it.

The room owns its state: others hand in what comes, read it, and take what it made.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from gateway.domain.advice.rules import Advice
from gateway.domain.air.room_estimate import RoomEstimate
from gateway.domain.alerts.flag import Flag
from gateway.domain.door import Decided
from gateway.domain.meeting_flag import MeetingFlag
from gateway.domain.people import RoomPeople
from gateway.domain.policy import Policy
from gateway.domain.room_state import Rule
from gateway.domain.verdict import RoomFacts, Verdict, is_fresh
from gateway.live.configuration import Configuration
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.advice import RoomAdvice
from gateway.live.room.context import RoomContext
from gateway.live.room.flags import RoomFlags
from gateway.live.room.forecast_error import Miss
from gateway.live.room.foreseen import Foreseen
from gateway.live.room.latest import Newest
from gateway.live.room.sampler import RoomSampler
from gateway.live.room.timelines import Timelines
from gateway.live.room.values import RoomValues
from gateway.live.unit_of_work import UnitOfWork
from gateway.store.interface import RoomSample
from sensors.wire.reading import Reading
from sensors.wire.topic import DeviceSlug


class Drained(NamedTuple):
    """What a room made since it was drained last: samples for the store, forecasts of which it showed
    how good they were, flags that were resolved, and what was made of its doors' totals.
    """

    samples: tuple[RoomSample, ...] = ()
    misses: tuple[Miss, ...] = ()
    ended: tuple[Flag, ...] = ()
    decided: tuple[Decided, ...] = ()


NOTHING = Drained()
NOBODY_COUNTED = RoomPeople()


class LiveRoom:
    """``context`` is its place in the configuration, ``advice`` what is remembered of its advice, ``people``
    what its doors and a person counted. Without the ``short_way`` each reading is judged in full, to the same end.
    """

    __slots__ = ("_air", "_flags", "_sampler", "_timelines", "_values", "advice", "context", "key")

    def __init__(
        self,
        context: RoomContext,
        flags: RoomFlags,
        unit_of_work: UnitOfWork,
        outdoors: VenueOutdoor,
        people: RoomPeople = NOBODY_COUNTED,
        *,
        short_way: bool = True,
    ) -> None:
        self.key = context.key
        self.context = context
        self.advice = RoomAdvice()
        self._flags = flags
        self._values = RoomValues(context, unit_of_work, outdoors, people, short_way=short_way)
        self._air = self._values.air
        self._sampler = RoomSampler(*self.key)
        self._timelines = Timelines(
            context, self._values, flags, self.advice, self._sampler, short_way=short_way
        )

    def configure(self, configuration: Configuration) -> None:
        """Take over a configuration; what is known of the room stays."""
        self.context.configure(configuration)

    def go_on_from(self, newest: Newest) -> None:
        """Go on from these values."""
        self._values.go_on_from(newest)
        self._timelines.limits_at = newest.judged_at
        self._sampler.go_on_from(newest.sampled_at, newest.sampled_level)

    def resume(self, listened_until: datetime) -> None:
        """Go on from what the database held, having listened until then."""
        self._timelines.resume(listened_until)

    def judge_anew(self, now: datetime) -> None:
        """Judge what is known by a configuration that changed."""
        timelines = self._timelines
        timelines.resume(max(timelines.silence_at, now))
        timelines.judge_silence(timelines.silence_at)

    def read_air(self, at: datetime, arrived: datetime, device: DeviceSlug, co2_ppm: float) -> bool:
        """A CO2 reading of ``at``; False where a newer one is there already."""
        values, timelines = self._values, self._timelines
        if values.co2_at is not None and at <= values.co2_at:
            return False
        if not timelines.is_quiet(at, arrived):
            timelines.pass_silence(arrived)
            if "no_data" in self.flags:
                timelines.judge_silence(max(timelines.silence_at, arrived))
            timelines.pass_limits(at)
        values.co2_ppm = co2_ppm
        values.co2_at = at
        self._air.update(at, device, co2_ppm, values.people)
        if timelines.pass_by(at, arrived):
            return True
        timelines.judge_limits(timelines.not_before(at), new=True)
        if "no_data" in self.flags:
            timelines.judge_silence(timelines.silence_at)
        else:
            timelines.expect(arrived)
        return True

    def count(self, at: datetime, count: int) -> bool:
        """A count from a device that sees the room; False where a newer one is there already."""
        self._timelines.pass_limits(at)
        return self._take_count(at, self._values.people.counted(at, count))

    def pass_door(self, device: DeviceSlug, at: datetime, in_total: int, out_total: int) -> bool:
        """The totals of a door; False where newer ones are there already."""
        self._timelines.pass_limits(at)
        before = self._values.people
        people = before.passed(device, at, in_total, out_total)
        if people is not before:
            self._values.put_decided(device, people.doors[device].decided)
        return self._take_count(at, people)

    def move(self, device: DeviceSlug, at: datetime, movements: int | None) -> bool:
        """How many movements a motion sensor saw, None where it tells of none; False where it told
        something later already.
        """
        if movements is None:
            return False
        self._timelines.pass_limits(at)
        if not self._air.sensed(device, at, moved=movements > 0):
            return False
        self._timelines.judge_limits(self._timelines.not_before(at), new=True)
        return True

    def lose_door(self, device: DeviceSlug, at: datetime) -> bool:
        """The door hangs elsewhere by what it sent at ``at``; False where it sent something later here."""
        before = self._values.people
        if device in before.doors and at <= before.doors[device].at:
            return False
        people = before.without(device)
        if people is not before:
            self._values.put_people(people)
            self._air.people_set(people)
        return True

    def set_people(self, at: datetime, people: int) -> None:
        """A person counted."""
        self._timelines.pass_limits(at)
        at = self._timelines.not_before(at)
        self._take_count(at, self._values.people.set_to(at, people))
        self._air.people_set(self._values.people)

    def watch(self, since: datetime, told_s: Mapping[DeviceSlug, float | None]) -> bool:
        """From then on the silence of these devices counts, which measure its air, by how often they
        told that they send; without one no silence does. Whether there is one now and was none
        before, or the reverse.
        """
        self.context.watch(told_s)
        if bool(told_s) == (self._values.watched_since is not None):
            return False
        self._values.watched_since = since if told_s else None
        return True

    def mark(self, flag: Flag) -> None:
        """One of its open flags was marked: as seen, or as silenced."""
        self._flags.put(flag)

    def pass_time(self, until: datetime) -> bool:
        """Judge limits and silence at every moment up to ``until`` when time alone changes something,
        all that arrived by then having been handed in; whether there was one.
        """
        limits = self._timelines.pass_limits(until)
        return self._timelines.pass_silence(until) or limits

    def drain(self) -> Drained:
        """Take what it made."""
        made = (
            self._sampler.samples,
            self._air.ahead.misses,
            self._flags.ended,
            self._values.decided,
        )
        if not any(made):
            return NOTHING
        samples, misses, ended, decided = made
        drained = Drained(tuple(samples), tuple(misses), tuple(ended), tuple(decided))
        for one in made:
            one.clear()
        return drained

    @property
    def flags(self) -> Mapping[Rule, Flag]:
        """The open ones, by their rule."""
        return self._flags.open

    @property
    def limits_at(self) -> datetime | None:
        """How far the limits were judged."""
        return self._timelines.limits_at

    @property
    def estimate(self) -> RoomEstimate | None:
        """What is estimated of its air, as of the newest readings."""
        return self._air.estimate

    @property
    def moved_at(self) -> datetime | None:
        """When somebody was last seen to move."""
        return self._air.motion.moved_at

    @property
    def foreseen(self) -> Foreseen | None:
        return self._air.ahead.foreseen

    @property
    def typical_error_ppm(self) -> float | None:
        """How far off its forecasts usually are."""
        return self._air.ahead.skill.typical_error_ppm

    @property
    def has_counter(self) -> bool:
        return self._air.has_counter

    @property
    def newest(self) -> Newest:
        """Its newest values."""
        values, people, sampler = self._values, self._values.people, self._sampler
        return Newest(
            values.co2_ppm, values.co2_at, people.seen, people.seen_at, self.limits_at,
            values.watched_since, sampler.sampled_at, sampler.level,
        )  # fmt: skip

    @property
    def due_at(self) -> datetime | None:
        """When time alone changes something next."""
        return self._timelines.due_at

    def kept_of(self, flag: Flag) -> Iterable[MeetingFlag]:
        """What meetings keep of one of its open flags."""
        return self._flags.kept.get(flag.id, {}).values()

    def facts(self, at: datetime, policy: Policy) -> RoomFacts:
        return self._values.facts(at, policy)

    def evidence_of(self, flag: Flag) -> tuple[dict[str, Any], ...]:
        """What is seen now of what a flag says; only of a sensor's fault that is more than a figure."""
        if flag.rule != "sensor_fault" or flag.state == "resolved":
            return ()
        return tuple(fault.as_dict() for fault in self._air.faults.found or ())

    def verdict(self, rule: Rule, at: datetime) -> Verdict:
        return self._values.verdict(rule, at)

    def advice_at(self, at: datetime) -> tuple[Advice, ...]:
        """What to do: as judged with the newest readings, while they say how it is now."""
        policy = self.context.policy(at)
        if is_fresh(self._values.co2_at, policy, at):
            return self.advice.given
        now = self._timelines.situation(at, self.facts(at, policy), policy)
        return self.advice.as_it_would_be(now)

    @property
    def is_new(self) -> bool:
        return self._air.is_new

    @property
    def is_urgent(self) -> bool:
        return self._air.is_urgent

    def snapshot(self) -> bytes:
        return self._air.snapshot()

    def restore(self, snapshot: bytes) -> None:
        self._air.restore(snapshot)

    def replay(self, reading: Reading) -> None:
        self._air.replay(reading)

    def saved(self) -> None:
        self._air.saved()

    def _take_count(self, at: datetime, people: RoomPeople) -> bool:
        if people is self._values.people:
            return False
        self._values.put_people(people)
        self._air.counted(at, people)
        self._timelines.judge_limits(self._timelines.not_before(at), new=True)
        return True
