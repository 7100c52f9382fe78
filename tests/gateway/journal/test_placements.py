"""Which room a reading belongs to, by the reading's own time."""

from datetime import UTC, datetime

import pytest

from gateway.domain.room import Placement
from gateway.journal.placements import Placements
from sensors.wire.instant import EPOCH, to_ns
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE = datetime(2026, 11, 24, 13, tzinfo=UTC)
HUNG = Placements(
    [
        Placement(VenueSlug("de-kade"), DeviceSlug("co2-03"), RoomSlug("serre"), EPOCH, NOON),
        Placement(VenueSlug("de-kade"), DeviceSlug("co2-03"), RoomSlug("grote-zaal"), ONE),
    ]
)


@pytest.mark.parametrize(
    ("device", "at", "room"),
    [
        ("co2-03", datetime(2020, 1, 1, tzinfo=UTC), "serre"),
        ("co2-03", datetime(2026, 11, 24, 11, 59, 59, tzinfo=UTC), "serre"),
        ("co2-03", NOON, "-"),
        ("co2-03", ONE, "grote-zaal"),
        ("co2-03", datetime(2030, 1, 1, tzinfo=UTC), "grote-zaal"),
        ("co2-04", NOON, "-"),
    ],
)
def test_the_room_is_where_the_device_hung_then(
    device: DeviceSlug, at: datetime, room: RoomSlug
) -> None:
    assert HUNG.room_at(VenueSlug("de-kade"), device, to_ns(at)) == room
