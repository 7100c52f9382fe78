"""The track of a live room's air, which lies packed while nothing asks for it."""

import msgspec

from gateway.domain.air.hypotheses import UsualFlow
from gateway.domain.air.room_estimate import AirRoom
from gateway.domain.air.track import Track, begin

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Track).decode


class HoldsTrack:
    """Of a large house the hypotheses would be most of what is remembered, each number an object: between
    the readings that are heard, twice a minute, they are bytes.
    """

    __slots__ = ("_follows_co2", "_held", "_packed")

    def __init__(self) -> None:
        self._held: Track | None = begin(0.0)
        self._packed = b""
        self._follows_co2: bool | None = None

    @property
    def _track(self) -> Track:
        held = self._held
        if held is None:
            held = self._held = _decode(self._packed)
            self._packed = b""
        return held

    @_track.setter
    def _track(self, track: Track) -> None:
        self._held, self._packed = track, b""

    def _told_of(self, air: AirRoom) -> None:
        """What the track is told of its room. Where the flow is now said to follow the CO2, or no more, the
        usual one is another than was learned.
        """
        if self._follows_co2 not in (None, air.follows_co2):
            self._track = msgspec.structs.replace(self._track, usual=UsualFlow())
        self._follows_co2 = air.follows_co2

    def _rest(self) -> None:
        """Pack it until it is asked for."""
        if self._held is not None:
            self._held, self._packed = None, _encode(self._held)
