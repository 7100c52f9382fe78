"""What the estimate of a live room's air is told of the room: by its own history, looked up anew now
and then.
"""

from gateway.domain.air.flow_history import FlowHistory, priors
from gateway.domain.air.room_estimate import AirBasis, AirRoom, Prior
from gateway.domain.air.tested import UNTESTED, TestedAir
from gateway.domain.room import Room
from gateway.live.outdoor import VenueOutdoor
from sensors.wire.topic import DeviceSlug

LEARN_EVERY_S = 600.0
"""How often the room's own history and the outdoor value are looked up anew."""
_OUTDOORS: AirBasis = "outdoors"
_INSIDE: AirBasis = "room_base"


class Learned:
    """``air`` is what is told, None where the room's volume is not known, as of ``at_s``; ``device`` the
    sensor that the estimate began with. ``is_own``: by the room's own history.
    """

    __slots__ = ("air", "at_s", "device", "is_own")

    def __init__(
        self,
        air: AirRoom | None = None,
        at_s: float = 0.0,
        device: DeviceSlug = DeviceSlug(""),
        *,
        is_own: bool = False,
    ) -> None:
        self.air = air
        self.at_s = at_s
        self.device = device
        self.is_own = is_own

    @property
    def regimes(self) -> tuple[Prior | None, Prior | None]:
        """By the room's own history its flow as a rule and with the windows open, litres a second."""
        if self.air is None or not self.is_own:
            return None, None
        return self.air.flow_lps, self.air.opened_lps

    @property
    def until_s(self) -> float:
        """Till when it stays, if the room does."""
        return self.at_s + LEARN_EVERY_S

    def look(
        self,
        at_s: float,
        room: Room,
        history: FlowHistory,
        outdoors: VenueOutdoor,
        tested: TestedAir = UNTESTED,
        *,
        anew: bool,
        never_empty: bool,
    ) -> AirRoom | None:
        """What is to be told at a moment; ``anew`` where the estimate begins."""
        volume_m3 = room.air_volume_m3
        if volume_m3 is None:
            self.air = None
            return None
        air = self.air
        if air is not None and not anew and air.volume_m3 == volume_m3 and at_s < self.until_s:
            return air
        self.at_s = at_s
        self.is_own = history.closed is not None
        flow, opened = priors(history, volume_m3, room.design_flow_lps, tested)
        never_empty &= room.air_from != "inside"
        if never_empty:
            supply, basis = outdoors.of_others(self.device), _OUTDOORS
        elif _is_from_inside(room, self.device, outdoors):
            supply, basis = outdoors.shown_inside(self.device), _INSIDE
        else:
            supply, basis = outdoors.shown_outdoors(self.device), _OUTDOORS
        follows = room.ventilation == "co2"
        if room.ventilation is None and basis == _OUTDOORS and not never_empty:
            follows = history.demand.is_seen
        self.air = AirRoom(
            volume_m3, flow, opened, *supply, basis, follows_co2=follows, is_never_empty=never_empty
        )
        return self.air


def _is_from_inside(room: Room, device: DeviceSlug, outdoors: VenueOutdoor) -> bool:
    """Whether the room's air is diluted by no outdoor air: as it is set, or else as its nights show."""
    if room.air_from is not None:
        return room.air_from == "inside"
    return outdoors.is_doubted(device)
