"""What the rules of fresh air and floor say, and how one limit may stand in for another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.room_estimate import Range
from gateway.domain.faults.evidence import Evidence
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.presets import BY_SLUG, PRESETS
from gateway.domain.room_state import Rule
from gateway.domain.verdict import Finding, RoomFacts, judge, pending_for, towards, worse
from sensors.wire.topic import DeviceSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OLD = NOW - timedelta(minutes=6)
FACTS = RoomFacts(700.0, NOW, 10, NOW, 20, NOW - timedelta(days=1))
WHO = BY_SLUG["who-10"]
BE_A = BY_SLUG["be-a-900"]
EN_II = BY_SLUG["en-16798-1-ii"]


def air(value: float, factor: float = 1.4) -> Range:
    """An estimate within times or divided by ``factor``."""
    return Range(value, value / factor, value * factor)


class TestFreshAir:
    @pytest.mark.parametrize(
        ("flow", "finding"),
        [
            pytest.param(air(6.0), Finding.BREACHED, id="the whole interval is below"),
            pytest.param(air(8.0), Finding.BREACHED, id="more than 80 % sure that it is below"),
            pytest.param(air(9.0), Finding.BETWEEN, id="probably below"),
            pytest.param(air(9.0, 1.05), Finding.BREACHED, id="just below, but well known"),
            pytest.param(air(10.2), Finding.BETWEEN, id="hardly above"),
            pytest.param(air(10.6), Finding.CLEAR, id="60 % sure that it is above"),
            pytest.param(air(10.2, 1.01), Finding.CLEAR, id="just above, but well known"),
            pytest.param(air(8.0, 20.0), Finding.BETWEEN, id="too little is known"),
            pytest.param(Range(10.0, 10.0, 10.0), Finding.CLEAR, id="exactly enough is enough"),
            pytest.param(None, Finding.CANNOT_SAY, id="nothing is known"),
        ],
    )
    def test_is_too_little_where_that_is_sure(self, flow: Range | None, finding: Finding) -> None:
        verdict = judge("ventilation", FACTS._replace(flow_per_person=flow), WHO, NOW)
        assert verdict.finding is finding
        assert verdict.limit == 10.0
        assert verdict.value == (None if flow is None else flow.value)

    @pytest.mark.parametrize(
        ("changed", "finding"),
        [
            pytest.param({"people": 0}, Finding.CLEAR, id="nobody is in"),
            pytest.param({"present": 0.3}, Finding.CLEAR, id="nobody by the air, ten by the door"),
            pytest.param({"people": None}, Finding.CANNOT_SAY, id="no count"),
            pytest.param({"people_at": OLD}, Finding.CANNOT_SAY, id="an old count"),
            pytest.param(
                {"people": None, "present": 8.0}, Finding.BREACHED, id="people by the air alone"
            ),
            pytest.param({"co2_at": OLD}, Finding.CANNOT_SAY, id="the sensor fell silent"),
            pytest.param(
                {"co2_at": OLD, "watched_since": None},
                Finding.CLEAR,
                id="the sensor was taken away",
            ),
        ],
    )
    def test_counts_only_for_people_who_are_in(
        self, changed: dict[str, Any], finding: Finding
    ) -> None:
        facts = FACTS._replace(flow_per_person=air(4.0))._replace(**changed)
        assert judge("ventilation", facts, WHO, NOW).finding is finding

    def test_a_policy_without_it_never_speaks_of_it(self) -> None:
        facts = FACTS._replace(flow_per_person=air(0.5))
        assert judge("ventilation", facts, DEFAULT, NOW) == (Finding.CLEAR, None, None, None)

    def test_the_part_of_the_floor_counts_for_fewer_people_more(self) -> None:
        policy = BY_SLUG["ashrae-62-1-meeting"]
        facts = FACTS._replace(flow_per_person=air(5.0), floor_area_m2=80.0)
        crowded, quiet = facts._replace(people=20), facts._replace(people=4)
        assert judge("ventilation", crowded, policy, NOW).limit == pytest.approx(2.5 + 0.3 * 4)
        assert judge("ventilation", crowded, policy, NOW).finding is Finding.CLEAR
        assert judge("ventilation", quiet, policy, NOW).finding is Finding.BREACHED

    def test_too_little_is_no_breach_where_cleaned_air_may_make_up_for_it(self) -> None:
        policy = BY_SLUG["ashrae-241-office"]
        poor, rich = FACTS._replace(flow_per_person=air(3)), FACTS._replace(flow_per_person=air(30))
        assert judge("ventilation", poor, policy, NOW).finding is Finding.BETWEEN
        assert judge("ventilation", rich, policy, NOW).finding is Finding.CLEAR

    @given(st.floats(0, 1e4), st.floats(0, 1), st.floats(1, 1e3), st.floats(0.1, 50))
    def test_any_interval_gets_a_verdict_and_more_air_is_never_worse(
        self, value: float, low: float, high: float, limit: float
    ) -> None:
        policy = Policy("p", "P", min_flow_lps=limit)
        order = [Finding.BREACHED, Finding.BETWEEN, Finding.CLEAR]

        def found(times: float) -> int:
            flow = Range(value * times, value * low * times, value * high * times)
            facts = FACTS._replace(flow_per_person=flow)
            return order.index(judge("ventilation", facts, policy, NOW).finding)

        assert found(1.0) <= found(1.5)


class TestFloor:
    def test_a_room_is_for_as_many_as_its_floor_is_for(self) -> None:
        policy = BY_SLUG["nl-5-m2"]
        facts = FACTS._replace(people=17, floor_area_m2=80.0)
        assert judge("occupancy", facts, policy, NOW) == (Finding.BREACHED, 17.0, 16.0, None)
        assert judge("occupancy", facts, DEFAULT, NOW) == (Finding.CLEAR, 17.0, 20.0, None)


class TestAboveOutdoor:
    def test_the_limit_moves_with_the_outdoor_air(self) -> None:
        facts = FACTS._replace(co2_ppm=1250.0)
        assert judge("co2", facts._replace(outdoor_ppm=430.0), EN_II, NOW).limit == 1230.0
        town = judge("co2", facts._replace(outdoor_ppm=460.0), EN_II, NOW)
        assert (town.finding, town.limit) == (Finding.BETWEEN, 1260.0)

    def test_no_limit_of_co2_is_no_verdict_on_it(self) -> None:
        assert judge("co2", FACTS._replace(co2_ppm=5000.0), WHO, NOW).finding is Finding.CLEAR


class TestOneSuffices:
    @pytest.mark.parametrize(
        ("co2_ppm", "flow", "co2", "ventilation"),
        [
            pytest.param(950.0, air(14), Finding.CLEAR, Finding.CLEAR, id="enough fresh air"),
            pytest.param(800.0, air(5), Finding.CLEAR, Finding.CLEAR, id="low CO2"),
            pytest.param(950.0, air(5), Finding.BREACHED, Finding.BREACHED, id="neither"),
            pytest.param(950.0, air(10), Finding.BREACHED, Finding.BETWEEN, id="not sure of it"),
            pytest.param(950.0, None, Finding.BREACHED, Finding.CANNOT_SAY, id="not known"),
        ],
    )
    def test_a_breach_is_of_both(
        self, co2_ppm: float, flow: Range | None, co2: Finding, ventilation: Finding
    ) -> None:
        facts = FACTS._replace(co2_ppm=co2_ppm, flow_per_person=flow)
        assert judge("co2", facts, BE_A, NOW).finding is co2
        assert judge("ventilation", facts, BE_A, NOW).finding is ventilation


class TestSensorsThatCannotBeRight:
    FINE = FACTS._replace(flow_per_person=air(20.0))
    POLICY = BY_SLUG["nl-frisse-scholen-b"]

    @pytest.mark.parametrize("rule", ["co2", "ventilation", "occupancy"])
    def test_end_no_breach_by_saying_that_all_is_well(self, rule: Rule) -> None:
        assert judge(rule, self.FINE, self.POLICY, NOW).finding is Finding.CLEAR
        every: frozenset[Rule] = frozenset(get_args(Rule))
        facts = self.FINE._replace(doubted=every)
        assert judge(rule, facts, self.POLICY, NOW).finding is Finding.CANNOT_SAY
        facts = self.FINE._replace(doubted=every - {rule})
        assert judge(rule, facts, self.POLICY, NOW).finding is Finding.CLEAR

    def test_still_raise_an_alarm(self) -> None:
        facts = FACTS._replace(co2_ppm=5000.0, doubted=frozenset({"co2"}))
        assert judge("co2", facts, self.POLICY, NOW).finding is Finding.BREACHED

    @pytest.mark.parametrize("rule", ["co2", "ventilation"])
    def test_stand_in_nobodys_way_once_they_are_taken_away(self, rule: Rule) -> None:
        facts = RoomFacts(None, None, 10, NOW, 20, None, doubted=frozenset({rule}))
        assert judge(rule, facts, self.POLICY, NOW).finding is Finding.CLEAR

    def test_have_no_say_where_there_is_no_limit(self) -> None:
        facts = FACTS._replace(doubted=frozenset({"co2"}))
        assert judge("co2", facts, WHO, NOW).finding is Finding.CLEAR


def test_too_little_fresh_air_fires_after_ten_minutes() -> None:
    assert pending_for("ventilation", WHO) == timedelta(minutes=10)


def test_of_fresh_air_the_lower_is_the_worse() -> None:
    assert worse("ventilation", 4.0, 7.0) == 4.0
    assert worse("co2", 1300.0, 1250.0) == 1300.0


@pytest.mark.parametrize("rule", get_args(Rule))
def test_every_rule_is_judged_under_every_preset(rule: Rule) -> None:
    for preset in PRESETS:
        verdict = judge(rule, FACTS, preset, NOW)
        assert verdict.finding is not Finding.BREACHED


class TestSensorFault:
    STUCK = Evidence("stuck", DeviceSlug("co2-01"), NOW.timestamp() - 3600.0, 60.0, co2_ppm=612.0)

    def test_a_fault_is_a_breach_from_when_it_is_found(self) -> None:
        verdict = judge("sensor_fault", FACTS._replace(faults=(self.STUCK,)), DEFAULT, NOW)
        assert verdict == (Finding.BREACHED, None, None, None)
        assert pending_for("sensor_fault", DEFAULT) == timedelta(0)

    def test_without_one_all_is_clear_also_where_nothing_comes_in(self) -> None:
        fine = FACTS._replace(faults=())
        assert judge("sensor_fault", fine, DEFAULT, NOW).finding is Finding.CLEAR
        silent = fine._replace(co2_at=OLD, people_at=OLD)
        assert judge("sensor_fault", silent, DEFAULT, NOW).finding is Finding.CLEAR

    def test_before_any_reading_nothing_can_be_said(self) -> None:
        assert judge("sensor_fault", FACTS, DEFAULT, NOW).finding is Finding.CANNOT_SAY

    def test_a_sensor_that_was_taken_away_takes_its_fault_along(self) -> None:
        gone = FACTS._replace(faults=(self.STUCK,), watched_since=None)
        assert judge("sensor_fault", gone, DEFAULT, NOW).finding is Finding.CLEAR


class TestLimitIsTold:
    """Whatever is found: who reads that nothing can be said reads of which limit."""

    @pytest.mark.parametrize(
        ("rule", "policy", "changed", "finding", "limit"),
        [
            pytest.param("co2", DEFAULT, {"co2_at": OLD}, Finding.CANNOT_SAY, 1200.0, id="CO2"),
            pytest.param(
                "co2", DEFAULT, {"co2_at": OLD, "watched_since": None}, Finding.CLEAR, 1200.0,
                id="CO2 without a sensor",
            ),
            pytest.param(
                "ventilation", WHO, {"co2_at": OLD}, Finding.CANNOT_SAY, 10.0, id="fresh air"
            ),
            pytest.param(
                "ventilation", WHO, {"people": None}, Finding.CANNOT_SAY, 10.0, id="no count"
            ),
            pytest.param("ventilation", WHO, {"people": 0}, Finding.CLEAR, 10.0, id="nobody"),
            pytest.param(
                "occupancy", DEFAULT, {"people_at": OLD}, Finding.CANNOT_SAY, 20.0, id="people"
            ),
            pytest.param(
                "no_data", DEFAULT, {}, Finding.CLEAR, DEFAULT.no_data_s, id="silence"
            ),
        ],
    )  # fmt: skip
    def test_where_nothing_is_measured(
        self, rule: Rule, policy: Policy, changed: dict[str, Any], finding: Finding, limit: float
    ) -> None:
        facts = FACTS._replace(flow_per_person=air(4.0))._replace(**changed)
        assert judge(rule, facts, policy, NOW) == (finding, None, limit, None)


def test_half_a_person_by_the_estimate_is_somebody() -> None:
    facts = FACTS._replace(flow_per_person=air(4.0), present=0.5)
    assert judge("ventilation", facts, WHO, NOW).finding is Finding.BREACHED


def test_without_a_clear_level_the_limit_is_it() -> None:
    policy = replace(DEFAULT, co2_clear_ppm=None)
    for co2_ppm, finding in ((1201.0, Finding.BREACHED), (1200.0, Finding.CLEAR)):
        assert judge("co2", FACTS._replace(co2_ppm=co2_ppm), policy, NOW).finding is finding


def test_a_counter_that_cannot_be_right_ends_nothing_in_a_room_without_an_air_sensor() -> None:
    facts = FACTS._replace(doubted=frozenset({"occupancy"}), watched_since=None)
    assert judge("occupancy", facts, DEFAULT, NOW) == (Finding.CANNOT_SAY, 10.0, 20.0, None)


def test_each_rule_has_a_time_of_its_own_to_last() -> None:
    policy = replace(DEFAULT, co2_pending_s=1.0, ventilation_pending_s=2.0, occupancy_pending_s=3.0)
    assert {rule: pending_for(rule, policy).total_seconds() for rule in get_args(Rule)} == {
        "co2": 1.0, "ventilation": 2.0, "occupancy": 3.0, "no_data": 0.0, "sensor_fault": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "end", "expected"),
    [
        pytest.param(1.0, 4.0, 2.0, id="half of the way up, in the logarithm"),
        pytest.param(2.0, 0.5, 1.0, id="and down"),
        pytest.param(0.0, 4.0, 2.0, id="from nothing there is no logarithm"),
        pytest.param(4.0, 0.0, 2.0, id="nor to nothing"),
    ],
)
def test_part_of_the_way_to_an_end(value: float, end: float, expected: float) -> None:
    assert towards(value, end, 0.5) == pytest.approx(expected)
