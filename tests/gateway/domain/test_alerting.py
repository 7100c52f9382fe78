"""The laws of who is told what, first by example, then for every life a breach can have."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.domain.alerts.alerting import (
    AddressedNotice,
    Audience,
    FlagResolved,
    FlagStands,
    Recipient,
    Told,
    escalates_at,
    knows,
    step,
)
from gateway.domain.alerts.flag import Flag, FlagKey
from gateway.domain.alerts.flag import step as flag_step
from gateway.domain.alerts.notice import Notice, NoticeMeeting, decode_notice, encode_notice
from gateway.domain.verdict import Finding, Verdict
from sensors.wire.topic import RoomSlug, VenueSlug

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WAIT = timedelta(minutes=10)
MEETING = NoticeMeeting("m1", "Ontbijt", START, START + timedelta(hours=1))
ANNA = Recipient("anna@example.org", "organiser", "en", MEETING)
BOB = Recipient("bob@example.org", "manager", "nl")
CARL = Recipient("carl@example.org", "escalation", "nl")
DORA = Recipient("dora@example.org", "escalation", "en")


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


FIRES = Flag(
    "f1",
    VenueSlug("de-kade"),
    RoomSlug("serre"),
    "co2",
    "firing",
    START,
    fired_at=minute(5),
    value=1300,
)
OVER = replace(FIRES, state="resolved", resolved_at=minute(60), value=900, peak=1500)
DRAFT = Notice(
    kind="firing",
    rule="co2",
    venue=VenueSlug("de-kade"),
    venue_name="De Kade",
    language="nl",
    timezone="Europe/Amsterdam",
    room=RoomSlug("serre"),
    room_name="Serre",
    meeting=None,
    since=START,
    at=minute(5),
    value=1300,
    peak=1300,
    limit=1200,
    advice=({"code": "open_windows"},),
    flag="f1",
)
LINE = Audience((ANNA, BOB), (CARL, DORA), WAIT)


def said(letters: Told) -> list[tuple[str, str]]:
    return [(letter.notice.kind, letter.recipient.partition("@")[0]) for letter in letters]


def look(
    told: Told, minutes: float, audience: Audience = LINE, flag: Flag = FIRES
) -> tuple[Told, Told]:
    return step(told, FlagStands(flag, audience, DRAFT), minute(minutes))


class TestTelling:
    def test_each_hears_in_their_own_language_and_meeting_and_why(self) -> None:
        _, (anna, bob) = look((), 5)
        assert (anna.notice.language, anna.notice.meeting) == ("en", MEETING)
        assert (anna.meeting_id, anna.notice.recipient_role) == ("m1", "organiser")
        assert (bob.notice.language, bob.notice.meeting, bob.meeting_id) == ("nl", None, "")
        assert bob.notice.recipient_role == "manager"

    def test_who_has_two_parts_hears_once(self) -> None:
        twice = Audience((ANNA, replace(BOB, recipient="Anna@Example.org")), (), None)
        told, letters = look((), 5, twice)
        assert said(letters) == [("firing", "anna")]
        assert look(told, 6, twice)[1] == ()

    def test_what_is_pending_is_told_to_nobody(self) -> None:
        pending = replace(FIRES, state="pending", fired_at=None)
        assert look((), 5, flag=pending) == ((), ())

    def test_what_is_hushed_is_told_afterwards_if_it_still_fires(self) -> None:
        told, letters = look((), 5, replace(LINE, hushed=True))
        assert (told, letters) == ((), ())
        assert said(look(told, 50)[1]) == [("firing", "anna"), ("firing", "bob")]
        assert step(told, FlagResolved(OVER), minute(60)) == ((), ())

    def test_who_was_told_hears_that_it_is_over_as_it_was_told(self) -> None:
        told, _ = look((), 5)
        after, (anna, bob) = step(told, FlagResolved(OVER), minute(60))
        assert after == ()
        assert (anna.notice.kind, anna.notice.language, anna.meeting_id) == ("resolved", "en", "m1")
        assert (anna.notice.at, anna.notice.peak, anna.notice.advice) == (minute(60), 1500, ())
        assert bob.recipient == BOB.recipient


class TestEscalation:
    def test_each_in_line_is_told_after_a_wait_of_their_own(self) -> None:
        told, _ = look((), 5)
        assert escalates_at(told, FIRES, LINE) == minute(15)
        told, letters = look(told, 14.9)
        assert letters == ()
        told, letters = look(told, 16)
        assert said(letters) == [("escalated", "carl")]
        assert escalates_at(told, FIRES, LINE) == minute(26)
        told, letters = look(told, 200)
        assert said(letters) == [("escalated", "dora")]
        assert escalates_at(told, FIRES, LINE) is None
        _, letters = step(told, FlagResolved(OVER), minute(300))
        assert [who for _, who in said(letters)] == ["anna", "bob", "carl", "dora"]

    def test_the_wait_is_from_when_somebody_was_told(self) -> None:
        told, _ = look((), 60)
        assert look(told, 69)[1] == ()
        assert said(look(told, 70)[1]) == [("escalated", "carl")]

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"audience": replace(LINE, escalate_after=None)}, id="never"),
            pytest.param({"audience": replace(LINE, hushed=True)}, id="hushed"),
            pytest.param({"flag": replace(FIRES, acknowledged_at=minute(9))}, id="acknowledged"),
        ],
    )
    def test_it_stops(self, changes: dict[str, Any]) -> None:
        told, _ = look((), 5)
        assert look(told, 100, **changes)[1] == ()

    def test_who_knows_already_is_passed_over(self) -> None:
        line = replace(LINE, escalation=(replace(BOB, role="escalation"), DORA))
        told, _ = look((), 5, line)
        assert said(look(told, 15, line)[1]) == [("escalated", "dora")]


PEOPLE = (ANNA, BOB, CARL, DORA, replace(ANNA, recipient="ANNA@example.org", role="host"))
FINDINGS = (Finding.BREACHED, Finding.CLEAR, Finding.BETWEEN, Finding.CANNOT_SAY)
PENDING, CLEAR = timedelta(minutes=1), timedelta(minutes=1)
KEY = FlagKey(VenueSlug("de-kade"), RoomSlug("serre"), "co2")


@dataclass
class Teller:
    """The machine with what it stores: rows under the outbox's own key."""

    forgets: bool
    told: dict[str, Told]
    rows: list[tuple[str, AddressedNotice]]

    def take(self, flag: Flag, audience: Audience, now: datetime) -> None:
        event = (
            FlagResolved(flag) if flag.state == "resolved" else FlagStands(flag, audience, DRAFT)
        )
        told, letters = step(self.told.get(flag.id, ()), event, now)
        self.told[flag.id] = told
        for letter in letters:
            key = (flag.id, letter.notice.kind, letter.recipient, letter.meeting_id)
            assert key not in [(f, o.notice.kind, o.recipient, o.meeting_id) for f, o in self.rows]
            self.rows.append((flag.id, letter))
        if self.forgets:
            self.told = self.stored()

    def stored(self) -> dict[str, Told]:
        """What a restart reads of the open flags."""
        over = {flag for flag, letter in self.rows if letter.notice.kind == "resolved"}
        found: dict[str, Told] = {}
        for flag, letter in self.rows:
            if flag not in over:
                notice = decode_notice(encode_notice(letter.notice))
                found[flag] = (*found.get(flag, ()), replace(letter, notice=notice))
        return found


