"""An axis has few numbers, round ones, of the venue's own clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chart.ticks import levels, times
from dashboard.words.locale import page_locale

NL = page_locale("nl", "Europe/Amsterdam")
END = datetime(2026, 11, 24, 19, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "first", "last"),
    [
        (timedelta(hours=1), "19:20", "20:10"),
        (timedelta(hours=6), "15:00", "20:00"),
        (timedelta(days=1), "21:00", "18:00"),
        (timedelta(days=7), "18-11", "24-11"),
        (timedelta(days=30), "26-10", "23-11"),
        (timedelta(days=365), "jan", "okt"),
        (timedelta(days=1826), "2022", "2026"),
    ],
    ids=["hour", "hours", "day", "week", "month", "year", "years"],
)
def test_times_are_round_ones_of_the_venues_clock(length: timedelta, first: str, last: str) -> None:
    found = [text for _, text in times(END - length, END, NL)]
    assert (found[0], found[-1]) == (first, last)


@given(minutes=st.integers(1, 3_000_000))
def test_there_are_few_of_them_in_order_and_within(minutes: int) -> None:
    start = END - timedelta(minutes=minutes)
    found = [at for at, _ in times(start, END, NL)]
    assert found == sorted(found)
    assert len(found) <= 10
    assert all(start <= at <= END for at in found)


@given(low=st.floats(-100, 1_000), length=st.floats(0.1, 10_000), most=st.integers(3, 6))
def test_levels_are_few_and_within(low: float, length: float, most: int) -> None:
    found = levels(low, low + length, most)
    assert 1 <= len(found) <= most or length < 1
    assert all(low - 1e-6 <= value <= low + length + 1e-6 for value in found)
