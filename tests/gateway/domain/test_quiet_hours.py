from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts.quiet_hours import quiet_at

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT = (time(22), time(7))
DST = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "quiet", "until"),
    [
        pytest.param("2026-11-24T21:59", False, "2026-11-24T22:00", id="before the night"),
        pytest.param("2026-11-24T22:00", True, "2026-11-25T07:00", id="from its first moment"),
        pytest.param("2026-11-25T00:30", True, "2026-11-25T07:00", id="past midnight"),
        pytest.param("2026-11-25T07:00", False, "2026-11-25T22:00", id="not at its end"),
        pytest.param("2026-03-28T23:00", True, "2026-03-29T07:00", id="the short night"),
        pytest.param("2026-10-24T23:00", True, "2026-10-25T07:00", id="the long night"),
    ],
)
def test_a_night_lasts_by_the_clock_of_the_venue(at: str, quiet: bool, until: str) -> None:
    assert quiet_at(AMSTERDAM, *NIGHT, local(at)) == (quiet, local(until))


def test_quiet_hours_may_lie_within_a_day() -> None:
    siesta = (time(13), time(15))
    assert quiet_at(AMSTERDAM, *siesta, local("2026-11-24T14:00")).is_quiet
    assert not quiet_at(AMSTERDAM, *siesta, local("2026-11-24T15:00")).is_quiet
    assert not quiet_at(AMSTERDAM, *siesta, local("2026-11-24T02:00")).is_quiet


def test_the_hour_that_comes_twice_is_quiet_once() -> None:
    hours = (time(1), time(2, 30))
    first, second = DST[1] - timedelta(minutes=30), DST[1] + timedelta(minutes=15)
    assert quiet_at(AMSTERDAM, *hours, first - timedelta(minutes=1)).is_quiet
    assert not quiet_at(AMSTERDAM, *hours, first).is_quiet
    assert not quiet_at(AMSTERDAM, *hours, second).is_quiet


def test_an_end_in_the_hour_that_is_left_out_comes_an_hour_later_by_the_clock() -> None:
    quiet = quiet_at(AMSTERDAM, time(22), time(2, 30), DST[0] - timedelta(hours=1))
    assert quiet == (True, local("2026-03-29T03:30"))


@given(
    st.sampled_from(DST).flatmap(
        lambda day: st.integers(-3000, 3000).map(lambda m: day + timedelta(minutes=m))
    ),
    st.times(timezones=st.none()),
    st.times(timezones=st.none()),
)
def test_it_stays_as_it_is_until_the_moment_that_it_names(
    at: datetime, since: time, until: time
) -> None:
    quiet = quiet_at(AMSTERDAM, since, until, at)
    assert at < quiet.until <= at + timedelta(hours=50)
    between = at + (quiet.until - at) * 0.999
    assert quiet_at(AMSTERDAM, since, until, between) == quiet
