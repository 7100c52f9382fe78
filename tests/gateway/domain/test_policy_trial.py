"""What limits would have flagged in a room's past."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.policy_trial import Past, Tally, tally, trial

STEP_S = 300.0
LIMIT = Policy("own", co2_limit_ppm=1000.0, co2_clear_ppm=900.0, co2_pending_s=600.0)


def past(co2: list[float | None], people: list[float | None] | None = None,
         flow: list[float | None] | None = None) -> Past:  # fmt: skip
    nothing: list[float | None] = [None] * len(co2)
    return Past(STEP_S, co2, people or nothing, flow or nothing, seats=10, floor_area_m2=40.0)


def test_a_breach_counts_once_it_lasted_and_until_it_is_clear() -> None:
    air: list[float | None] = [800, 1100, 800, 1100, 1200, 1100, 950, 1100, 890, 950]
    assert trial(past(air), LIMIT) == Tally(1, 5 * STEP_S)


def test_what_is_not_known_neither_begins_nor_ends_a_breach() -> None:
    assert trial(past([1100, None, 1100]), LIMIT) == Tally()
    assert trial(past([1100, 1100, None, 1100, 800, None]), LIMIT) == Tally(1, 3 * STEP_S)


def test_above_outdoor_counts_from_the_outdoor_air() -> None:
    over = Policy("own", co2_limit_ppm=800.0, above_outdoor=True, co2_pending_s=0.0)
    assert trial(past([1250.0]), over, 430.0) == Tally(1, STEP_S)
    assert trial(past([1250.0]), over, 500.0) == Tally()


def test_people_and_fresh_air_count_too() -> None:
    crowd = past([500, 500], people=[9, 12], flow=[8, 5])
    assert trial(crowd, Policy("own")) == Tally(1, STEP_S)
    assert trial(crowd, Policy("own", min_flow_lps=7.0, ventilation_pending_s=0.0)).alerts == 2
    assert trial(crowd, Policy("own", area_m2_per_person=5.0)).alerts == 1


def test_where_one_suffices_both_must_be_over() -> None:
    either = replace(LIMIT, min_flow_lps=7.0, one_suffices=True, co2_pending_s=0.0)
    assert trial(past([1200], people=[4], flow=[9]), either) == Tally()
    assert trial(past([1200], people=[4], flow=[5]), either) == Tally(1, STEP_S)


@given(st.lists(st.one_of(st.none(), st.floats(300, 3000)), max_size=60))
def test_stricter_limits_never_flag_for_shorter(air: list[float | None]) -> None:
    loose = replace(DEFAULT, co2_warn_ppm=None)
    strict = replace(loose, co2_limit_ppm=1000.0, co2_clear_ppm=900.0)
    assert trial(past(air), strict).over_s >= trial(past(air), loose).over_s


@given(st.lists(st.sampled_from(["over", "between", "well", None]), max_size=40))
def test_an_alert_lasts_as_long_as_it_must_at_least(stands: list[str | None]) -> None:
    found = tally(stands, 600.0, STEP_S)  # type: ignore[arg-type]
    assert found.over_s >= found.alerts * 600.0
    assert found.over_s <= len(stands) * STEP_S
