"""A counter at a door: two running totals, and what a total that does not simply rise can mean.

A total is followed along a line: its last value, and how many passed along it. What does not go on
from there is not believed at once but becomes a rival line, and the messages after it decide:

- they go on from the old line: it was **passing** (a repeat, one out of order, a zero, a spike);
- they go on from the rival: the counter has **restarted**, or shows what no crowd can have done
  (**implausible**): then the rival leads, and nobody is added but who can have passed.

A total that begins low just below 2^16 or 2^32 has **wrapped**. Nothing that a counter shows adds more
people than a door lets through in the time. The line that was left stays the rival, so that a wrong
turn is taken back by the next message that fits it alone.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Decision = Literal["passing", "restart", "wrap", "implausible", "ghosts"]
DECISIONS: tuple[Decision, ...] = ("passing", "restart", "wrap", "implausible", "ghosts")
Side = Literal["in", "out"]
Age = Literal["new", "old", "unknown"]
"""Of a pair of totals: new where one of them rises, old where it may be one that comes late."""

MOST_PER_S = 3.0
"""People a second through one door: 1.3 for each metre of width (SFPE Handbook of Fire Protection
Engineering, emergency movement, maximum specific flow through doorways), of double doors 2.2 m wide.
"""
AT_ONCE = 60
"""What a counter may hand over at once, however short the time: its clock is not ours, and a network
that was away delivers the messages of twenty seconds together."""
WRAPS = (2**16, 2**32)
WRAPPED_AT_ONCE, WRAPPED_PER_S = 20, 1.0
"""How far below the end of its bits a total may have been to have gone round it, and not have begun
again: an ordinary crowd at the door, since a restart adds fewer people.
"""
REMEMBERED = 16
"""How many pairs of totals are known again when they are repeated."""
RISE, SAME = 3, 1
"""How much a rival gains by a message that counts on from it, and by one that repeats it."""
SOON, LATER = 3, 9
"""What a rival needs to lead: soon if it begins where a counter that restarted would, later if it may
as well be an old message, or if nobody can have passed like that."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was made of a total that did not simply rise; of ``ghosts``, whom the door had counted too
    many in a room where nobody was, how many were in by it ``before`` they were taken off.
    """

    at: datetime
    side: Side
    decision: Decision
    before: int
    shown: int


@dataclass(frozen=True, slots=True)
class Line:
    """A total's last ``value``, heard ``at``, and how many ``passed`` along it since the reset.

    A rival ``began`` with the message of that moment and leads when it has gained what it ``needs``,
    for which the ``reason`` is told then.
    """

    value: int
    at: datetime
    passed: int = 0
    began: datetime | None = None
    gained: int = 0
    needs: int = 0
    reason: Decision = "passing"

    def fits(self, shown: int, at: datetime) -> bool:
        """Whether the total may have come to ``shown`` from here by people walking through."""
        return 0 <= shown - self.value <= most_passages(at - self.at)

    def on_to(self, shown: int, at: datetime) -> "Line":
        rise = shown - self.value
        gained = self.gained + (RISE if rise else SAME)
        return replace(self, value=shown, at=at, passed=self.passed + rise, gained=gained)


@dataclass(frozen=True, slots=True)
class Total:
    """One running total: the line that leads, and the one that may be right instead."""

    side: Side
    lead: Line
    rival: Line | None = None

    def showing(
        self, shown: int, at: datetime, *, age: Age, along_rival: bool = False
    ) -> tuple["Total", tuple[Decided, ...]]:
        """After the counter showed ``shown``; ``along_rival``: the other total went on from a rival that
        began with the same message as this one's.
        """
        lead, rival = self.lead, self.rival
        if lead.fits(shown, at) and not (along_rival and rival and rival.fits(shown, at)):
            return self._going_on(shown, at)
        if rival is not None and rival.fits(shown, at):
            moved = rival.on_to(shown, at)
            if moved.gained >= moved.needs or (age == "new" and rival.reason == "restart"):
                return self._led_by(moved, shown, at)
            return replace(self, rival=moved), ()
        wrapped = _wrapped(lead, shown, at)
        if wrapped is not None:
            left = replace(lead, began=at, needs=0, reason="passing")
            return Total(self.side, wrapped, left), (self._decided("wrap", shown, at),)
        return replace(self, rival=self._rival(shown, at, age)), ()

    def _going_on(self, shown: int, at: datetime) -> tuple["Total", tuple[Decided, ...]]:
        lead = self.lead.on_to(shown, at)
        if self.rival is None or self.rival.needs == 0 or shown == self.lead.value:
            return replace(self, lead=lead), ()
        passing = Decided(at, self.side, "passing", self.lead.value, self.rival.value)
        return Total(self.side, lead), (passing,)

    def _rival(self, shown: int, at: datetime, age: Age) -> Line:
        is_fall = shown < self.lead.value
        if is_fall and shown <= most_passages(at - self.lead.at):
            needs = LATER if age == "old" else SOON
            return Line(shown, at, self.lead.passed + shown, at, 0, needs, "restart")
        return Line(shown, at, self.lead.passed, at, 0, LATER, "implausible")

    def _led_by(self, line: Line, shown: int, at: datetime) -> tuple["Total", tuple[Decided, ...]]:
        left = replace(self.lead, began=at, needs=0, reason="passing")
        lead = Line(line.value, line.at, line.passed)
        return Total(self.side, lead, left), (self._decided(line.reason, shown, at),)

    def restarted_with(self, began: datetime | None) -> tuple["Total", tuple[Decided, ...]]:
        """After the other total of the door was found restarted since ``began``: a fall of this one at
        the same moment was a restart too.
        """
        rival = self.rival
        if rival is None or began is None or rival.began != began or rival.reason != "restart":
            return self, ()
        return self._led_by(rival, rival.value, rival.at)

    def rises_to(self, shown: int, at: datetime) -> bool:
        return shown > self.lead.value and self.lead.fits(shown, at)

    def reset(self, passed: int = 0) -> "Total":
        """Counting from ``passed`` again."""
        rival = self.rival and replace(self.rival, passed=passed)
        return replace(self, lead=replace(self.lead, passed=passed), rival=rival)

    def _decided(self, decision: Decision, shown: int, at: datetime) -> Decided:
        return Decided(at, self.side, decision, self.lead.value, shown)


@dataclass(frozen=True, slots=True)
class Door:
    """What a door showed last, and how many more came in than went out since the reset. One that was
    heard once has no more than that: its totals are a baseline.

    ``recent`` are the last pairs of totals that were believed, oldest first, of which the newest
    ``steady`` simply rose; ``decided`` is what was made of the newest message, where it did not.
    """

    at: datetime
    in_total: int
    out_total: int
    net: int = 0
    entered: Total | None = None
    left: Total | None = None
    recent: tuple[tuple[int, int], ...] = ()
    steady: int = 1
    decided: tuple[Decided, ...] = ()

    @property
    def totals(self) -> tuple[Total, Total]:
        """Who entered and who left."""
        return (
            self.entered or Total("in", Line(self.in_total, self.at, self.net)),
            self.left or Total("out", Line(self.out_total, self.at)),
        )

    def showing(self, at: datetime, in_total: int, out_total: int) -> "Door":
        """The door after a newer message, which may repeat an older pair of totals."""
        if (in_total, out_total) in self.recent[:-1]:
            return replace(self, at=at, decided=())
        age = self._age(at, in_total, out_total)
        aside = self._is_aside(at, in_total, out_total)
        before, others = self.totals
        entered, first = before.showing(in_total, at, age=age, along_rival=aside)
        left, second = others.showing(out_total, at, age=age, along_rival=aside)
        third: tuple[Decided, ...] = ()
        if any(one.decision == "restart" for one in first):
            left, third = left.restarted_with(_began(before))
        elif any(one.decision == "restart" for one in second):
            entered, third = entered.restarted_with(_began(others))
        decided = (*first, *second, *third)
        recent, steady = self._believed(entered.lead.value, left.lead.value, decided)
        return _door(at, entered, left, recent, steady, decided)

    def reset(self, passed: int = 0) -> "Door":
        """Counting from ``passed`` again, from the same totals."""
        entered, left = self.totals
        entered, left = entered.reset(passed), left.reset()
        return _door(self.at, entered, left, self.recent, self.steady, self.decided)

    def _believed(
        self, in_total: int, out_total: int, decided: tuple[Decided, ...]
    ) -> tuple[tuple[tuple[int, int], ...], int]:
        """The pairs that are remembered, and how many of them simply rose."""
        recent = self.recent or ((self.in_total, self.out_total),)
        steady = self.steady
        if (in_total, out_total) != recent[-1]:
            recent = (*recent, (in_total, out_total))[-REMEMBERED:]
            steady += 1
        if any(one.decision != "passing" for one in decided):
            steady = 1
        return recent, min(steady, len(recent))

    def _age(self, at: datetime, in_total: int, out_total: int) -> Age:
        """Old: neither total rises, and neither is lower than it lately was."""
        entered, left = self.totals
        if entered.rises_to(in_total, at) or left.rises_to(out_total, at):
            return "new"
        recent = self.recent or ((self.in_total, self.out_total),)
        oldest_in, oldest_out = recent[-self.steady]
        is_old = (
            oldest_in <= in_total <= self.in_total and oldest_out <= out_total <= self.out_total
        )
        return "old" if is_old else "unknown"

    def _is_aside(self, at: datetime, in_total: int, out_total: int) -> bool:
        """Both totals go on from rivals that began with the same message, and one from them alone."""
        entered, left = self.totals
        began, mine, others = _began(entered), entered.rival, left.rival
        if mine is None or others is None or began is None or began != _began(left):
            return False
        if not (mine.fits(in_total, at) and others.fits(out_total, at)):
            return False
        return not (entered.lead.fits(in_total, at) and left.lead.fits(out_total, at))


def most_passages(time: timedelta) -> float:
    """How many people a door lets through in ``time``."""
    return AT_ONCE + MOST_PER_S * max(0.0, time.total_seconds())


def _wrapped(lead: Line, shown: int, at: datetime) -> Line | None:
    ordinary = WRAPPED_AT_ONCE + WRAPPED_PER_S * max(0.0, (at - lead.at).total_seconds())
    for wrap in WRAPS:
        passed = shown + wrap - lead.value
        if shown < lead.value < wrap and passed <= ordinary:
            return Line(shown, at, lead.passed + passed)
    return None


def _began(total: Total) -> datetime | None:
    """When the rival of a total began; None of one that led before."""
    return total.rival.began if total.rival is not None and total.rival.needs else None


def _door(
    at: datetime,
    entered: Total,
    left: Total,
    recent: tuple[tuple[int, int], ...],
    steady: int,
    decided: tuple[Decided, ...],
) -> Door:
    net = entered.lead.passed - left.lead.passed
    values = (entered.lead.value, left.lead.value, net)
    return Door(at, *values, entered, left, recent, steady, decided)
