"""What a message told of, as the pages behind its links show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from dashboard.pages.parts.context import now, registry_view
from dashboard.words.codes import how_far_over, lasted_words, rule_words, who_words
from dashboard.words.locale import page_locale
from gateway.domain.alerts.flag import Flag
from gateway.domain.room_state import Level
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts.flags import find_flag
from gateway.registry.live.operator_requests import (
    AcknowledgeRequest,
    ask_acknowledge,
    pending_requests,
)

NAME_LENGTH = 100

State = Literal["open", "seen", "over"]


@dataclass(frozen=True, slots=True)
class ToldFlag:
    """A flag in words; ``who`` is on it, and ``mine`` where that is whom the link was sent to."""

    flag: Flag
    state: State
    level: Level
    room: str
    name: str
    over: str
    lasted: str
    who: str
    mine: bool


def told_flags(
    conn: Connection, flags: Iterable[str], recipient: str, language: str
) -> list[ToldFlag]:
    """Those of these flags that are still kept."""
    found = [find_flag(conn, flag) for flag in flags]
    asked = {r.flag: r.by for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)}
    return [
        _line(
            flag,
            asked.get(flag.id) or flag.acknowledged_by,
            signer(conn, flag, recipient),
            language,
        )
        for flag in found
        if flag is not None
    ]


def acknowledge_open(
    conn: Connection, lines: Iterable[ToldFlag], recipient: str, note: str
) -> None:
    """Ask the gateway to acknowledge what is open of them in the name of ``recipient``."""
    for line in lines:
        if line.state == "open":
            by = signer(conn, line.flag, recipient)
            ask_acknowledge(conn, line.flag.id, by, note, now())


def signer(conn: Connection, flag: Flag, recipient: str) -> str:
    """By what name a flag is acknowledged: who has a private meeting there by the part they have in
    it, for everybody reads it.
    """
    for meeting in meetings_between(conn, flag.since, now(), flag.venue, flag.room):
        for part, address in (("organiser", meeting.organiser), ("host", meeting.host)):
            if meeting.private and (address or "").casefold() == recipient.casefold():
                return part
    return recipient[:NAME_LENGTH]


def _line(flag: Flag, who: str | None, own_name: str, language: str) -> ToldFlag:
    locale = page_locale(language, registry_view().venue(flag.venue).timezone)
    room = registry_view().room_named(flag.venue, flag.room)
    if flag.state == "resolved":
        state: State = "over"
    else:
        state = "open" if who is None else "seen"
    level: Level = "good" if state == "over" else "act"
    if state != "over" and flag.rule in ("no_data", "sensor_fault"):
        level = "unknown"
    return ToldFlag(
        flag=flag,
        state=state,
        level=level,
        room=flag.room if room is None else room.name,
        name=rule_words(flag.rule, locale),
        over=how_far_over(flag.rule, flag.peak, flag.limit, locale),
        lasted=lasted_words(flag.since, flag.resolved_at, now(), locale),
        who=who_words(who or "", locale),
        mine=who == own_name,
    )
