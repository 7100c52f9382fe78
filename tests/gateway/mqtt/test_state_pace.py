"""How often a room's state is looked at, and how soon after it changed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.mqtt.state_pace import EVERY_S, SAVED_S, StatePace
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

SERRE: RoomKey = (VenueSlug("de-kade"), RoomSlug("serre"))
LOOK_S = 0.05


class Told:
    """One room whose states the broker takes at once; ``at`` is when each was sent."""

    def __init__(self) -> None:
        self.pace = StatePace()
        self.pace.add(SERRE)
        self.at: list[float] = []
        self.changes = 0
        self.look(0.0)

    def look(self, now: float) -> None:
        for name in self.pace.due(now):
            self.at.append(now)
            self.changes += 1
            self.pace.sent(name, self.changes, now)
            self.pace.answered(name, taken=True)

    def change(self, now: float) -> None:
        self.pace.touch(SERRE)
        self.look(now)


def test_a_reading_is_told_when_it_comes_where_something_else_was_told_just_before() -> None:
    told = Told()
    for now in (10.0, 19.9, 20.0):
        told.change(now)
    assert told.at == [0.0, 10.0, 19.9, 20.0]


def test_a_sensor_that_sends_each_second_is_told_at_once_though_one_of_its_readings_was_late() -> (
    None
):
    told = Told()
    sent = [5.0 + n + (0.4 if n == 3 else 0.0) for n in range(40)]
    for now in sent:
        told.change(now)
    assert told.at == [0.0, *sent]


def test_what_changes_without_a_pause_is_told_once_a_second() -> None:
    told = Told()
    for n in range(600):
        told.change(20.0 + n * LOOK_S)
    assert len(told.at) <= 1 + 30 + 2
    later = [at for at in told.at if at > 22.0]
    assert all(b - a >= EVERY_S - LOOK_S for a, b in pairwise(later))


@given(st.lists(st.floats(0.0, 3.0), max_size=60))
def test_over_any_time_there_is_a_state_a_second_and_what_was_saved_up(
    pauses: list[float],
) -> None:
    told, now = Told(), 0.0
    for pause in pauses:
        until = now + pause
        while now + LOOK_S < until:
            now += LOOK_S
            told.look(now)
        now = until
        told.change(now)
    for begin, first in enumerate(told.at):
        for number, last in enumerate(told.at[begin:], 1):
            assert number <= (last - first) / EVERY_S + 1 + SAVED_S / EVERY_S + 1e-6
    told.look(now + EVERY_S)
    assert told.pace.due(now + EVERY_S) == (), "the newest is told within a second"
