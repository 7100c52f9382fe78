"""A venue to look at before a sensor hangs anywhere: a scenario that begins an hour ago, and goes on for a
day.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.domain.room import SIMULATED

BEGAN_AGO: Final = timedelta(hours=1)
LASTS: Final = timedelta(hours=24)
PAUSE: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class _Room:
    """One of each kind: short of air, too full, and fine."""

    slug: str
    volume_m3: int
    seats: int
    air_changes_per_h: float
    people: int
    minutes: int


ROOMS: Final = (
    _Room("hall", 210, 20, 1.2, 18, 105),
    _Room("study", 100, 10, 5.0, 12, 75),
    _Room("garden", 110, 14, 4.5, 6, 90),
)


def scenario(
    name: str, rooms: tuple[str, str, str], title: str, zone: str, language: str, now: datetime
) -> str:
    """As a file for ``luchtig sim`` and ``luchtig import``; ``rooms`` are the names of the three."""
    lines = ["[[venue]]", _line("slug", SIMULATED), _line("name", name)]
    lines += [_line("timezone", zone), _line("language", language)]
    for room, called in zip(ROOMS, rooms, strict=True):
        lines += ["[[venue.room]]", _line("slug", room.slug), _line("name", called)]
        lines += [_line("volume_m3", room.volume_m3), _line("seats", room.seats)]
        lines.append(_line("policy", "nl-target-1200"))
    for device, room in _devices():
        lines += ["[[venue.device]]", _line("slug", device), _line("room", room.slug)]
    for room in ROOMS:
        for start, end in _times(room, now):
            lines += ["[[venue.meeting]]", _line("room", room.slug), _line("title", title)]
            lines += [f"start = {start.isoformat()}", f"end = {end.isoformat()}"]
            lines.append(_line("expected_people", room.people))
    lines += ["[sim]", "seed = 1", "generation_spread = 0.08"]
    for room in ROOMS:
        lines += ["[[sim.room]]", _line("room", room.slug)]
        lines.append(_line("air_changes_per_h", room.air_changes_per_h))
    for device, _room in _devices():
        measures = ["count"] if device.startswith("people") else ["air"]
        lines += ["[[sim.device]]", _line("device", device), _line("measures", measures)]
    return "\n".join(lines) + "\n"


def _devices() -> Iterator[tuple[str, _Room]]:
    for kind in ("co2", "people"):
        for room in ROOMS:
            yield f"{kind}-{room.slug}", room


def _times(room: _Room, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    start = (now - BEGAN_AGO).replace(second=0, microsecond=0)
    while start < now + LASTS:
        end = start + timedelta(minutes=room.minutes)
        yield start, end
        start = end + PAUSE


def _line(key: str, value: object) -> str:
    """TOML writes texts, numbers and lists of texts as JSON does."""
    return f"{key} = {json.dumps(value)}"