class Lives(RuleBasedStateMachine):
    """A room through breaches, silences, people coming and going, and a clock that jumps."""

    @initialize(wait=st.sampled_from([3, 3, 10, None]))
    def begin(self, wait: int | None) -> None:
        self.now = START
        self.flag: Flag | None = None
        self.finding = Finding.BREACHED
        self.audience = Audience(
            (BOB,), (CARL, DORA), None if wait is None else timedelta(minutes=wait)
        )
        self.remembers = Teller(False, {}, [])
        self.restarts = Teller(True, {}, [])
        self.over: set[str] = set()
        self.was: dict[int, tuple[Flag, Audience]] = {}

    @rule(minutes=st.sampled_from([0.5, 1, 2, 3, 5, 11, 200]))
    def time_passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)
        self._look()

    @rule(minutes=st.sampled_from([1, 3, 10]))
    def nobody_does_anything(self, minutes: float) -> None:
        for _ in range(3):
            self.time_passes(minutes)

    @rule(finding=st.sampled_from(FINDINGS))
    def the_room_is(self, finding: Finding) -> None:
        self.finding = finding
        self._look()

    @rule(recipients=st.lists(st.sampled_from(PEOPLE), unique=True))
    def others_should_know(self, recipients: list[Recipient]) -> None:
        self.audience = replace(self.audience, recipients=tuple(recipients))
        self._look()

    @rule(line=st.lists(st.sampled_from(PEOPLE), unique=True))
    def others_stand_in_line(self, line: list[Recipient]) -> None:
        self.audience = replace(self.audience, escalation=tuple(line))
        self._look()

    @rule()
    def a_silence_or_the_night_begins_or_ends(self) -> None:
        self.audience = replace(self.audience, hushed=not self.audience.hushed)
        self._look()

    @precondition(lambda self: self.flag is not None)
    @rule()
    def somebody_acknowledges(self) -> None:
        if self.flag is not None and self.flag.acknowledged_at is None:
            self.flag = replace(self.flag, acknowledged_at=self.now)
        self._look()

    def _look(self) -> None:
        after = flag_step(self.flag, KEY, Verdict(self.finding), self.now, PENDING, CLEAR)
        self.flag = after.flag
        if self.flag is None:
            return
        before = len(self.remembers.rows)
        for teller in (self.remembers, self.restarts):
            teller.take(self.flag, self.audience, self.now)
        for i in range(before, len(self.remembers.rows)):
            self.was[i] = (self.flag, self.audience)
        if self.flag.state == "resolved":
            self.over.add(self.flag.id)
            self.flag = None

    @invariant()
    def a_restart_at_any_point_changes_nothing(self) -> None:
        assert self.restarts.rows == self.remembers.rows

    @invariant()
    def nobody_is_told_of_what_does_not_fire_or_is_hushed(self) -> None:
        for i, (_, letter) in enumerate(self.remembers.rows):
            flag, audience = self.was[i]
            if letter.notice.kind == "resolved":
                assert flag.state == "resolved"
            else:
                assert flag.state == "firing"
                assert not audience.hushed

    @invariant()
    def one_breach_is_told_to_one_recipient_once_and_is_over_for_them_once(self) -> None:
        heard: dict[tuple[str, str], list[str]] = {}
        for flag, letter in self.remembers.rows:
            kinds = heard.setdefault((flag, letter.recipient.casefold()), [])
            kinds.append(letter.notice.kind)
        for (flag, _), kinds in heard.items():
            expected = ["resolved"] if flag in self.over else []
            assert kinds[0] in ("firing", "escalated")
            assert kinds[1:] == expected

    @invariant()
    def who_should_know_does(self) -> None:
        if self.flag is None or self.flag.fired_at is None or self.audience.hushed:
            return
        told = self.remembers.told.get(self.flag.id, ())
        assert all(knows(told, recipient.recipient) for recipient in self.audience.recipients)

    @invariant()
    def the_line_is_told_in_order_a_wait_apart_and_only_unacknowledged(self) -> None:
        before: dict[str, datetime] = {}
        for i, (flag_id, letter) in enumerate(self.remembers.rows):
            if letter.notice.kind == "resolved":
                continue
            if letter.notice.kind == "firing":
                before.setdefault(flag_id, letter.at)
                continue
            flag, audience = self.was[i]
            assert flag.acknowledged_at is None
            assert audience.escalate_after is not None
            assert letter.at - before[flag_id] >= audience.escalate_after
            before[flag_id] = letter.at
            earlier = [row for f, row in self.remembers.rows[:i] if f == flag_id]
            ahead = [one.recipient for one in audience.escalation]
            ahead = ahead[: ahead.index(letter.recipient)]
            assert all(knows(tuple(earlier), one) for one in ahead)

    @invariant()
    def nobody_in_line_is_left_waiting(self) -> None:
        flag, audience = self.flag, self.audience
        if flag is None or audience.hushed or audience.escalate_after is None:
            return
        told = self.remembers.told.get(flag.id, ())
        left = [one for one in audience.escalation if not knows(told, one.recipient)]
        if told and left and flag.acknowledged_at is None:
            first, last = told[0].at, [t.at for t in told if t.notice.kind == "escalated"][-1:]
            assert self.now - max([first, *last]) < audience.escalate_after


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=150, stateful_step_count=40)
