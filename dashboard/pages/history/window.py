"""The span of time that a visitor asks to see of a room: so many hours up to now or to a moment, or
from one moment to another. It stands in the address, so that a link shows the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from werkzeug.datastructures import MultiDict

from gateway.words.locale import PageLocale
from sensors.wire.instant import to_wire

HOURS: Final = (1, 6, 24, 168, 720, 8760, 43824)
"""What is offered: an hour to five years."""
USUAL_H: Final = 6
LONGEST_H: Final = 43824
EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2250
_HOUR: Final = timedelta(hours=1)
_LEAST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Window:
    """``hours`` is what was asked, None where a span between two moments was."""

    start: datetime
    end: datetime
    hours: int | None
    is_now: bool

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def query(self) -> dict[str, str | int]:
        """What asks for the same again."""
        if self.hours is None:
            return {"from": to_wire(self.start), "to": to_wire(self.end)}
        return {"hours": self.hours} | ({} if self.is_now else {"to": to_wire(self.end)})

    @property
    def earlier(self) -> dict[str, str | int]:
        return self._at(self.start)

    def later(self, now: datetime) -> dict[str, str | int] | None:
        """The span behind this one; None where this one reaches now."""
        if self.is_now:
            return None
        if self.hours is not None and self.end + self.length >= now:
            return {"hours": self.hours}
        return self._at(min(self.end + self.length, now))

    def _at(self, end: datetime) -> dict[str, str | int]:
        if self.hours is not None:
            return {"hours": self.hours, "to": to_wire(end)}
        return {"from": to_wire(end - self.length), "to": to_wire(end)}

    def title(self, locale: PageLocale) -> str:
        if not self.is_now or self.hours is None:
            return self._dates(locale)
        if self.hours <= 48:
            return locale.gettext("The last hours")
        if self.hours < 8760:
            return locale.ngettext(
                "The last %(number)s day", "The last %(number)s days", self.hours // 24
            )
        return locale.ngettext("The last year", "The last %(number)s years", self.hours // 8760)

    def about(self, locale: PageLocale) -> str:
        """What a chart of the span shows, for whoever does not see it."""
        if not self.is_now or self.hours is None:
            return locale.gettext("CO₂ from %(span)s", span=self._dates(locale))
        if self.hours <= 48:
            return locale.gettext("CO₂ in the last %(hours)s hours", hours=self.hours)
        days = self.hours // 24
        return locale.ngettext(
            "CO₂ in the last %(number)s day", "CO₂ in the last %(number)s days", days
        )

    def _dates(self, locale: PageLocale) -> str:
        one = locale.local(self.start).date() == locale.local(self.end).date()
        first, last = locale.day_and_year(self.start), locale.day_and_year(self.end)
        if one or self.length <= timedelta(hours=48):
            first = f"{locale.date_and_year(self.start)} {locale.time(self.start)}"
            last = (
                locale.time(self.end) if one else f"{locale.date(self.end)} {locale.time(self.end)}"
            )
        return f"{first} – {last}"


def choice(hours: int, locale: PageLocale) -> str:
    """So many hours as a link names them."""
    if hours < 48:
        return locale.gettext("%(hours)s h", hours=hours)
    if hours < 8760:
        return locale.ngettext("%(number)s day", "%(number)s days", hours // 24)
    return locale.ngettext("%(number)s year", "%(number)s years", hours // 8760)


def asked(given: MultiDict[str, str], now: datetime, locale: PageLocale) -> Window:
    """The window that an address asks for; what cannot be read in it is the usual one."""
    end, start = _moment(given.get("to"), locale), _moment(given.get("from"), locale)
    is_now = end is None or end >= now
    end = now if end is None or is_now else end
    if start is not None and timedelta(0) < end - start:
        start = max(min(start, end - _LEAST), end - LONGEST_H * _HOUR)
        return Window(start, end, None, is_now)
    hours = min(max(given.get("hours", USUAL_H, type=int), 1), LONGEST_H)
    return Window(end - hours * _HOUR, end, hours, is_now)


def _moment(text: str | None, locale: PageLocale) -> datetime | None:
    """A moment as it is given: one that names no zone is the venue's."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if not EARLIEST_YEAR <= at.year < LATEST_YEAR:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=locale.zone)
