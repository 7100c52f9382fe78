import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.skill import (
    AHEAD_S,
    KNOWN_AFTER,
    LATE_S,
    SHARE_AT_FIRST,
    Skill,
    is_due,
    issued,
    recent_trend,
    scored,
)


def lived(model: float, trend: float, minutes: int = 600) -> Skill:
    """Rooms in which so much of the model's increment comes true, and so much of the trend goes on."""
    skill, shown, history = Skill(), 600.0, [600.0]
    for minute in range(minutes):
        at_s = 60.0 * minute
        shown = history[-1]
        skill = scored(skill, at_s, shown, occupied=True)
        said = 30.0 if minute // 40 % 2 else -30.0
        skill = issued(skill, at_s, shown + said, shown, 50.0)
        before = history[max(len(history) - 15, 0)]
        history.append(history[-1] + (model * said + trend * (history[-1] - before)) / 15.0)
    return skill


def test_at_first_most_of_the_model_is_told_and_nothing_is_known_of_the_errors() -> None:
    skill = Skill()
    assert skill.shares.model == pytest.approx(SHARE_AT_FIRST)
    assert skill.shares.trend == 0.0
    assert skill.typical_error_ppm is None


def test_a_model_that_comes_true_is_told_whole_and_one_that_does_not_is_not() -> None:
    assert lived(1.0, 0.0).shares.model > 0.6
    assert lived(0.0, 0.0).shares.model < 0.2


def test_the_typical_error_is_known_after_enough_predictions() -> None:
    skill = lived(1.0, 0.0, int(AHEAD_S / 60) + KNOWN_AFTER + 2)
    assert skill.typical_error_ppm is not None
    assert skill.scored >= KNOWN_AFTER


def test_one_is_issued_a_minute_and_scored_when_its_time_has_come() -> None:
    skill = issued(Skill(), 0.0, 700.0, 650.0, 40.0)
    assert not is_due(skill, 59.0)
    assert is_due(skill, 60.0)
    assert scored(skill, AHEAD_S - 1.0, 700.0, occupied=True) == skill
    after = scored(skill, AHEAD_S, 700.0, occupied=True)
    assert (after.scored, after.pending) == (1, ())


def test_what_came_too_late_or_to_an_empty_room_is_not_scored() -> None:
    skill = issued(Skill(), 0.0, 700.0, 650.0, 40.0)
    assert scored(skill, AHEAD_S + LATE_S + 1.0, 700.0, occupied=True).scored == 0
    assert scored(skill, AHEAD_S, 700.0, occupied=False).scored == 0


def test_the_band_grows_where_more_than_a_tenth_is_outside_and_shrinks_where_less() -> None:
    wide = narrow = Skill()
    for minute in range(200):
        at_s = 60.0 * minute
        wide = issued(scored(wide, at_s, 900.0, occupied=True), at_s, 700.0, 700.0, 20.0)
        narrow = issued(scored(narrow, at_s, 700.0, occupied=True), at_s, 700.0, 700.0, 20.0)
    assert narrow.width < 1.0 < wide.width


def test_the_trend_and_who_came_are_those_of_the_last_minutes() -> None:
    skill = Skill()
    assert recent_trend(skill, 0.0, 600.0) == (0.0, 0.0)
    for minute in range(15):
        shown_ppm = 600.0 + 2.0 * max(minute - 8, 0)
        skill = issued(skill, 60.0 * minute, 600.0, shown_ppm, 40.0, 10.0 * minute)
    assert recent_trend(skill, AHEAD_S, 614.0, 150.0) == pytest.approx((30.0, 50.0))
    assert recent_trend(skill, 3 * AHEAD_S, 630.0, 150.0) == (0.0, 0.0)  # the sensor was away


def test_where_whoever_comes_is_followed_by_others_they_are_told_before_they_come() -> None:
    skill, shown, people = Skill(), 600.0, 0.0
    for minute in range(600):
        at_s = 60.0 * minute
        skill = scored(skill, at_s, shown, occupied=True)
        skill = issued(skill, at_s, shown, shown, 50.0, people)
        people += 6.0 if minute // 30 % 2 else -6.0
        shown += people / 15.0
    assert skill.shares.coming > 0.6


ppms = st.floats(0.0, 40_000.0)


@given(st.lists(st.tuples(st.floats(0.0, 2000.0), ppms, ppms, st.floats(0.0, 1e4)), max_size=80))
def test_shares_and_widths_stay_in_their_bounds(
    said: list[tuple[float, float, float, float]],
) -> None:
    skill, at_s = Skill(), 0.0
    for step_s, model_ppm, shown_ppm, spread_ppm in said:
        at_s += step_s
        skill = scored(skill, at_s, shown_ppm, occupied=True)
        skill = issued(skill, at_s, model_ppm, shown_ppm, spread_ppm)
        assert 0.0 <= skill.shares.model <= 1.0
        assert 0.0 <= skill.shares.trend <= 1.0
        assert 0.0 <= skill.shares.coming <= 1.0
        assert 0.3 <= skill.width <= 5.0
        assert len(skill.pending) <= AHEAD_S / 60 + 2
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(skill), type=Skill) == skill
