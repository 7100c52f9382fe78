"""How many people were in a room, from every reading of its counters, late ones included."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from gateway.domain.people import RoomPeople, next_reset
from gateway.domain.report.curve import Curve, Stretch, joined
from gateway.domain.report.material import Material
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import PeopleReading

Event = tuple[int, int, Any]

RESET, READING, WORD = range(3)
"""In this order where they fall on one moment: who counts by hand counted after the rest."""


@dataclass(frozen=True, slots=True)
class HeadCount:
    """``miscount`` is by how many doors are known to have miscounted: so many more may have been
    in.
    """

    curve: Curve = ()
    miscount: int = 0


def count_heads(
    material: Material, fresh_for: timedelta, zone: ZoneInfo, reset_at: time
) -> HeadCount:
    """The count of the room over the whole window, as the live side would have had it with every
    reading in time. A count holds for ``fresh_for``.
    """
    events = sorted(_events(material, zone, reset_at), key=itemgetter(0, 1))
    room, steps, miscount = RoomPeople(), [], 0
    for at_ns, kind, what in events:
        at = from_ns(at_ns)
        if kind == RESET:
            room = room.reset(at)
        elif kind == WORD:
            room = room.set_to(at, what.people)
        else:
            room = _after(room, at, what)
        if at_ns >= material.window.from_ns:
            miscount = max(miscount, -room.lowest)
        steps.append((at_ns, *room.at(at, fresh_for)))
    return HeadCount(_curve(steps, fresh_for, material.window.to_ns), miscount)


def _events(material: Material, zone: ZoneInfo, reset_at: time) -> Iterator[Event]:
    window = material.window
    reset = next_reset(zone, reset_at, from_ns(window.people_from_ns))
    while to_ns(reset) < window.to_ns:
        yield to_ns(reset), RESET, None
        reset = next_reset(zone, reset_at, reset)
    for word in material.set_counts:
        yield word.at_ns, WORD, word
    # Of one device a moment has one reading; the order of devices must not depend on arrival.
    for reading in sorted(material.people, key=lambda r: (r.at_ns, r.device)):
        yield reading.at_ns, READING, reading


def _after(room: RoomPeople, at: datetime, reading: PeopleReading) -> RoomPeople:
    if reading.count is not None:
        return room.counted(at, reading.count)
    if reading.in_total is None or reading.out_total is None:
        return room
    return room.passed(reading.device, at, reading.in_total, reading.out_total)


def _curve(
    steps: Iterable[tuple[int, int | None, datetime | None]], fresh_for: timedelta, end_ns: int
) -> Curve:
    fresh_ns = round(fresh_for.total_seconds()) * 1_000_000_000
    last = (end_ns, None, None)
    return joined(
        Stretch(at_ns, min(next_ns, to_ns(known_at) + fresh_ns, end_ns), float(people))
        for (at_ns, people, known_at), (next_ns, _, _) in pairwise([*steps, last])
        if people is not None and known_at is not None
    )
