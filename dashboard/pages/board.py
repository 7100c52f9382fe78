"""The board: every room of a venue, what needs somebody first."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.pages.assets import assets_edition
from dashboard.pages.parts.air import Air, air
from dashboard.pages.parts.card import Card, card, urgency
from dashboard.pages.parts.context import locale_at, now, parts, registry_view
from dashboard.pages.parts.fragments import Fragment
from dashboard.pages.parts.quiet_room import QuietRooms
from dashboard.pages.parts.trend_cache import Trend
from dashboard.web.services import services
from dashboard.words.card import QuietRoom
from dashboard.words.codes import rooms_words
from gateway.domain.room import Venue
from gateway.domain.room_state import RoomState, encode
from gateway.words.locale import PageLocale
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

blueprint = Blueprint("board", __name__)


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """A board as HTML, and the edition of the files that show it: a page with older ones reloads."""

    fragment: Fragment
    assets: str


@dataclass(frozen=True, slots=True)
class VenueBoard:
    """One venue on the board: its rooms in the order of their urgency, and its own time. ``air`` is
    told where the board is that of one room.
    """

    slug: VenueSlug
    name: str
    summary: str
    weekday: str
    time: str
    cards: list[Card]
    air: Air | None = None


@blueprint.get("/")
def board() -> str:
    venue = request.args.get("venue", type=VenueSlug)
    return render_template("board.html", board=live(venue), venue=venue, room=None, kiosk=False)


@blueprint.get("/kiosk/<venue>")
def kiosk(venue: VenueSlug) -> str:
    if venue not in registry_view().venues:
        abort(404)
    return render_template("board.html", board=live(venue), venue=venue, room=None, kiosk=True)


@blueprint.get("/board")
def fragment() -> ResponseReturnValue:
    """The board alone, for the page to put in place of what it shows; 304 where that is the same."""
    found = live(request.args.get("venue", type=VenueSlug), request.args.get("room", type=RoomSlug))
    answer = make_response(found.fragment.html)
    answer.set_etag(found.fragment.etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Luchtig-Assets"] = found.assets
    answer.vary.update(("Cookie", "Accept-Language"))
    return answer.make_conditional(request)


def live(venue: VenueSlug | None = None, room: RoomSlug | None = None) -> LiveBoard:
    """The board of all rooms, of a venue or of one room, rendered once for each state of things."""
    states = [
        state
        for state in services().board.rooms()
        if venue in (None, state.venue) and room in (None, state.room)
    ]
    trends = {(s.venue, s.room): parts().trends.trace(s.venue, s.room) for s in states}
    connected = services().board.is_connected()
    away = tuple(name for name, online in services().board.gateways().items() if not online)
    locale = locale_at(venue)
    seen = (tuple(map(encode, states)), tuple(trends.items()), parts().trends.is_away())
    key = (
        venue,
        room,
        locale.language,
        locale_at().language,
        registry_view().edition,
        locale.time(now()),
        connected,
        away,
        seen,
    )
    html = partial(_render, states, trends, venue, room)
    return LiveBoard(parts().fragments.get(key, html), assets_edition())


def _render(
    states: list[RoomState],
    trends: dict[RoomKey, Trend | None],
    venue: VenueSlug | None,
    room: RoomSlug | None,
) -> str:
    places = [v for v in registry_view().venues.values() if venue in (None, v.slug)]
    unregistered = {s.venue for s in states} - {v.slug for v in places}
    places.extend(registry_view().venue(slug) for slug in sorted(unregistered))
    quiet = QuietRooms()
    boards = [
        _venue_board(place, [s for s in states if s.venue == place.slug], trends, quiet, room)
        for place in places
    ]
    return render_template(
        "_board.html",
        boards=boards,
        headed=room is None,
        store_away=parts().trends.is_away(),
        connected=services().board.is_connected(),
        slowed=_slowed(),
    )


def _slowed() -> tuple[float, float] | None:
    """The speeds of a demo that its machine cannot carry: what was asked, and what it goes at."""
    asked, speed = services().settings.demo_speed, services().clock.speed
    return (asked, speed) if services().settings.demo and speed < asked else None


def _venue_board(
    place: Venue,
    states: list[RoomState],
    trends: dict[RoomKey, Trend | None],
    quiet: QuietRooms,
    room: RoomSlug | None,
) -> VenueBoard:
    locale = locale_at(place.slug)
    ordered = sorted(states, key=urgency)
    return VenueBoard(
        slug=place.slug,
        name=place.name,
        summary=rooms_words([state.level for state in states], locale),
        weekday=locale.weekday(now()),
        time=locale.time(now()),
        cards=[
            room_card(state, trends.get((state.venue, state.room)), quiet.why(state), locale)
            for state in ordered
        ],
        air=air(states[0], registry_view().policies, locale)
        if room is not None and states
        else None,
    )


def room_card(state: RoomState, trace: Trend | None, quiet: QuietRoom, locale: PageLocale) -> Card:
    at = now()
    policy = registry_view().policy_of(state.venue, state.room, at).at(state.outdoor_ppm)
    following = registry_view().following(state.venue, state.room, at)
    return card(state, policy, following, trace, quiet, at, locale)
