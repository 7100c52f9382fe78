"""One room as the live side knows it: its newest values, its flags, and when to look again.

Two timelines. The limits are judged at the readings' own time, and between readings at the moments
when time alone changes something, so that a stream that was caught up gives the same flags as one
that was followed live. Silence is judged at the time of arrival: what came late was missing till then.
Neither goes back.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.domain.advice.rules import Advice
from gateway.domain.advice.situation import Situation
from gateway.domain.flag import Flag
from gateway.domain.level import level
from gateway.domain.meeting import Meeting
from gateway.domain.people import RoomPeople, next_reset
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy
from gateway.domain.room_state import Rule
from gateway.domain.verdict import Finding, RoomFacts, Verdict, is_fresh, judge
from gateway.live.advice import RoomAdvice
from gateway.live.air import RoomAir, left_min
from gateway.live.configuration import Configuration
from gateway.live.flags import RoomFlags
from gateway.live.outdoor import VenueOutdoor
from gateway.live.sampler import RoomSampler
from gateway.live.schedule import LIMIT_RULES, limits_due, silence_due
from gateway.live.unit_of_work import UnitOfWork
from sensors.wire.instant import EPOCH
from sensors.wire.topic import RoomKey

FAR = datetime.max.replace(tzinfo=UTC)
BY_AIR: frozenset[Rule] = frozenset({"co2", "ventilation"})
"""The rules of which an unfit sensor of the air can say nothing."""
NONE_DOUBTED: frozenset[Rule] = frozenset()
ADVISE_EVERY_S = 10
"""How often advice is looked at anew, of the readings' time; it is too when a flag comes or goes."""

_Context = tuple[datetime, datetime, Policy, Meeting | None]


