"""The short way of an ordinary reading and the long one come to the same end, whatever happened."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.room import Room, Venue
from gateway.domain.room_state import Rule
from gateway.domain.verdict import RoomFacts, Verdict, judge
from gateway.journal.entry import Note
from gateway.live.configuration import Configuration, KnownSpan, calendars
from gateway.live.last_seen import LastSeen
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room import timelines
from gateway.live.room.context import RoomContext
from gateway.live.room.flags import RoomFlags
from gateway.live.room.room import LiveRoom
from gateway.live.room.state import RoomView
from gateway.live.unit_of_work import UnitOfWork
from sensors.time_zone import zone_or_utc
from sensors.wire.instant import to_ns
from sensors.wire.reading import About, AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.aired import aired_room
from tests.gateway.live_venue import START, meeting

VENUE = Venue(VenueSlug("de-kade"), "De Kade")
KEY = (VENUE.slug, RoomSlug("serre"))
CO2 = (DeviceSlug("co2-01"), DeviceSlug("co2-02"))
DOOR, PIR = DeviceSlug("door-01"), DeviceSlug("pir-01")
POLICIES = (
    DEFAULT,
    replace(DEFAULT, slug="strict", co2_pending_s=60.0, min_flow_lps=8.5, no_data_s=120.0),
    replace(DEFAULT, slug="either", min_flow_lps=6.0, one_suffices=True),
    replace(DEFAULT, slug="over", above_outdoor=True, co2_warn_ppm=300.0, co2_limit_ppm=550.0,
            co2_clear_ppm=450.0, area_m2_per_person=5.0),
    Policy("open", min_flow_lps=4.0, min_flow_area_lps_m2=0.3),
)  # fmt: skip


def configuration(revision: int, policy: Policy, room: Room, moved_min: float) -> Configuration:
    meetings = [
        replace(meeting("m1", moved_min, moved_min + 45), policy=policy.slug),
        meeting("m2", moved_min + 90, moved_min + 200),
    ]
    return Configuration(
        revision,
        KnownSpan(START, START + timedelta(days=3)),
        venues={VENUE.slug: VENUE},
        zones={VENUE.slug: zone_or_utc(VENUE.timezone)},
        rooms={KEY: replace(room, policy=policy.slug)},
        policies={one.slug: one for one in POLICIES},
        calendars=calendars(meetings),
    )


class Lived:
    """One live room with all that is around it, at its own time."""

    def __init__(self, *, short_way: bool) -> None:
        self.now = START
        self.last_seen, self.outdoors, self.unit_of_work = LastSeen(), VenueOutdoor(), UnitOfWork()
        first = configuration(1, POLICIES[0], aired_room(), 20)
        context = RoomContext(KEY, first, self.last_seen)
        flags = RoomFlags(context, self.unit_of_work)
        self.room = LiveRoom(context, flags, self.unit_of_work, self.outdoors, short_way=short_way)
        self.room.watch(START, {CO2[0]: None})
        self.room.resume(START)
        self.totals = (0, 0)

    def read(self, device: DeviceSlug, co2_ppm: float, late_s: float) -> None:
        arrived = self.now + timedelta(seconds=late_s)
        reading = AirReading(KEY[0], device, to_ns(self.now), to_ns(arrived), True, co2_ppm)
        self.outdoors.update(reading)
        self.room.read_air(self.now, arrived, device, co2_ppm)

    def note(self, online: bool | None, interval_s: float | None) -> None:
        at_ns = to_ns(self.now)
        about = None if interval_s is None else About(interval_s=interval_s)
        self.last_seen.noted(Note(KEY[0], DOOR, at_ns, online=online))
        self.last_seen.noted(Note(KEY[0], CO2[0], at_ns, about=about))
        self.room.watch(self.now, {CO2[0]: interval_s})

    def pass_door(self, came: int, went: int) -> None:
        self.totals = self.totals[0] + came, self.totals[1] + went
        self.room.pass_door(DOOR, self.now, *self.totals)

    def is_due(self, seconds: float) -> bool:
        due_at = self.room.due_at
        return due_at is not None and due_at <= self.now + timedelta(seconds=seconds)

    def told(self) -> tuple[object, ...]:
        room, unit = self.room, self.unit_of_work
        return (
            RoomView(room, "gw").at(self.now), dict(room.flags), room.newest, room.limits_at,
            [self.is_due(s) for s in (1, 5, 30, 100, 299, 301, 4000)],
            room.snapshot(), room.advice.snapshot(), room.drain(),
            unit.changes, unit.kept, unit.people, unit.flags,
        )  # fmt: skip


Step = Callable[[Lived], None]


@dataclass(frozen=True)
class Spell:
    """So many readings of one sensor in a row, on their way to a level."""

    readings: int
    every_s: float
    to_ppm: float
    stray_ppm: float
    seed: int
    late_s: float = 0.0
    device: DeviceSlug = CO2[0]
    count: int | None = None

    def __call__(self, lived: Lived) -> None:
        dice = Random(self.seed)
        ppm = lived.room.newest.co2_ppm or 500.0
        for i in range(self.readings):
            lived.now += timedelta(seconds=self.every_s * dice.choice((1.0, 1.0, 1.0, 1.01, 0.9)))
            ppm += (self.to_ppm - ppm) * min(self.every_s / 600.0, 1.0)
            shown = round(ppm + dice.gauss(0.0, self.stray_ppm)) + 0.0
            lived.read(self.device, shown, self.late_s)
            if self.count is not None and i % 3 == 0:
                lived.room.count(lived.now, self.count)
            if i % 7 == 0:
                lived.room.pass_time(lived.now + timedelta(seconds=self.late_s))


def waits(seconds: float) -> Step:
    def step(lived: Lived) -> None:
        lived.now += timedelta(seconds=seconds)
        lived.room.pass_time(lived.now)

    return step


def configured(policy: Policy, volume_m3: float | None, moved_min: float) -> Step:
    room = replace(aired_room(), volume_m3=volume_m3)
    return lambda lived: _configure(lived, configuration(2, policy, room, moved_min))


def _configure(lived: Lived, found: Configuration) -> None:
    lived.room.configure(found)
    lived.room.judge_anew(lived.now)


def widened(lived: Lived) -> None:
    """As when meetings of a longer time are taken over: nothing is judged by that."""
    lived.room.configure(configuration(3, POLICIES[1], aired_room(), -10.0))


def counted(people: int) -> Step:
    return lambda lived: lived.room.set_people(_later(lived), people)


def passed(came: int, went: int) -> Step:
    def step(lived: Lived) -> None:
        _later(lived)
        lived.pass_door(came, went)

    return step


def moved(movements: int) -> Step:
    return lambda lived: _moved(lived, movements)


def _moved(lived: Lived, movements: int) -> None:
    lived.room.move(PIR, _later(lived), movements)


def lost(lived: Lived) -> None:
    lived.room.lose_door(DOOR, _later(lived))


def noted(online: bool | None, interval_s: float | None) -> Step:
    return lambda lived: lived.note(online, interval_s)


def unwatched(lived: Lived) -> None:
    lived.room.watch(lived.now, {})


def watched(lived: Lived) -> None:
    lived.room.watch(lived.now, {CO2[0]: None})


def restarted(lived: Lived) -> None:
    lived.room.restore(lived.room.snapshot())
    lived.room.resume(lived.now)


def _later(lived: Lived) -> datetime:
    lived.now += timedelta(seconds=1)
    return lived.now


SPELLS = st.builds(
    Spell,
    readings=st.integers(1, 60),
    every_s=st.sampled_from((1.0, 4.0, 4.0, 10.0, 20.0, 60.0, 300.0)),
    to_ppm=st.sampled_from((420.0, 600.0, 900.0, 1000.0, 1150.0, 1300.0, 2500.0)),
    stray_ppm=st.sampled_from((0.0, 2.0, 8.0, 25.0)),
    seed=st.integers(0, 99),
    late_s=st.sampled_from((0.0, 0.0, 0.3, 700.0)),
    device=st.sampled_from((CO2[0], CO2[0], CO2[0], CO2[1])),
    count=st.sampled_from((None, None, 0, 3, 12, 20)),
)
OTHERS = st.one_of(
    st.sampled_from((1.0, 61.0, 301.0, 1000.0, 8000.0, 30000.0)).map(waits),
    st.builds(
        configured, st.sampled_from(POLICIES), st.sampled_from((100.0, 100.0, 60.0, None)),
        st.sampled_from((20.0, 30.0, 100.0)),
    ),
    st.sampled_from((0, 4, 18)).map(counted),
    st.builds(passed, st.integers(0, 9), st.integers(0, 9)),
    st.sampled_from((0, 0, 1, 7)).map(moved),
    st.builds(
        noted, st.sampled_from((None, True, False)), st.sampled_from((None, 4.0, 300.0, 900.0))
    ),
    st.sampled_from((lost, unwatched, watched, restarted, widened)),
)  # fmt: skip
HISTORIES = st.lists(st.one_of(SPELLS, SPELLS, OTHERS), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_both_ways_tell_the_same_after_any_history(history: list[Step]) -> None:
    short, long = Lived(short_way=True), Lived(short_way=False)
    for step in history:
        step(short)
        step(long)
        assert short.told() == long.told()


HAPPENED: tuple[Step, ...] = (
    *(configured(policy, 100.0, at) for policy in POLICIES for at in (-5.0, 0.0, 100.0)),
    configured(DEFAULT, 60.0, 20.0), configured(DEFAULT, None, 20.0),
    counted(0), counted(4), counted(18), passed(3, 0), passed(0, 5), passed(19, 0), moved(2), moved(0),
    lost,
    *(noted(online, told_s) for online in (True, False) for told_s in (None, 4.0, 900.0)),
    unwatched, watched, restarted, widened, waits(301.0), waits(61.0),
    Spell(1, 4.0, 900.0, 200.0, 1), Spell(3, 4.0, 700.0, 2.0, 1, device=CO2[1]),
)  # fmt: skip


@pytest.mark.parametrize("before", [passed(2, 0), counted(3), noted(True, 4.0), moved(1)])
def test_both_tell_the_same_whatever_happens_among_ordinary_readings(before: Step) -> None:
    for i, happened in enumerate(HAPPENED):
        short, long = Lived(short_way=True), Lived(short_way=False)
        calm = Spell(42 + i % 5, 8.0, 720.0, 2.0, i)
        for step in (calm, before, calm, happened, calm, happened, calm):
            step(short)
            step(long)
            assert short.told() == long.told(), (i, step)


def test_both_tell_the_same_over_days_and_nights() -> None:
    short, long = Lived(short_way=True), Lived(short_way=False)
    for to_ppm, count in ((800.0, 9), (440.0, 0), (900.0, 14), (430.0, 0), (700.0, 5)):
        for step in (
            Spell(400, 60.0, to_ppm, 3.0, 1, count=count),
            Spell(99, 300.0, 430.0, 2.0, 2),
        ):
            step(short)
            step(long)
            assert short.told() == long.told()


def test_an_ordinary_reading_is_not_judged_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the law above would hold of nothing."""
    judged: list[Rule] = []

    def counting(rule: Rule, facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
        judged.append(rule)
        return judge(rule, facts, policy, at)

    lived = Lived(short_way=True)
    Spell(30, 10.0, 700.0, 2.0, 1)(lived)
    monkeypatch.setattr(timelines, "judge", counting)
    Spell(30, 4.0, 700.0, 2.0, 1)(lived)
    assert judged.count("co2") < 12
