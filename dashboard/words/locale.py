"""The languages of the pages: catalogues, and numbers and times as a language writes them.

A page's language is the visitor's choice (a cookie, or ``?lang=``), else what the browser asks for,
else the venue's. Times are always the venue's own.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, dates, numbers
from babel.support import Translations
from flask import request

LANGUAGES: Final = {"nl": "Nederlands", "en": "English"}
COOKIE: Final = "luchtig_language"
TRANSLATIONS: Final = Path(__file__).parent / "translations"
DASH: Final = "—"
_UNIT: Final = re.compile(r"(?<=\d) (?=(?:ppm|l/s|m²|m³|min)\b)")


@dataclass(frozen=True)
class PageLocale:
    """One language and one time zone: how the pages say things there."""

    language: str
    catalogue: NullTranslations
    locale: Locale
    zone: ZoneInfo

    def gettext(self, text: str, /, **values: object) -> str:
        said = self.catalogue.gettext(text)
        return said % values if values else said

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        return self.catalogue.ngettext(one, many, number) % (
            {"number": self.number(number)} | values
        )

    def number(self, value: float, digits: int = 0) -> str:
        """``1.240`` in Dutch, ``1,240`` in English; rounded to ``digits`` behind the comma."""
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return numbers.format_decimal(value, format=pattern, locale=self.locale)

    def figure(self, value: float) -> str:
        """A measured quantity: one digit behind the comma below ten, and none that says nothing."""
        return self.number(value, 1 if value < 10 and round(value, 1) != round(value) else 0)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def time(self, at: datetime) -> str:
        """The time of day at the venue: ``20:04``."""
        return dates.format_time(at, "HH:mm", tzinfo=self.zone, locale=self.locale)

    def weekday(self, at: datetime) -> str:
        return dates.format_datetime(at, "EEEE", tzinfo=self.zone, locale=self.locale)

    def day(self, at: datetime) -> str:
        """The day with its name and month: ``dinsdag 24 november``."""
        return dates.format_datetime(at, "EEEE d MMMM", tzinfo=self.zone, locale=self.locale)

    def moment(self, at: datetime, now: datetime) -> str:
        """The time of day, with the day before it where that is another than that of ``now``."""
        if self.local(at).date() == self.local(now).date():
            return self.time(at)
        pattern = "EEE d MMM, HH:mm"
        return dates.format_datetime(at, pattern, tzinfo=self.zone, locale=self.locale)

    def span(self, length: timedelta) -> str:
        """How long, in whole minutes: ``52 min``, ``1 u``, ``1 u 10``; at least a minute."""
        minutes = max(1, round(length / timedelta(minutes=1)))
        if minutes < 60:
            return _unbroken(self.gettext("%(minutes)d min", minutes=minutes))
        hours, rest = divmod(minutes, 60)
        if hours < 48 and rest == 0:
            return _unbroken(self.gettext("%(hours)d h", hours=hours))
        if hours < 48:
            return _unbroken(self.gettext("%(hours)d h %(minutes)02d", hours=hours, minutes=rest))
        days = hours // 24
        return self.ngettext("%(number)s day", "%(number)s days", days)


@lru_cache
def page_locale(language: str, timezone: str = "UTC") -> PageLocale:
    """The speech of a language at a place; an unknown language is Dutch, an unknown zone UTC."""
    known = language if language in LANGUAGES else "nl"
    catalogue = Translations.load(str(TRANSLATIONS), [known])
    # Dutch months and numbers are the same everywhere; of English it is the British form that
    # writes the day before the month, as every venue here does.
    locale = Locale.parse("en_GB" if known == "en" else known)
    return PageLocale(known, catalogue, locale, _zone(timezone))


def asked_language(venue_language: str) -> str:
    """The language of the request that is being answered."""
    for chosen in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    return request.accept_languages.best_match(list(LANGUAGES)) or venue_language


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def unbroken_units(text: str) -> str:
    """A sentence in which numbers and their units stay on one line."""
    return _UNIT.sub("\u00a0", text)


def _unbroken(text: str) -> str:
    """A number and its unit stay on one line."""
    return text.replace(" ", "\u00a0")
