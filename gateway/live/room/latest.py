"""The newest values of a live room, and what of them is stored: what readings changed since then the
journal tells again, all else is written with the place in the journal where it changed.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.room_state import Level
from gateway.live.room.sampler import SAMPLE_EVERY
from sensors.wire.instant import EPOCH, from_ns
from sensors.wire.reading import AirReading, Reading


class Newest(msgspec.Struct, frozen=True, omit_defaults=True):
    """``seen`` is by a counter that sees the room, ``judged_at`` how far the limits were judged,
    ``watched_since`` when the silence of the room began to count; of the last sample its time and
    level.
    """

    co2_ppm: float | None = None
    co2_at: datetime | None = None
    seen: int | None = None
    seen_at: datetime | None = None
    judged_at: datetime | None = None
    watched_since: datetime | None = None
    sampled_at: datetime = EPOCH
    sampled_level: Level | None = None

    def heard(self, reading: Reading) -> "Newest":
        """After a reading that an ordinary room takes in. An older one changes nothing, and neither
        does one of a door: doors are stored apart.
        """
        at = from_ns(min(reading.at_ns, reading.arrived_ns))
        co2_ppm, co2_at, seen, seen_at = self.co2_ppm, self.co2_at, self.seen, self.seen_at
        if isinstance(reading, AirReading):
            if co2_at is not None and at <= co2_at:
                return self
            co2_ppm, co2_at = reading.co2_ppm, at
        else:
            if reading.count is None or (seen_at is not None and at <= seen_at):
                return self
            seen, seen_at = reading.count, at
        judged_at = at if self.judged_at is None else max(self.judged_at, at)
        has_rested = judged_at - self.sampled_at >= SAMPLE_EVERY
        return Newest(
            co2_ppm, co2_at, seen, seen_at, judged_at, self.watched_since,
            judged_at if has_rested else self.sampled_at, self.sampled_level,
        )  # fmt: skip

    def known_by(self, latest: datetime) -> "Newest":
        """Without what is of later: a clock that ran ahead must not shut out what comes."""
        co2, seen = _is_by(self.co2_at, latest), _is_by(self.seen_at, latest)
        sampled = self.sampled_at <= latest
        return Newest(
            self.co2_ppm if co2 else None,
            self.co2_at if co2 else None,
            self.seen if seen else None,
            self.seen_at if seen else None,
            self.judged_at if _is_by(self.judged_at, latest) else None,
            self.watched_since if _is_by(self.watched_since, latest) else None,
            self.sampled_at if sampled else EPOCH,
            self.sampled_level if sampled else None,
        )


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Newest).decode


class Known(Protocol):
    """A room: its newest values, and its open flags."""

    @property
    def newest(self) -> Newest: ...

    @property
    def flags(self) -> Collection[str]: ...


class Stored:
    """What a restart would make of a room's newest values: what is stored of them, and the readings
    after it. Where the room came to something else (time alone changed it, a person, a door), that is
    written at once; so it is while a flag is open, which is no older than the live cursor either.
    """

    __slots__ = ("_had_flags", "_heard", "_room", "told")

    def __init__(self, room: Known) -> None:
        self.told = Newest()
        self._room = room
        self._heard = False
        self._had_flags = False

    def begin(self) -> None:
        """The room was not there before: what may be stored of one of its name is not its."""
        self._heard = self._had_flags = True

    def hear(self, reading: Reading) -> None:
        """The room is about to hear it."""
        after = self.told.heard(reading)
        if after is not self.told:
            self.told = after
            self._heard = True

    @property
    def is_new(self) -> bool:
        return self._heard or self._room.newest != self.told

    @property
    def is_urgent(self) -> bool:
        by_flag = self._heard and (self._had_flags or bool(self._room.flags))
        return by_flag or self._room.newest != self.told

    def snapshot(self) -> bytes:
        return _encode(self._room.newest)

    def restore(self, snapshot: bytes) -> None:
        self.told = _decode(snapshot)

    def replay(self, reading: Reading) -> None:
        self.hear(reading)

    def saved(self) -> None:
        self.told = self._room.newest
        self._had_flags = bool(self._room.flags)
        self._heard = False


def _is_by(at: datetime | None, latest: datetime) -> bool:
    return at is not None and at <= latest
