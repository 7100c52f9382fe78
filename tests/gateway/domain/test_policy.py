import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.policy import DEFAULT, TYPICAL_OUTDOOR_PPM, Policy, chosen_policy

ABOVE = Policy(
    "above", "A", co2_warn_ppm=400.0, co2_limit_ppm=500.0, co2_clear_ppm=450.0,
    above_outdoor=True,
)  # fmt: skip
BY_FLOOR = Policy("floor", "F", area_m2_per_person=5.0)
BY_AIR = Policy("air", "A", min_flow_lps=2.5, min_flow_area_lps_m2=0.3)

areas = st.floats(0.1, 1e5)


class TestAboveOutdoor:
    @given(st.floats(400, 480))
    def test_all_three_levels_move_with_the_outdoor_air(self, outdoor_ppm: float) -> None:
        here = ABOVE.at(outdoor_ppm)
        levels = (here.co2_warn_ppm, here.co2_limit_ppm, here.co2_clear_ppm)
        assert levels == (outdoor_ppm + 400, outdoor_ppm + 500, outdoor_ppm + 450)
        assert here.at(outdoor_ppm + 10) == here

    def test_where_nothing_was_learned_outdoors_is_typical(self) -> None:
        assert ABOVE.at(None).co2_limit_ppm == TYPICAL_OUTDOOR_PPM + 500

    def test_absolute_levels_stay(self) -> None:
        assert DEFAULT.at(470.0) is DEFAULT

    def test_what_has_no_level_gets_none(self) -> None:
        bare = Policy("b", "B", co2_limit_ppm=600.0, above_outdoor=True).at(440.0)
        assert (bare.co2_warn_ppm, bare.co2_limit_ppm, bare.co2_clear_ppm) == (None, 1040.0, None)


class TestPlaces:
    @pytest.mark.parametrize(
        ("seats", "floor_area_m2", "places"),
        [
            pytest.param(20, 80.0, 16, id="the floor is the fewer"),
            pytest.param(12, 80.0, 12, id="the seats are the fewer"),
            pytest.param(None, 80.0, 16, id="no seats known"),
            pytest.param(20, None, 20, id="no floor known"),
            pytest.param(None, None, None, id="nothing known"),
            pytest.param(20, 3.0, 1, id="one person keeps any distance"),
        ],
    )
    def test_by_seats_and_floor(
        self, seats: int | None, floor_area_m2: float | None, places: int | None
    ) -> None:
        assert BY_FLOOR.places(seats, floor_area_m2) == places
        assert DEFAULT.places(seats, floor_area_m2) == seats

    @given(st.integers(1, 500), st.floats(0.5, 20))
    def test_a_floor_measured_for_so_many_is_for_so_many(self, people: int, each: float) -> None:
        policy = Policy("f", "F", area_m2_per_person=each)
        assert policy.places(None, people * each) == people


class TestFlowLimit:
    def test_the_part_of_the_floor_is_shared_by_those_who_are_in(self) -> None:
        assert BY_AIR.flow_limit_lps(10, 100.0) == pytest.approx(2.5 + 0.3 * 100 / 10)

    def test_without_a_known_floor_the_part_of_the_people_stands(self) -> None:
        assert BY_AIR.flow_limit_lps(10, None) == 2.5
        assert DEFAULT.flow_limit_lps(10, 100.0) is None

    @given(st.floats(0.5, 1e4), areas)
    def test_the_whole_room_needs_both_parts(self, people: float, area_m2: float) -> None:
        limit = BY_AIR.flow_limit_lps(people, area_m2)
        assert limit is not None
        assert limit * people == pytest.approx(2.5 * people + 0.3 * area_m2)


@pytest.mark.parametrize(
    ("slugs", "chosen"),
    [
        pytest.param(("strict", "loose"), "strict", id="what is named first"),
        pytest.param((None, "loose"), "loose", id="what is named after nothing"),
        pytest.param((None, None), DEFAULT.slug, id="nothing named"),
        pytest.param(("gone", "loose"), DEFAULT.slug, id="what is named is gone"),
    ],
)
def test_the_limits_that_count_are_those_named_first(
    slugs: tuple[str | None, ...], chosen: str
) -> None:
    known = {slug: Policy(slug) for slug in ("strict", "loose")}
    assert chosen_policy(known, *slugs).slug == chosen