class LiveRoom:
    """``at`` and ``heard_at`` are how far the two timelines went; ``due_at`` and ``silent_at`` when
    each is next to be judged although nothing comes in. ``flags`` are the open ones, ``kept`` and
    ``ended`` as in RoomFlags.
    """

    def __init__(
        self,
        key: RoomKey,
        configuration: Configuration,
        unit_of_work: UnitOfWork,
        outdoors: VenueOutdoor,
    ) -> None:
        self.key = key
        self.co2_ppm: float | None = None
        self.co2_at: datetime | None = None
        self.people = RoomPeople()
        self.watched_since: datetime | None = None
        self._book = RoomFlags(key, unit_of_work)
        self.flags, self.kept, self.ended = self._book.open, self._book.kept, self._book.ended
        self.at: datetime | None = None
        self.heard_at = EPOCH
        self.room_air = RoomAir(self.context, outdoors)
        self.room_advice = RoomAdvice()
        self.sampler = RoomSampler(*key)
        self.next_reset: datetime | None = None
        self.due_at: datetime | None = None
        self.silent_at: datetime | None = None
        self._unit_of_work = unit_of_work
        self.configure(configuration)

    def configure(self, configuration: Configuration) -> None:
        """Take over a configuration; what is known of the room stays."""
        self.configuration = configuration
        self.room = configuration.rooms[self.key]
        self.venue = configuration.venues[self.key[0]]
        self.calendar = configuration.calendar(self.key)
        self._context: _Context = (FAR, FAR, configuration.policy(self.room, None), None)
        self.room_air.configure(self.venue, configuration.zones[self.key[0]], self.room)

    def resume(self, heard_at: datetime) -> None:
        """Go on from what the database held, having listened until ``heard_at``.

        The limits are judged again at the moment they were judged last: if they are still the same,
        that changes nothing.
        """
        self.heard_at = heard_at
        self.next_reset = None
        if self.at is not None:
            self._judge(self.at)
        self.silent_at = self._next_silence(heard_at)

    def judge_anew(self, now: datetime) -> None:
        """Judge what is known by a configuration that changed."""
        self.resume(max(self.heard_at, now))
        self._judge_silence(self.heard_at)

    # What comes in.

    def air(self, at: datetime, arrived: datetime, device: str, co2_ppm: float) -> bool:
        """A CO2 reading of ``at``; False where a newer one is there already."""
        if self.co2_at is not None and at <= self.co2_at:
            return False
        self.hear(arrived)
        if "no_data" in self.flags:
            self._judge_silence(max(self.heard_at, arrived))
        self.advance(at)
        self.co2_ppm = co2_ppm
        self.co2_at = at
        self.room_air.heard(at, device, co2_ppm, self.people)
        self._judge(at if self.at is None else max(self.at, at), new=True)
        if "no_data" in self.flags:
            self._judge_silence(self.heard_at)
        else:
            self.silent_at = self._next_silence(arrived)
        return True

    def counted(self, at: datetime, count: int) -> bool:
        """A count from a device that sees the room; False where a newer one is there already."""
        self.advance(at)
        return self._count(at, self.people.counted(at, count))

    def passed(self, device: str, at: datetime, in_total: int, out_total: int) -> bool:
        """The totals of a door; False where newer ones are there already."""
        self.advance(at)
        return self._count(at, self.people.passed(device, at, in_total, out_total))

    def lose_door(self, device: str) -> None:
        """The door hangs elsewhere now."""
        people = self.people.without(device)
        if people is not self.people:
            self.people = people
            self._unit_of_work.people[self.key] = people
            self.room_air.people_set(people)

    def set_people(self, at: datetime, people: int) -> None:
        """A person counted."""
        self.advance(at)
        at = at if self.at is None else max(self.at, at)
        self._count(at, self.people.set_to(at, people))
        self.room_air.people_set(self.people)

    def watch(self, since: datetime | None) -> None:
        """From then on its silence counts; None where it has no device that measures its air."""
        if (since is None) != (self.watched_since is None):
            self.watched_since = since
            self._unit_of_work.rooms.add(self.key)

    def mark(self, flag: Flag) -> None:
        """One of its open flags was marked: as seen, or as silenced."""
        self._book.put(flag)

    # What time does.

    def advance(self, to: datetime) -> bool:
        """Judge the limits at every moment up to ``to`` when time alone changes something."""
        moved = False
        while self.due_at is not None and self.due_at <= to:
            moved = True
            self._judge(self.due_at)
        return moved

    def hear(self, until: datetime) -> bool:
        """Judge the silence at every such moment up to ``until``, a time of arrival or now."""
        moved = False
        while self.silent_at is not None and self.silent_at <= until:
            moved = True
            self._judge_silence(max(self.silent_at, self.heard_at))
        return moved

    # What is known.

    @property
    def due(self) -> tuple[datetime | None, datetime | None]:
        """When either timeline is next to be judged although nothing comes in."""
        return self.due_at, self.silent_at

    def meeting_at(self, at: datetime) -> Meeting | None:
        return self.context(at)[1]

    def policy_at(self, at: datetime) -> Policy:
        """The limits it is held to at a moment."""
        return self.context(at)[0]

    def context(self, at: datetime) -> tuple[Policy, Meeting | None]:
        """The limits it is held to at a moment, and the meeting that is on."""
        since, until, policy, meeting = self._context
        if not since <= at < until:
            on = self.calendar.on_at(at)
            meeting = on[0] if on else None
            policy = self.configuration.policy(self.room, meeting)
            self._context = (at, self.calendar.next_moment(at) or FAR, policy, meeting)
        return policy, meeting

    def facts(self, at: datetime, policy: Policy) -> RoomFacts:
        people, people_at = self.people.at(at, timedelta(seconds=policy.no_data_s))
        belief = self.room_air.belief
        faults = self.room_air.faults.found
        return RoomFacts(
            self.co2_ppm,
            self.co2_at,
            people,
            people_at,
            self.room.seats,
            self.watched_since,
            flow_per_person=None if belief is None else belief.per_person_lps,
            present=None if belief is None or belief.people is None else belief.people.value,
            outdoor_ppm=TYPICAL_OUTDOOR_PPM if belief is None else belief.outdoor_ppm.value,
            floor_area_m2=self.room.floor_area_m2,
            faults=faults,
            doubted=BY_AIR if any(one.is_unfit for one in faults or ()) else NONE_DOUBTED,
        )

    def evidence_of(self, flag: Flag) -> tuple[dict[str, Any], ...]:
        """What is seen now of what a flag says; only of a sensor's fault that is more than a figure."""
        if flag.rule != "sensor_fault" or flag.state == "resolved":
            return ()
        return tuple(fault.as_dict() for fault in self.room_air.faults.found or ())

    def verdict(self, rule: Rule, at: datetime) -> Verdict:
        policy = self.policy_at(at)
        return judge(rule, self.facts(at, policy), policy, at)

    def advice_at(self, at: datetime) -> tuple[Advice, ...]:
        """What to do: as judged with the newest readings, while they say how it is now."""
        policy = self.policy_at(at)
        if is_fresh(self.co2_at, policy, at):
            return self.room_advice.given
        return self.room_advice.as_it_would_be(self._situation(at, self.facts(at, policy), policy))

    # Judging.

    def _count(self, at: datetime, people: RoomPeople) -> bool:
        if people is self.people:
            return False
        self.people = people
        self._unit_of_work.people[self.key] = people
        self.room_air.counted(people)
        self._judge(at if self.at is None else max(self.at, at), new=True)
        return True

    def _judge(self, at: datetime, *, new: bool = False) -> None:
        before, self.at = self.at, at
        self._unit_of_work.rooms.add(self.key)
        if self.next_reset is not None and at >= self.next_reset:
            self.people = self.people.reset(self.next_reset)
            self._unit_of_work.people[self.key] = self.people
            self.next_reset = None
        policy = self.policy_at(at)
        facts = self.facts(at, policy)
        open_before = tuple(self.flags)
        for rule in LIMIT_RULES:
            verdict = judge(rule, facts, policy, at)
            if verdict.finding is Finding.BREACHED or rule in self.flags:
                self._step(rule, verdict, policy, at)
        if before is None or _turn(before) != _turn(at) or open_before != tuple(self.flags):
            self.room_advice.judge(self._situation(at, facts, policy))
        if self.sampler.is_due(at):
            self._sample(at, facts, policy, new=new)
        self.due_at = self._next_due(at, facts, policy)

    def _judge_silence(self, at: datetime) -> None:
        self.heard_at = at
        policy = self.policy_at(at)
        verdict = judge("no_data", self.facts(at, policy), policy, at)
        if verdict.finding is Finding.BREACHED or "no_data" in self.flags:
            self._step("no_data", verdict, policy, at)
        self.silent_at = self._next_silence(at)

    def _step(self, rule: Rule, verdict: Verdict, policy: Policy, at: datetime) -> None:
        self._book.step(rule, verdict, policy, at, self.meeting_at(at), self.calendar)

    def _situation(self, at: datetime, facts: RoomFacts, policy: Policy) -> Situation:
        air = self.room_air
        return Situation(
            at,
            facts,
            tuple(self.flags.values()),
            policy,
            air.belief,
            air.forecast,
            *air.regimes,
            left_min=left_min(self.meeting_at(at), at.timestamp()),
        )

    def _sample(self, at: datetime, facts: RoomFacts, policy: Policy, *, new: bool) -> None:
        now_is = level(facts, self.flags.values(), policy, at)
        fresh = is_fresh(facts.co2_at, policy, at)
        co2_ppm = facts.co2_ppm if fresh else None
        people = facts.people if is_fresh(facts.people_at, policy, at) else None
        belief = self.room_air.belief if fresh else None
        self.sampler.take(at, now_is, co2_ppm, people, belief, new=new)

    # When to look again.

    def _next_due(self, at: datetime, facts: RoomFacts, policy: Policy) -> datetime | None:
        until = self._context[1]
        due = limits_due(at, facts, self.people.seen_at, self.flags, policy, until)
        if not self.people.is_known:
            return due
        if self.next_reset is None:
            zone = self.configuration.zones[self.key[0]]
            self.next_reset = next_reset(zone, self.venue.reset_at, at)
        return self.next_reset if due is None else min(due, self.next_reset)

    def _next_silence(self, at: datetime) -> datetime | None:
        policy = self.policy_at(at)
        flag = self.flags.get("no_data")
        until = self._context[1]
        return silence_due(at, flag, self.watched_since, self.co2_at, policy, until)


def _turn(at: datetime) -> int:
    """Which turn of looking at the advice a moment falls in: the same over a restart."""
    return int(at.timestamp()) // ADVISE_EVERY_S
