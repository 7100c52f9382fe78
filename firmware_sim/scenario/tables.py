"""The ``[sim]`` part of a scenario file: how people, air and devices of its venues behave.

Every key has a default, so that any file for ``luchtig import`` plays as it is.
"""

from typing import Any, Literal

import msgspec

from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

Quantity = Literal["air", "count", "door", "motion"]
FaultKind = Literal[
    "drop", "duplicate", "reorder", "delay", "offline", "stuck", "spike", "nan", "garbage"
]


class StepTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From ``start`` to ``end`` (local times of day) the room has another flow of air."""

    start: str
    end: str
    air_changes_per_h: float


class SimRoomTable(msgspec.Struct, frozen=True, kw_only=True):
    """``windows`` are steps in the air changes: opened windows, a night setting, a fan that
    stops.
    """

    room: RoomSlug
    venue: VenueSlug | None = None
    air_changes_per_h: float = 3.0
    windows: tuple[StepTable, ...] = ()


class FaultTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault that happens by chance (``probability`` a reading), at a time, or both.

    ``lasts_s`` is how long a stuck or offline device stays so when it came by chance, ``delay_s``
    how late a delayed reading is sent, ``size`` what a spike adds. With ``backlog`` an offline
    device sends on its return what it measured meanwhile; without, that is lost.
    """

    kind: FaultKind
    probability: float | None = None
    start: str | None = None
    end: str | None = None
    lasts_s: float = 300.0
    delay_s: float = 60.0
    size: float = 3000.0
    backlog: bool = True


class SimDeviceTable(msgspec.Struct, frozen=True, kw_only=True):
    """What a device measures and how badly. Motion beside a count or a door goes in one message.

    ``lag_s`` is the time constant of a CO2 sensor's response, ``noise_ppm`` a standard deviation,
    ``step_ppm`` what it rounds to, ``offset_ppm`` how far its baseline is off. A door counter
    misses the share ``drift`` of the people who pass.
    """

    device: DeviceSlug
    venue: VenueSlug | None = None
    measures: tuple[Quantity, ...] = ("air",)
    model: str | None = None
    interval_s: float = 10.0
    lag_s: float = 60.0
    noise_ppm: float = 6.0
    step_ppm: float = 1.0
    offset_ppm: float = 0.0
    drift: float = 0.0
    fault: tuple[FaultTable, ...] = ()


class AttendanceTable(msgspec.Struct, frozen=True, kw_only=True):
    """So many ``people`` come to the meeting in ``room`` whose ``start`` is written just like
    this.
    """

    room: RoomSlug
    start: Any
    people: int
    venue: VenueSlug | None = None


class SimTable(msgspec.Struct, frozen=True, kw_only=True):
    """People breathe ``generation_lph`` litres of CO2 an hour (seated and talking: 18.4, Persily &
    de Jonge 2017 at 1.4 met), each within ``generation_spread`` of that.
    """

    seed: int = 1
    outdoor_ppm: float = 430.0
    generation_lph: float = 18.4
    generation_spread: float = 0.15
    early_min: float = 12.0
    late_min: float = 5.0
    linger_min: float = 8.0
    room: tuple[SimRoomTable, ...] = ()
    device: tuple[SimDeviceTable, ...] = ()
    attendance: tuple[AttendanceTable, ...] = ()
