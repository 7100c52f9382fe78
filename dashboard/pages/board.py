"""The board: every room of a venue, what needs somebody first."""

import hashlib
from dataclasses import dataclass, field

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.pages.assets import assets_edition
from dashboard.pages.parts.context import locale_at, parts, registry_view
from dashboard.pages.parts.live.live_board import live_boards
from dashboard.pages.parts.live.live_parts import BLANK, Look, look_around, page_parts
from dashboard.pages.parts.live.renderings import Parts, Rendering
from dashboard.pages.parts.scope import Scope, all_shown, shown
from dashboard.web.reach import access, may
from dashboard.web.services import services
from dashboard.web.stream import streamed
from gateway.domain.access import Need
from gateway.domain.room import SIMULATED, Venue
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

blueprint = Blueprint("board", __name__)


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """A board as HTML. ``edition`` is what the stream goes on after, ``shows`` what it is asked for;
    a page whose files are of other ``assets`` loads again.
    """

    html: str
    edition: str
    shows: str
    language: str
    on_wall: bool
    assets: str
    blank: Parts = field(default_factory=lambda: BLANK)
    """What a page makes the card of a room from that it has not shown yet."""


@dataclass(frozen=True, slots=True)
class VenueBoard:
    """One venue on the board: its rooms in the order of their urgency. ``air`` is told where the board
    is that of one room.
    """

    slug: VenueSlug
    name: str
    head: Rendering
    cards: list[tuple[str, Rendering]]
    linked: bool
    is_simulated: bool
    may_put_away: bool
    air: Rendering | None = None


@blueprint.get("/")
def board() -> str:
    venue = request.args.get("venue", type=VenueSlug)
    return render_template("board.html", board=live(venue), venue=venue, room=None, kiosk=False)


@blueprint.get("/kiosk/<venue>")
def kiosk(venue: VenueSlug) -> str:
    if venue not in registry_view().venues:
        abort(404)
    return render_template(
        "board.html",
        board=live(venue, on_wall=True),
        venue=venue,
        room=None,
        kiosk=True,
        may_give_link=may(Need.ROLES, venue) and not services().settings.demo,
    )


@blueprint.get("/board")
def fragment() -> ResponseReturnValue:
    """The board alone, for a page that gets no stream; 304 where it is the same."""
    found = live(
        request.args.get("venue", type=VenueSlug),
        request.args.get("room", type=RoomSlug),
        on_wall="kiosk" in request.args,
    )
    answer = make_response(found.html)
    answer.set_etag(hashlib.blake2b(found.html.encode(), digest_size=12).hexdigest())
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Luchtig-Assets"] = found.assets
    answer.vary.update(("Cookie", "Accept-Language"))
    return answer.make_conditional(request)


@blueprint.get("/board/stream")
def stream() -> Response:
    """What changes on it, part by part, as server-sent events: docs/look.md says which."""
    venue = request.args.get("venue", type=VenueSlug)
    asked = shown(venue, request.args.get("room", type=RoomSlug))
    scope = scope_of(all_shown(request.args.getlist("show")) or frozenset({asked}))
    had = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    return streamed(services(), lambda: live_boards().follow(scope, had))


def scope_of(shows: frozenset[str], *, on_wall: bool | None = None) -> Scope:
    """What whoever asks may look at, of what their pages show."""
    if on_wall is None:
        on_wall = "kiosk" in request.args
    its = access()
    if not its.has_account:  # a wall screen shows rooms, and no page of one
        shows = frozenset(one for one in shows if "/" not in one)
    return Scope(
        locale_at().language,
        shows,
        read=its.venues(Need.BOARD),
        act=its.venues(Need.ACKNOWLEDGE),
        on_wall=on_wall or not its.has_account,
    )


def live(
    venue: VenueSlug | None = None, room: RoomSlug | None = None, *, on_wall: bool = False
) -> LiveBoard:
    """The board of all rooms, of a venue or of one room, put together from what is rendered."""
    shows = shown(venue, room)
    scope = scope_of(frozenset({shows}), on_wall=on_wall)
    look = look_around(parts().trends.trace)
    boards = [_venue_board(place, scope, look) for place in _places(scope, look)]
    page, asking = page_parts(), look.asking(scope.read)
    # Before what is rendered is read: what becomes other meanwhile is told again, never missed.
    edition = parts().renderings.name_of(parts().renderings.edition)
    html = render_template(
        "_board.html", boards=boards, headed=room is None, page=page, asking=asking
    )
    language = locale_at(venue).language
    return LiveBoard(html, edition, shows, language, on_wall, assets_edition())


def _places(scope: Scope, look: Look) -> list[Venue]:
    """The venues that are shown; those that nobody registered come last."""
    heard = {key[0] for key in look.states if scope.shows_card(key)}
    registered = [
        place
        for place in registry_view().venues.values()
        if place.slug in heard or scope.shows_venue(place.slug)
    ]
    strays = heard - {place.slug for place in registered}
    return registered + [registry_view().venue(slug) for slug in sorted(strays)]


def _venue_board(place: Venue, scope: Scope, look: Look) -> VenueBoard:
    audience = scope.audience(place.slug) or "read"
    keys: list[RoomKey] = [
        key for key in look.states if key[0] == place.slug and scope.shows_card(key)
    ]
    cards = [("/".join(key), look.card(key, audience)) for key in keys]
    cards.sort(key=lambda one: int(one[1].parts["rank"]))
    whole = keys[0] if keys and scope.shows_room(keys[0]) else None
    return VenueBoard(
        slug=place.slug,
        name=place.name,
        head=look.head(place.slug),
        cards=cards,
        linked=audience != "kiosk",
        is_simulated=place.slug == SIMULATED,
        may_put_away=audience == "act" and may(Need.SYSTEM, place.slug),
        air=None if whole is None else look.air(whole),
    )
