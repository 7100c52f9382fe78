"""All readings of a scenario in the order of their time, without faults and without a network."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from firmware_sim.devices.device import SimDevice
from firmware_sim.room import SimRoom
from firmware_sim.scenario.room_schedule import local_day, midnight_ns
from firmware_sim.scenario.scenario import RoomPlan, Scenario
from sensors.wire.reading import Reading
from sensors.wire.topic import RoomSlug


@dataclass(frozen=True, slots=True)
class Sparse:
    """Before ``until_ns`` a device reads only every ``every_ns``, or at its own interval if that is longer."""

    every_ns: int
    until_ns: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A reading beside the truth it was made from. The reading names time, device and kind."""

    reading: Reading
    room: RoomSlug
    true_co2_ppm: float
    true_people: int


def play(
    scenario: Scenario, start_ns: int, end_ns: int | None = None, sparse: Sparse | None = None
) -> Iterator[Sample]:
    """The readings from ``start_ns`` up to, not including, ``end_ns`` (None: without end).

    The same scenario and the same ``start_ns`` give the same readings. The day is lived through
    from local midnight, unseen, so that a later start on the same day gives the rest of them; not in a
    scenario that says otherwise.
    """
    devices = _devices(scenario, start_ns)
    moments = [
        (
            device.next_ns(
                _midnight_ns(device.room.plan, start_ns) if scenario.from_midnight else start_ns
            ),
            number,
        )
        for number, device in enumerate(devices)
    ]
    heapq.heapify(moments)
    while moments and (end_ns is None or moments[0][0] < end_ns):
        at_ns, number = moments[0]
        device = devices[number]
        readings = device.measure(at_ns)
        next_ns = at_ns + 1
        if sparse is not None and at_ns < sparse.until_ns:
            next_ns = max(next_ns, min(at_ns + sparse.every_ns, sparse.until_ns))
        heapq.heapreplace(moments, (device.next_ns(next_ns), number))
        if at_ns < start_ns:
            continue
        room = device.room
        for reading in readings:
            yield Sample(reading, room.plan.slug, room.co2_ppm, room.people)


def _devices(scenario: Scenario, start_ns: int) -> list[SimDevice]:
    rooms = {(plan.venue, plan.slug): SimRoom(plan, scenario, start_ns) for plan in scenario.rooms}
    return [
        SimDevice(plan, rooms[plan.venue, plan.room], scenario.seed) for plan in scenario.devices
    ]


def _midnight_ns(plan: RoomPlan, at_ns: int) -> int:
    return midnight_ns(plan, local_day(plan, at_ns))
