"""The ``[sim]`` part of a scenario file, read and checked."""

from typing import Any, TypeVar

import msgspec

from firmware_sim.scenario.checks import mistakes_in
from firmware_sim.scenario.tables import AttendanceTable, SimDeviceTable, SimRoomTable, SimTable
from sensors.config import ConfigError, convert
from sensors.venue.tables import VenueTable

T = TypeVar("T", bound=msgspec.Struct)


def parse_sim(tables: dict[str, Any], venues: tuple[VenueTable, ...], source: str) -> SimTable:
    """The ``[sim]`` part of a file whose venues were read already; without one, the defaults.

    Raises:
        ConfigError: every mistake, a line each.

    """
    mistakes: list[str] = []
    given = tables.get("sim", {})
    if not isinstance(given, dict):
        raise ConfigError([f"{source}: sim: expected a section [sim]"])
    parts = dict(given)
    room = _rows(SimRoomTable, parts.pop("room", []), f"{source}: sim.room", mistakes)
    device = _rows(SimDeviceTable, parts.pop("device", []), f"{source}: sim.device", mistakes)
    attendance = _rows(
        AttendanceTable, parts.pop("attendance", []), f"{source}: sim.attendance", mistakes
    )
    sim = convert(SimTable, parts, f"{source}: sim", mistakes)
    mistakes.extend(
        f"{source}: {name}: unknown table, known are venue and sim"
        for name in tables
        if name not in ("venue", "sim")
    )
    if mistakes or sim is None:
        raise ConfigError(mistakes)
    sim = msgspec.structs.replace(sim, room=room, device=device, attendance=attendance)
    mistakes.extend(f"{source}: sim.{line}" for line in mistakes_in(sim, venues))
    if mistakes:
        raise ConfigError(mistakes)
    return sim


def _rows(kind: type[T], given: object, where: str, mistakes: list[str]) -> tuple[T, ...]:
    if not isinstance(given, list):
        mistakes.append(f"{where}: expected tables, [[{where.rpartition(' ')[2]}]]")
        return ()
    rows = [convert(kind, table, f"{where}[{i}]", mistakes) for i, table in enumerate(given)]
    return tuple(row for row in rows if row is not None)
