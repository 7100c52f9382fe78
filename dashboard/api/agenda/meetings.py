"""Meetings, and the flags each of them kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import uuid4

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.agenda.booking import warnings_of
from dashboard.api.agenda.meeting_bodies import (
    ChangedMeetingBody,
    DeletedMeeting,
    KeptMeetingAnswer,
    MeetingAnswer,
    MeetingBody,
    Meetings,
    MeetingsQuery,
    NewMeetingBody,
)
from dashboard.api.agenda.meeting_flag import flag_answer
from dashboard.api.agenda.protocols import check_protocol
from dashboard.api.agenda.repeat import all_of, zone_of
from dashboard.api.paging import Paging
from dashboard.api.places.rooms import check_policy
from dashboard.api.route import Route
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand, demand_change, in_reach, may_change, shown_address, within
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.booking import Concern
from gateway.domain.calendar.repeat import FURTHEST, AppliesTo, changed, chosen
from gateway.domain.meeting import Meeting
from gateway.registry.agenda import meetings as registry
from gateway.registry.agenda.bookings import concerns_of_all
from gateway.registry.agenda.meetings import MeetingFlag
from gateway.registry.rooms import find_room
from sensors.wire.instant import to_wire

BEFORE = timedelta(days=1)
AFTER = timedelta(days=7)
LONGEST = timedelta(days=3)
ID = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$(?!\n)"


def get_meetings(services: Services, query: MeetingsQuery) -> Meetings:
    now = services.clock.now()
    start = query.from_ or (query.to or now) - BEFORE
    end = query.to or max(now, start) + (AFTER if query.series is None else FURTHEST)
    if end <= start:
        mistake = Mistake("to", "expected a time after from")
        raise Problem(400, "to: expected a time after from", [mistake])
    with services.database.read() as conn:
        found = within(
            registry.meetings_between(conn, start, end, query.venue, query.room), Need.MEETINGS
        )
        found = tuple(m for m in found if query.series in (None, m.series))
        flags = registry.flags_of_meetings(conn, tuple(meeting.id for meeting in found))
    return Meetings(tuple(_answer(m, flags.get(m.id, ()), now) for m in found))


def get_meeting(services: Services, meeting: str) -> MeetingAnswer:
    with services.database.read() as conn:
        found = _found(conn, meeting)
        demand(Need.MEETINGS, found.venue)
        flags = registry.flags_of_meetings(conn, (meeting,))
    return _answer(found, flags.get(meeting, ()), services.clock.now())


def make_meeting(services: Services, body: NewMeetingBody) -> KeptMeetingAnswer:
    meeting = str(uuid4())
    _check(meeting, body)
    with services.database.write() as conn:
        made = all_of(conn, _meeting(meeting, body, None), body.repeat)
        found = _put(conn, made, {})
    return _kept(_answer(made[0], (), services.clock.now()), made, found)


def put_meeting(services: Services, meeting: str, body: ChangedMeetingBody) -> KeptMeetingAnswer:
    _check(meeting, body)
    with services.database.write() as conn:
        before = registry.find_meeting(conn, meeting)
        if before is not None:
            demand_change(_found(conn, meeting))
        put = _meeting(meeting, body, before)
        _refuse_what_a_calendar_says(before, put)
        every: tuple[Meeting, ...] = (put,)
        known = {} if before is None else {meeting: before}
        if before is not None and body.applies_to != "this":
            which = _of_series(conn, before, body.applies_to, services.clock.now())
            every = changed(which, before, put, zone_of(conn, put.venue))
            known = {one.id: one for one in which}
        found = _put(conn, every, known)
        flags = registry.flags_of_meetings(conn, (meeting,))
    return _kept(_answer(put, flags.get(meeting, ()), services.clock.now()), every, found)


def _of_series(
    conn: Connection, meeting: Meeting, applies_to: AppliesTo, now: datetime
) -> tuple[Meeting, ...]:
    """Those of its series that are meant, and that the visitor may change."""
    if meeting.series is None:
        return (meeting,)
    which = chosen(registry.meetings_in_series(conn, meeting.series), meeting, applies_to, now)
    return tuple(one for one in which if may_change(one))


def _put(
    conn: Connection, meetings: tuple[Meeting, ...], before: Mapping[str, Meeting]
) -> tuple[Concern, ...]:
    """Keep them, which are in one room and under one policy; what is of concern of them."""
    for one in meetings:
        demand_change(one)
    put = meetings[0]
    if find_room(conn, put.venue, put.room) is None:
        mistake = Mistake("/room", "expected the slug of a room of this venue")
        raise Problem(422, f"there is no room {put.venue}/{put.room}", [mistake])
    check_policy(conn, put.venue, put.policy)
    check_protocol(conn, put.venue, put.protocol)
    found = concerns_of_all(conn, meetings, before)
    registry.change_meetings(conn, meetings, ())
    return found


def _kept(
    answer: MeetingAnswer, kept: tuple[Meeting, ...], found: tuple[Concern, ...]
) -> KeptMeetingAnswer:
    return KeptMeetingAnswer(
        **msgspec.structs.asdict(answer),
        warnings=warnings_of(found) or msgspec.UNSET,
        occurrences=tuple(one.id for one in kept) if len(kept) > 1 else msgspec.UNSET,
    )


def _meeting(key: str, body: MeetingBody, before: Meeting | None) -> Meeting:
    """The meeting of a body; what nobody is shown of a private one stays where it is not given."""
    was_private = before is not None and before.private
    values = {name: getattr(body, name) for name in MeetingBody.__struct_fields__}
    values["private"] = was_private if body.private is None else body.private
    if before is not None and was_private and values["private"]:
        for name in ("title", "organiser", "host"):
            values[name] = values[name] or getattr(before, name)
    if values["title"] is None:
        expected = "expected a text of 1 to 300 characters"
        raise Problem(422, f"title: {expected}", [Mistake("/title", expected)])
    put = Meeting(id=key, **values)
    if before is None:
        return put
    return replace(
        put,
        feed=before.feed,
        uid=before.uid,
        recurrence=before.recurrence,
        series=before.series,
        repeats=before.repeats,
    )


def delete_meeting(services: Services, meeting: str, query: DeletedMeeting) -> None:
    with services.database.write() as conn:
        found = _found(conn, meeting)
        demand_change(found)
        if found.feed is not None and found.start > services.clock.now():
            raise Problem(409, f"it follows the calendar {found.feed}: take it out there")
        going = _of_series(conn, found, query.applies_to, services.clock.now())
        registry.change_meetings(conn, (), [one.id for one in going])


def _found(conn: Connection, key: str) -> Meeting:
    """A meeting of a venue that is there for the visitor."""
    found = in_reach(registry.find_meeting(conn, key))
    if found is None:
        raise Problem(404, f"there is no meeting {key!r}")
    return found


def _refuse_what_a_calendar_says(before: Meeting | None, put: Meeting) -> None:
    if before is None or before.feed is None or before.says_the_same(put):
        return
    chosen = "policy, protocol, activity, host and language"
    raise Problem(
        409, f"it follows the calendar {before.feed}: change it there; here only {chosen}"
    )


def _check(meeting: str, body: MeetingBody) -> None:
    try:
        msgspec.convert(meeting, Annotated[str, Meta(pattern=ID)])
    except msgspec.ValidationError as error:
        expected = "expected letters, digits and . _ : @ -, at most 64"
        raise Problem(422, f"id: {expected}", [Mistake("/meeting", expected)]) from error
    if not timedelta(0) < body.end - body.start <= LONGEST:
        expected = "expected a time after start, by three days at most"
        raise Problem(422, f"end: {expected}", [Mistake("/end", expected)])


def _answer(meeting: Meeting, flags: tuple[MeetingFlag, ...], now: datetime) -> MeetingAnswer:
    return MeetingAnswer(
        id=meeting.id,
        title=meeting.public_title,
        private=meeting.private,
        venue=meeting.venue,
        room=meeting.room,
        start=to_wire(meeting.start),
        end=to_wire(meeting.end),
        expected_people=meeting.expected_people,
        organiser=None if meeting.private else shown_address(meeting.organiser, meeting),
        policy=meeting.policy,
        protocol=meeting.protocol,
        activity=meeting.activity,
        host=None if meeting.private else shown_address(meeting.host, meeting),
        language=meeting.language,
        feed=meeting.feed,
        flags=tuple(flag_answer(kept, min(now, meeting.end)) for kept in flags),
        series=meeting.series or msgspec.UNSET,
        repeats=meeting.repeats or msgspec.UNSET,
    )


def _version(conn: Connection, meeting: str) -> Meeting | None:
    return in_reach(registry.find_meeting(conn, meeting))


ROUTES = (
    Route(
        "GET",
        "/meetings",
        get_meetings,
        "meetings of a time, with their flags",
        Meetings,
        query=MeetingsQuery,
        paging=Paging("meetings", lambda meeting: (meeting.start, meeting.id), tuple[str, str]),
    ),
    Route(
        "POST",
        "/meetings",
        make_meeting,
        "make a meeting",
        KeptMeetingAnswer,
        body=NewMeetingBody,
        made_at=lambda made: f"/meetings/{made.id}",
    ),
    Route(
        "GET",
        "/meetings/{meeting}",
        get_meeting,
        "one meeting with its flags",
        MeetingAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/meetings/{meeting}",
        put_meeting,
        "make or change a meeting",
        KeptMeetingAnswer,
        body=ChangedMeetingBody,
        problems=(409,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/meetings/{meeting}",
        delete_meeting,
        "take a meeting out of the calendar; its flags stay on record",
        query=DeletedMeeting,
        problems=(404, 409),
        version=_version,
    ),
)
