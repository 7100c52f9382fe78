"""A whole scenario as what its devices do, faults and all, in the order of time. Pure."""

from collections.abc import Iterator, Mapping

from firmware_sim.as_others.voice import Voice
from firmware_sim.devices.faults import FaultyDevice
from firmware_sim.event import Event
from firmware_sim.scenario.scenario import Scenario
from firmware_sim.timeline import Sparse, play
from sensors.wire.topic import DeviceKey


def device_events(
    scenario: Scenario,
    start_ns: int,
    end_ns: int | None = None,
    voices: Mapping[DeviceKey, Voice] | None = None,
    sparse: Sparse | None = None,
) -> Iterator[Event]:
    """All events from ``start_ns`` up to ``end_ns`` (None: without end), the same for the same seed;
    ``voices``, fresh ones, are those of other makers' devices; what is ``sparse`` is the past.
    """
    zones = {room.venue: room.zone for room in scenario.rooms}
    devices = {
        (plan.venue, plan.slug): FaultyDevice(
            plan, zones[plan.venue], scenario.seed, (voices or {}).get((plan.venue, plan.slug))
        )
        for plan in scenario.devices
    }
    for sample in play(scenario, start_ns, end_ns, sparse):
        yield from devices[sample.reading.venue, sample.reading.device].send(sample.reading)
    for device in devices.values():
        yield from device.finish()
