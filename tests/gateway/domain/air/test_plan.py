"""Plans: what is expected of a group, and from what it is known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.flow_history import FlowHistory, history_after
from gateway.domain.air.generation import generation_of
from gateway.domain.air.mass_balance import ppm_after
from gateway.domain.air.plan import STAY_WITHIN_MIN, Group, Outlook, PlanRoom, plan
from gateway.domain.air.room_estimate import Prior, Range, RoomEstimate
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.presets import BY_SLUG

ROOM = PlanRoom(210.0, 70.0, 20)
KNOWN = Prior(100.0, 1e-6)
"""A flow that is known for sure."""


def lived_in(*flows_lps: float, minutes: int = 180) -> FlowHistory:
    """Of a room of 210 m3, with these flows one after the other."""
    history, at_s = FlowHistory(), 1_790_000_000.0
    for flow_lps in flows_lps * 2:
        for _ in range(minutes):
            at_s += 60.0
            flow = Range(flow_lps, flow_lps / 1.2, flow_lps * 1.2)
            outdoor, people = Range(430.0, 410.0, 450.0), Range(9.0, 9.0, 9.0)
            history = history_after(
                history, RoomEstimate(at_s, 210.0, 700.0, 700.0, outdoor, flow, None, people, ())
            )
    return history


class TestPeak:
    def test_the_middle_is_the_closed_form_of_the_medians(self) -> None:
        found = plan(ROOM, Group(18, 90.0), DEFAULT, given=KNOWN).closed
        expected_ppm = ppm_after(
            210.0, 100.0, 430.0, 18 * generation_of(None).median, 430.0, 5400.0
        )
        assert found.peak_ppm.value == pytest.approx(expected_ppm, rel=1e-6)
        assert found.path[-1].ppm == pytest.approx(expected_ppm, rel=1e-6)

    def test_a_known_flow_leaves_the_spread_of_groups(self) -> None:
        found = plan(ROOM, Group(18, 90.0), DEFAULT, given=KNOWN).closed
        over = [ppm - 430.0 for ppm in found.peak_ppm]
        # 15 % to one side, 1.645 times; nine groups stand for them all.
        assert over[2] / over[0] == pytest.approx(math.exp(0.247), rel=0.03)

    def test_a_room_that_begins_stuffy_has_its_peak_at_the_beginning(self) -> None:
        found = plan(ROOM, Group(1, 60.0, start_ppm=1150.0), DEFAULT, given=KNOWN).closed
        assert found.peak_ppm.value == 1150.0
        assert found.path[-1].ppm < 900.0

    def test_what_people_do_counts(self) -> None:
        peaks = [
            plan(ROOM, Group(18, 90.0, activity), DEFAULT, given=KNOWN).closed.peak_ppm.value
            for activity in ("quiet", "talking", "standing", "active")
        ]
        assert peaks == sorted(peaks)
        assert peaks[3] - 430.0 == pytest.approx((peaks[0] - 430.0) * 0.00682 / 0.00408)


class TestVerdict:
    @pytest.mark.parametrize(
        ("people", "expected"), [(10, "kept"), (15, "doubtful"), (20, "not_kept")]
    )
    def test_the_more_people_the_less_likely(self, people: int, expected: str) -> None:
        found = plan(ROOM, Group(people, 180.0), DEFAULT, given=KNOWN).closed
        assert found.expected == expected

    def test_over_the_seats_is_not_kept_however_fresh(self) -> None:
        found = plan(ROOM, Group(21, 10.0), DEFAULT, given=Prior(2000.0, 0.1))
        assert (found.places, found.closed.expected) == (20, "not_kept")
        assert found.closed.probability == 0.0
        assert found.closed.largest == 20

    def test_a_floor_alone_is_all_that_a_distance_limits(self) -> None:
        found = plan(ROOM, Group(7, 600.0), BY_SLUG["nl-10-m2"], given=Prior(1.0, 0.1))
        assert (found.closed.expected, found.closed.largest, found.closed.stay_min) == (
            "kept", 7, None
        )  # fmt: skip

    def test_fresh_air_for_each_limits_by_flow_alone(self) -> None:
        found = plan(ROOM, Group(10, 5.0), BY_SLUG["who-10"], given=KNOWN).closed
        assert found.largest in (9, 10)  # at exactly enough, half the pairs
        assert plan(ROOM, Group(9, 5.0), BY_SLUG["who-10"], given=KNOWN).closed.expected == "kept"
        assert plan(ROOM, Group(11, 5.0), BY_SLUG["who-10"], given=KNOWN).closed.probability == 0

    def test_the_floor_takes_its_part_of_the_fresh_air(self) -> None:
        policy = BY_SLUG["ashrae-62-1-meeting"]  # 2.5 l/s for each, 0.3 for each m2
        found = plan(ROOM._replace(seats=None), Group(9, 5.0), policy, given=KNOWN).closed
        assert found.largest == 31  # (100 - 21) / 2.5

    def test_where_one_suffices_a_high_co2_is_kept_by_the_flow(self) -> None:
        either = Policy("p", "p", co2_limit_ppm=900.0, min_flow_lps=5.0, one_suffices=True)
        found = plan(ROOM, Group(19, 300.0), either, given=KNOWN).closed
        assert found.peak_ppm.low > 900.0
        assert (found.expected, found.stay_min) == ("kept", None)

    def test_where_cleaned_air_counts_too_little_fresh_air_is_doubtful(self) -> None:
        found = plan(ROOM, Group(15, 60.0), BY_SLUG["ashrae-241-food"], given=KNOWN).closed
        assert found.expected == "doubtful"

    def test_a_room_over_the_limit_already_fits_nobody(self) -> None:
        found = plan(ROOM, Group(5, 60.0, start_ppm=1300.0), DEFAULT, given=KNOWN).closed
        assert (found.expected, found.largest, found.stay_min) == ("not_kept", 0, 0.0)

    def test_limits_above_outdoors_move_with_the_outdoor_air(self) -> None:
        policy = BY_SLUG["en-16798-1-ii"]
        town = ROOM._replace(outdoor_ppm=460.0)
        found = plan(town, Group(9, 60.0), policy, given=KNOWN)
        assert found.policy.co2_limit_ppm == 1260.0
        assert found.start_ppm == 460.0


class TestFromWhat:
    def test_without_anything_it_says_so_and_is_wide(self) -> None:
        found = plan(ROOM, Group(12, 90.0), DEFAULT)
        assert found.basis == ("typical", 0.0)
        assert found.closed.flow_lps.high / found.closed.flow_lps.low > 15.0

    def test_a_design_flow_narrows_it(self) -> None:
        found = plan(ROOM._replace(design_flow_lps=120.0), Group(12, 90.0), DEFAULT)
        assert found.basis == ("design", 0.0)
        assert found.closed.flow_lps.value == pytest.approx(120.0)
        assert found.opened is None

    def test_its_own_history_comes_first_and_knows_the_windows(self) -> None:
        found = plan(ROOM, Group(18, 90.0), DEFAULT, lived_in(60.0, 240.0))
        assert found.basis.knowledge == "history"
        assert found.basis.hours == pytest.approx(12.0, rel=0.02)
        assert found.opened is not None
        assert found.closed.flow_lps.value == pytest.approx(60.0, rel=0.05)
        assert found.opened.flow_lps.value == pytest.approx(240.0, rel=0.05)
        assert found.opened.peak_ppm.value < found.closed.peak_ppm.value


GROUPS = st.builds(
    Group,
    st.integers(1, 300),
    st.floats(1.0, 720.0),
    st.sampled_from(["quiet", "talking", "standing", "active"]),
    st.none() | st.floats(400.0, 3000.0),
)
ROOMS = st.builds(
    PlanRoom,
    st.floats(10.0, 5000.0),
    st.none() | st.floats(5.0, 1000.0),
    st.none() | st.integers(1, 500),
    st.none() | st.floats(1.0, 5000.0),
    st.floats(400.0, 480.0),
)
POLICIES = st.sampled_from(list(BY_SLUG.values()))


class TestProperties:
    @given(ROOMS, GROUPS, POLICIES)
    def test_every_figure_is_within_what_it_is_between(
        self, room: PlanRoom, group: Group, policy: Policy
    ) -> None:
        found = plan(room, group, policy).closed
        for value, low, high in (found.flow_lps, found.per_person_lps, found.peak_ppm):
            assert 0 < low <= value <= high < math.inf
        assert 0.0 <= found.probability <= 1.0
        assert found.stay_min is None or 0.0 <= found.stay_min <= STAY_WITHIN_MIN
        assert [p.minutes for p in found.path] == sorted(p.minutes for p in found.path)
        assert all(p.low_ppm <= p.ppm <= p.high_ppm for p in found.path)

    @given(ROOMS, GROUPS, POLICIES)
    def test_the_largest_group_is_expected_to_keep_it_and_one_more_is_not(
        self, room: PlanRoom, group: Group, policy: Policy
    ) -> None:
        largest = plan(room, group, policy).closed.largest
        if largest is None:
            return
        if largest >= 1:
            assert self._with(room, group, policy, largest).expected == "kept"
        assert self._with(room, group, policy, largest + 1).expected != "kept"

    @given(ROOMS, GROUPS)
    def test_volume_and_flow_doubled_for_twice_the_people_changes_nothing(
        self, room: PlanRoom, group: Group
    ) -> None:
        one = plan(room, group, DEFAULT, given=KNOWN).closed
        twice = plan(
            room._replace(volume_m3=2 * room.volume_m3),
            group._replace(people=2 * group.people),
            DEFAULT,
            given=Prior(2 * KNOWN.median, KNOWN.log_sd),
        ).closed
        assert twice.peak_ppm == pytest.approx(one.peak_ppm)
        assert twice.per_person_lps == pytest.approx(one.per_person_lps)

    @given(ROOMS, GROUPS)
    def test_who_may_stay_that_long_stays_below_the_limit(
        self, room: PlanRoom, group: Group
    ) -> None:
        stay_min = plan(room, group, DEFAULT, given=KNOWN).closed.stay_min
        if stay_min is None or stay_min < 1.0:
            return
        shorter = plan(
            room._replace(seats=None), group._replace(minutes=0.98 * stay_min), DEFAULT, given=KNOWN
        )
        assert shorter.closed.expected == "kept"

    def _with(self, room: PlanRoom, group: Group, policy: Policy, people: int) -> Outlook:
        return plan(room, group._replace(people=people), policy).closed
