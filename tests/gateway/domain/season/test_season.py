"""The sums of a season are those of its meetings' own reports, however they are cut."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import fsum

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.policy import DEFAULT
from gateway.domain.report.flag_history import FlagAction, FlagHistory
from gateway.domain.report.outcome import Outcome
from gateway.domain.report.report import Report
from gateway.domain.season.changes import Change, changes_between
from gateway.domain.season.figures import Figures, figures
from gateway.domain.season.line import Line, line_of
from gateway.domain.season.season import Season, make_season
from tests.gateway.domain.season.histories import FIRST, a_report, reports

SPAN = date(2026, 9, 1), date(2027, 1, 1)
WHOLE = st.lists(reports(), max_size=6)
CLOSE = 1e-3
FEW = settings(max_examples=40, deadline=None)


def season(found: Sequence[Report]) -> Season:
    return make_season((line_of(report) for report in found), *SPAN)


def lines(found: Sequence[Report]) -> list[Line]:
    return [line_of(report) for report in found]


@FEW
@given(WHOLE)
def test_every_sum_is_that_of_the_meetings_own_reports(found: list[Report]) -> None:
    total = season(found).total
    verdicts = [report.verdict or "cannot_say" for report in found]
    assert total.meetings == len(found)
    assert (total.kept, total.not_kept, total.cannot_say) == tuple(
        verdicts.count(verdict) for verdict in ("kept", "not_kept", "cannot_say")
    )
    lengths_h = [
        (report.presence.end - report.presence.start).total_seconds() / 3600 for report in found
    ]
    assert total.hours == pytest.approx(fsum(lengths_h), abs=CLOSE)
    known_h = fsum(r.co2.known_share * h for r, h in zip(found, lengths_h, strict=True))
    if total.completeness is not None:
        assert total.completeness * fsum(lengths_h) == pytest.approx(known_h, abs=0.5)
    for rule, of in (("co2", "co2"), ("ventilation", "flow"), ("occupancy", "occupancy")):
        outcomes = [getattr(report, of) for report in found]
        its = total.by_rule[rule]  # type: ignore[index]
        said = [outcome.verdict for outcome in outcomes]
        assert (its.kept, its.not_kept, its.cannot_say, its.no_limit) == tuple(
            said.count(verdict) for verdict in ("kept", "not_kept", "cannot_say", None)
        )
        over = fsum(one.minutes_over or 0.0 for one in outcomes)
        assert its.minutes_over == pytest.approx(over, abs=CLOSE)
    assert total.sensors.faults == sum(
        flag.rule == "sensor_fault" for report in found for flag in report.flags
    )


@FEW
@given(WHOLE)
def test_people_hours_are_how_many_were_in_times_how_long(found: list[Report]) -> None:
    total = season(found).total
    counted = [
        0.0
        if r.presence.basis == "nobody"
        else (r.people_by_air or 0.0 if r.occupancy.mean is None else r.occupancy.mean)
        for r in found
    ]
    hours = [(r.presence.end - r.presence.start).total_seconds() / 3600 for r in found]
    expected = fsum(people * long for people, long in zip(counted, hours, strict=True))
    assert total.people_hours == pytest.approx(expected, abs=CLOSE)


@FEW
@given(WHOLE)
def test_months_policies_and_rooms_each_sum_to_the_whole(found: list[Report]) -> None:
    made = season(found)
    for parts in (made.months, made.policies, made.rooms):
        assert _summed([part.figures for part in parts]) == pytest.approx(_plain(made.total))


@FEW
@given(WHOLE.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_in_which_meetings_come_changes_nothing(
    orders: tuple[list[Report], list[Report]],
) -> None:
    one, other = orders
    assert season(one).total == season(other).total


@FEW
@given(WHOLE)
def test_nothing_personal_is_in_it(found: list[Report]) -> None:
    text = msgspec.json.encode(season(found)).decode()
    assert "Els" not in text
    assert "els@" not in text
    assert "m-1" not in text


def test_a_day_is_the_venues_own() -> None:
    late_utc = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    made = season([a_report(start=late_utc)])
    assert [month.month for month in made.months] == ["2026-10"]


def test_what_lies_on_the_last_day_is_not_included() -> None:
    made = make_season(lines([a_report(), a_report(start=FIRST + timedelta(days=9))]),
                       date(2026, 9, 1), date(2026, 9, 10))  # fmt: skip
    assert made.total.meetings == 1


def test_a_change_of_law_in_the_middle_splits_the_figures() -> None:
    stricter = replace(DEFAULT, co2_limit_ppm=950.0, dated="2026-10")
    made = season(
        [a_report(), a_report(start=FIRST + timedelta(days=40), policy=stricter)],
    )
    assert [(h.policy, h.co2_limit_ppm, h.first, h.figures.meetings) for h in made.policies] == [
        (DEFAULT.slug, 1200.0, date(2026, 9, 4), 1),
        (DEFAULT.slug, 950.0, date(2026, 10, 11), 1),
    ]


def test_a_limit_over_outdoors_that_moves_with_the_weather_is_no_change_of_law() -> None:
    found = [
        a_report(start=FIRST + timedelta(days=day), policy=replace(DEFAULT, co2_limit_ppm=limit))
        for day, limit in ((1, 1210.0), (2, 1225.0))
    ]
    (held,) = make_season(lines(found), *SPAN, above_outdoor={DEFAULT.slug}).policies
    assert held.co2_limit_ppm == 1225.0


def test_the_worst_come_first_with_what_was_done_and_by_which_part() -> None:
    flag = FlagHistory(
        "f", "co2", FIRST, FIRST, 1900.0, 1200.0,
        (FlagAction(FIRST, "told", "organiser"), FlagAction(FIRST, "acknowledged", "els@x.nl")),
    )  # fmt: skip
    found = [
        a_report(
            start=FIRST + timedelta(days=day),
            co2=Outcome("not_kept", limit=1200.0, minutes_over=float(day), worst=1900.0),
            flags=(flag,),
        )
        for day in range(1, 15)
    ]
    worst = season(found).worst
    assert [one.minutes_over for one in worst] == [float(day) for day in range(14, 4, -1)]
    assert [(one.kind, one.who) for one in worst[0].done] == [
        ("acknowledged", ""),
        ("told", "organiser"),
    ]


def test_a_protocols_verdict_goes_before_that_of_the_limits_and_stays_apart_from_them() -> None:
    line = line_of(a_report(), "not_kept", {"windows-open": "not_kept"})
    total = figures([line])
    assert (total.kept, total.not_kept, total.by_rule["co2"].kept) == (0, 1, 1)
    assert total.declared["windows-open"].not_kept == 1


def test_what_changed_names_the_figures_the_totals_first() -> None:
    before = {"kept": 3, "hours": 6.5, "months": [{"month": "2026-10", "kept": 1, "hours": 2}]}
    after = {
        "kept": 2,
        "hours": 6.5,
        "months": [{"month": "2026-10", "kept": 0, "hours": 2}, {"month": "2026-11", "kept": 2}],
    }
    assert changes_between(before, after) == (
        Change("kept", 3, 2),
        Change("months/2026-10/kept", 1, 0),
        Change("months/2026-11/kept", None, 2),
    )


def _plain(found: Figures) -> dict[str, float]:
    return {
        name: getattr(found, name)
        for name in ("meetings", "hours", "people_hours", "kept", "not_kept", "cannot_say")
    }


def _summed(parts: Sequence[Figures]) -> dict[str, float]:
    names = _plain(figures([]))
    return {name: fsum(_plain(part)[name] for part in parts) for name in names}
