"""The process that fetches and reads one calendar: ``python -m gateway.calendars.reader_process``.

A calendar is a stranger's, and the libraries that read it can be led to work for hours. Here it
costs nobody but itself: this process has little memory and time, and is killed when it takes more.
"""

import re
import resource
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from gateway.calendars.body import ends_whole
from gateway.calendars.fetch import Fetched, FetchFailed, Validators, fetch
from gateway.calendars.ical import NotACalendar, Period, TookTooLong, read_calendar
from gateway.calendars.protocol import Answer, Calendar, CalendarRequest, digest_of
from gateway.domain.calendar.problem import Failure
from gateway.outward.address import is_public

MOST_MEMORY_BYTES: Final = 1 << 30
MOST_CPU_S: Final = 30
EVENT_CPU_S: Final = 1.0
"""For one event, of the processor's time."""
_BEGINS = re.compile(rb"BEGIN:VCALENDAR", re.IGNORECASE)


def main() -> None:
    _confine()
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=CalendarRequest)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer(request)))


def answer(request: CalendarRequest) -> Answer:
    """Fetch and read what the request says."""
    try:
        fetched = _fetched(request)
        if fetched.data is None:
            return Answer(
                etag=request.etag, last_modified=request.last_modified, digest=request.digest
            )
        since = Answer(
            etag=fetched.validators.etag,
            last_modified=fetched.validators.last_modified,
            digest=digest_of(fetched.data),
        )
        if since.digest == request.digest:
            return since
        if _BEGINS.search(fetched.data.replace(b"\0", b"")) and not ends_whole(fetched.data):
            return Answer(failure=Failure("cut_short"))
        span = Period(request.start, request.end)
        zone = ZoneInfo(request.zone)
        read = read_calendar(fetched.data, span, zone, _patience, fetched.charset)
    except FetchFailed as error:
        return Answer(failure=error.failure)
    except NotACalendar:
        return Answer(failure=Failure("not_a_calendar"))
    calendar = Calendar(
        occurrences=read.occurrences,
        problems=read.problems,
        uids=read.uids,
        unread=read.unread,
        statements=read.statements,
    )
    return msgspec.structs.replace(since, calendar=calendar)


def _fetched(request: CalendarRequest) -> Fetched:
    if request.url is None:
        return Fetched(request.data or b"", Validators())
    since = Validators(request.etag, request.last_modified)
    return fetch(request.url, since, (lambda _: True) if request.allow_private else is_public)


def _confine() -> None:
    warnings.simplefilter("ignore")
    _limit(resource.RLIMIT_CPU, MOST_CPU_S)
    _limit(resource.RLIMIT_AS, MOST_MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGPROF, _give_up)


def _limit(kind: int, most: int) -> None:
    """Take no more of something, or less where less was given."""
    _, given = resource.getrlimit(kind)
    least = most if given == resource.RLIM_INFINITY else min(most, given)
    with suppress(ValueError, OSError):  # a system that knows no such limit
        resource.setrlimit(kind, (least, least))


@contextmanager
def _patience() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_PROF, EVENT_CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def _give_up(*_: object) -> None:
    raise TookTooLong


if __name__ == "__main__":
    main()
