"""Small calendars for tests, written line by line."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gateway.calendars.ical import Period

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK = Period(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))


def event(uid: str, *more: str, start: str = "20261124T100000Z", end: str = "") -> list[str]:
    """An event of an hour on Tuesday; lines in ``more`` that name one of its own take its place."""
    lines = {
        "UID": f"UID:{uid}",
        "DTSTART": f"DTSTART:{start}",
        "DTEND": f"DTEND:{end or start.replace('T10', 'T11')}",
        "SUMMARY": f"SUMMARY:Event {uid}",
    }
    for line in more[: more.index("BEGIN:VALARM") if "BEGIN:VALARM" in more else None]:
        lines.pop(line.replace(";", ":").partition(":")[0], None)
    return ["BEGIN:VEVENT", *lines.values(), *more, "END:VEVENT"]


def calendar(*events: list[str], head: tuple[str, ...] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tests//EN", *head]
    for one in events:
        lines += one
    return "\r\n".join((*lines, "END:VCALENDAR", "")).encode()
