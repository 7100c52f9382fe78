"""What somebody should know before a meeting is kept, and may overrule: its room is taken then, or is too
small.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gateway.domain.meeting import Meeting
from gateway.domain.room import Room


@dataclass(frozen=True, slots=True)
class Taken:
    """``meetings`` are in the room for part of the time."""

    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class TooSmall:
    """More people are expected than there are seats."""

    people: int
    seats: int


Concern = Taken | TooSmall


def concerns(
    meeting: Meeting, before: Meeting | None, room: Room | None, others: Iterable[Meeting]
) -> tuple[Concern, ...]:
    """What is of concern of a meeting that was ``before`` (None: it is new); what did not change with it is
    not said again. ``others`` are meetings of its room.
    """
    found: list[Concern] = []
    where, when = (meeting.venue, meeting.room), (meeting.start, meeting.end)
    same_place = before is not None and (before.venue, before.room) == where
    if before is None or not same_place or (before.start, before.end) != when:
        taken = tuple(
            one
            for one in others
            if one.id != meeting.id
            and (one.venue, one.room) == where
            and one.start < meeting.end
            and meeting.start < one.end
        )
        found += [Taken(taken)] if taken else []
    people, seats = meeting.expected_people, None if room is None else room.seats
    unchanged = same_place and before is not None and before.expected_people == people
    if people is not None and seats is not None and people > seats and not unchanged:
        found.append(TooSmall(people, seats))
    return tuple(found)


def together(found: Iterable[tuple[Concern, ...]], kept: Collection[str]) -> tuple[Concern, ...]:
    """What is of concern of several meetings, each kind said once. Those that are ``kept`` together, by id,
    are not said of each other.
    """
    every = [one for several in found for one in several]
    taken = dict.fromkeys(
        meeting
        for one in every
        if isinstance(one, Taken)
        for meeting in one.meetings
        if meeting.id not in kept
    )
    small = next((one for one in every if isinstance(one, TooSmall)), None)
    said: list[Concern] = [Taken(tuple(taken))] if taken else []
    return (*said, *([] if small is None else [small]))
