"""Advice: what is said when, that no two pieces contradict each other, and that none flaps."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.advice.rules import Advice
from gateway.domain.advice.situation import Situation
from gateway.domain.advice.steady import LEAST_S, REST_S, AdviceMemory, advise
from gateway.domain.air.forecast import forecast
from gateway.domain.air.room_estimate import Prior, Range, RoomEstimate, SigmaPoint
from gateway.domain.air.skill import Skill
from gateway.domain.alerts.flag import Flag
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.presets import BY_SLUG
from gateway.domain.room_state import Rule
from gateway.domain.verdict import RoomFacts
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CLOSED, OPENED = Prior(60.0, 0.3), Prior(260.0, 0.3)
EACH_LPS = 0.0051


def estimated(
    co2_ppm: float, flow_lps: float, people: float, outdoor_ppm: float = 430.0
) -> RoomEstimate:
    """A flow that is known within 20 %."""
    ways = tuple(
        SigmaPoint(weight, flow_lps * factor, co2_ppm, outdoor_ppm, people, EACH_LPS * each)
        for weight, factor, each in (
            (4 / 6, 1.0, 1.0), (0.5 / 6, 0.84, 1.0), (0.5 / 6, 1.19, 1.0), (0.5 / 6, 1.0, 0.8),
            (0.5 / 6, 1.0, 1.25),
        )
    )  # fmt: skip
    outdoor = Range(outdoor_ppm, outdoor_ppm - 10, outdoor_ppm + 10)
    flow = Range(flow_lps, flow_lps / 1.2, flow_lps * 1.2)
    present = Range(people, max(people - 1, 0.0), people + 1)
    return RoomEstimate(
        NOW.timestamp(), 200.0, co2_ppm, co2_ppm, outdoor, flow, None, present, ways
    )


def flag(rule: Rule) -> Flag:
    return Flag("f", VenueSlug("de-kade"), RoomSlug("serre"), rule, "firing", NOW)


def moment(
    co2_ppm: float = 700.0,
    flow_lps: float | None = 60.0,
    people: int = 12,
    *rules: Rule,
    after_s: float = 0.0,
    policy: Policy = DEFAULT,
    **more: Any,
) -> Situation:
    """A room of 200 m3 with 16 seats; with a flow of None nothing is estimated of its air."""
    at = NOW + timedelta(seconds=after_s)
    facts = RoomFacts(co2_ppm, at, people, at, 16, NOW, floor_area_m2=70.0)
    estimate = None if flow_lps is None else estimated(co2_ppm, flow_lps, float(people))
    coming = None if estimate is None else forecast(estimate, Skill(), more.get("left_min", 120.0))
    flags = tuple(flag(rule) for rule in rules)
    return Situation(at, facts, flags, policy, estimate, coming)._replace(**more)


def codes(given: tuple[Advice, ...]) -> list[str]:
    return [one.code for one in given]


def lasting(situation: Situation, minutes: int, memory: AdviceMemory | None = None) -> Any:
    """The advice after so many minutes in which nothing changed."""
    given: tuple[Advice, ...] = ()
    for minute in range(minutes + 1):
        at = situation.at + timedelta(minutes=minute)
        facts = situation.facts._replace(co2_at=at, people_at=at)
        given, memory = advise(situation._replace(at=at, facts=facts), memory)
    return given, memory


KNOWN: dict[str, Any] = {"closed": CLOSED, "opened": OPENED}


class TestWhatIsSaid:
    def test_a_fresh_room_needs_nothing(self) -> None:
        assert advise(moment(500.0, people=3, **KNOWN))[0] == ()

    def test_what_opening_windows_gains_comes_from_the_rooms_own_history(self) -> None:
        (said,), _ = advise(moment(1010.0, 60.0, 12, **KNOWN))
        assert said.code == "open_windows"
        assert (said.flow_lps, said.opened_lps) == (60.0, 260.0)
        assert said.minutes is not None
        assert 25 < said.minutes < 40
        assert said.opened_minutes is None
        assert said.ppm is not None
        assert said.unchanged_ppm is not None
        assert said.ppm < 800.0
        assert said.unchanged_ppm > 1050.0

    def test_without_history_it_is_said_without_numbers(self) -> None:
        given, _ = advise(moment(1010.0, 60.0, 12))
        assert [msgspec.to_builtins(one) for one in given] == [{"code": "open_windows"}]

    def test_a_limit_that_is_near_asks_for_windows_before_it_is_stuffy(self) -> None:
        crowded = moment(1050.0, 40.0, 16, policy=Policy("p", "p", co2_limit_ppm=1200.0))
        assert codes(advise(crowded)[0]) == ["open_windows"]
        assert advise(moment(600.0, 40.0, 16))[0] == ()

    def test_where_open_windows_do_not_suffice_fewer_people_or_a_break_do(self) -> None:
        given, _ = advise(moment(1150.0, 60.0, 16, closed=CLOSED, opened=Prior(90.0, 0.2)))
        assert codes(given) == ["open_windows", "at_most"]
        assert given[1].people is not None
        assert 1 <= given[1].people < 16

    def test_with_the_windows_open_nobody_is_told_to_open_them(self) -> None:
        given, _ = advise(moment(1150.0, 200.0, 60, **KNOWN))
        assert codes(given) == ["at_most"]

    def test_a_short_break_that_mends_it_comes_before_sending_people_away(self) -> None:
        stuffy = moment(1500.0, 150.0, 18, "co2", **KNOWN, left_min=40.0)
        (said,), _ = advise(stuffy)
        assert (said.code, said.minutes) == ("break", 15.0)
        assert said.ppm is not None
        assert said.ppm < 1100.0

    def test_open_windows_that_bring_it_back_by_themselves_ask_for_nothing_more(self) -> None:
        assert advise(moment(1300.0, 250.0, 14, "co2", **KNOWN, left_min=40.0))[0] == ()

    def test_shortly_before_the_end_no_break_is_worth_it(self) -> None:
        stuffy = moment(1300.0, 250.0, 60, "co2", **KNOWN, left_min=12.0)
        assert "break" not in codes(advise(stuffy)[0])

    def test_at_most_keeps_fresh_air_for_each_too(self) -> None:
        policy = BY_SLUG["who-10"]
        short = moment(900.0, 70.0, 14, "ventilation", policy=policy, closed=CLOSED,
                       opened=Prior(101.0, 0.1))  # fmt: skip
        given, _ = advise(short)
        assert codes(given) == ["open_windows", "at_most"]
        assert given[1].people == 9  # of 93 l/s that are 80 % sure, 10 l/s for each

    def test_windows_that_were_asked_for_and_did_not_help_lead_to_more(self) -> None:
        stuffy = moment(1300.0, 60.0, 14, "co2", closed=CLOSED)
        assert codes(advise(stuffy)[0]) == ["open_windows"]
        given, _ = lasting(stuffy, 16)
        assert codes(given) == ["open_windows", "at_most"]

    def test_a_flow_that_is_not_known_gives_no_numbers(self) -> None:
        stuffy = moment(1300.0, 60.0, 14, "co2")
        assert stuffy.estimate is not None
        given, _ = lasting(stuffy._replace(estimate=stuffy.estimate._replace(flow_lps=None)), 30)
        assert codes(given) == ["open_windows"]

    def test_windows_that_are_open_while_it_is_fresh_are_closed_after_a_while(self) -> None:
        fresh = moment(500.0, 260.0, 3, **KNOWN)
        assert lasting(fresh, 9)[0] == ()
        (said,), _ = lasting(fresh, 10)
        assert (said.code, said.flow_lps) == ("close_windows", 260.0)
        assert said.ppm is not None
        assert 500.0 < said.ppm < 940.0

    def test_windows_stay_open_where_it_would_get_stuffy_without(self) -> None:
        assert lasting(moment(650.0, 260.0, 14, **KNOWN), 30)[0] == ()

    def test_a_policy_of_fresh_air_keeps_the_windows_open(self) -> None:
        fresh = moment(500.0, 260.0, 6, policy=BY_SLUG["who-10"], **KNOWN)
        assert lasting(fresh, 30)[0] == ()

    @pytest.mark.parametrize("rules", [(), ("co2",), ("occupancy",), ("ventilation", "occupancy")])
    @pytest.mark.parametrize("co2_ppm", [600.0, 1000.0, 1400.0])
    def test_without_the_air_it_says_what_can_be_said(
        self, co2_ppm: float, rules: tuple[Rule, ...]
    ) -> None:
        blind = moment(co2_ppm, None, 18, *rules)
        expected: list[Advice] = []
        if co2_ppm >= 1000.0 or {"co2", "ventilation"} & set(rules):
            expected.append(Advice("open_windows"))
        if "occupancy" in rules:
            expected.append(Advice("at_most", people=16))
        assert list(advise(blind)[0]) == expected

    def test_the_floor_says_how_many_may_stay(self) -> None:
        crowded = moment(600.0, None, 18, "occupancy", policy=BY_SLUG["nl-5-m2"])
        assert advise(crowded)[0] == (Advice("at_most", people=14),)  # 70 m2


class TestSteadiness:
    def test_advice_stays_until_it_is_well_over(self) -> None:
        _, memory = lasting(moment(1001.0, 60.0, 6, **KNOWN), 5)
        later = {"after_s": 400.0} | KNOWN
        near, _ = advise(moment(960.0, 60.0, 6, **later), memory)
        well, _ = advise(moment(930.0, 60.0, 6, **later), memory)
        assert (codes(near), codes(well)) == (["open_windows"], [])

    def test_what_went_rests_before_it_comes_back(self) -> None:
        _, memory = lasting(moment(1001.0, 60.0, 6, **KNOWN), 5)
        _, memory = advise(moment(800.0, 60.0, 6, after_s=400.0, **KNOWN), memory)
        soon, after = advise(moment(1001.0, 60.0, 6, after_s=430.0, **KNOWN), memory)
        later, _ = advise(moment(1001.0, 60.0, 6, after_s=530.0, **KNOWN), after)
        assert (codes(soon), codes(later)) == ([], ["open_windows"])

    def test_a_broken_limit_does_not_wait(self) -> None:
        _, memory = lasting(moment(1001.0, 60.0, 6, **KNOWN), 5)
        _, memory = advise(moment(800.0, 60.0, 6, after_s=400.0, **KNOWN), memory)
        given, _ = advise(moment(1210.0, 60.0, 6, "co2", after_s=430.0, **KNOWN), memory)
        assert "open_windows" in codes(given)

    def test_a_number_that_moves_by_one_stays(self) -> None:
        said = []
        memory = None
        for i in range(6):
            co2_ppm = 1150.0 + 4.0 * (i % 2)
            given, memory = advise(moment(co2_ppm, 200.0, 60, after_s=60.0 * i, **KNOWN), memory)
            said.append(given[0].people)
        assert len(set(said)) == 1

    def test_when_enough_have_left_nobody_is_sent_away(self) -> None:
        given, memory = advise(moment(1150.0, 200.0, 60, **KNOWN))
        fits = given[0].people or 0
        later, _ = advise(moment(1150.0, 200.0, fits, after_s=10.0, **KNOWN), memory)
        assert "at_most" not in codes(later)

    def test_stuffy_air_ends_the_advice_to_close_at_once(self) -> None:
        _, memory = lasting(moment(500.0, 260.0, 3, **KNOWN), 10)
        given, _ = advise(moment(1050.0, 260.0, 40, after_s=610.0, **KNOWN), memory)
        assert "close_windows" not in codes(given)

    def test_it_survives_being_written(self) -> None:
        _, memory = lasting(moment(1300.0, 60.0, 14, "co2", **KNOWN), 5)
        read = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=AdviceMemory)
        assert read == memory
        assert len(msgspec.msgpack.encode(memory)) < 1000


RULES: tuple[Rule, ...] = ("co2", "ventilation", "occupancy", "sensor_fault")
MOMENTS = st.tuples(
    st.floats(350.0, 3000.0),
    st.none() | st.floats(1.0, 2000.0),
    st.integers(0, 60),
    st.sets(st.sampled_from(RULES)),
    st.floats(0.0, 120.0),
    st.sampled_from([DEFAULT, *BY_SLUG.values()]),
    st.sampled_from([(None, None), (CLOSED, None), (CLOSED, OPENED), (CLOSED, Prior(110.0, 0.4))]),
)
PAUSES = st.sampled_from([0.0, 1.0, 10.0, 30.0, 60.0, 240.0, 900.0])


def drawn(values: Any, after_s: float) -> Situation:
    co2_ppm, flow_lps, people, rules, left_min, policy, (closed, opened) = values
    return moment(
        co2_ppm, flow_lps, people, *rules, after_s=after_s, policy=policy, closed=closed,
        opened=opened, left_min=left_min,
    )  # fmt: skip


class TestProperties:
    @given(st.lists(st.tuples(MOMENTS, PAUSES), min_size=1, max_size=25))
    def test_no_two_contradict_each_other(self, story: list[Any]) -> None:
        memory, at_s = None, 0.0
        for values, pause_s in story:
            at_s += pause_s
            now = drawn(values, at_s)
            given, memory = advise(now, memory)
            self._hold_together(given, now)

    def _hold_together(self, given: tuple[Advice, ...], now: Situation) -> None:
        said = codes(given)
        flagged = {flag.rule for flag in now.flags}
        assert len(said) == len(set(said))
        if "close_windows" in said:
            assert not {"open_windows", "break"} & set(said)
            assert not {"co2", "ventilation"} & flagged
        for one in given:
            numbers = msgspec.to_builtins(one)
            del numbers["code"]
            assert all(math.isfinite(n) and n >= 0 for n in numbers.values())
            if one.code == "at_most":
                assert one.people is not None
                capacity = now.policy.places(16, 70.0) or 16
                if "occupancy" in flagged:
                    assert one.people <= capacity
                else:
                    assert now.facts.people is not None
                    assert 1 <= one.people < now.facts.people
            if one.code == "break":
                assert now.facts.people

    @given(
        st.lists(MOMENTS, min_size=2, max_size=6),
        st.lists(st.integers(0, 5), min_size=40, max_size=60),
    )
    def test_none_comes_and_goes_quickly(self, kinds: list[Any], story: list[int]) -> None:
        """Whatever flips in whatever way every 20 s: what no limit asks for rests before it is back."""
        memory, went_s, last = None, dict[str, float](), set[str]()
        for step, kind in enumerate(story):
            now = drawn(kinds[kind % len(kinds)], 20.0 * step)
            given, memory = advise(now, memory)
            flagged = {flag.rule for flag in now.flags}
            for code in set(codes(given)) - last:
                bypass = {"open_windows": {"co2", "ventilation"}, "at_most": {"occupancy"}}
                if not bypass.get(code, set()) & flagged:
                    assert 20.0 * step - went_s.get(code, -math.inf) >= REST_S
            went_s |= dict.fromkeys(last - set(codes(given)), 20.0 * step)
            last = set(codes(given))

    @given(MOMENTS, st.integers(0, 8))
    def test_what_was_given_stays_for_a_while_if_nothing_is_done(
        self, values: Any, steps: int
    ) -> None:
        """The CO2 falls a little: that alone ends nothing before its time."""
        now = drawn(values, 0.0)
        given, memory = advise(now)
        co2_ppm = now.facts.co2_ppm or 0.0
        later = now.facts._replace(co2_ppm=co2_ppm - 5.0, co2_at=now.at, people_at=now.at)
        for step in range(1, steps + 1):
            at = now.at + timedelta(seconds=LEAST_S / 10 * step)
            again, memory = advise(now._replace(at=at, facts=later._replace(co2_at=at)), memory)
            moot = {"close_windows"} | ({"break"} if co2_ppm - 5.0 <= 0 else set())
            assert set(codes(given)) - moot <= set(codes(again))
