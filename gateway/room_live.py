"""One room as the live side knows it: its newest values, its flags, and when to look again.

Two timelines. The limits are judged at the readings' own time, and between readings at the moments
when time alone changes something, so that a stream that was caught up gives the same flags as one
that was followed live. Silence is judged at the time of arrival: what came late was missing till then.
Neither goes back.
"""

from datetime import UTC, datetime, timedelta

from gateway.domain.flag import Flag, FlagKey, next_step_at, step
from gateway.domain.level import level
from gateway.domain.meeting import Meeting
from gateway.domain.meeting_flag import MeetingFlag, keep
from gateway.domain.people import RoomPeople, next_reset
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy
from gateway.domain.room_state import FlagState, Rule
from gateway.domain.verdict import Finding, RoomFacts, Verdict, is_fresh, judge, pending_for
from gateway.registry.flags import Change
from gateway.room_air import RoomAir
from gateway.room_sampler import RoomSampler
from gateway.setup import RoomKey, Setup
from gateway.unsaved import Unsaved
from gateway.venue_air import VenueAir
from sensors.instant import EPOCH

LIMIT_RULES: tuple[Rule, ...] = ("co2", "occupancy", "ventilation")
FAR = datetime.max.replace(tzinfo=UTC)

_Context = tuple[datetime, datetime, Policy, Meeting | None]


