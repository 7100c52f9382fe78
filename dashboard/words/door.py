"""What a guest at the door of a room reads: whether there is a place, how the air is, what is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.domain.protocol.protocol import Protocol
from gateway.domain.room_state import Level, RoomState
from gateway.words.locale import PageLocale
from gateway.words.protocols import item_text
from sensors.wire.instant import from_wire

STALE: Final = timedelta(seconds=90)
"""Of wall time: what is older says nothing of now."""
MOST_RULES: Final = 8


@dataclass(frozen=True, slots=True)
class DoorWords:
    """``level`` is that of the places where the room is full, else of its air; the other texts are whole
    sentences, empty where there is nothing to say.
    """

    level: Level
    places: str
    wait: str
    air: str
    rules: tuple[str, ...]
    since: str


def door_words(
    state: RoomState | None, protocol: Protocol, now: datetime, age_s: float, locale: PageLocale
) -> DoorWords:
    """``age_s`` is how old the state is, in wall time."""
    rules = tuple(item_text(one, locale) for one in protocol.declared if one.when != "end")
    if state is None or state.level == "unknown" or age_s > STALE.total_seconds():
        return DoorWords(
            "unknown",
            locale.gettext("Not known now"),
            "",
            "",
            rules[:MOST_RULES],
            _last(state, now, locale),
        )
    free = _free(state)
    full = free is not None and free <= 0
    since = locale.gettext("As of %(time)s", time=_second(state, locale))
    return DoorWords(
        level="act" if full else "good" if state.level == "good" else "watch",
        places=_places(state, free, locale),
        wait=_wait(state, now, locale) if full else "",
        air=_air(state.level, locale),
        rules=rules[:MOST_RULES],
        since=since,
    )


def _second(state: RoomState, locale: PageLocale) -> str:
    at = from_wire(state.at)
    return f"{locale.time(at)}:{at:%S}"


def _free(state: RoomState) -> int | None:
    """Places that nobody takes, as far as somebody counts."""
    if state.capacity is None or state.people is None:
        return None
    return state.capacity - state.people


def _places(state: RoomState, free: int | None, locale: PageLocale) -> str:
    if free is None:
        if state.capacity is None:
            return locale.gettext("Come in")
        return locale.ngettext(
            "%(number)s place in all", "%(number)s places in all", state.capacity
        )
    if free <= 0:
        return locale.gettext("Full, please wait")
    return locale.ngettext("%(number)s place free", "%(number)s places free", free)


def _wait(state: RoomState, now: datetime, locale: PageLocale) -> str:
    """What to expect: when the meeting ends there will be places."""
    if state.meeting is None:
        return locale.gettext("There is a place as soon as somebody leaves.")
    end = from_wire(state.meeting.end)
    return locale.gettext(
        "There will be places when the meeting ends, at %(time)s.", time=locale.moment(end, now)
    )


def _air(level: Level, locale: PageLocale) -> str:
    match level:
        case "good":
            return locale.gettext("The air in here is fresh.")
        case "watch":
            return locale.gettext("The air in here is getting used up.")
        case _:
            return locale.gettext("The air in here is used up: it has to be aired.")


def _last(state: RoomState | None, now: datetime, locale: PageLocale) -> str:
    if state is None:
        return locale.gettext("Nothing was measured yet.")
    at = locale.moment(from_wire(state.at), now)
    return locale.gettext("The last figures are of %(time)s.", time=at)
