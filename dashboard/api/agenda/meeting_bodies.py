"""What is asked for and told of meetings."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.agenda.booking import BookingWarning
from dashboard.api.agenda.meeting_flag import MeetingFlagAnswer
from dashboard.api.agenda.repeat import RepeatBody
from dashboard.api.fields import (
    LINE,
    Instant,
    Language,
    MailAddress,
    Moment,
    RoomRef,
    Slug,
    VenueRef,
)
from gateway.domain.air.generation import Activity
from gateway.domain.calendar.repeat import AppliesTo


class MeetingsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Meetings that overlap [from, to): by default from yesterday until a week ahead; those of a
    ``series`` as far ahead as they go.
    """

    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None
    venue: VenueRef | None = None
    room: RoomRef | None = None
    series: Annotated[str, Meta(max_length=64), LINE] | None = None


class MeetingBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``organiser`` and ``host`` are the e-mail addresses that are told when the meeting's room goes
    over, in ``language`` (null: the venue's); ``activity`` is what people do, by which they give off
    more or less CO2 (null: talking). Of a ``private`` one others see that the room is taken; there a
    title, organiser or host of null leaves what there was, as does null for ``private`` itself.
    ``protocol`` is what it is held under; null for its room's.
    """

    venue: VenueRef
    room: RoomRef
    title: Annotated[str, Meta(min_length=1, max_length=300), LINE] | None
    start: Moment
    end: Moment
    expected_people: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    organiser: MailAddress | None = None
    policy: Slug | None = None
    activity: Activity | None = None
    host: MailAddress | None = None
    language: Language | None = None
    private: bool | None = None
    protocol: Slug | None = None


class NewMeetingBody(MeetingBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With ``repeat`` it is made as often as that says, each occurrence a meeting of its own."""

    repeat: RepeatBody | None = None


class ChangedMeetingBody(MeetingBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one that repeats ``applies_to`` says whether ``this`` alone is changed, or those ``following`` as
    well, or ``all``: what is another than before, and of those that have yet to begin.
    """

    applies_to: AppliesTo = "this"


class DeletedMeeting(msgspec.Struct, frozen=True, kw_only=True):
    """Which of one that repeats are taken out, as for a change."""

    applies_to: AppliesTo = "this"


class MeetingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``feed`` is the calendar that it follows, null where it was made by hand. A ``private`` one
    has no title, organiser or host here; those of others are for managers and themselves. The
    occurrences of one that repeats have their ``series`` in common; ``repeats`` is its rule as RFC 5545
    writes it.
    """

    id: str
    title: str | None
    private: bool
    venue: VenueRef
    room: RoomRef
    start: Instant
    end: Instant
    expected_people: int | None
    organiser: str | None
    policy: str | None
    protocol: str | None
    activity: Activity | None
    host: str | None
    language: str | None
    feed: str | None
    flags: tuple[MeetingFlagAnswer, ...]
    series: str | msgspec.UnsetType = msgspec.UNSET
    repeats: str | msgspec.UnsetType = msgspec.UNSET


class KeptMeetingAnswer(MeetingAnswer, frozen=True, kw_only=True):
    """With ``warnings`` where whoever kept it should know something; it is kept all the same.
    ``occurrences`` are the ids of all that were kept, where that is more than this one.
    """

    warnings: tuple[BookingWarning, ...] | msgspec.UnsetType = msgspec.UNSET
    occurrences: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class Meetings(msgspec.Struct, frozen=True):
    meetings: tuple[MeetingAnswer, ...]
