"""Meetings of a day, and what went over in each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, abort, render_template, request

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.deliveries import delivery_lines
from dashboard.web.reach import (
    demand,
    in_reach,
    may,
    may_change,
    may_somewhere,
    shown_address,
    within,
)
from dashboard.web.services import services
from dashboard.words.codes import how_far_over, lasted_words, rule_words
from gateway.domain.access import Need
from gateway.domain.meeting import Meeting, overlapping
from gateway.domain.room_state import Level, Rule
from gateway.registry.agenda.feeds import find_feed
from gateway.registry.agenda.meetings import (
    MeetingFlag,
    find_meeting,
    flags_of_meetings,
    meetings_between,
)
from gateway.registry.alerts.deliveries import deliveries_of_meeting
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words
from gateway.words.policies import policy_name

blueprint = Blueprint("meetings", __name__)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One breach within a meeting, in words."""

    rule: Rule
    name: str
    lasted: str
    over: str
    going_on: bool


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting with its room by name, its times at the venue, and its breaches in words. ``level``
    is ``act`` where it went over, ``unknown`` where it was not measured all the time or is to come.
    ``shares_with`` are the titles of what is in its room at the same time.
    """

    meeting: Meeting
    title: str
    room: str
    venue: str
    day: str
    times: str
    is_on: bool
    is_over: bool
    flags: list[FlagLine]
    level: Level
    shares_with: tuple[str, ...] = ()


@blueprint.get("/meetings")
def meetings() -> str:
    locale = locale_at()
    today = locale.local(now()).date()
    day = _asked_day() or today
    midnight = datetime.combine(day, time(), locale.zone)
    next_midnight = datetime.combine(day + timedelta(days=1), time(), locale.zone)
    with services().database.read() as conn:
        found = within(
            meetings_between(conn, midnight.astimezone(UTC), next_midnight.astimezone(UTC)),
            Need.MEETINGS,
        )
        kept = flags_of_meetings(conn, tuple(meeting.id for meeting in found))
    shared = overlapping(found)
    lines = [_line(m, kept.get(m.id, ()), shared.get(m.id, ())) for m in found]
    return render_template(
        "meetings.html",
        lines=lines,
        flagged=sum(line.level == "act" for line in lines),
        day=locale.day(midnight + timedelta(hours=12)),
        date=day,
        is_today=day == today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        may_make=may_somewhere(Need.OWN_MEETINGS),
    )


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
        feed = None if found.feed is None else find_feed(conn, found.feed)
    policy = registry_view().policies.get(found.policy or "") or registry_view().policy_of(
        found.venue, found.room, found.start
    )
    locale = locale_at(found.venue)
    return render_template(
        "meeting.html",
        line=_line(found, kept, overlapping(around).get(found.id, ())),
        held_to=policy_name(policy, locale),
        deliveries=delivery_lines(told, locale, now()),
        feed=feed,
        locale=locale,
        organiser=None if found.private else shown_address(found.organiser, found),
        host=None if found.private else shown_address(found.host, found),
        may_change=may_change(found),
        may_set_up=may(Need.SETTINGS, found.venue),
    )


def _asked_day() -> date | None:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    # The days on either side are shown as well, and far ones have no local midnight.
    return asked if 1990 <= asked.year <= 2200 else None


def _line(
    meeting: Meeting, kept: tuple[MeetingFlag, ...], shared: tuple[Meeting, ...]
) -> MeetingLine:
    locale, at = locale_at(meeting.venue), now()
    room = registry_view().rooms.get((meeting.venue, meeting.room))
    flags = [_flag_line(flag, meeting, at, locale) for flag in kept if flag.state != "pending"]
    return MeetingLine(
        meeting=meeting,
        title=title_words(meeting.public_title, locale),
        room=meeting.room if room is None else room.name,
        venue=registry_view().venue(meeting.venue).name,
        day=locale.day(meeting.start),
        times=f"{locale.time(meeting.start)}–{locale.time(meeting.end)}",
        is_on=meeting.is_on(at),
        is_over=meeting.end <= at,
        flags=flags,
        level=_level(flags, begun=meeting.start <= at),
        shares_with=tuple(title_words(other.public_title, locale) for other in shared),
    )


def _level(flags: list[FlagLine], *, begun: bool) -> Level:
    if any(flag.rule != "no_data" for flag in flags):
        return "act"
    return "good" if begun and not flags else "unknown"


def _flag_line(kept: MeetingFlag, meeting: Meeting, at: datetime, locale: PageLocale) -> FlagLine:
    # A breach that outlasts its meeting ends with it, as far as the meeting goes.
    until = kept.until if kept.until is not None or at < meeting.end else meeting.end
    return FlagLine(
        rule=kept.rule,
        name=rule_words(kept.rule, locale),
        lasted=lasted_words(kept.since, until, at, locale),
        over=how_far_over(kept.rule, kept.peak, kept.limit, locale),
        going_on=until is None,
    )
