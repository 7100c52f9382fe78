"""What the database keeps of a live room beside its counts and flags, and back."""

from datetime import datetime
from typing import get_args

from gateway.domain.room_state import Level
from gateway.live.room import LiveRoom
from gateway.registry.live_state import Latest, LatestKind

LEVELS: tuple[Level, ...] = get_args(Level)


def latest_of(room: LiveRoom) -> tuple[Latest, ...]:
    """The newest of each kind."""
    found = [
        _latest(room, "co2", room.co2_at, room.co2_ppm or 0.0),
        _latest(room, "people", room.people.seen_at, float(room.people.seen or 0)),
        _latest(room, "judged", room.at),
        _latest(room, "watched", room.watched_since),
        _latest(room, "sampled", room.sampler.sampled_at, _number_of(room.sampler.level)),
    ]
    return tuple(latest for latest in found if latest is not None)


def recall(room: LiveRoom, latest: Latest) -> None:
    """The reverse, row by row."""
    if latest.kind == "co2":
        room.co2_ppm, room.co2_at = latest.value, latest.at
    elif latest.kind == "people":
        room.people = room.people.counted(latest.at, int(latest.value))
    elif latest.kind == "judged":
        room.at = latest.at
    elif latest.kind == "watched":
        room.watched_since = latest.at
    else:
        room.sampler.sampled_at = latest.at
        room.sampler.level = LEVELS[int(latest.value)] if 0 <= latest.value < len(LEVELS) else None


def _number_of(level: Level | None) -> float:
    return -1.0 if level is None else float(LEVELS.index(level))


def _latest(
    room: LiveRoom, kind: LatestKind, at: datetime | None, value: float = 0.0
) -> Latest | None:
    venue, slug = room.key
    return None if at is None else Latest(venue, slug, kind, at, value)
