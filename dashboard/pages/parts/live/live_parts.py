"""What a board shows, part by part, in the language of the request that is being answered.

A card is rendered once for all who look at it in one language and as one audience; heads, notices and
the air of a room in one language.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import msgspec
from flask import get_template_attribute
from markupsafe import escape

from dashboard.chart.frame import local
from dashboard.pages.attending.acts import acts_of, attended_words
from dashboard.pages.attending.attention import Attention
from dashboard.pages.attending.due import Due
from dashboard.pages.parts.air import air
from dashboard.pages.parts.card import card, urgency
from dashboard.pages.parts.context import locale_at, now, parts, registry_view
from dashboard.pages.parts.live.quiet_room import QuietRooms
from dashboard.pages.parts.live.renderings import Made, Parts, Rendering
from dashboard.pages.parts.live.trend_cache import Trend
from dashboard.pages.parts.scope import Audience
from dashboard.web.services import services
from dashboard.words.codes import rooms_words
from gateway.domain.room import SIMULATED
from gateway.domain.room_state import RoomState
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_wire
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

DRAWN: Final = ("meeting", "band", "co2", "people", "flow", "trace", "seen", "acts")
"""The parts of a card that a macro of their name renders."""
MOST_ROOMS: Final = 100_000
"""Ranks of two levels are so far apart; within a level rooms stand as the board lists them."""
BLANK: Final = dict.fromkeys((*DRAWN, "name", "level", "announce", "rank"), "")

TraceOf = Callable[[VenueSlug, RoomSlug], Trend | None]


class Look:
    """One look at all there is. ``trace`` is where the lines of the last hours come from."""

    def __init__(self, states: Mapping[RoomKey, RoomState], trace: TraceOf) -> None:
        self.states = states
        self.attention = parts().attention.view(states.values())
        self._due = parts().due.due(parts().registry_cache.registry_view())
        self._places = {key: place for place, key in enumerate(states)}
        self._trace = trace
        self._quiet = QuietRooms()
        self._moments: dict[VenueSlug, tuple[PageLocale, tuple[object, ...]]] = {}

    def card(self, key: RoomKey, audience: Audience) -> Rendering:
        locale, moment = self._moment(key[0])
        trend, place = self._trace(*key), self._places[key]

        def look() -> Made:
            state, attention = self._state(key), self.attention.of(key)
            due = self._due.get(key) if audience == "act" else None
            return (
                (state, trend, place, attention, due, *moment),
                lambda: self._card_parts(state, trend, place, attention, due, audience, locale),
            )

        return parts().renderings.get(("card", key, locale.language, audience), look)

    def air(self, key: RoomKey) -> Rendering:
        locale, moment = self._moment(key[0])

        def look() -> Made:
            state = self._state(key)
            return ((state, *moment), lambda: {"air": _air(state, locale)})

        return parts().renderings.get(("air", key, locale.language), look)

    def head(self, venue: VenueSlug) -> Rendering:
        locale, _ = self._moment(venue)
        levels = tuple(state.level for key, state in self.states.items() if key[0] == venue)
        weekday, time = locale.weekday(now()), locale.time(now())

        def look() -> Made:
            return (
                (levels, weekday, time),
                lambda: {
                    "summary": str(escape(rooms_words(list(levels), locale))),
                    "clock": _drawn("_head.html", "clock", weekday, time),
                },
            )

        return parts().renderings.get(("head", venue, locale.language), look)

    def point(self, key: RoomKey) -> Rendering:
        """The newest measurement of a room, for its chart: as data, since there are no words in
        it.
        """
        locale, _ = self._moment(key[0])

        def look() -> Made:
            state = self._state(key)
            return ((state,), lambda: {"point": _point(state, locale)})

        return parts().renderings.get(("point", key), look)

    def _state(self, key: RoomKey) -> RoomState:
        return services().board.room(*key) or self.states[key]

    def _moment(self, venue: VenueSlug) -> tuple[PageLocale, tuple[object, ...]]:
        """How to speak there, and what else the words depend on: the minute, what is registered,
        who is away.
        """
        if venue not in self._moments:
            board, locale = services().board, locale_at(venue)
            away = tuple(name for name, online in board.gateways().items() if not online)
            told = (registry_view().edition, locale.time(now()), board.is_connected(), away)
            self._moments[venue] = (locale, told)
        return self._moments[venue]

    def asking(self, venues: frozenset[VenueSlug] | None) -> Rendering:
        """The rooms of these venues where somebody has still to come, and the edition of what a page of
        alerts shows.
        """
        rooms, edition = sorted(self.attention.asking(venues)), self.attention.edition

        def look() -> Made:
            told = msgspec.json.encode(["/".join(key) for key in rooms]).decode()
            return (tuple(rooms), edition), lambda: {"rooms": told, "alerts": str(edition)}

        return parts().renderings.get(("asking", venues), look)

    def _card_parts(
        self,
        state: RoomState,
        trend: Trend | None,
        place: int,
        attention: Attention,
        due: Due | None,
        audience: Audience,
        locale: PageLocale,
    ) -> Parts:
        at, view = now(), registry_view()
        policy = view.policy_of(state.venue, state.room, at).at(state.outdoor_ppm)
        following = view.following(state.venue, state.room, at)
        quiet = self._quiet.why(state)
        attended = attended_words(attention, audience, at, locale)
        if state.venue == SIMULATED and attention.since is None:
            attended = ""  # its board says already that nobody is told
        acts = acts_of(state, attention, locale) if audience == "act" else None
        shown = card(state, policy, following, trend, quiet, at, locale, attended, acts, due)
        return {name: _drawn("_card.html", name, shown) for name in DRAWN} | {
            "name": str(escape(shown.name)),
            "level": shown.level,
            "announce": f"{shown.name}: {shown.headline}",
            "rank": str(urgency(state) * MOST_ROOMS + place),
        }


def look_around(trace: TraceOf) -> Look:
    """All rooms as they are now; those that are there no more are gone from now on."""
    is_shown = SIMULATED in parts().registry_cache.registry_view().venues
    states = {
        (state.venue, state.room): state
        for state in services().board.rooms()
        if state.venue != SIMULATED or is_shown  # what was put away is gone at once
    }
    parts().renderings.know(frozenset(states))
    return Look(states, trace)


def page_parts() -> Rendering:
    """What a board says of itself: that the broker, or the store, is away."""
    connected, store_away = services().board.is_connected(), parts().trends.is_away()
    locale = locale_at()
    speeds = _slowed(locale)

    def look() -> Made:
        return (
            (connected, store_away, speeds),
            lambda: {
                "notice": _drawn("_head.html", "notice", connected),
                "slowed": _drawn("_head.html", "slowed", speeds),
                "aside": _drawn("_head.html", "aside", store_away),
            },
        )

    return parts().renderings.get(("page", locale.language), look)


def _slowed(locale: PageLocale) -> tuple[str, str] | None:
    """The speeds of a demo that its machine cannot carry: what was asked, and what it goes at."""
    asked, speed = services().settings.demo_speed, services().clock.speed
    if not services().settings.demo or speed >= asked:
        return None
    return locale.number(asked), locale.number(speed)


def _air(state: RoomState, locale: PageLocale) -> str:
    told = air(state, registry_view().policies, locale)
    return "" if told is None else _drawn("_air.html", "air_panel", told)


def _point(state: RoomState, locale: PageLocale) -> str:
    """JSON with times as the chart has them; empty where nothing is known now."""
    if state.level == "unknown" or state.co2_at is None:
        return ""
    at = from_wire(state.co2_at)
    flow, forecast = state.ventilation, state.forecast
    ahead = []
    if forecast is not None:
        begins = from_wire(forecast.at)
        ahead = [
            (local(begins + timedelta(minutes=minutes), locale), *ppm)
            for minutes, *ppm in forecast.path
            if begins + timedelta(minutes=minutes) >= at
        ]
    point = {
        "at": local(at, locale),
        "co2_ppm": state.co2_ppm,
        "people": state.people,
        "per_person_lps": None if flow is None else flow.per_person_lps,
        "ahead": ahead,
    }
    return msgspec.json.encode(point).decode()


def _drawn(template: str, name: str, *given: object) -> str:
    return str(get_template_attribute(template, name)(*given)).strip()
