"""What can be done about a room where its trouble shows: say that one is on it, or have it quiet for a
while.

Each leads back to the page it came from. A page that is live sees what came of it by its stream.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now, parts, registry_view
from dashboard.web.identity.auth import current_user
from dashboard.web.identity.entrance import is_local_path
from dashboard.web.reach import demand_silence, is_short_enough
from dashboard.web.services import services
from gateway.domain.alerts.silence import Silence
from gateway.registry.alerts.flags import open_flags_in
from gateway.registry.alerts.silences import end_silence, put_silence, silences_since
from gateway.registry.live.operator_requests import (
    AcknowledgeRequest,
    ask_acknowledge,
    pending_requests,
)
from sensors.wire.plain_line import made_plain
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("attend", __name__)

NOTE_LENGTH: Final = 300
QUIET: Final = timedelta(hours=1)


@blueprint.post("/rooms/<venue>/<room>/attend")
def attend(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    """Ask the gateway to acknowledge whatever fires there and nobody is on."""
    who, note = _who(), _note()
    with services().database.write() as conn:
        asked = {r.flag for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)}
        for flag in open_flags_in(conn, [(venue, room)]):
            if flag.state == "firing" and flag.acknowledged_at is None and flag.id not in asked:
                ask_acknowledge(conn, flag.id, who, note, now())
    return _back(venue, room)


@blueprint.post("/rooms/<venue>/<room>/quiet")
def quiet(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    """Tell nobody of the room for an hour; it is watched and shown as always."""
    who, note = _who(), _note()
    if (venue, room) not in registry_view().rooms:
        abort(404)
    reason = note or locale_at(venue).gettext("Asked for on the board")
    asked = Silence(venue, room, None, now(), now() + QUIET, reason, who)
    demand_silence(asked)
    with services().database.write() as conn:
        put_silence(conn, asked)
    return _back(venue, room)


@blueprint.post("/rooms/<venue>/<room>/tell")
def tell(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    """End the silences of this room alone, as far as the visitor may."""
    who = _who()
    with services().database.write() as conn:
        for number, silence in silences_since(conn, now()):
            if (silence.venue, silence.room) == (venue, room) and is_short_enough(silence):
                end_silence(conn, number, who, now())
    return _back(venue, room)


def _who() -> str:
    visitor = current_user()
    if visitor is None:
        abort(403)
    return visitor.name


def _note() -> str:
    return made_plain(request.form.get("note", ""))[:NOTE_LENGTH]


def _back(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    parts().attention.forget()
    came_from = urlsplit(request.referrer or "")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    is_ours = came_from.netloc == request.host and is_local_path(path)
    return redirect(path if is_ours else url_for("room.room", venue=venue, room=room), 303)
