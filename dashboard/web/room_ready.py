"""Whether a room is ready for its test: what its sensor sent of late, how that is, and who is in."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from dashboard.web.room_tests import NIGHTS_SD_PPM, outdoor_of, readings
from dashboard.web.services import Services
from gateway.domain.room_state import RoomState
from gateway.domain.room_test.fit import Sample
from gateway.domain.room_test.ready import Check, Sensor, checks
from gateway.registry.devices import Device, find_device
from gateway.store.interface import StoreError
from sensors.wire.topic import RoomSlug, VenueSlug

LOOKED_BACK: Final = timedelta(minutes=30)
ON_THE_WAY_S: Final = 10.0
"""Of the wall's time: so long a reading may be on its way into the store."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was looked at; ``device`` is the sensor that the test would rest on."""

    checks: tuple[Check, ...]
    device: Device | None = None


def ready_now(services: Services, venue: VenueSlug, room: RoomSlug) -> Readiness:
    """Whether a test may begin; a store that is away refuses nothing, as it refuses no test that runs."""
    try:
        return readiness(services, venue, room, services.board.room(venue, room))
    except StoreError:
        return Readiness(())


def readiness(
    services: Services, venue: VenueSlug, room: RoomSlug, state: RoomState | None
) -> Readiness:
    """As it is now; ``state`` is what the gateway made of the room, None where that is not known.

    Raises:
        StoreError: the readings could not be read.

    """
    now = services.clock.now()
    seen = readings(services.store, venue, room, now - LOOKED_BACK, now)
    with services.database.read() as conn:
        device = None if seen.device is None else find_device(conn, venue, seen.device)
    shift_s = LOOKED_BACK.total_seconds()
    sensor = Sensor(tuple(Sample(one.at_s - shift_s, one.ppm) for one in seen.samples))
    health = None if device is None else device.health
    if device is not None:
        sensor = replace(sensor, calibrated_at=device.about.calibrated_at)
    if health is not None:
        sensor = replace(
            sensor,
            battery_pct=health.battery_pct,
            bad_frames=sum(health.bad.values()),
            calibrated_at=health.calibrated_at or sensor.calibrated_at,
        )
    outdoor = outdoor_of(services, venue, seen.device)
    found = checks(
        replace(sensor, is_faulty=state is not None and _is_faulty(state)),
        outdoor,
        None if state is None else state.people,
        now,
        knows_nights=outdoor.sd_ppm == NIGHTS_SD_PPM,
        grace_s=ON_THE_WAY_S * services.clock.speed,
    )
    return Readiness(found, device)


def _is_faulty(state: RoomState) -> bool:
    return any(flag.rule == "sensor_fault" and flag.state == "firing" for flag in state.flags)
