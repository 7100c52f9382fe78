"""A reading's time, in the ways in which devices write one."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.wire.given_time import MILLISECONDS_FROM, GivenTime, read_time
from sensors.wire.instant import EPOCH
from sensors.wire.refusal import Reason, Refused

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EVENING = datetime(2026, 11, 23, 20, tzinfo=UTC)
EVENING_S = 1_795_464_000


def utc(value: object) -> datetime:
    found = read_time(value, AMSTERDAM)
    assert isinstance(found, GivenTime), found
    return found.at.astimezone(UTC)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("2026-11-23T20:00:00Z", id="UTC"),
        pytest.param("2026-11-23T20:00:00.000Z", id="with milliseconds"),
        pytest.param("2026-11-23T20:00:00.000000000Z", id="with nanoseconds"),
        pytest.param("2026-11-23T20:00:00,0Z", id="a comma before the fraction"),
        pytest.param("2026-11-23T21:00:00+01:00", id="an offset"),
        pytest.param("2026-11-23T21:00:00+0100", id="an offset without a colon"),
        pytest.param("2026-11-23T21:00:00+01", id="an offset in hours"),
        pytest.param("2026-11-23T15:30:00-0430", id="an offset to the west"),
        pytest.param("2026-11-23 20:00:00Z", id="a blank for T"),
        pytest.param("2026-11-23 21:00:00+0100", id="a blank for T, no colon"),
        pytest.param("2026-11-23 21:00:00 +0100", id="a blank before the offset"),
        pytest.param("2026-11-23t20:00:00z", id="small letters"),
        pytest.param("2026-11-23T20:00Z", id="to the minute"),
        pytest.param("20261123T200000Z", id="the basic format"),
        pytest.param(" 2026-11-23T20:00:00Z\r\n", id="blanks around it"),
        pytest.param(EVENING_S, id="seconds"),
        pytest.param(float(EVENING_S), id="seconds with a point"),
        pytest.param(EVENING_S * 1000, id="milliseconds"),
        pytest.param(EVENING_S * 1000.0, id="milliseconds with a point"),
    ],
)
def test_the_same_moment_in_many_spellings(value: object) -> None:
    found = read_time(value, AMSTERDAM)
    assert isinstance(found, GivenTime)
    assert (found.at.astimezone(UTC), found.zone_assumed) == (EVENING, False)


def test_fractions_of_a_number_are_kept_to_the_microsecond() -> None:
    assert utc(EVENING_S + 0.123) == utc("2026-11-23T20:00:00.123Z")
    assert utc(EVENING_S * 1000 + 123) == utc(EVENING_S + 0.123)
    assert utc(EVENING_S * 1000 + 0.5) == EVENING + timedelta(microseconds=500)


def test_a_number_counts_milliseconds_from_ten_to_the_eleventh() -> None:
    assert utc(MILLISECONDS_FROM - 1).year == 5138
    assert utc(MILLISECONDS_FROM).year == 1973


@pytest.mark.parametrize("value", [None, "", 0, 0.0, -0.0])
def test_null_nothing_and_nought_are_not_given(value: object) -> None:
    assert read_time(value, AMSTERDAM) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("2026-11-23T21:00:00", "2026-11-23T20:00:00Z", id="winter"),
        pytest.param("2026-07-01 12:00:00", "2026-07-01T10:00:00Z", id="summer"),
        pytest.param("2026-07-01 12:00", "2026-07-01T10:00:00Z", id="to the minute"),
        pytest.param("2026-10-25T02:30:00", "2026-10-25T00:30:00Z", id="an hour that comes twice"),
        pytest.param("2026-03-29T02:30:00", "2026-03-29T01:30:00Z", id="an hour that never comes"),
    ],
)
def test_a_time_without_a_zone_is_local(text: str, at: str) -> None:
    found = read_time(text, AMSTERDAM)
    assert isinstance(found, GivenTime)
    assert found.zone_assumed
    assert found.at.astimezone(UTC) == utc(at)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("1795464000", id="seconds in quotes"),
        pytest.param("1795464000000", id="milliseconds in quotes"),
        pytest.param("0", id="nought in quotes"),
        pytest.param(" ", id="a blank"),
        pytest.param("yesterday", id="a word"),
        pytest.param("null", id="null in quotes"),
        pytest.param("12:00:00", id="no day"),
        pytest.param("2026-11-23", id="no time of day"),
        pytest.param("20261123", id="no time of day, basic format"),
        pytest.param("23-11-2026 20:00:00", id="the day first"),
        pytest.param("11/23/2026 20:00", id="the month first"),
        pytest.param("2026-13-01T20:00:00Z", id="month 13"),
        pytest.param("2026-02-30T20:00:00Z", id="the 30th of February"),
        pytest.param("2026-11-23T25:00:00Z", id="hour 25"),
        pytest.param("2026-11-23T20:00:60Z", id="second 60"),
        pytest.param("2026-11-23T20:00:00+25:00", id="an offset of 25 hours"),
        pytest.param("2026-11-23T20:00:00 CET", id="a zone by its letters"),
        pytest.param("2026-11-23T20:00:00Z[Europe/Amsterdam]", id="a zone in brackets"),
        pytest.param("2026-11-23TT20:00:00Z", id="two T"),
        pytest.param("Mon, 23 Nov 2026 20:00:00 GMT", id="as in a mail"),
        pytest.param("٢٠٢٦-١١-٢٣T٢٠:٠٠:٠٠Z", id="other digits"),
        pytest.param("\ud800", id="half a character"),
        pytest.param(True, id="true"),
        pytest.param(False, id="false"),
        pytest.param([], id="an empty list"),
        pytest.param([2026, 11, 23, 20, 0, 0], id="a list"),
        pytest.param({}, id="an object"),
        pytest.param({"sec": 1}, id="an object with a number"),
        pytest.param(math.nan, id="not a number"),
        pytest.param(math.inf, id="infinity"),
        pytest.param(-math.inf, id="minus infinity"),
        pytest.param(-1, id="before 1970"),
        pytest.param(EVENING_S * 1_000_000, id="microseconds"),
        pytest.param(EVENING_S * 1_000_000_000, id="nanoseconds"),
        pytest.param(1e300, id="a number of 300 digits"),
        pytest.param(10**400, id="a number of 400 digits"),
    ],
)
def test_anything_else_is_refused(value: object) -> None:
    found = read_time(value, AMSTERDAM)
    assert isinstance(found, Refused)
    assert found.reason == Reason.BAD_TIME
    assert len(found.detail) < 250


anything: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
)


@given(anything)
def test_any_value_is_a_time_a_refusal_or_not_given(value: Any) -> None:
    found = read_time(value, AMSTERDAM)
    if isinstance(found, GivenTime):
        assert found.at - EPOCH is not None  # aware
    elif isinstance(found, Refused):
        assert found.reason == Reason.BAD_TIME
    else:
        assert not value


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 1)),
    st.sampled_from(["T", "t", " "]),
    st.sampled_from(["auto", "seconds", "milliseconds"]),
)
def test_what_python_writes_is_read_as_it_was(local: datetime, between: str, precise: str) -> None:
    wrote = local.replace(tzinfo=AMSTERDAM).isoformat(between, precise)
    assert utc(wrote) == datetime.fromisoformat(wrote)
    without = local.isoformat(between, precise)
    # In UTC, since Python holds no time of a hole in spring equal to one of another zone.
    meant = datetime.fromisoformat(without).replace(tzinfo=AMSTERDAM)
    assert utc(without) == meant.astimezone(UTC)
