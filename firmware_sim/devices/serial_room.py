"""A simulated room as a sensor on a wire sees it, whenever that looks."""

import threading

from firmware_sim.devices.serial_sensor import Sample
from firmware_sim.room import SimRoom
from firmware_sim.scenario.room_schedule import local_day, midnight_ns
from firmware_sim.scenario.scenario import OUTSIDE, RoomPlan, Scenario, parse_scenario
from sensors.clock import Clock
from sensors.config import ConfigError
from sensors.wire.topic import RoomSlug

DEFAULT_ROOM = {
    "venue": [
        {
            "slug": "desk",
            "name": "Desk",
            "room": [{"slug": "room", "name": "Room", "volume_m3": 60}],
            "meeting": [
                {"room": "room", "title": "Every hour", "start": f"{hour:02}:05",
                 "end": f"{hour:02}:50", "expected_people": 4}
                for hour in range(24)
            ],
        }
    ],
}  # fmt: skip
"""A small room with four people in most of every hour, for a desk without a scenario."""


class SerialRoom:
    """Lives along with the clock each time it is asked."""

    def __init__(self, scenario: Scenario, plan: RoomPlan, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        start_ns = clock.now_ns()
        self._room = SimRoom(plan, scenario, midnight_ns(plan, local_day(plan, start_ns)))

    def look(self) -> Sample:
        """The true air in the room now, and who passed its doors. Any thread may call it."""
        with self._lock:
            room = self._room
            room.advance(self._clock.now_ns())
            climate = room.climate
            return Sample(
                room.co2_ppm, climate.temperature_c, climate.humidity_pct,
                sum(room.in_totals), sum(room.out_totals),
            )  # fmt: skip


def serial_room(scenario: Scenario | None, room: RoomSlug | None, clock: Clock) -> SerialRoom:
    """A room of a scenario (None: a small default one) by its slug (None: its first room).

    Raises:
        ConfigError: the scenario has no such room.

    """
    if scenario is None:
        scenario = parse_scenario(DEFAULT_ROOM, "default room")
    plans = [plan for plan in scenario.rooms if plan.slug != OUTSIDE]
    for plan in plans:
        if room in (None, plan.slug):
            return SerialRoom(scenario, plan, clock)
    known = ", ".join(plan.slug for plan in plans) or "none"
    raise ConfigError([f"--room {room}: expected a room of the scenario: {known}"])