class RoomLive:
    """``at`` and ``heard_at`` are how far the two timelines went; ``due_at`` and ``silent_at`` when
    each is next to be judged although nothing comes in. ``ended`` are the flags resolved since they
    were last taken.
    """

    def __init__(self, key: RoomKey, setup: Setup, unsaved: Unsaved, outdoors: VenueAir) -> None:
        self.key = key
        self.co2_ppm: float | None = None
        self.co2_at: datetime | None = None
        self.people = RoomPeople()
        self.watched_since: datetime | None = None
        self.flags: dict[Rule, Flag] = {}
        self.kept: dict[str, dict[str, MeetingFlag]] = {}
        self.ended: list[Flag] = []
        self.at: datetime | None = None
        self.heard_at = EPOCH
        self.room_air = RoomAir(self.context, outdoors)
        self.sampler = RoomSampler(*key)
        self.next_reset: datetime | None = None
        self.due_at: datetime | None = None
        self.silent_at: datetime | None = None
        self._unsaved = unsaved
        self.configure(setup)

    def configure(self, setup: Setup) -> None:
        """Take over a configuration; what is known of the room stays."""
        self.setup = setup
        self.room = setup.rooms[self.key]
        self.venue = setup.venues[self.key[0]]
        self.calendar = setup.calendar(self.key)
        self._context: _Context = (FAR, FAR, setup.policy(self.room, None), None)
        self.room_air.configure(self.venue, setup.zones[self.key[0]], self.room)

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
            self._unsaved.people[self.key] = people
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
            self._unsaved.rooms.add(self.key)

    def mark(self, flag: Flag) -> None:
        """One of its open flags was marked: as seen, or as silenced."""
        self.flags[flag.rule] = flag
        self._unsaved.put_flag(flag)

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
            policy = self.setup.policy(self.room, meeting)
            self._context = (at, self.calendar.next_moment(at) or FAR, policy, meeting)
        return policy, meeting

    def facts(self, at: datetime, policy: Policy) -> RoomFacts:
        people, people_at = self.people.at(at, timedelta(seconds=policy.no_data_s))
        belief = self.room_air.belief
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
        )

    def verdict(self, rule: Rule, at: datetime) -> Verdict:
        policy = self.policy_at(at)
        return judge(rule, self.facts(at, policy), policy, at)

    # Judging.

    def _count(self, at: datetime, people: RoomPeople) -> bool:
        if people is self.people:
            return False
        self.people = people
        self._unsaved.people[self.key] = people
        self._judge(at if self.at is None else max(self.at, at), new=True)
        return True

    def _judge(self, at: datetime, *, new: bool = False) -> None:
        self.at = at
        self._unsaved.rooms.add(self.key)
        if self.next_reset is not None and at >= self.next_reset:
            self.people = self.people.reset(self.next_reset)
            self._unsaved.people[self.key] = self.people
            self.next_reset = None
        policy = self.policy_at(at)
        facts = self.facts(at, policy)
        for rule in LIMIT_RULES:
            verdict = judge(rule, facts, policy, at)
            if verdict.finding is Finding.BREACHED or rule in self.flags:
                self._step(rule, verdict, policy, at)
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
        before = self.flags.get(rule)
        key = FlagKey(self.key[0], self.key[1], rule)
        clear = timedelta(seconds=policy.clear_s)
        after = step(before, key, verdict, at, pending_for(rule, policy), clear)
        flag = after.flag
        if flag is None:
            if before is not None:
                del self.flags[rule]
                self._unsaved.drop_flag(before)
            return
        if flag is not before:
            self.flags[rule] = flag
            self._unsaved.put_flag(flag)
        if after.change is not None:
            self._note(flag, after.change, at)
        if flag.fired_at is not None:
            self._keep(flag, flag.fired_at, at, known=verdict.finding is not Finding.CANNOT_SAY)
        if flag.state == "resolved":
            del self.flags[rule]
            self.kept.pop(flag.id, None)
            self.ended.append(flag)

    def _note(self, flag: Flag, state: FlagState, at: datetime) -> None:
        meeting = self.meeting_at(at)
        change = Change(None, flag.id, at, state, flag.value, meeting.id if meeting else None)
        self._unsaved.changes.append(change)

    def _keep(self, flag: Flag, fired_at: datetime, at: datetime, *, known: bool) -> None:
        """Bring what the meetings keep of the flag up to ``at``. While nothing is known a breach that
        began before is not held against a meeting that begins.
        """
        kept = self.kept.setdefault(flag.id, {})
        for meeting in self.calendar.overlapping(fired_at, at):
            before = kept.get(meeting.id)
            if before is None and not known:
                continue
            after = keep(before, meeting, flag, at)
            if after != before:
                kept[meeting.id] = after
                self._unsaved.kept[meeting.id, flag.id] = after

    def _sample(self, at: datetime, facts: RoomFacts, policy: Policy, *, new: bool) -> None:
        now_is = level(facts, self.flags.values(), policy, at)
        fresh = is_fresh(facts.co2_at, policy, at)
        co2_ppm = facts.co2_ppm if fresh else None
        belief = self.room_air.belief if fresh else None
        self.sampler.take(at, now_is, co2_ppm, facts.people, belief, new=new)

    # When to look again.

    def _next_due(self, at: datetime, facts: RoomFacts, policy: Policy) -> datetime | None:
        """The first moment after ``at`` when the limits may be judged otherwise, though nothing comes
        in. A room of which nothing is known any more waits for its next reading, so that what it
        sends later is judged at its own time.
        """
        fresh_for = timedelta(seconds=policy.no_data_s)
        found = [
            since + fresh_for
            for since in (facts.co2_at, facts.people_at, self.people.seen_at)
            if since is not None and since + fresh_for > at
        ]
        clear = timedelta(seconds=policy.clear_s)
        for rule in LIMIT_RULES:
            flag = self.flags.get(rule)
            if flag is not None:
                found.append(self._context[1])
                changes_at = next_step_at(flag, pending_for(rule, policy), clear)
                if changes_at is not None and changes_at > at:
                    found.append(changes_at)
        if found:
            found.append(self._context[1])
        if self.people.is_known:
            if self.next_reset is None:
                zone = self.setup.zones[self.key[0]]
                self.next_reset = next_reset(zone, self.venue.reset_at, at)
            found.append(self.next_reset)
        return min(found, default=None)

    def _next_silence(self, at: datetime) -> datetime | None:
        policy = self.policy_at(at)
        flag = self.flags.get("no_data")
        found = [self._context[1]]
        if flag is not None:
            changes_at = next_step_at(flag, timedelta(0), timedelta(seconds=policy.clear_s))
            if changes_at is not None and changes_at > at:
                found.append(changes_at)
        elif self.watched_since is not None:
            since = max(self.watched_since, self.co2_at or EPOCH)
            found.append(since + timedelta(seconds=policy.no_data_s))
        else:
            return None
        return min(found)
