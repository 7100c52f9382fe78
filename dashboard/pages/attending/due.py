"""What is to be said now of the protocols of meetings that are on or about to be: read once for all boards."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from dashboard.pages.parts.registry_cache import RegistryView
from dashboard.words.protocol import who_and_when
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.protocol import Protocol, chosen_slug
from gateway.domain.protocol.templates import MEASURED_ONLY
from gateway.domain.protocol.times import BEFORE, waiting
from gateway.domain.protocol.verdict import Declaration
from gateway.outage import Outage
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.protocols.kept import all_protocols
from gateway.registry.protocols.of_meetings import begun_under, declarations_of
from gateway.words.locale import PageLocale
from sensors.clock import Clock
from sensors.wire.topic import RoomKey

logger = logging.getLogger(__name__)

FRESH_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Due:
    """How many items of a meeting want a word (``is_before``: all of them before it begins), and what was
    said of the others, the last of an item.
    """

    meeting: str
    count: int
    is_before: bool
    said: tuple[Declaration, ...] = ()


class DueCache:
    """Keeps it for two seconds of wall time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._found: Mapping[RoomKey, Due] = {}
        self._stale_at = 0.0
        self._outage = Outage(
            logger, "database", meanwhile="boards show what was due last", back="read again"
        )

    def due(self, registry: RegistryView) -> Mapping[RoomKey, Due]:
        """By room, as of now; ``registry`` is the whole of it. While the database is away what was last."""
        with self._lock:
            if time.monotonic() >= self._stale_at:
                self._stale_at = time.monotonic() + FRESH_S
                try:
                    with self._database.read() as conn:
                        self._found = read_due(conn, registry, self._clock.now())
                except DatabaseAway as error:
                    self._outage.begins(str(error))
                else:
                    self._outage.ends()
            return self._found


def read_due(conn: Connection, registry: RegistryView, now: datetime) -> Mapping[RoomKey, Due]:
    """Of each room the meeting that began first and still wants a word, else the first of which something was said."""
    on = [one for one in registry.meetings if one.start - BEFORE <= now < one.end]
    if not on:
        return {}
    protocols = _protocols(conn, registry, on)
    asked = [one for one in on if protocols[one.id].declared]
    said = declarations_of(conn, [one.id for one in asked]) if asked else {}
    found: dict[RoomKey, list[tuple[tuple[bool, datetime], Due]]] = defaultdict(list)
    for meeting in asked:
        spoken = {one.item: one for one in said.get(meeting.id, ())}
        left = waiting(protocols[meeting.id], meeting.start, meeting.end, spoken, now)
        if left or spoken:
            due = Due(meeting.id, len(left), now < meeting.start, tuple(spoken.values()))
            found[meeting.venue, meeting.room].append(((not left, meeting.start), due))
    return {key: min(of, key=lambda one: one[0])[1] for key, of in found.items()}


def due_words(due: Due, locale: PageLocale) -> str:
    """What is to be ticked; empty where that is nothing."""
    if not due.count:
        return ""
    if due.is_before:
        return locale.ngettext(
            "%(number)s to tick before the start", "%(number)s to tick before the start", due.count
        )
    return locale.ngettext("%(number)s to tick now", "%(number)s to tick now", due.count)


def ticked_words(due: Due, now: datetime, locale: PageLocale) -> str:
    """How many answers there are, and who gave the last one when; empty before the first."""
    if not due.said:
        return ""
    words = locale.ngettext(
        "Protocol: %(number)s answered", "Protocol: %(number)s answered", len(due.said)
    )
    noes = sum(not one.declared for one in due.said)
    if noes:
        words += ", " + locale.ngettext("%(number)s of them no", "%(number)s of them no", noes)
    last = max(due.said, key=lambda one: one.at)
    return f"{words} · {who_and_when(last, now, locale)}"


def _protocols(
    conn: Connection, registry: RegistryView, meetings: Iterable[Meeting]
) -> Mapping[str, Protocol]:
    """What each is held under: as it began, else as is chosen now."""
    asked = tuple(meetings)
    begun = begun_under(conn, {one.id: one.start for one in asked})
    known = {one.slug: one for one in all_protocols(conn)}

    def chosen(meeting: Meeting) -> Protocol:
        room = registry.rooms.get((meeting.venue, meeting.room))
        of_room = None if room is None else room.protocol
        slug = chosen_slug(meeting.protocol, of_room, registry.venue(meeting.venue).protocol)
        return known.get(slug or "", MEASURED_ONLY)

    return {one.id: begun.get(one.id) or chosen(one) for one in asked}
