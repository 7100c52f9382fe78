"""The life of a flag as timelines: (minute, CO2 or None for silence, state afterwards)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts.flag import (
    TRANSITIONS,
    Flag,
    FlagKey,
    Step,
    close,
    next_step_at,
    silence,
    step,
)
from gateway.domain.meeting import Meeting
from gateway.domain.meeting_flag import keep
from gateway.domain.policy import DEFAULT
from gateway.domain.room_state import Rule
from gateway.domain.verdict import Finding, RoomFacts, Verdict, judge, pending_for
from sensors.wire.topic import RoomSlug, VenueSlug

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CLEAR = timedelta(seconds=DEFAULT.clear_s)


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def co2_facts(co2_ppm: float | None, at: datetime) -> RoomFacts:
    return RoomFacts(co2_ppm, None if co2_ppm is None else at, None, None, None, START)


Timeline = list[tuple[float, float | None, str | None]]

TIMELINES = [
    pytest.param(
        [(0, 1201, "pending"), (4.9, 1300, "pending"), (5, 1300, "firing"), (90, 1300, "firing")],
        id="fires when it has lasted five minutes",
    ),
    pytest.param([(0, 1200, None), (10, 1200, None)], id="at the limit is not over it"),
    pytest.param(
        [(0, 1300, "pending"), (2, 1000, "pending"), (3, 1000, None)],
        id="passes without firing when clear for a minute",
    ),
    pytest.param(
        [(0, 1300, "pending"), (2, 1000, "pending"), (2.9, 1300, "pending"), (5, 1300, "firing")],
        id="a short return does not reset a pending flag",
    ),
    pytest.param(
        [(0, 1300, "pending"), (2, 1150, "pending"), (3, 1150, None)],
        id="between the levels a pending flag is on its way back",
    ),
    pytest.param(
        [(0, 1300, "pending"), (5, 1300, "firing"), (6, 1150, "firing"), (60, 1150, "firing")],
        id="between the levels a firing flag stays",
    ),
    pytest.param(
        [(0, 1300, "pending"), (5, 1300, "firing"), (6, 1100, "firing"), (7, 1100, "resolved")],
        id="resolved when clear for a minute",
    ),
    pytest.param(
        [(0, 1300, "pending"), (5, 1300, "firing"), (6, 1100, "firing"), (7, 1150, "resolved")],
        id="on its way back it need not stay at the clear level",
    ),
    pytest.param(
        [
            (0, 1300, "pending"),
            (5, 1300, "firing"),
            (6, 1100, "firing"),
            (6.9, 1201, "firing"),
            (7, 1100, "firing"),
            (7.9, 1100, "firing"),
            (8, 1100, "resolved"),
        ],
        id="a short return does not resolve",
    ),
    pytest.param(
        [(0, 1300, "pending"), (5, 1300, "firing"), (30, None, "firing"), (90, None, "firing")],
        id="silence never resolves a breach",
    ),
    pytest.param(
        [(0, 1300, "pending"), (4, None, "pending"), (30, None, "pending")],
        id="silence never fires one either",
    ),
    pytest.param(
        [(0, 1000, None), (1, None, None), (2, 1000, None)],
        id="nothing comes of nothing",
    ),
]


@pytest.mark.parametrize("timeline", TIMELINES)
def test_a_flag_lives_by_its_timeline(timeline: Timeline) -> None:
    flag: Flag | None = None
    for at_minute, co2_ppm, expected in timeline:
        flag, _ = followed(flag, at_minute, co2_ppm)
        assert (flag.state if flag else None) == expected, f"at minute {at_minute}"


def followed(
    flag: Flag | None, at_minute: float, co2_ppm: float | None
) -> tuple[Flag | None, str | None]:
    at = minute(at_minute)
    verdict = judge("co2", co2_facts(co2_ppm, at), DEFAULT, at)
    key = FlagKey(VenueSlug("de-kade"), RoomSlug("serre"), "co2")
    after = step(flag, key, verdict, at, pending_for("co2", DEFAULT), CLEAR)
    return after.flag, after.change


def test_the_moments_of_a_flag_are_kept_with_its_worst_value() -> None:
    flag: Flag | None = None
    for at_minute, co2_ppm in [(0, 1300), (5, 1500), (6, 1350), (7, 1000), (8, 990)]:
        flag, _ = followed(flag, at_minute, co2_ppm)
    assert flag is not None
    assert (flag.since, flag.fired_at, flag.clearing_since, flag.resolved_at) == (
        minute(0),
        minute(5),
        minute(7),
        minute(8),
    )
    assert (flag.peak, flag.value, flag.limit) == (1500, 990, 1200)


def test_of_fresh_air_the_worst_value_is_the_lowest() -> None:
    key = FlagKey(VenueSlug("de-kade"), RoomSlug("serre"), "ventilation")
    flag: Flag | None = None
    for at_minute, flow_lps in [(0, 6.0), (5, 4.0), (11, 5.0)]:
        verdict = Verdict(Finding.BREACHED, flow_lps, 10.0)
        flag = step(flag, key, verdict, minute(at_minute), timedelta(minutes=10), CLEAR).flag
    assert flag is not None
    assert (flag.state, flag.peak, flag.value) == ("firing", 4.0, 5.0)
    meeting = Meeting(
        "m", VenueSlug("de-kade"), RoomSlug("serre"), "Ontbijtsessie", minute(0), minute(60)
    )
    kept = keep(None, meeting, flag, minute(11))
    for at_minute, flow_lps in [(12, 3.0), (13, 7.0)]:
        kept = keep(kept, meeting, replace(flag, value=flow_lps), minute(at_minute))
    assert kept.peak == 3.0


@pytest.mark.parametrize("state", [None, "pending", "firing"])
@pytest.mark.parametrize("returning", [False, True])
@pytest.mark.parametrize("finding", [f for f in Finding if f is not Finding.CANNOT_SAY])
def test_every_state_knows_what_to_do_with_every_finding(
    state: str | None, returning: bool, finding: Finding
) -> None:
    assert ((state, returning, finding) in TRANSITIONS) == (state is not None or not returning)


steps = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 6.0]),
        st.sampled_from([None, 400.0, 1100.0, 1150.0, 1200.0, 1201.0, 2000.0]),
    ),
    max_size=40,
)


@given(steps)
def test_no_history_breaks_the_laws_of_a_flag(history: list[tuple[float, float | None]]) -> None:
    flag: Flag | None = None
    now = 0.0
    changes: list[str] = []
    for wait, co2_ppm in history:
        now += wait
        before = flag
        flag, change = followed(flag, now, co2_ppm)
        if change == "resolved":
            assert changes[-1] == "firing", "resolved follows firing alone"
            assert flag is not None
            assert flag.fired_at is not None
            assert flag.resolved_at is not None
            assert flag.since <= flag.fired_at <= flag.resolved_at
        if change == "firing":
            assert flag is not None
            assert minute(now) - flag.since >= timedelta(minutes=5)
            assert co2_ppm is not None
            assert co2_ppm > 1200
        if co2_ppm is None:
            assert flag is before
        if change:
            changes.append(change)
        if flag is not None and flag.state == "resolved":
            flag = None


FACTS = RoomFacts(800, START, 10, START, 16, START)


@pytest.mark.parametrize(
    ("rule", "facts", "at", "expected"),
    [
        pytest.param("occupancy", FACTS._replace(people=16), 0, Finding.CLEAR, id="full"),
        pytest.param("occupancy", FACTS._replace(people=17), 0, Finding.BREACHED, id="one over"),
        pytest.param("occupancy", FACTS._replace(people=17), 5, Finding.CANNOT_SAY, id="old count"),
        pytest.param("occupancy", FACTS._replace(people=None), 0, Finding.CANNOT_SAY, id="unknown"),
        pytest.param(
            "occupancy",
            FACTS._replace(capacity=None),
            0,
            Finding.CLEAR,
            id="without seats no limit",
        ),
        pytest.param("co2", FACTS, 5, Finding.CANNOT_SAY, id="old reading"),
        pytest.param("co2", FACTS._replace(co2_ppm=1150), 0, Finding.BETWEEN, id="between"),
        pytest.param(
            "co2",
            FACTS._replace(co2_ppm=1300, watched_since=None),
            5,
            Finding.CLEAR,
            id="a sensor taken away ends what it said",
        ),
        pytest.param("no_data", FACTS, 4.9, Finding.CLEAR, id="not silent long enough"),
        pytest.param("no_data", FACTS, 5, Finding.BREACHED, id="silent"),
        pytest.param(
            "no_data", FACTS._replace(watched_since=minute(3)), 5, Finding.CLEAR, id="watched later"
        ),
        pytest.param(
            "no_data", FACTS._replace(watched_since=None), 90, Finding.CLEAR, id="not watched"
        ),
    ],
)
def test_verdicts(rule: Rule, facts: RoomFacts, at: float, expected: Finding) -> None:
    assert judge(rule, facts, DEFAULT, minute(at)).finding is expected


def test_silence_fires_at_once_and_began_with_the_last_reading() -> None:
    verdict = judge("no_data", FACTS, DEFAULT, minute(5))
    assert verdict == Verdict(Finding.BREACHED, 300, 300, START)
    after = step(
        None,
        FlagKey(VenueSlug("v"), RoomSlug("r"), "no_data"),
        verdict,
        minute(5),
        timedelta(0),
        CLEAR,
    )
    assert after.change == "firing"
    assert after.flag is not None
    assert (after.flag.since, after.flag.fired_at) == (START, minute(5))


def test_each_change_is_told_as_it_comes() -> None:
    flag: Flag | None = None
    changes = []
    for at_minute, co2_ppm in [(0, 1300), (1, 1300), (5, 1300), (6, 1000), (6.5, 1000), (7, 1000)]:
        flag, change = followed(flag, at_minute, co2_ppm)
        changes.append(change)
    assert changes == ["pending", None, "firing", None, None, "resolved"]


FIRING = Flag(
    "f", VenueSlug("de-kade"), RoomSlug("serre"), "co2", "firing", minute(0), fired_at=minute(5)
)


def test_where_clear_needs_not_last_it_began_when_it_was_resolved() -> None:
    key = FlagKey(VenueSlug("de-kade"), RoomSlug("serre"), "co2")
    after = step(FIRING, key, Verdict(Finding.CLEAR), minute(9), timedelta(0), timedelta(0))
    assert after.flag is not None
    assert (after.flag.resolved_at, after.flag.clearing_since) == (minute(9), minute(9))


def test_the_flag_of_a_room_that_is_taken_away_is_over() -> None:
    assert close(replace(FIRING, state="pending", fired_at=None), minute(9)) == Step(None)
    over = close(FIRING, minute(9))
    assert over == Step(replace(FIRING, state="resolved", resolved_at=minute(9)), "resolved")


@pytest.mark.parametrize(
    ("until", "asked", "expected"),
    [
        pytest.param(None, 30.0, 30.0, id="it begins"),
        pytest.param(30.0, 40.0, 40.0, id="it goes on for longer"),
        pytest.param(30.0, None, 10.0, id="it ends now"),
        pytest.param(5.0, None, 5.0, id="it was over"),
        pytest.param(10.0, None, 10.0, id="it is just over"),
        pytest.param(None, None, None, id="there was none"),
    ],
)
def test_a_silence_is_a_mark_on_the_flag(
    until: float | None, asked: float | None, expected: float | None
) -> None:
    flag = replace(FIRING, silenced_until=None if until is None else minute(until))
    after = silence(flag, None if asked is None else minute(asked), minute(10))
    assert after == replace(flag, silenced_until=None if expected is None else minute(expected))


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        pytest.param(replace(FIRING, state="pending"), 5.0, id="it fires when it has lasted"),
        pytest.param(FIRING, None, id="one that fires waits for nothing"),
        pytest.param(
            replace(FIRING, clearing_since=minute(8)), 9.0, id="on its way back it is resolved"
        ),
        pytest.param(
            replace(FIRING, state="pending", clearing_since=minute(2)), 3.0, id="or passes"
        ),
    ],
)
def test_time_alone_changes_a_flag_at_a_known_moment(flag: Flag, expected: float | None) -> None:
    found = next_step_at(flag, timedelta(minutes=5), timedelta(minutes=1))
    assert found == (None if expected is None else minute(expected))


def test_a_flag_is_of_its_place_and_the_same_when_judged_again() -> None:
    breach = Verdict(Finding.BREACHED, 1300.0, 1200.0)
    begun = [
        step(None, FlagKey(venue, room, "co2"), breach, minute(0), timedelta(minutes=5), CLEAR).flag
        for venue, room in [
            (VenueSlug("de-kade"), RoomSlug("serre")),
            (VenueSlug("de-kade"), RoomSlug("serre")),
            (VenueSlug("de-bron"), RoomSlug("zaal")),
        ]
    ]
    first, again, elsewhere = begun
    assert first is not None
    assert elsewhere is not None
    assert first == again
    assert (elsewhere.venue, elsewhere.room) == ("de-bron", "zaal")
    assert first.id != elsewhere.id


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        pytest.param(None, None, (1300.0, 1200.0), id="nothing is said"),
        pytest.param(None, 1000.0, (1300.0, 1000.0), id="another limit alone"),
        pytest.param(1300.0, 1000.0, (1300.0, 1000.0), id="the same value, another limit"),
        pytest.param(1250.0, None, (1250.0, 1200.0), id="another value alone"),
    ],
)
def test_a_flag_has_the_newest_that_is_said(
    value: float | None, limit: float | None, expected: tuple[float, float]
) -> None:
    flag = replace(FIRING, value=1300.0, peak=1300.0, limit=1200.0)
    key = FlagKey(VenueSlug("de-kade"), RoomSlug("serre"), "co2")
    verdict = Verdict(Finding.BETWEEN, value, limit)
    after = step(flag, key, verdict, minute(9), timedelta(minutes=5), CLEAR).flag
    assert after is not None
    assert (after.value, after.limit, after.peak) == (*expected, 1300.0)
