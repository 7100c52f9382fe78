"""Numbers and times as a message's language writes them, in the venue's local time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from gateway.domain.notice import Notice

# Of English it is the British form that writes the day before the month, as every venue here does.
LOCALES = {"nl": "nl", "en": "en_GB"}


class Speech:
    def __init__(self, language: str, timezone: str) -> None:
        """A time zone that nobody knows is taken for UTC."""
        self._locale = LOCALES[language]
        self._zone = _zone(timezone)

    def number(self, value: float, digits: int = 0) -> str:
        """``1.240`` in Dutch, ``1,240`` in English; no digits that say nothing."""
        return format_decimal(round(value, digits), locale=self._locale)

    def time(self, moment: datetime) -> str:
        """The time of day: ``20:04``."""
        return format_time(moment.astimezone(self._zone), "HH:mm", locale=self._locale)

    def day(self, moment: datetime) -> str:
        """``24 november``."""
        return format_date(moment.astimezone(self._zone), "d MMMM", locale=self._locale)

    def moment(self, moment: datetime, now: datetime) -> str:
        """The time of day, with the date where that is not the day of ``now``."""
        if moment.astimezone(self._zone).date() == now.astimezone(self._zone).date():
            return self.time(moment)
        return f"{self.day(moment)} {self.time(moment)}"

    def span(self, start: datetime, end: datetime, now: datetime) -> str:
        """From when to when: ``10:00–11:00``."""
        return f"{self.moment(start, now)}–{self.moment(end, start)}"

    def values(self, notice: Notice) -> dict[str, str]:
        """What fills the braces of a rule's sentences."""
        value, limit = notice.value or 0.0, notice.limit or 0.0
        numbers = {
            "value": value,
            "limit": limit,
            "peak": notice.peak if notice.peak is not None else value,
            "over": max(0.0, round(value) - round(limit)),
            "minutes": max(1, round((notice.at - notice.since) / timedelta(minutes=1))),
        }
        digits = 1 if notice.rule == "ventilation" else 0
        shown = {name: self.number(figure, digits) for name, figure in numbers.items()}
        since, at = self.moment(notice.since, notice.at), self.time(notice.at)
        return shown | {"room": notice.room_name, "since": since, "at": at}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")
