"""The life of a flag: ok, pending, firing, resolved.

A breach makes a flag pending; when it has lasted long enough the flag fires; when the room has been
clear long enough it is resolved. A return shorter than that ends nothing, neither of a pending flag
(which otherwise passes, as if it had never been) nor of a firing one. Between the limit and the
clear level a pending flag is on its way back and a firing one stays. What cannot be said changes
nothing. Acknowledged and silenced are marks on a flag, not states beside the four.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from uuid import NAMESPACE_URL, uuid5

from gateway.domain.room_state import FlagState, Rule
from gateway.domain.verdict import Finding, Verdict, worse
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class Flag:
    """One breach of one rule in one room, from pending on. ``since`` is when the breach began,
    ``clearing_since`` when the room came back to clear, if it did; ``peak`` is the worst value.
    ``silenced_until`` is how long nobody is told of it, if it was silenced.
    """

    id: str
    venue: VenueSlug
    room: RoomSlug
    rule: Rule
    state: FlagState
    since: datetime
    fired_at: datetime | None = None
    resolved_at: datetime | None = None
    clearing_since: datetime | None = None
    value: float | None = None
    peak: float | None = None
    limit: float | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_note: str = ""
    silenced_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FlagKey:
    """Whose flag it is: at most one of each is open."""

    venue: VenueSlug
    room: RoomSlug
    rule: Rule


@dataclass(frozen=True, slots=True)
class Step:
    """A flag after one verdict. ``flag`` is None where there is none (any more); ``change`` is the
    state it came into, None where it stayed in its state or passed.
    """

    flag: Flag | None
    change: FlagState | None = None


class Move(Enum):
    REST = "rest"
    BEGIN = "begin"
    HOLD = "hold"
    RETURN = "return"


# (state, whether it is on its way back, what is found) -> move.
TRANSITIONS: dict[tuple[FlagState | None, bool, Finding], Move] = {
    (None, False, Finding.BREACHED): Move.BEGIN,
    (None, False, Finding.BETWEEN): Move.REST,
    (None, False, Finding.CLEAR): Move.REST,
    ("pending", False, Finding.BREACHED): Move.HOLD,
    ("pending", False, Finding.BETWEEN): Move.RETURN,
    ("pending", False, Finding.CLEAR): Move.RETURN,
    ("pending", True, Finding.BREACHED): Move.HOLD,
    ("pending", True, Finding.BETWEEN): Move.RETURN,
    ("pending", True, Finding.CLEAR): Move.RETURN,
    ("firing", False, Finding.BREACHED): Move.HOLD,
    ("firing", False, Finding.BETWEEN): Move.HOLD,
    ("firing", False, Finding.CLEAR): Move.RETURN,
    ("firing", True, Finding.BREACHED): Move.HOLD,
    ("firing", True, Finding.BETWEEN): Move.RETURN,
    ("firing", True, Finding.CLEAR): Move.RETURN,
}


def flag_id(key: FlagKey, since: datetime) -> str:
    """The same breach has the same id, also where a gateway judges it a second time."""
    place = f"luchtig:flag/{key.venue}/{key.room}/{key.rule}/{to_ns(since)}"
    return str(uuid5(NAMESPACE_URL, place))


def step(
    flag: Flag | None,
    key: FlagKey,
    verdict: Verdict,
    at: datetime,
    pending: timedelta,
    clear: timedelta,
) -> Step:
    """The open flag (or None) after a verdict at ``at``, which never goes back in time."""
    if verdict.finding is Finding.CANNOT_SAY:
        return Step(flag)
    if flag is None:
        if TRANSITIONS[None, False, verdict.finding] is Move.REST:
            return Step(None)
        since = verdict.since or at
        begun = Flag(flag_id(key, since), key.venue, key.room, key.rule, "pending", since)
        held = _hold(_seen(begun, verdict), at, pending)
        return held if held.change else Step(held.flag, "pending")
    seen = _seen(flag, verdict)
    move = TRANSITIONS[flag.state, flag.clearing_since is not None, verdict.finding]
    return _hold(seen, at, pending) if move is Move.HOLD else _return(seen, at, clear)


def close(flag: Flag, at: datetime) -> Step:
    """The flag of a room that is there no more."""
    if flag.state == "pending":
        return Step(None)
    return Step(replace(flag, state="resolved", resolved_at=at), "resolved")


def silence(flag: Flag, until: datetime | None, now: datetime) -> Flag:
    """The flag with the mark that nobody is told of it until then; None: of no silence, from now
    on.
    """
    if until is None:
        over = flag.silenced_until is None or flag.silenced_until <= now
        return flag if over else replace(flag, silenced_until=now)
    return flag if flag.silenced_until == until else replace(flag, silenced_until=until)


def next_step_at(flag: Flag, pending: timedelta, clear: timedelta) -> datetime | None:
    """When the flag will change by time alone, if what is found stays as it is."""
    if flag.clearing_since is not None:
        return flag.clearing_since + clear
    return flag.since + pending if flag.state == "pending" else None


def _hold(flag: Flag, at: datetime, pending: timedelta) -> Step:
    if flag.clearing_since is not None:
        flag = replace(flag, clearing_since=None)
    if flag.state == "pending" and at - flag.since >= pending:
        return Step(replace(flag, state="firing", fired_at=at), "firing")
    return Step(flag)


def _return(flag: Flag, at: datetime, clear: timedelta) -> Step:
    since = flag.clearing_since or at
    if at - since < clear:
        return Step(flag if flag.clearing_since else replace(flag, clearing_since=since))
    if flag.state == "pending":
        return Step(None)
    return Step(replace(flag, state="resolved", resolved_at=at, clearing_since=since), "resolved")


def _seen(flag: Flag, verdict: Verdict) -> Flag:
    """The flag with what was found now; it keeps the worst."""
    limit = flag.limit if verdict.limit is None else verdict.limit
    if verdict.value is None:
        return flag if limit == flag.limit else replace(flag, limit=limit)
    if verdict.value == flag.value and limit == flag.limit:
        return flag
    peak = verdict.value if flag.peak is None else worse(flag.rule, flag.peak, verdict.value)
    return replace(flag, value=verdict.value, peak=peak, limit=limit)
