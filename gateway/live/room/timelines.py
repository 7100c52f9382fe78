"""How far one live room is judged, and when it is to be judged again although nothing comes in.

Two timelines. The limits are judged at the readings' own time, and between readings at the moments
when time alone changes something, so that a stream that was caught up gives the same flags as one
that was followed live. Silence is judged at the time of arrival: what came late was missing till
then. Neither goes back.
"""

from datetime import datetime, timedelta

from gateway.domain.advice.situation import Situation
from gateway.domain.level import level
from gateway.domain.people import next_reset
from gateway.domain.policy import Policy
from gateway.domain.verdict import Finding, RoomFacts, is_counted, is_fresh, judge
from gateway.live.room.advice import RoomAdvice
from gateway.live.room.calm import Calm, calm
from gateway.live.room.context import RoomContext
from gateway.live.room.flags import RoomFlags
from gateway.live.room.foreseen import left_min
from gateway.live.room.sampler import RoomSampler
from gateway.live.room.schedule import LIMIT_RULES, limits_due, others_due, silence_due
from gateway.live.room.values import RoomValues
from sensors.wire.instant import EPOCH

ADVISE_EVERY_S = 10
"""How often advice is looked at anew, of the readings' time; it is too when a flag comes or
goes."""


class Timelines:
    """``limits_at`` and ``silence_at`` are how far each went."""

    __slots__ = (
        "_advice", "_calm", "_context", "_flags", "_limits_due", "_moves_due", "_next_reset",
        "_sampler", "_short_way", "_silence_due", "_turn_until", "_values", "limits_at",
        "silence_at",
    )  # fmt: skip

    def __init__(
        self,
        context: RoomContext,
        values: RoomValues,
        flags: RoomFlags,
        advice: RoomAdvice,
        sampler: RoomSampler,
        *,
        short_way: bool = True,
    ) -> None:
        """Without the ``short_way`` each reading is judged in full, to the same end."""
        self.limits_at: datetime | None = None
        self.silence_at = EPOCH
        self._context = context
        self._values = values
        self._flags = flags
        self._advice = advice
        self._sampler = sampler
        self._limits_due: datetime | None = None
        self._silence_due: datetime | None = None
        self._next_reset: datetime | None = None
        self._moves_due: datetime | None = None
        self._turn_until = EPOCH
        self._calm: Calm | None = None
        self._short_way = short_way

    def resume(self, listened_until: datetime) -> None:
        """Go on from what the database held, having listened until then.

        The limits are judged again at the moment they were judged last: if they are still the same,
        that changes nothing.
        """
        self.silence_at = listened_until
        self._next_reset = None
        if self.limits_at is not None:
            self.judge_limits(self.limits_at)
        self.expect(listened_until)

    @property
    def due_at(self) -> datetime | None:
        """When time alone changes something next."""
        limits, silence = self._limits_due, self._silence_due
        if limits is None or silence is None:
            return limits or silence
        return min(limits, silence)

    def is_quiet(self, at: datetime, arrived: datetime) -> bool:
        """Whether no flag is open, and nothing is due before a reading."""
        limits, silence = self._limits_due, self._silence_due
        return (
            not self._flags.open
            and (limits is None or at < limits)
            and (silence is None or arrived < silence)
        )

    def not_before(self, at: datetime) -> datetime:
        """``at``, or how far the limits were judged where that is later."""
        return at if self.limits_at is None else max(self.limits_at, at)

    def pass_limits(self, until: datetime) -> bool:
        """Judge the limits at every moment up to ``until`` when time alone changes something."""
        moved = False
        while self._limits_due is not None and self._limits_due <= until:
            moved = True
            self.judge_limits(self._limits_due)
        return moved

    def pass_silence(self, until: datetime) -> bool:
        """Judge the silence at every such moment up to ``until``, a time of arrival or now."""
        moved = False
        while self._silence_due is not None and self._silence_due <= until:
            moved = True
            self.judge_silence(max(self._silence_due, self.silence_at))
        return moved

    def pass_by(self, at: datetime, arrived: datetime) -> bool:
        """Judge a reading that changes nothing but the newest value; False where it may change more, and
        is to be judged in full.
        """
        calm, before = self._calm, self.limits_at
        if calm is None or before is None or self._flags.open:
            return False
        values, fresh_until = self._values, at + calm.fresh_for
        at = max(at, before)  # what comes late is judged as of how far time alone went
        if at >= fresh_until or not calm.holds(values, self._context.version, at, arrived):
            return False
        if values.air.estimate is not calm.estimate:
            calm = self._calm = calm.renewed(values, at)
        co2_ppm = values.co2_ppm
        if calm is None or co2_ppm is None or not calm.is_within(co2_ppm):
            return False
        if at >= self._turn_until:
            if not self._advice_stays(calm):
                return False
            self._turn_until = _turn_until(at)
        self.limits_at = at
        if at >= self._sampler.due_at or self._sampler.level == "unknown":
            level_is = calm.level(co2_ppm)
            self._sampler.take(at, level_is, co2_ppm, calm.counted, calm.estimate, new=True)
        self._limits_due = min(calm.until, fresh_until)
        if calm.watched_until is not None:
            silent_at = max(calm.watched_until, fresh_until)
            self._silence_due = min(silent_at, calm.judged_until)
        return True

    def _advice_stays(self, calm: Calm) -> bool:
        """Whether there was nothing to advise and is nothing now."""
        air = self._values.air
        if self._values.co2_ppm is None or self._values.co2_ppm >= calm.warn_ppm:
            return False
        foreseen = air.ahead.foreseen
        if foreseen is not None and foreseen.soon_ppm >= calm.over_ppm:
            return False
        return self._advice.stays(air.estimate and air.estimate.flow_lps, *air.learned.regimes)

    def judge_limits(self, at: datetime, *, new: bool = False) -> None:
        """Judge all rules but the silence; ``new``: something came in."""
        before, self.limits_at = self.limits_at, at
        if self._next_reset is not None and at >= self._next_reset:
            people = self._values.people.reset(self._next_reset)
            self._values.put_people(people)
            self._values.air.counted(self._next_reset, people)
            self._next_reset = None
        if self._moves_due is not None and at >= self._moves_due:
            self._values.end_ghosts(at)
        policy = self._context.policy(at)
        facts = self._values.facts(at, policy)
        flags = self._flags.open
        open_before = tuple(flags)
        for rule in LIMIT_RULES:
            verdict = judge(rule, facts, policy, at)
            if verdict.finding is Finding.BREACHED or rule in flags:
                self._flags.step(rule, verdict, policy, at)
        if before is None or _turn(before) != _turn(at) or open_before != tuple(flags):
            self._advice.judge(self.situation(at, facts, policy))
        if self._sampler.is_due(at, new=new):
            self._sample(at, facts, policy, new=new)
        self._limits_due = self._next_limits(at, facts, policy)
        self._turn_until = _turn_until(at)
        self._calm = self._calm_now(at, facts, policy)

    def judge_silence(self, at: datetime) -> None:
        self.silence_at = at
        policy = self._context.policy(at)
        verdict = judge("no_data", self._values.facts(at, policy), policy, at)
        if verdict.finding is Finding.BREACHED or "no_data" in self._flags.open:
            self._flags.step("no_data", verdict, policy, at)
        self.expect(at)

    def expect(self, at: datetime) -> None:
        """From ``at`` on the room is to be heard in time."""
        policy = self._context.policy(at)
        flag = self._flags.open.get("no_data")
        values, until = self._values, self._context.until
        self._silence_due = silence_due(
            at, flag, values.watched_since, values.co2_at, policy, until
        )

    def situation(self, at: datetime, facts: RoomFacts, policy: Policy) -> Situation:
        """What advice is given on."""
        air = self._values.air
        return Situation(
            at,
            facts,
            tuple(self._flags.open.values()),
            policy,
            air.estimate,
            air.ahead.forecast if is_fresh(facts.co2_at, policy, at) else None,
            *air.learned.regimes,
            left_min=left_min(self._context.meeting(at), at.timestamp()),
        )

    def _sample(self, at: datetime, facts: RoomFacts, policy: Policy, *, new: bool) -> None:
        now_is = level(facts, self._flags.open.values(), policy, at)
        fresh = is_fresh(facts.co2_at, policy, at)
        co2_ppm = facts.co2_ppm if fresh else None
        people = facts.people if is_counted(facts, policy, at) else None
        estimate = self._values.air.estimate if fresh else None
        self._sampler.take(at, now_is, co2_ppm, people, estimate, new=new)

    def _next_limits(self, at: datetime, facts: RoomFacts, policy: Policy) -> datetime | None:
        context, people = self._context, self._values.people
        due = limits_due(at, facts, people.seen_at, self._flags.open, policy, context.until)
        self._moves_due = self._values.moves_due(at)
        if people.is_known and self._next_reset is None:
            self._next_reset = next_reset(context.zone, context.venue.reset_at, at)
        found = (due, self._moves_due, self._next_reset if people.is_known else None)
        return min((one for one in found if one is not None), default=None)

    def _calm_now(self, at: datetime, facts: RoomFacts, policy: Policy) -> Calm | None:
        if not self._short_way or self._flags.open or not is_fresh(facts.co2_at, policy, at):
            return None
        context, people = self._context, self._values.people
        judged_until = context.until
        until = others_due(at, facts, people.seen_at, {}, policy, judged_until) or judged_until
        if self._next_reset is not None:
            until = min(until, self._next_reset)
        if self._moves_due is not None:
            until = min(until, self._moves_due)
        return calm(self._values, facts, policy, context.version, at, until, judged_until)


def _turn(at: datetime) -> int:
    """Which turn of looking at the advice a moment falls in: the same over a restart."""
    return int(at.timestamp()) // ADVISE_EVERY_S


def _turn_until(at: datetime) -> datetime:
    """When the next one begins."""
    return EPOCH + timedelta(seconds=(_turn(at) + 1) * ADVISE_EVERY_S)
