"""What the estimate of a live room is told of its ventilation."""

import pytest

from gateway.domain.air.demand import curve
from gateway.domain.air.demand_seen import DemandSeen
from gateway.domain.air.flow_history import FlowHistory
from gateway.domain.air.room_estimate import AirRoom
from gateway.domain.room import Room, VentilationKind
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.learned import Learned
from sensors.wire.topic import RoomSlug, VenueSlug

VENUE, ROOM = VenueSlug("de-kade"), RoomSlug("serre")


def follows() -> FlowHistory:
    """Of a room whose flow rose with its CO2 for an hour and a half."""
    demand = DemandSeen()
    for minute in range(90):
        ppm = 600.0 + 6.0 * minute
        demand = demand.after(1.0, 1.0, ppm, 1.0 + curve(ppm))
    return FlowHistory(demand=demand)


def told(
    history: FlowHistory, ventilation: VentilationKind | None, *, never_empty: bool = False
) -> AirRoom:
    room = Room(VENUE, ROOM, "Serre", 200.0, ventilation=ventilation)
    found = Learned().look(0.0, room, history, VenueOutdoor(), anew=True, never_empty=never_empty)
    assert found is not None
    return found


def test_a_ventilation_that_was_seen_to_follow_the_co2_is_taken_for_one_that_does() -> None:
    assert told(follows(), None).follows_co2
    assert not told(FlowHistory(), None).follows_co2


@pytest.mark.parametrize("ventilation", ["constant", "clock", "natural"])
def test_what_the_settings_say_counts_for_more(ventilation: VentilationKind) -> None:
    assert not told(follows(), ventilation).follows_co2
    assert told(FlowHistory(), "co2").follows_co2


def test_of_a_room_that_is_never_empty_it_is_not_asked() -> None:
    assert not told(follows(), None, never_empty=True).follows_co2
