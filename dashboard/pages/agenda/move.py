"""Moving a meeting to another time or room; what cannot be moved here says why."""

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.booking import NONE, Warnings, warnings_of
from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.form import Form, local_value
from dashboard.web.reach import demand_change, in_reach, within
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room
from gateway.registry.agenda.bookings import concerns_of
from gateway.registry.agenda.feeds import find_feed
from gateway.registry.agenda.meetings import find_meeting, put_meeting
from gateway.registry.rooms import all_rooms
from gateway.words.meetings import title_words

blueprint = Blueprint("meeting_move", __name__)


@blueprint.get("/meetings/<meeting_id>/move")
def ask(meeting_id: str) -> str:
    found = _found(meeting_id)
    return _page(Form(_values(found)), found)


@blueprint.post("/meetings/<meeting_id>/move")
def move(meeting_id: str) -> ResponseReturnValue:
    found = _found(meeting_id)
    if _why_not(found):
        return _page(Form(_values(found)), found), 409
    form = Form(request.form)
    moved = _moved(form, found)
    if form.wrong:
        return _page(form, found), 422
    demand_change(moved)
    locale = locale_at(moved.venue)
    with services().database.write() as conn:
        warnings = warnings_of(concerns_of(conn, moved, found), locale)
        kept = warnings.are_overruled(form.text("overrule"))
        if kept:
            put_meeting(conn, moved)
    if not kept:
        return _page(form, found, warnings), 409
    flash(
        locale.gettext(
            "%(title)s is moved: %(day)s, %(time)s, %(room)s.",
            title=title_words(moved.public_title, locale),
            day=locale.day(moved.start),
            time=locale.time(moved.start),
            room=_rooms()[f"{moved.venue}/{moved.room}"].name,
        )
    )
    day = locale.local(moved.start).date()
    return redirect(url_for("meetings.meetings", view="week", day=day), 303)


def _found(meeting_id: str) -> Meeting:
    with services().database.read() as conn:
        found = in_reach(find_meeting(conn, meeting_id))
    if found is None:
        abort(404)
    demand_change(found)
    return found


def _moved(form: Form, before: Meeting) -> Meeting:
    """The meeting elsewhere, for as long as before; what is wrong is in the form."""
    room = form.chosen("room", _rooms(), locale_at(before.venue))
    locale = locale_at(before.venue if room is None else room.venue)
    if not form.text("room"):
        form.wrong["room"] = locale.gettext("Choose a room")
    start = form.moment("start", locale)
    if start is None or room is None:
        return before
    if start <= now():
        form.wrong["start"] = locale.gettext("That is in the past.")
    end = start + (before.end - before.start)
    return replace(before, venue=room.venue, room=room.slug, start=start, end=end)


def _rooms() -> dict[str, Room]:
    with services().database.read() as conn:
        rooms = within(all_rooms(conn), Need.OWN_MEETINGS)
    return {f"{room.venue}/{room.slug}": room for room in rooms}


def _values(meeting: Meeting) -> dict[str, str]:
    locale = locale_at(meeting.venue)
    place = f"{meeting.venue}/{meeting.room}"
    return {"room": place, "start": local_value(meeting.start, locale)}


def _why_not(meeting: Meeting) -> str:
    """Why it stays where it is; empty where it may be moved."""
    locale = locale_at(meeting.venue)
    if meeting.feed is not None:
        with services().database.read() as conn:
            feed = find_feed(conn, meeting.feed)
        return locale.gettext(
            "This meeting follows the calendar %(name)s. It is moved there, and here within a quarter"
            " of an hour.",
            name=meeting.feed if feed is None else feed.name,
        )
    if meeting.start <= now():
        return locale.gettext("This meeting has begun: it stays on record where and when it was.")
    return ""


def _page(form: Form, meeting: Meeting, warnings: Warnings = NONE) -> str:
    locale = locale_at(meeting.venue)
    return render_template(
        "meeting_move.html",
        form=form,
        meeting=meeting,
        warnings=warnings,
        why_not=_why_not(meeting),
        rooms=[(key, room.name) for key, room in _rooms().items()],
        title=title_words(meeting.public_title, locale),
        locale=locale,
    )
