"""Meetings: of a day in a row, of a day or a week by room, those that are sought, and one."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, abort, render_template, url_for
from sqlalchemy import Connection

from dashboard.pages.agenda.asked import Asked, asked, which_words
from dashboard.pages.agenda.meeting_line import MeetingLine, meeting_line
from dashboard.pages.agenda.meeting_room import room_of
from dashboard.pages.agenda.sheets import day_sheet, week_sheet
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.deliveries import delivery_lines
from dashboard.pages.parts.protocol_panel import protocol_panel
from dashboard.web.reach import (
    demand,
    in_reach,
    may,
    may_change,
    may_declare,
    may_read_words,
    may_somewhere,
    shown_address,
    within,
)
from dashboard.web.services import services
from dashboard.words.repeat import repeat_words
from gateway.domain.access import Need
from gateway.domain.meeting import overlapping
from gateway.domain.room import Room
from gateway.registry.agenda.feeds import find_feed
from gateway.registry.agenda.meetings import find_meeting, flags_of_meetings, meetings_between
from gateway.registry.agenda.reports import find_record, records_of
from gateway.registry.alerts.deliveries import deliveries_of_meeting
from gateway.registry.rooms import all_rooms
from gateway.reports.protocol import kept_protocol
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name

blueprint = Blueprint("meetings", __name__)

SOUGHT: timedelta = timedelta(days=366)
"""How far on either side of today is sought."""
MOST_FOUND = 200


@blueprint.get("/meetings")
def meetings() -> str:
    locale = locale_at()
    today = locale.local(now()).date()
    ask = asked(today)
    with services().database.read() as conn:
        lines = _found(conn, ask, locale)
        rooms = within(all_rooms(conn), Need.MEETINGS)
    shown = [room for room in rooms if ask.room in ("", f"{room.venue}/{room.slug}")]
    begins = ask.begins
    return render_template(
        "meetings.html",
        ask=ask,
        lines=lines[:MOST_FOUND],
        count=len(lines),
        flagged=sum(line.level == "act" for line in lines),
        day=_span_words(ask, locale),
        is_today=ask.view != "week" and ask.day == today,
        is_now=begins <= today < begins + timedelta(days=ask.days),
        week=week_sheet(shown, lines, begins, today, locale) if ask.view == "week" else None,
        by_hour=day_sheet(shown, lines, ask.day, locale) if ask.view == "day" else None,
        before=ask.day - timedelta(days=ask.days),
        after=ask.day + timedelta(days=ask.days),
        places=_places(rooms),
        which=which_words(locale),
        may_make=may_somewhere(Need.OWN_MEETINGS),
        locale=locale,
    )


def _found(conn: Connection, ask: Asked, locale: PageLocale) -> list[MeetingLine]:
    """The meetings that are asked for. Sought ones come from the next one on, and then the past ones, the
    last first.
    """
    at = now()
    if ask.is_search:
        start, end = at - SOUGHT, at + SOUGHT
    else:
        start = _midnight(ask.begins, locale)
        end = _midnight(ask.begins + timedelta(days=ask.days), locale)
    around = within(meetings_between(conn, start, end), Need.MEETINGS)
    found = [meeting for meeting in around if ask.takes(meeting)]
    flags = flags_of_meetings(conn, tuple(meeting.id for meeting in found))
    records = records_of(conn, (meeting.id for meeting in found if meeting.end <= at))
    shared = overlapping(around)
    made = (
        meeting_line(m, flags.get(m.id, ()), shared.get(m.id, ()), records.get(m.id)) for m in found
    )
    lines = [line for line in made if ask.shows(line)]
    if not ask.is_search:
        return lines
    past = [line for line in lines if line.is_over]
    return [line for line in lines if not line.is_over] + past[::-1]


def _midnight(day: date, locale: PageLocale) -> datetime:
    return datetime.combine(day, time(), locale.zone).astimezone(UTC)


def _span_words(ask: Asked, locale: PageLocale) -> str:
    """The day that is shown, or the first and the last of its week."""

    def noon(day: date) -> datetime:
        return datetime.combine(day, time(12), locale.zone)

    if ask.view != "week":
        return locale.day(noon(ask.day))
    last = ask.begins + timedelta(days=6)
    return locale.gettext(
        "Week %(number)s: %(first)s to %(last)s",
        number=ask.begins.isocalendar().week,
        first=locale.date(noon(ask.begins)),
        last=locale.date(noon(last)),
    )


def _places(rooms: tuple[Room, ...]) -> list[tuple[str, list[Room]]]:
    """Rooms by the name of their venue."""
    view = registry_view()
    venues = dict.fromkeys(room.venue for room in rooms)
    return [(view.venue(v).name, [room for room in rooms if room.venue == v]) for v in venues]


@blueprint.get("/meetings/<meeting_id>")
def meeting(meeting_id: str) -> str:
    with services().database.read() as conn:
        found = in_reach(find_meeting(conn, meeting_id))
        if found is None:
            abort(404)
        demand(Need.MEETINGS, found.venue)
        kept = flags_of_meetings(conn, (meeting_id,)).get(meeting_id, ())
        told = (
            deliveries_of_meeting(conn, meeting_id, (flag.flag for flag in kept))
            if may(Need.ADDRESSES, found.venue)
            else ()
        )
        around = meetings_between(conn, found.start, found.end, found.venue)
        record = find_record(conn, meeting_id)
        feed = None if found.feed is None else find_feed(conn, found.feed)
        protocol = kept_protocol(conn, found, now())
    policy = registry_view().policies.get(found.policy or "") or registry_view().policy_of(
        found.venue, found.room, found.start
    )
    locale = locale_at(found.venue)

    def say(item: str) -> str:
        return url_for("protocol.say", meeting_id=meeting_id, item=item)

    address = say if may_declare(found) else None
    return render_template(
        "meeting.html",
        line=meeting_line(found, kept, overlapping(around).get(found.id, ()), record),
        held_to=policy_name(policy, locale),
        deliveries=delivery_lines(told, locale, now()),
        feed=feed,
        protocol=protocol_panel(
            found, protocol, now(), locale, address, tells_who=may_read_words(found)
        ),
        repeats=None if found.repeats is None else repeat_words(found.repeats, locale),
        locale=locale,
        organiser=None if found.private else shown_address(found.organiser, found),
        host=None if found.private else shown_address(found.host, found),
        measured=(measured := room_of(found, locale)),
        board=None if measured is None else measured.board,
        venue=found.venue,
        room=found.room,
        now=now(),
        may_change=may_change(found),
        may_set_up=may(Need.SETTINGS, found.venue),
    )
