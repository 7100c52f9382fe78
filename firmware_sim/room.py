"""A simulated room through its days: people come and go, windows open, and the air follows."""

from collections import deque
from datetime import timedelta
from random import Random

from firmware_sim.physics.climate import EMPTY_ROOM, Climate, climate_after
from firmware_sim.physics.room_air import Zone, co2_ppm_after
from firmware_sim.scenario.room_schedule import (
    Change,
    FlowChange,
    Passage,
    changes_of,
    local_day,
    midnight_ns,
)
from firmware_sim.scenario.scenario import RoomPlan, Scenario

HOUR_NS = 3_600_000_000_000
DAY = timedelta(days=1)
PLANNED_WITHIN_NS = 8 * HOUR_NS
"""Of a day, in which the next one is planned: thousands of rooms at once would all stop at midnight."""


class SimRoom:
    """The true state of a room at the moment up to which it has lived.

    It begins empty and aired at local midnight of the day of ``start_ns``, so that what it does at
    a moment depends on the scenario and the day, not on when in the day somebody began to watch.
    ``in_totals`` and ``out_totals`` count who passed each of its doors.
    """

    def __init__(self, plan: RoomPlan, scenario: Scenario, start_ns: int) -> None:
        self.plan = plan
        self.co2_ppm = scenario.outdoor_ppm
        self.climate: Climate = EMPTY_ROOM
        self.people = 0
        self.in_totals = [0] * max(plan.doors, 1)
        self.out_totals = [0] * max(plan.doors, 1)
        self._zone = Zone(plan.volume_m3, scenario.outdoor_ppm)
        self._scenario = scenario
        self.air_changes_per_h = plan.air_changes_per_h
        self._breath_m3h: list[float] = []
        self._generation_m3h = 0.0
        today = local_day(plan, start_ns)
        self._born_ns = self._at_ns = midnight_ns(plan, today)
        # Yesterday too: its last meeting may reach past midnight. Its passages are not counted.
        self._unplanned = today - DAY
        self._plan_at_ns = self._born_ns
        self._plans_late_ns = Random(f"{plan.venue}/{plan.slug}").randrange(PLANNED_WITHIN_NS)
        self._changes: deque[Change] = deque()

    def advance(self, to_ns: int) -> None:
        """Let the room live up to ``to_ns``; a moment that is past changes nothing."""
        self._plan_ahead(to_ns)
        while self._changes and self._changes[0].at_ns <= to_ns:
            change = self._changes.popleft()
            self._live_until(change.at_ns)
            self._happen(change)
        self._live_until(to_ns)

    def _plan_ahead(self, to_ns: int) -> None:
        """Have the day of ``to_ns`` planned, and from its morning on the next one: guests may come before
        midnight.
        """
        plan, scenario = self.plan, self._scenario
        while self._plan_at_ns <= to_ns:
            added = changes_of(plan, scenario.habits, scenario.seed, self._unplanned)
            merged = sorted([*self._changes, *added], key=lambda change: change.at_ns)
            self._changes = deque(merged)
            self._unplanned += DAY
            self._plan_at_ns = midnight_ns(plan, self._unplanned - DAY) + self._plans_late_ns

    def _happen(self, change: Change) -> None:
        match change:
            case FlowChange(air_changes_per_h=air_changes_per_h):
                self.air_changes_per_h = air_changes_per_h
            case Passage(visitor=visitor, door=door, comes_in=True):
                self._breath_m3h.append(visitor.generation_m3h)
                self.in_totals[door] += change.at_ns >= self._born_ns
            case Passage(visitor=visitor, door=door):
                self._breath_m3h.remove(visitor.generation_m3h)
                self.out_totals[door] += change.at_ns >= self._born_ns
        self.people = len(self._breath_m3h)
        self._generation_m3h = sum(self._breath_m3h)

    def _live_until(self, at_ns: int) -> None:
        hours = (at_ns - self._at_ns) / HOUR_NS
        if hours <= 0:
            return
        self._at_ns = at_ns
        self.co2_ppm = co2_ppm_after(
            self._zone,
            self.co2_ppm,
            hours=hours,
            air_changes_per_h=self.air_changes_per_h,
            generation_m3h=self._generation_m3h,
        )
        self.climate = climate_after(
            self.climate, hours=hours, people=self.people, volume_m3=self.plan.volume_m3
        )
