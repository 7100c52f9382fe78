"""Rooms' own tests as they are looked at: judged from the stored readings, and closed by whoever first sees
that they are over. The same readings give the same end, so nothing is lost by a restart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dashboard.web.services import Services
from gateway.domain.air.outdoor import SHOWN_SD_PPM
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM
from gateway.domain.room_test.course import LONGEST_S, Judgement, judged
from gateway.domain.room_test.decay import Refusal
from gateway.domain.room_test.fit import Decay, Outdoor, Sample
from gateway.registry.devices import find_device
from gateway.registry.live.air_memory import find_baseline_ppm
from gateway.registry.room_tests import RoomTest, close_test
from gateway.store.interface import Placed, Store
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

NIGHTS_SD_PPM: Final = 12.0
"""How far the outdoor air of the moment is from what the sensor showed of it at night."""
LEAVING_S: Final = 180.0
"""So long somebody may still be counted in who is on the way out."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a sensor of a room sent; ``counted_s`` is when somebody was counted in, from the begin."""

    device: DeviceSlug | None
    samples: tuple[Sample, ...]
    counted_s: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A test with what is known of it so far, and the curve it rests on."""

    test: RoomTest
    samples: tuple[Sample, ...]
    so_far: Decay | Refusal | None


def shown(services: Services, test: RoomTest, *, stopped_by: str | None = None) -> Shown:
    """The test now; what is over is kept as it ended.

    Raises:
        StoreError: the readings could not be read.

    """
    now = services.clock.now()
    until = test.ended or min(now, test.started + timedelta(seconds=LONGEST_S * 1.1))
    seen = readings(services.store, test.venue, test.room, test.started, until)
    if test.state != "running":
        return Shown(test, seen.samples, test.decay or Refusal(test.reason or "too_few"))
    outdoor = outdoor_of(services, test.venue, seen.device)
    now_s = (now - test.started).total_seconds()
    if seen.counted_s is not None:
        judgement = Judgement(Refusal("people"), seen.counted_s)
    else:
        judgement = judged(
            seen.samples, outdoor, now_s, test.volume_m3, is_stopped=stopped_by is not None
        )
    if judgement.ended_s is not None:
        test = replace(test, stopped_by=stopped_by)
        test = _closed(services, test, seen, judgement, judgement.ended_s, outdoor)
    return Shown(test, seen.samples, judgement.found)


def readings(
    store: Store, venue: VenueSlug, room: RoomSlug, since: datetime, until: datetime
) -> Seen:
    """Of the sensor that sent most: what two show is not one curve."""
    span = (to_ns(since), to_ns(until) + 1)
    if span[1] <= span[0]:
        return Seen(None, ())
    by_device: dict[DeviceSlug, list[Sample]] = {}
    for row in store.rows("air", venue, room, *span):
        if isinstance(row, Placed) and isinstance(row.reading, AirReading):
            at_s = (row.reading.at_ns - span[0]) / 1e9
            sample = Sample(at_s, row.reading.co2_ppm)
            by_device.setdefault(row.reading.device, []).append(sample)
    counted_s = min(_counted(list(store.rows("people", venue, room, *span)), span[0]), default=None)
    if not by_device:
        return Seen(None, (), counted_s)
    device = max(sorted(by_device), key=lambda name: len(by_device[name]))
    return Seen(device, tuple(sorted(by_device[device])), counted_s)


def _counted(rows: Sequence[object], start_ns: int) -> list[float]:
    """When anybody was counted in after all had time to leave."""
    found = []
    for row in rows:
        if isinstance(row, Placed) and isinstance(row.reading, PeopleReading):
            at_s = (row.reading.at_ns - start_ns) / 1e9
            if row.reading.count and at_s > LEAVING_S:
                found.append(at_s)
    return found


def outdoor_of(services: Services, venue: VenueSlug, device: DeviceSlug | None) -> Outdoor:
    """What the sensor would show outdoors: as its own nights say, else as sensors are."""
    with services.database.read() as conn:
        own_ppm = None if device is None else find_baseline_ppm(conn, venue, device)
    if own_ppm is None:
        return Outdoor(TYPICAL_OUTDOOR_PPM, SHOWN_SD_PPM)
    return Outdoor(own_ppm, NIGHTS_SD_PPM)


def _closed(
    services: Services,
    test: RoomTest,
    seen: Seen,
    judgement: Judgement,
    ended_s: float,
    outdoor: Outdoor,
) -> RoomTest:
    found = judgement.found
    over = replace(
        test,
        state="done" if isinstance(found, Decay) else "refused",
        reason=found.reason if isinstance(found, Refusal) else None,
        ended=from_ns(to_ns(test.started) + int(ended_s * 1e9)),
        device=seen.device,
        outdoor_ppm=outdoor.ppm,
        decay=found.decay if isinstance(found, Refusal) else found,
    )
    with services.database.write() as conn:
        device = None if seen.device is None else find_device(conn, test.venue, seen.device)
        calibrated = None if device is None else device.about.calibrated_at
        return close_test(conn, replace(over, calibrated=calibrated))
