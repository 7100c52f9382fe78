"""What can be wrong in the ``[sim]`` part of a scenario beyond the type of a value."""

import re
from typing import Literal

from firmware_sim.scenario.tables import AttendanceTable, FaultTable, SimDeviceTable, SimTable
from sensors.venue.file import LOCAL_TIME
from sensors.venue.tables import VenueTable
from sensors.wire.topic import VenueSlug


def mistakes_in(sim: SimTable, venues: tuple[VenueTable, ...]) -> list[str]:
    """Every mistake, a line each that begins with its key under ``sim``."""
    found = _Mistakes(venues)
    for key in ("outdoor_ppm", "generation_lph", "generation_spread"):
        found.expect_within(key, getattr(sim, key), 0, 5000)
    for key in ("early_min", "late_min", "linger_min"):
        found.expect_within(key, getattr(sim, key), 0, 120)
    for i, room in enumerate(sim.room):
        at = f"room[{i}]"
        found.expect_row(f"{at}.room", "room", room.venue, room.room)
        found.expect_within(f"{at}.air_changes_per_h", room.air_changes_per_h, 0, 100)
        for j, step in enumerate(room.windows):
            found.expect_span(f"{at}.windows[{j}]", step.start, step.end)
            found.expect_within(
                f"{at}.windows[{j}].air_changes_per_h", step.air_changes_per_h, 0, 100
            )
    for i, device in enumerate(sim.device):
        found.expect_device(f"device[{i}]", device)
    for venue in venues:
        for meeting in venue.meeting:
            if type(meeting.start) is not type(meeting.end):
                found.lines.append(
                    f"attendance: {meeting.title!r}: expected start and end of one kind, "
                    'both local "HH:MM" or both with date and zone'
                )
    for i, attendance in enumerate(sim.attendance):
        at = f"attendance[{i}]"
        found.expect_row(f"{at}.room", "room", attendance.venue, attendance.room)
        found.expect_within(f"{at}.people", attendance.people, 0, 10_000)
        found.expect_meeting(f"{at}.start", attendance)
    return found.lines


class _Mistakes:
    """The checks that need the whole file, and what they found."""

    def __init__(self, venues: tuple[VenueTable, ...]) -> None:
        self._venues = {venue.slug: venue for venue in venues}
        self._first = venues[0].slug
        self._seen: set[tuple[str, str, str]] = set()
        self.lines: list[str] = []

    def expect(self, right: bool, key: str, value: object, expected: str) -> None:
        if not right:
            self.lines.append(f"{key} = {value!r}: expected {expected}")

    def expect_within(self, key: str, value: float, low: float, high: float) -> None:
        self.expect(low <= value <= high, key, value, f"{low:g} to {high:g}")

    def expect_span(self, key: str, start: str, end: str) -> None:
        for name, value in (("start", start), ("end", end)):
            self.expect(_is_local(value), f"{key}.{name}", value, 'a local "HH:MM"')
        if _is_local(start) and _is_local(end):
            self.expect(start < end, f"{key}.end", end, f"after start, {start}")

    def expect_row(
        self, key: str, kind: Literal["room", "device"], venue: VenueSlug | None, slug: str
    ) -> None:
        """``slug`` names a room or device of its venue; a venue is named where there are
        several.
        """
        if venue is None and len(self._venues) > 1:
            self.lines.append(f"{key}: name its venue too: {', '.join(self._venues)}")
            return
        table = self._venues.get(venue or self._first)
        known = [] if table is None else [row.slug for row in getattr(table, kind)]
        self.expect(slug in known, key, slug, f"a {kind} of the venue: {', '.join(known) or '-'}")

    def expect_device(self, at: str, device: SimDeviceTable) -> None:
        self.expect_row(f"{at}.device", "device", device.venue, device.device)
        identity = ("device", device.venue or self._first, device.device)
        self.expect(identity not in self._seen, f"{at}.device", device.device, "each device once")
        self._seen.add(identity)
        kinds = set(device.measures)
        sensible = bool(kinds) and not kinds >= {"count", "door"}
        self.expect(
            sensible, f"{at}.measures", list(device.measures), "air, and one of count and door"
        )
        self.expect_within(f"{at}.interval_s", device.interval_s, 0.1, 86_400)
        self.expect_within(f"{at}.lag_s", device.lag_s, 0, 3600)
        self.expect_within(f"{at}.noise_ppm", device.noise_ppm, 0, 1000)
        self.expect_within(f"{at}.step_ppm", device.step_ppm, 0, 1000)
        self.expect_within(f"{at}.offset_ppm", device.offset_ppm, -1000, 1000)
        self.expect_within(f"{at}.drift", device.drift, 0, 1)
        for i, fault in enumerate(device.fault):
            self.expect_fault(f"{at}.fault[{i}]", fault)

    def expect_fault(self, at: str, fault: FaultTable) -> None:
        timed = fault.start is not None or fault.end is not None
        if fault.probability is None and not timed:
            self.lines.append(f"{at}: expected a probability, or a start and an end")
        if fault.probability is not None:
            self.expect_within(f"{at}.probability", fault.probability, 0, 1)
        if timed:
            self.expect_span(at, fault.start or "", fault.end or "")
        for key in ("lasts_s", "delay_s"):
            self.expect_within(f"{at}.{key}", getattr(fault, key), 0, 86_400)
        self.expect_within(f"{at}.size", fault.size, -40_000, 40_000)

    def expect_meeting(self, key: str, attendance: AttendanceTable) -> None:
        venue = self._venues.get(attendance.venue or self._first)
        starts = [
            meeting.start
            for meeting in (venue.meeting if venue else ())
            if meeting.room == attendance.room
        ]
        self.expect(
            attendance.start in starts, key, attendance.start,
            f"the start of a meeting in that room: {', '.join(map(str, starts)) or '-'}",
        )  # fmt: skip


def _is_local(value: str) -> bool:
    return re.fullmatch(LOCAL_TIME, value) is not None
