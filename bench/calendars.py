"""How true our reader of calendars is: the meetings of other people's calendars, as we read them and
as recurring-ical-events has them directly.

python -m bench.calendars PATH … [--list]

Each PATH is a folder or an sdist (.tar.gz). The suites of icalendar and recurring-ical-events come with
theirs: `pip download --no-binary :all: --no-deps icalendar recurring-ical-events`.
"""

import argparse
import re
import signal
import tarfile
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import recurring_ical_events
import x_wr_timezone
from icalendar import Calendar

from gateway.calendars.event import CANCELLED, LONGEST
from gateway.calendars.ical import MOST_OCCURRENCES, NotACalendar, Period, read_calendar

ZONE = ZoneInfo("Europe/Amsterdam")
PATIENCE_S = 20
"""For one file and one reader, of the processor's time."""
SPAN = timedelta(days=400)
_START = re.compile(rb"^DTSTART[^\r\n]*?[:;=](\d{8})", re.MULTILINE)

Meeting = tuple[str, datetime, datetime]


class GaveUp(BaseException):
    """It took too long."""


@contextmanager
def patience() -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise GaveUp

    signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def calendars_of(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for found in sorted(path.rglob("*.ics")):
            yield str(found.relative_to(path)), found.read_bytes()
        return
    with tarfile.open(path) as sdist:
        for member in sdist:
            held = sdist.extractfile(member) if member.name.endswith(".ics") else None
            if held is not None:
                yield member.name, held.read()


def span_of(data: bytes) -> Period:
    """From its last beginning but those of zones on, since rules go forward."""
    events = data[max(data.find(b"BEGIN:VEVENT"), 0) :]
    days = sorted(found for found in _START.findall(events) if found > b"1980")
    try:
        first = datetime.strptime(days[0].decode(), "%Y%m%d").replace(tzinfo=UTC)
        start = first - timedelta(days=2)
    except (IndexError, ValueError, OverflowError):
        start = datetime(2026, 1, 1, tzinfo=UTC)
    return Period(start, start + SPAN)


def ours(data: bytes, span: Period) -> set[Meeting]:
    found = read_calendar(data, span, ZONE)
    return {(one.uid, one.start, one.end) for one in found.occurrences}


def directly(data: bytes, span: Period) -> set[Meeting]:
    """What the library makes of it, without what is no meeting to us."""
    meetings: set[Meeting] = set()
    for calendar in Calendar.from_ical(data, multiple=True):
        standard = x_wr_timezone.to_standard(calendar)
        found = recurring_ical_events.of(standard, skip_bad_series=True).between(
            span.start - timedelta(days=1), span.end + timedelta(days=1)
        )
        for event in found:
            times = [event[key].dt for key in ("DTSTART", "DTEND") if key in event]
            free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
            off = str(event.get("STATUS", "")).upper() in CANCELLED
            if free or off or len(times) < 2 or not all(isinstance(at, datetime) for at in times):
                continue
            aware = (at if at.tzinfo else at.replace(tzinfo=ZONE) for at in times)
            start, end = (at.astimezone(UTC) for at in aware)
            uid = " ".join(str(event.get("UID", "")).split())
            if uid and start < end <= start + LONGEST and span.touches(start, end):
                meetings.add((uid, start, end))
    return meetings


def compared(data: bytes) -> tuple[str, str]:
    """How a file does, and in what it differs."""
    span = span_of(data)
    try:
        with patience():
            mine = ours(data, span)
    except NotACalendar:
        return "refused by us: no calendar, a part of one", ""
    except GaveUp:
        return "too slow for us", ""
    try:
        with patience():
            theirs = directly(data, span)
    except Exception as error:  # noqa: BLE001 - the library's
        return "refused by the library", f"{type(error).__name__}; we read {len(mine)}"
    except GaveUp:
        return "too slow for the library", f"we read {len(mine)}"
    if mine == theirs or len(mine) == MOST_OCCURRENCES:
        return ("equal" if mine else "equal, no meeting"), ""
    more, less = sorted(mine - theirs), sorted(theirs - mine)
    shown = [f"{sign}{uid[:30]} {start:%Y-%m-%dT%H:%M}" for sign, many in (("+", more), ("-", less))
             for uid, start, _ in many[:2]]  # fmt: skip
    return "different", f"+{len(more)} -{len(less)} of {len(theirs)}: {', '.join(shown)}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--list", action="store_true", help="name the files that are not equal")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    print("| suite | files | outcome | how many |\n| --- | --- | --- | --- |")
    for path in chosen.paths:
        results = [(name, *compared(data)) for name, data in calendars_of(path)]
        outcomes = Counter(outcome for _, outcome, _ in results)
        for outcome, how_many in outcomes.most_common():
            print(f"| {path.name} | {len(results)} | {outcome} | {how_many} |")
        for name, outcome, detail in results if chosen.list else ():
            if not outcome.startswith(("equal", "refused by us")):
                print(f"  {name}: {outcome} {detail}")


if __name__ == "__main__":
    main()
