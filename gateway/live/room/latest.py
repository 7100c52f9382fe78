"""The newest values of a live room, as the database keeps them beside its counts and flags, and
back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import get_args

from gateway.domain.people import RoomPeople
from gateway.domain.room_state import Level
from gateway.registry.live_state import Latest, LatestKind
from sensors.wire.instant import EPOCH
from sensors.wire.topic import RoomKey

LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Newest:
    """``judged_at`` is how far the limits were judged, ``watched_since`` when the silence of the
    room began to count; of the last sample its time and level.
    """

    co2_ppm: float | None = None
    co2_at: datetime | None = None
    people: RoomPeople = field(default_factory=RoomPeople)
    judged_at: datetime | None = None
    watched_since: datetime | None = None
    sampled_at: datetime = EPOCH
    sampled_level: Level | None = None

    def rows(self, key: RoomKey) -> tuple[Latest, ...]:
        """The newest of each kind."""
        found = [
            _row(key, "co2", self.co2_at, self.co2_ppm or 0.0),
            _row(key, "people", self.people.seen_at, float(self.people.seen or 0)),
            _row(key, "judged", self.judged_at),
            _row(key, "watched", self.watched_since),
            _row(key, "sampled", self.sampled_at, _number_of(self.sampled_level)),
        ]
        return tuple(row for row in found if row is not None)


def newest_of(people: RoomPeople, rows: Iterable[Latest]) -> Newest:
    """The reverse; ``people`` are what its doors counted."""
    newest = Newest(people=people)
    for row in rows:
        if row.kind == "co2":
            newest = replace(newest, co2_ppm=row.value, co2_at=row.at)
        elif row.kind == "people":
            newest = replace(newest, people=newest.people.counted(row.at, int(row.value)))
        elif row.kind == "judged":
            newest = replace(newest, judged_at=row.at)
        elif row.kind == "watched":
            newest = replace(newest, watched_since=row.at)
        else:
            level = LEVELS[int(row.value)] if 0 <= row.value < len(LEVELS) else None
            newest = replace(newest, sampled_at=row.at, sampled_level=level)
    return newest


def _number_of(level: Level | None) -> float:
    return -1.0 if level is None else float(LEVELS.index(level))


def _row(key: RoomKey, kind: LatestKind, at: datetime | None, value: float = 0.0) -> Latest | None:
    return None if at is None else Latest(*key, kind, at, value)
