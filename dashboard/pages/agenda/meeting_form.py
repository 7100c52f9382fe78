"""Making, changing and deleting a meeting by hand; one that follows a calendar is changed there,
but for what a person may choose here.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.agenda.meeting_choices import check_serving, meeting_choices
from dashboard.pages.agenda.repeat_form import (
    all_made,
    applies_to_words,
    asked_applies_to,
    asked_repeat,
    check_repeat,
)
from dashboard.pages.parts.booking import NONE, Warnings, warnings_of
from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.form import Form, local_value
from dashboard.pages.parts.limits import policy_groups
from dashboard.pages.parts.owner_choice import owner_names
from dashboard.pages.parts.protocol_choice import protocol_groups
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import (
    demand_change,
    in_reach,
    may,
    may_change,
    may_somewhere,
)
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.air.generation import ACTIVITIES, DEFAULT, Activity
from gateway.domain.calendar.repeat import AppliesTo, changed, chosen
from gateway.domain.meeting import Meeting
from gateway.registry.agenda.bookings import concerns_of_all
from gateway.registry.agenda.feeds import find_feed
from gateway.registry.agenda.meetings import (
    change_meetings,
    find_meeting,
    find_meetings,
    meetings_in_series,
)
from gateway.words.activities import activity_words
from gateway.words.locale import LANGUAGES, PageLocale
from gateway.words.meetings import title_words
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("meeting_form", __name__)

LONGEST = timedelta(days=3)
TITLE_LENGTH = 300


@blueprint.get("/meetings/new")
def new() -> str:
    return _page(Form(_suggested(locale_at())), None)


@blueprint.post("/meetings/new")
def make() -> ResponseReturnValue:
    form = Form(request.form)
    made = _by_hand(form, Meeting(str(uuid4()), VenueSlug(""), RoomSlug(""), "", now(), now()))
    locale = locale_at(made.venue or None)
    repeat = asked_repeat(form, locale)
    if repeat is not None and not form.wrong:
        check_repeat(form, made, repeat, locale)
    if form.wrong:
        return _page(form, None), 422
    demand_change(made)
    return _kept(all_made(made, repeat, locale), None, form)


@blueprint.get("/meetings/<meeting_id>/edit")
def edit(meeting_id: str) -> str:
    found = _found(meeting_id)
    return _page(Form(_values(found)), found)


@blueprint.post("/meetings/<meeting_id>/edit")
def change(meeting_id: str) -> ResponseReturnValue:
    found = _found(meeting_id)
    form = Form(request.form)
    after = (_by_hand if found.feed is None else _of_a_calendar)(form, found)
    if form.wrong:
        return _page(form, found), 422
    demand_change(after)
    return _kept(_all_changed(found, after, asked_applies_to(form)), found, form)


@blueprint.post("/meetings/<meeting_id>/delete")
def delete(meeting_id: str) -> ResponseReturnValue:
    found = _found(meeting_id)
    if found.feed is not None:
        abort(409)
    with services().database.write() as conn:
        others = () if found.series is None else meetings_in_series(conn, found.series)
        going = _allowed(chosen(others, found, asked_applies_to(Form(request.form)), now()))
        change_meetings(conn, (), [meeting.id for meeting in going])
    locale = locale_at(found.venue)
    title = title_words(found.public_title, locale)
    flash(
        locale.gettext("%(title)s is deleted.", title=title)
        if len(going) == 1
        else locale.gettext("%(title)s is deleted, %(count)s times.", title=title, count=len(going))
    )
    return redirect(url_for("meetings.meetings", day=locale.local(found.start).date()), 303)


def _found(meeting_id: str) -> Meeting:
    with services().database.read() as conn:
        found = in_reach(find_meeting(conn, meeting_id))
    if found is None:
        abort(404)
    demand_change(found)
    return found


def _kept(meetings: tuple[Meeting, ...], before: Meeting | None, form: Form) -> ResponseReturnValue:
    """Keep them, the first of them that of the page, or say first what is of concern."""
    meeting = meetings[0]
    locale = locale_at(meeting.venue)
    with services().database.write() as conn:
        old = {one.id: one for one in find_meetings(conn, [one.id for one in meetings])}
        warnings = warnings_of(concerns_of_all(conn, meetings, old), locale)
        kept = warnings.are_overruled(form.text("overrule"))
        if kept:
            change_meetings(conn, meetings, ())
    if not kept:
        return _page(form, before, warnings), 409
    flash(
        locale.gettext("Kept.")
        if len(meetings) == 1
        else locale.gettext("Kept: %(count)s meetings.", count=len(meetings))
    )
    return redirect(url_for("meetings.meeting", meeting_id=meeting.id), 303)


def _all_changed(before: Meeting, after: Meeting, applies_to: AppliesTo) -> tuple[Meeting, ...]:
    """A meeting as it is to be, with those of its series that the change is for."""
    if before.series is None or applies_to == "this":
        return (after,)
    with services().database.read() as conn:
        others = meetings_in_series(conn, before.series)
    which = _allowed(chosen(others, before, applies_to, now()))
    return changed(which, before, after, locale_at(after.venue).zone)


def _allowed(meetings: tuple[Meeting, ...]) -> tuple[Meeting, ...]:
    """Those that the visitor may change: an occurrence may have been given to somebody else."""
    return tuple(meeting for meeting in meetings if may_change(meeting))


def _by_hand(form: Form, before: Meeting) -> Meeting:
    """The meeting that was filled in; what is wrong with it is in the form."""
    choices = meeting_choices()
    room = form.chosen("room", choices.rooms, locale_at())
    locale = locale_at(None if room is None else room.venue)
    if not form.text("room"):
        form.wrong["room"] = locale.gettext("Choose a room")
    if room is not None:
        check_serving(form, room, choices, locale)
    hidden = before.title if before.private and not form.text("title") else None
    title = hidden or form.required("title", TITLE_LENGTH, locale)
    start, end = form.moment("start", locale), form.moment("end", locale)
    if start is not None and end is not None and not timedelta(0) < end - start <= LONGEST:
        form.wrong["end"] = locale.gettext("The end comes after the start, by three days at most.")
    return replace(
        _of_a_calendar(form, before),
        venue=VenueSlug("") if room is None else room.venue,
        room=RoomSlug("") if room is None else room.slug,
        title=title,
        start=start or before.start,
        end=end or before.end,
        expected_people=form.people("expected_people", locale),
        organiser=_organiser(form, before, None if room is None else room.venue, locale),
    )


def _organiser(
    form: Form, before: Meeting, venue: VenueSlug | None, locale: PageLocale
) -> str | None:
    """Whom a manager names; the meetings of others are their own."""
    if venue is not None and not may(Need.EVERY_MEETING, venue):
        visitor = current_user()
        return None if visitor is None else visitor.email
    return form.address("organiser", locale) or _hidden(before.organiser, before)


def _of_a_calendar(form: Form, before: Meeting) -> Meeting:
    """The meeting with what a person may choose though it follows a calendar."""
    locale = locale_at(before.venue or None)
    choices = meeting_choices()
    policy = form.chosen("policy", choices.policies, locale)
    protocol = form.chosen("protocol", choices.protocols, locale)
    activities: dict[str, Activity] = {row.activity: row.activity for row in ACTIVITIES}
    languages = {code: code for code in LANGUAGES}
    return replace(
        before,
        policy=None if policy is None else policy.slug,
        protocol=None if protocol is None else protocol.slug,
        activity=form.chosen("activity", activities, locale),
        host=form.address("host", locale) or _hidden(before.host, before),
        language=form.chosen("language", languages, locale),
    )


def _hidden(value: str | None, before: Meeting) -> str | None:
    """What a field does not show of a private meeting, and leaves as it is where it is empty."""
    return value if before.private else None


def _suggested(locale: PageLocale) -> dict[str, str]:
    """What the address says, as a plan that is booked does; else tomorrow morning, or the day and room
    that the visitor came from; two hours.
    """
    try:
        day = datetime.fromisoformat(request.args.get("day", "")).date()
    except ValueError:
        day = locale.local(now()).date() + timedelta(days=1)
    start = datetime.combine(day, time(10), locale.zone)
    end = datetime.combine(day, time(12), locale.zone)
    usual = {"start": local_value(start, locale), "end": local_value(end, locale)}
    named = ("room", "start", "end", "expected_people", "activity", "policy", "protocol")
    return usual | {name: request.args[name] for name in named if request.args.get(name)}


def _values(meeting: Meeting) -> dict[str, str]:
    locale = locale_at(meeting.venue)
    people = meeting.expected_people
    return {
        "title": meeting.public_title or "",
        "room": f"{meeting.venue}/{meeting.room}",
        "start": local_value(meeting.start, locale),
        "end": local_value(meeting.end, locale),
        "expected_people": "" if people is None else str(people),
        "organiser": "" if meeting.private else meeting.organiser or "",
        "host": "" if meeting.private else meeting.host or "",
        "language": meeting.language or "",
        "policy": meeting.policy or "",
        "protocol": meeting.protocol or "",
        "activity": meeting.activity or "",
    }


def _page(form: Form, meeting: Meeting | None, warnings: Warnings = NONE) -> str:
    choices = meeting_choices()
    locale = locale_at(None if meeting is None else meeting.venue)
    feed = None
    if meeting is not None and meeting.feed is not None:
        with services().database.read() as conn:
            feed = find_feed(conn, meeting.feed)
    named = [(row.activity, activity_words(row.activity, locale)) for row in ACTIVITIES]
    return render_template(
        "meeting_form.html",
        form=form,
        warnings=warnings,
        meeting=meeting,
        locale=locale,
        follows=meeting is not None and meeting.feed is not None,
        feed=feed,
        venues=choices.venues,
        rooms=choices.rooms,
        groups=policy_groups(choices.policies.values(), locale),
        protocol_groups=protocol_groups(choices.protocols.values(), owner_names(), locale),
        activities=named,
        usual=dict(named)[DEFAULT],
        names_organiser=may_somewhere(Need.EVERY_MEETING),
        applies_to=applies_to_words(locale),
    )
