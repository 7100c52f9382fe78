"""Meetings that repeat: on which days, and what a change of one does to the others."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar.repeat import (
    MOST,
    CannotRepeat,
    Every,
    Repeat,
    changed,
    chosen,
    days,
    occurrences,
    rule_of,
)
from gateway.domain.meeting import Meeting
from sensors.wire.topic import RoomSlug, VenueSlug

ZONE = ZoneInfo("Europe/Amsterdam")
TUESDAY = date(2026, 12, 1)
FIRST = Meeting("m0", VenueSlug("de-kade"), RoomSlug("serre"), "Koor",
                datetime(2026, 12, 1, 18, 30, tzinfo=UTC), datetime(2026, 12, 1, 20, tzinfo=UTC))  # fmt: skip


def series(repeat: Repeat, meeting: Meeting = FIRST) -> tuple[Meeting, ...]:
    ids = (f"m{number}" for number in count())
    return occurrences(meeting, repeat, "s", ids, ZONE)


def local(meeting: Meeting) -> str:
    return f"{meeting.start.astimezone(ZONE):%m-%d %H:%M}-{meeting.end.astimezone(ZONE):%H:%M}"


class TestDays:
    @pytest.mark.parametrize(
        ("first", "repeat", "found"),
        [
            (TUESDAY, Repeat("week", count=3), ["2026-12-01", "2026-12-08", "2026-12-15"]),
            (TUESDAY, Repeat("week", 2, until=date(2026, 12, 29)), ["2026-12-01", "2026-12-15", "2026-12-29"]),
            (TUESDAY, Repeat("week", count=3, without=frozenset({date(2026, 12, 8)})), ["2026-12-01", "2026-12-15"]),
            (date(2026, 12, 8), Repeat("month", count=3), ["2026-12-08", "2027-01-12", "2027-02-09"]),
            (date(2026, 12, 29), Repeat("month", count=3), ["2026-12-29", "2027-01-26", "2027-02-23"]),
            (date(2026, 12, 8), Repeat("month", 6, count=2), ["2026-12-08", "2027-06-08"]),
        ],
    )  # fmt: skip
    def test_by_the_rule(self, first: date, repeat: Repeat, found: list[str]) -> None:
        assert [str(day) for day in days(first, repeat)] == found

    @pytest.mark.parametrize(
        ("repeat", "reason"),
        [
            (Repeat("week"), "endless"),
            (Repeat("week", until=TUESDAY, count=1), "endless"),
            (Repeat("week", count=MOST + 1), "too_many"),
            (Repeat("week", 52, count=6), "too_many"),
            (Repeat("month", until=date(2100, 1, 1)), "too_many"),
            (Repeat("week", until=date(2026, 11, 30)), "none"),
            (Repeat("week", count=1, without=frozenset({TUESDAY})), "none"),
        ],
    )
    def test_what_cannot_be_is_refused(self, repeat: Repeat, reason: str) -> None:
        with pytest.raises(CannotRepeat) as refused:
            days(TUESDAY, repeat)
        assert refused.value.reason == reason

    @given(
        first=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        every=st.sampled_from(["week", "month"]),
        interval=st.integers(1, 4),
        times=st.integers(1, 11),
    )
    def test_each_is_on_the_weekday_of_the_first_and_later_than_the_last(
        self, first: date, every: Every, interval: int, times: int
    ) -> None:
        found = days(first, Repeat(every, interval, count=times))
        assert len(found) == times
        assert found[0] == first
        assert {day.weekday() for day in found} == {first.weekday()}
        assert list(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("first", "repeat", "rule"),
    [
        (TUESDAY, Repeat("week", count=3), "FREQ=WEEKLY;BYDAY=TU;COUNT=3"),
        (TUESDAY, Repeat("month", 2, until=date(2027, 3, 1)),
         "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU;UNTIL=20270301"),
        (date(2026, 12, 31), Repeat("month", count=2), "FREQ=MONTHLY;BYDAY=-1TH;COUNT=2"),
    ],
)  # fmt: skip
def test_the_rule_is_written_as_calendars_do(first: date, repeat: Repeat, rule: str) -> None:
    assert rule_of(first, repeat) == rule


def test_it_keeps_to_the_clock_on_the_wall_when_summer_comes() -> None:
    spring = replace(
        FIRST, start=FIRST.start + timedelta(days=105), end=FIRST.end + timedelta(days=105)
    )
    made = series(Repeat("week", count=3), spring)
    assert [local(one) for one in made] == [
        "03-16 19:30-21:00", "03-23 19:30-21:00", "03-30 19:30-21:00",
    ]  # fmt: skip
    assert [one.start.hour for one in made] == [18, 18, 17]
    assert {one.series for one in made} == {"s"}
    assert [one.id for one in made] == ["m0", "m1", "m2"]


class TestChanging:
    MADE = series(Repeat("week", count=4))

    @pytest.mark.parametrize(
        ("applies_to", "ids"),
        [("this", ["m2"]), ("following", ["m2", "m3"]), ("all", ["m2", "m1", "m3"])],
    )
    def test_it_is_for_those_that_have_not_begun(self, applies_to: Any, ids: list[str]) -> None:
        found = chosen(self.MADE, self.MADE[2], applies_to, self.MADE[0].start)
        assert [one.id for one in found] == ids

    def test_only_what_was_changed_is_changed_of_the_others(self) -> None:
        own = replace(self.MADE[3], host="h@example.org", title="Kerst")
        after = replace(self.MADE[1], expected_people=30)
        found = changed((self.MADE[1], own), self.MADE[1], after, ZONE)
        assert found == (after, replace(own, expected_people=30))

    def test_another_day_and_time_move_the_others_likewise(self) -> None:
        before = self.MADE[1]
        after = replace(
            before, start=before.start + timedelta(days=1, hours=1), end=before.end + timedelta(days=1, hours=2)
        )  # fmt: skip
        found = changed(self.MADE[1:], before, after, ZONE)
        assert [local(one) for one in found] == [
            "12-09 20:30-23:00", "12-16 20:30-23:00", "12-23 20:30-23:00",
        ]  # fmt: skip
