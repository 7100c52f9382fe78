import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.clock import SYSTEM, VARIABLE, Clock, ClockError, clock_from, parse_clock, started_at
from sensors.wire.instant import from_ns, from_wire, to_ns, to_wire

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SECOND_NS = 1_000_000_000


class TestInstant:
    moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))

    @given(moments)
    def test_nanoseconds_come_back_to_the_microsecond(self, at: datetime) -> None:
        assert from_ns(to_ns(at)) == at

    @given(moments)
    def test_the_wire_has_milliseconds_and_utc(self, at: datetime) -> None:
        text = to_wire(at)
        assert text.endswith("Z")
        assert timedelta(0) <= at - from_wire(text) < timedelta(milliseconds=1)

    def test_an_offset_is_turned_into_utc(self) -> None:
        assert from_wire("2026-11-24T07:00:00+01:00") == START

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("2026-11-24T07:00:00", id="no zone"),
            pytest.param("yesterday", id="no time"),
            pytest.param("", id="empty"),
            pytest.param("0001-01-01T00:00:00+14:00", id="before the year 1 in UTC"),
            pytest.param("9999-12-31T23:59:59-14:00", id="after the year 9999 in UTC"),
        ],
    )
    def test_what_is_no_moment_is_a_value_error(self, text: str) -> None:
        with pytest.raises(ValueError):
            from_wire(text)


class TestParsing:
    def test_a_start_and_a_speed(self) -> None:
        clock = parse_clock("2026-11-24T07:00:00+01:00@60#1000.5")
        assert clock == Clock(to_ns(START), 1_000_500_000_000, 60.0)

    def test_without_an_anchor_it_begins_now(self) -> None:
        before = time.time_ns()
        clock = parse_clock("2026-11-24T06:00:00Z@60")
        assert before <= clock.anchor_ns <= time.time_ns()

    def test_without_a_speed_it_runs_as_fast_as_the_wall(self) -> None:
        assert parse_clock("2026-11-24T06:00:00Z").speed == 1.0

    def test_another_process_gets_the_same_clock(self) -> None:
        clock = Clock(to_ns(START), 1_795_500_000_123_456_000, 61.2345678)
        assert parse_clock(clock.to_text()) == clock

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("now", id="no time"),
            pytest.param("2026-11-24T07:00:00@60", id="a time without a zone"),
            pytest.param("2026-11-24T07:00:00Z@", id="no speed behind the @"),
            pytest.param("2026-11-24T07:00:00Z@fast", id="a speed in words"),
            pytest.param("2026-11-24T07:00:00Z@0", id="a clock that stands still"),
            pytest.param("2026-11-24T07:00:00Z@-1", id="a clock that runs back"),
            pytest.param("2026-11-24T07:00:00Z@nan", id="a speed that is no number"),
            pytest.param("2026-11-24T07:00:00Z@inf", id="an infinite speed"),
            pytest.param("2026-11-24T07:00:00Z@60#inf", id="an infinite anchor"),
            pytest.param("2026-11-24T07:00:00Z@60#x", id="an anchor in words"),
            pytest.param("0001-01-01T00:00:00+14:00@1", id="before the year 1"),
        ],
    )
    def test_what_cannot_be_read_is_told_with_the_variable(self, text: str) -> None:
        with pytest.raises(ClockError, match=VARIABLE):
            parse_clock(text)

    @pytest.mark.parametrize("environment", [{}, {VARIABLE: ""}])
    def test_unset_or_empty_is_the_clock_of_the_system(self, environment: dict[str, str]) -> None:
        assert clock_from(environment) is SYSTEM


class TestRunning:
    def test_the_systems_clock_shows_the_wall(self) -> None:
        before = time.time_ns()
        assert before <= SYSTEM.now_ns() <= time.time_ns()

    @pytest.mark.parametrize("speed", [0.5, 1.0, 60.0])
    def test_it_has_gone_as_far_as_its_speed_says(
        self, speed: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = Clock(to_ns(START), 100 * SECOND_NS, speed)
        monkeypatch.setattr(time, "time_ns", lambda: 110 * SECOND_NS)
        assert clock.now() == START + timedelta(seconds=10 * speed)

    def test_it_begins_where_it_was_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "time_ns", lambda: 110 * SECOND_NS)
        assert started_at(START, 60).now() == START

    def test_a_minute_at_speed_60_lasts_a_second_of_wall_time(self) -> None:
        assert Clock(speed=60.0).wall_s(60) == 1.0
