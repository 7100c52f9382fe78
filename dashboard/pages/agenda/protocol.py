"""Words on the items of a meeting's protocol, from its page."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import now
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import demand_declaring, in_reach
from dashboard.web.services import services
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.verdict import Declaration
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.protocols.of_meetings import declare, protocol_of
from sensors.wire.plain_line import made_plain

NOTE_LENGTH = 300

blueprint = Blueprint("protocol", __name__)


@blueprint.post("/meetings/<meeting_id>/protocol/<item>")
def say(meeting_id: str, item: str) -> ResponseReturnValue:
    visitor = current_user()
    with services().database.write() as conn:
        meeting = in_reach(find_meeting(conn, meeting_id))
        if meeting is None:
            abort(404)
        demand_declaring(meeting)
        keep_word(conn, meeting, item, "-" if visitor is None else visitor.name)
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id, _anchor="protocol"), 303)


def keep_word(conn: Connection, meeting: Meeting, item: str, by: str) -> None:
    """Keep what a form says of an item: 404 where there is none to declare, 400 for no yes or no."""
    asked = protocol_of(conn, meeting, now()).item(item)
    if asked is None or asked.kind == "measured":
        abort(404)
    word = request.form.get("declared")
    if word not in ("yes", "no"):
        abort(400)
    note = made_plain(request.form.get("note", ""))[:NOTE_LENGTH]
    declare(conn, meeting, Declaration(item, word == "yes", by, now(), note))
