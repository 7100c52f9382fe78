"""Rows for the tests of stores, on one busy morning."""

from gateway.domain.room_state import Level
from gateway.store.interface import Placed, RoomSample
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

T0_NS = 1_795_503_600_000_000_000  # 2026-11-24T07:00:00Z
SECOND_NS = 1_000_000_000
VENUE = VenueSlug("de-kade")


def air(
    after_s: float = 0.0,
    co2_ppm: float = 800.0,
    *,
    room: RoomSlug = RoomSlug("zaal"),
    device: DeviceSlug = DeviceSlug("co2-1"),
    venue: VenueSlug = VENUE,
    temperature_c: float | None = 21.4,
    humidity_pct: float | None = None,
    seq: int | None = None,
) -> Placed:
    at_ns = T0_NS + round(after_s * SECOND_NS)
    return Placed(
        room,
        AirReading(
            venue=venue,
            device=device,
            at_ns=at_ns,
            arrived_ns=at_ns + 250_000_000,
            ts_given=True,
            co2_ppm=co2_ppm,
            temperature_c=temperature_c,
            humidity_pct=humidity_pct,
            seq=seq,
        ),
    )


def people(
    after_s: float = 0.0,
    *,
    count: int | None = None,
    in_total: int | None = None,
    out_total: int | None = None,
    motion: int | None = None,
    room: RoomSlug = RoomSlug("zaal"),
    device: DeviceSlug = DeviceSlug("door-1"),
) -> Placed:
    at_ns = T0_NS + round(after_s * SECOND_NS)
    return Placed(
        room,
        PeopleReading(
            venue=VENUE,
            device=device,
            at_ns=at_ns,
            arrived_ns=at_ns,
            ts_given=False,
            count=count,
            in_total=in_total,
            out_total=out_total,
            motion=motion,
        ),
    )


def sample(
    after_s: float = 0.0,
    people: int | None = None,
    *,
    room: RoomSlug = RoomSlug("zaal"),
    level: Level = "good",
    flow_lps: float | None = None,
) -> RoomSample:
    return RoomSample(
        venue=VENUE,
        room=room,
        at_ns=T0_NS + round(after_s * SECOND_NS),
        level=level,
        people=people,
        flow_lps=flow_lps,
    )
