"""A meeting as pages list it: its times, its room, what went over."""

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.report.wording import LEVELS, explanations, headline
from dashboard.web.reach import may_change
from dashboard.words.codes import how_far_over, lasted_words, rule_words
from gateway.domain.meeting import Meeting
from gateway.domain.meeting_flag import MeetingFlag
from gateway.domain.room_state import Level, Rule
from gateway.registry.agenda.reports import Record
from gateway.reports.builder import decode_summary
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words
from sensors.wire.topic import RoomKey


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
    Once there is a report it alone says so, in ``verdict`` and ``explanations``, and no breach is told
    beside it; until then ``verdict`` is empty.
    ``shares_with`` are the titles of what is in its room at the same time. ``may_move``: whoever looks
    may put it elsewhere; one of a calendar is moved there, and what began stays where it was.
    """

    meeting: Meeting
    title: str
    room: str
    venue: str
    day: str
    date: date
    times: str
    is_on: bool
    is_over: bool
    flags: list[FlagLine]
    level: Level
    verdict: str = ""
    explanations: tuple[str, ...] = ()
    shares_with: tuple[str, ...] = ()
    may_move: bool = False

    @property
    def tells(self) -> bool:
        """Whether there is more to say than that all was well."""
        return bool(self.flags) or (bool(self.verdict) and self.level != "good")

    @property
    def place(self) -> RoomKey:
        return self.meeting.venue, self.meeting.room


def meeting_line(
    meeting: Meeting,
    kept: tuple[MeetingFlag, ...],
    shared: tuple[Meeting, ...],
    record: Record | None = None,
) -> MeetingLine:
    locale, at = locale_at(meeting.venue), now()
    room = registry_view().room_named(meeting.venue, meeting.room)
    report = None if record is None or meeting.end > at else decode_summary(record.summary)
    fired = [flag for flag in kept if flag.state != "pending" and report is None]
    flags = [_flag_line(flag, meeting, at, locale) for flag in fired]
    return MeetingLine(
        meeting=meeting,
        title=title_words(meeting.public_title, locale),
        room=meeting.room if room is None else room.name,
        venue=registry_view().venue(meeting.venue).name,
        day=locale.day(meeting.start),
        date=locale.local(meeting.start).date(),
        times=f"{locale.time(meeting.start)}–{locale.time(meeting.end)}",
        is_on=meeting.is_on(at),
        is_over=meeting.end <= at,
        flags=flags,
        level=_level(flags, begun=meeting.start <= at)
        if report is None
        else LEVELS.get(report.verdict, "unknown"),
        verdict="" if report is None else headline(report, locale),
        explanations=() if report is None else explanations(report, locale),
        shares_with=tuple(title_words(other.public_title, locale) for other in shared),
        may_move=meeting.feed is None and meeting.start > at and may_change(meeting),
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
