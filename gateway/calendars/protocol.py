"""What a calendar's own process is asked, and what it answers."""

import hashlib
from datetime import datetime

import msgspec

from gateway.domain.calendar.occurrence import Occurrence, Statement
from gateway.domain.calendar.problem import CalendarProblem, Failure


class CalendarRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Read a calendar for [start, end): from ``url``, or the bytes in ``data``. ``etag``,
    ``last_modified`` and ``digest`` are those of the last reading, where the answer may be that
    nothing changed since. Times without a zone are of ``zone``.
    """

    start: datetime
    end: datetime
    zone: str
    url: str | None = None
    data: bytes | None = None
    allow_private: bool = False
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What was read; see ``gateway.calendars.ical.Read``."""

    occurrences: tuple[Occurrence, ...]
    problems: tuple[CalendarProblem, ...]
    uids: frozenset[str]
    unread: frozenset[str]
    statements: tuple[Statement, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Either ``failure``, or a ``calendar``, or neither where nothing changed since."""

    failure: Failure | None = None
    calendar: Calendar | None = None
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
