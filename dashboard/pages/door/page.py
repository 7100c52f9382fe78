"""The page at the door of a room, for guests: one signed link, no account, no cookie, no script needed.

A thousand guests cost what one does: there is one rendering a room and language and second, and which
links live is asked once a second.
"""

import threading
import time
from datetime import datetime, timedelta

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from dashboard.pages.parts.context import now, registry_view
from dashboard.pages.parts.signed import SignedLinks, refusal
from dashboard.web.services import services
from dashboard.words.door import DoorWords, door_words
from dashboard.words.locale import asked_language, page_locale
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import RoomState
from gateway.links import DoorToken, check_door_token
from gateway.registry.accounts.door_pages import SEEN_EVERY, door_pages_of, note_door_pages_seen
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.database import DatabaseAway
from gateway.registry.protocols.of_meetings import protocol_of
from gateway.words.locale import LANGUAGES, PageLocale, own_name
from sensors.wire.instant import from_wire
from sensors.wire.topic import RoomSlug, VenueSlug


def register(app: Flask) -> None:
    app.add_url_rule("/d/<token>", "door", _DoorPages().show, methods=["GET"])


class _DoorPages:
    """Used by any thread."""

    def __init__(self) -> None:
        self._links = SignedLinks("expired_page")
        self._lock = threading.Lock()
        self._second = -1
        self._living: dict[str, datetime | None] = {}
        self._rendered: dict[tuple[VenueSlug, RoomSlug, str], str] = {}

    def show(self, token: str) -> ResponseReturnValue:
        door = self._links.check(lambda secret, _now: check_door_token(secret, token))
        if not isinstance(door, DoorToken):
            return door
        language = asked_language(registry_view().venue(door.venue).language)
        with self._lock:
            self._look()
            if door.number not in self._living:
                return refusal("withdrawn", language), 410
            self._note_seen(door.number)
            key = (door.venue, door.room, language)
            if key not in self._rendered:
                self._rendered[key] = _page(*key)
            return self._rendered[key], 200, {"Vary": "Accept-Language, Cookie"}

    def _look(self) -> None:
        """Once a second: which links live, and a new rendering of all."""
        second = _second()
        if second == self._second:
            return
        try:
            with services().database.read() as conn:
                self._living = {one.number: one.seen for one in door_pages_of(conn)}
        except DatabaseAway:  # those that lived go on
            pass
        self._second = second
        self._rendered.clear()

    def _note_seen(self, number: str) -> None:
        at, seen = now(), self._living[number]
        if seen is not None and abs(at - seen) < SEEN_EVERY:
            return
        self._living[number] = at
        try:
            with services().database.write() as conn:
                note_door_pages_seen(conn, (number,), at)
        except DatabaseAway:  # it is shown all the same; the next look notes it
            pass


def _second() -> int:
    return int(time.monotonic())


def _page(venue: VenueSlug, room: RoomSlug, language: str) -> str:
    place = registry_view().venue(venue)
    known = registry_view().rooms.get((venue, room))
    locale = page_locale(language, place.timezone)
    with force_locale(locale.language):
        return render_template(
            "door.html",
            locale=locale,
            venue=place.name,
            room=room if known is None else known.name,
            words=_words(venue, room, locale),
            path=request.path,
            languages={code: own_name(code) for code in LANGUAGES},
        )


def _words(venue: VenueSlug, room: RoomSlug, locale: PageLocale) -> DoorWords:
    state, at = services().board.room(venue, room), now()
    with services().database.read() as conn:
        meeting = None
        if state is not None and state.meeting is not None:
            meeting = find_meeting(conn, state.meeting.id)
        soon = at + timedelta(microseconds=1)
        protocol = protocol_of(conn, meeting or Meeting("", venue, room, "", soon, soon), at)
    return door_words(state, protocol, at, _age_s(state, at), locale)


def _age_s(state: RoomState | None, at: datetime) -> float:
    if state is None:
        return 0.0
    return services().clock.wall_s((at - from_wire(state.at)).total_seconds())
