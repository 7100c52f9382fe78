"""The track of a live room's air, which lies packed while nothing asks for it."""

import msgspec

from gateway.domain.air.track import Track, begin

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Track).decode


class HoldsTrack:
    """Of a large house the hypotheses would be most of what is remembered, each number an object: between
    the readings that are heard, twice a minute, they are bytes.
    """

    __slots__ = ("_held", "_packed")

    def __init__(self) -> None:
        self._held: Track | None = begin(0.0)
        self._packed = b""

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

    def _rest(self) -> None:
        """Pack it until it is asked for."""
        if self._held is not None:
            self._held, self._packed = None, _encode(self._held)
