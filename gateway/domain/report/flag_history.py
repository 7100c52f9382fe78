"""Each flag of a meeting, and what was done about it and when."""

from datetime import datetime
from typing import Literal

import msgspec

from gateway.domain.room_state import Rule

ActionKind = Literal["fired", "told", "not_told", "acknowledged", "resolved"]


class FlagAction(msgspec.Struct, frozen=True):
    """Something that was done about a flag. ``who`` is ``organiser``, ``host`` or ``manager`` of a
    message, the name of whoever acknowledged, else empty; an address stands in no report.
    """

    at: datetime
    kind: ActionKind
    who: str = ""


class FlagHistory(msgspec.Struct, frozen=True):
    """A flag clipped to its meeting; ``peak`` and ``limit`` are in the rule's own unit. Reports are
    kept with their ``actions`` called deeds, as the first of them were.
    """

    flag: str
    rule: Rule
    since: datetime
    until: datetime
    peak: float | None
    limit: float | None
    actions: tuple[FlagAction, ...] = msgspec.field(default=(), name="deeds")
