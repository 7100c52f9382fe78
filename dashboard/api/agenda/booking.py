"""What somebody who keeps a meeting should know, in the answer: it is kept all the same."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from gateway.domain.booking import Concern, Taken


class BookingWarning(msgspec.Struct, frozen=True, kw_only=True):
    """``taken``: the room is, by ``meetings``, for part of the time. ``too_small``: more ``people`` are
    expected than it has ``seats``.
    """

    kind: Literal["taken", "too_small"]
    meetings: tuple[str, ...] = ()
    people: int | None = None
    seats: int | None = None


def warnings_of(concerns: Iterable[Concern]) -> tuple[BookingWarning, ...]:
    return tuple(map(_warning, concerns))


def _warning(concern: Concern) -> BookingWarning:
    if isinstance(concern, Taken):
        return BookingWarning(kind="taken", meetings=tuple(one.id for one in concern.meetings))
    return BookingWarning(kind="too_small", people=concern.people, seats=concern.seats)
