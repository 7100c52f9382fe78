"""The newest values of a live room, as the database keeps them beside its counts and flags, and
back.
"""

from collections.abc import Iterable, Iterator, Mapping
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

    def rows(self, key: RoomKey, held: "Newest | None" = None) -> tuple[Latest, ...]:
        """The newest of each kind, but what is in ``held`` as well."""
        before = () if held is None else held.kinds()
        return tuple(
            Latest(*key, kind, at, value)
            for kind, at, value in self.kinds()
            if at is not None and (kind, at, value) not in before
        )

    def kinds(self) -> tuple[tuple[LatestKind, datetime | None, float], ...]:
        """Of each kind its time, None where there is none, and its value."""
        return (
            ("co2", self.co2_at, self.co2_ppm or 0.0),
            ("people", self.people.seen_at, float(self.people.seen or 0)),
            ("judged", self.judged_at, 0.0),
            ("watched", self.watched_since, 0.0),
            ("sampled", self.sampled_at, _number_of(self.sampled_level)),
        )


class Unwritten:
    """What of the newest values of rooms the database does not hold yet: of the five kinds a reading
    changes two as a rule.
    """

    def __init__(self) -> None:
        self._held: dict[RoomKey, Newest] = {}

    def rows(self, found: Mapping[RoomKey, Newest]) -> Iterator[Latest]:
        """What is to be written of them; all, of a room that was not written yet."""
        for key, newest in found.items():
            yield from newest.rows(key, self._held.get(key))

    def written(self, found: Mapping[RoomKey, Newest]) -> None:
        """What ``rows`` said of them is committed."""
        self._held |= found


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
