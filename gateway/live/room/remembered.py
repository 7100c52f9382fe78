"""What is remembered of a live room's air over a restart."""

from datetime import datetime
from typing import Literal

import msgspec

from gateway.domain.air.flow_history import FlowHistory
from gateway.domain.air.forecast import Forecast
from gateway.domain.air.room_estimate import AirRoom
from gateway.domain.air.skill import Skill
from gateway.domain.air.track import Track
from gateway.domain.faults.room_faults import RoomFaults
from gateway.domain.motion import RoomMotion
from gateway.domain.people import RoomPeople
from sensors.wire.topic import DeviceSlug

Sort = Literal["seen", "doors", "set"]


class Remembered(msgspec.Struct, frozen=True):
    """All that outlives a restart. The last reading of the air was of ``heard_at``; ``fed`` is what of
    ``people`` the track has heard, ``device`` the sensor it began with, ``air`` what it was told of the
    room at ``learned_s``, and ``is_own`` whether that is by the room's own history. ``emptied_s`` is since
    when nobody is in, None while somebody is, ``counts`` when nobody was counted last and when
    the group that is in came.
    """

    track: Track
    skill: Skill
    history: FlowHistory
    people: RoomPeople
    fed: tuple[int | None, Sort | None, datetime]
    group: str
    heard_at: datetime
    looked_s: float
    forecast: Forecast | None
    device: DeviceSlug
    air: AirRoom | None
    learned_s: float
    is_own: bool
    faults: RoomFaults
    emptied_s: float | None = None
    motion: RoomMotion = RoomMotion()
    counts: tuple[float, float] = (0.0, 0.0)


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Remembered).decode
