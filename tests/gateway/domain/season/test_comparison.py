"""Rooms are compared by what each person there breathed, and by the same limits."""

from datetime import timedelta

from gateway.domain.policy import Policy
from gateway.domain.report.outcome import Outcome
from gateway.domain.season.comparison import compare
from gateway.domain.season.line import Line, line_of
from sensors.wire.topic import RoomSlug
from tests.gateway.domain.season.histories import FIRST, STRICT, a_report

SAME = Policy("same", co2_limit_ppm=1000.0)
ZAAL, KAMER = RoomSlug("zaal"), RoomSlug("kamer")


def line(room: RoomSlug, people: float, ppm: float | None, day: int = 1) -> Line:
    return line_of(
        a_report(
            start=FIRST + timedelta(days=day),
            room=room,
            policy=STRICT,
            occupancy=Outcome("kept", mean=people),
            co2=Outcome("kept", mean=ppm, known_share=1.0),
        )
    )


def test_a_mean_is_over_people_and_hours() -> None:
    (zaal,) = compare([line(ZAAL, 30, 1200.0), line(ZAAL, 10, 800.0, day=2)], SAME)
    assert (zaal.meetings, zaal.people_hours, zaal.co2_mean_ppm) == (2, 80.0, 1100.0)
    assert zaal.share_over == 0.75


def test_all_are_judged_by_the_same_limits_whatever_they_are_held_to() -> None:
    found = compare([line(ZAAL, 10, 900.0), line(KAMER, 2, 1100.0)], SAME)
    assert [(one.room, one.share_over) for one in found] == [(KAMER, 1.0), (ZAAL, 0.0)]


def test_a_room_that_was_not_measured_comes_last_and_is_not_called_good() -> None:
    found = compare([line(ZAAL, 10, None), line(KAMER, 2, 700.0)], SAME)
    assert [(one.room, one.share_over, one.co2_mean_ppm) for one in found] == [
        (KAMER, 0.0, 700.0),
        (ZAAL, None, None),
    ]
