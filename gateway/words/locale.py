"""The languages that Luchtig speaks: catalogues, and numbers and times as a language writes them.

A language is a folder beside this file with its catalogue; nothing else names it. The header
``Language`` of a catalogue says by whose customs numbers and dates are written: of English it is
the British form, ``en_GB``, that writes the day before the month, as every venue here does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.support import Translations

from sensors.time_zone import zone_or_utc

WORDS: Final = Path(__file__).parent
"""Its catalogues hold what the gateway says, and what the dashboard says in the same words."""
DEFAULT_LANGUAGE: Final = "nl"
"""Spoken where a language is not known."""
DASH: Final = "—"


@dataclass(frozen=True)
class PageLocale:
    """One language and one time zone: how things are said there."""

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
        return self.tenths(value) if value < 10 else self.number(value)

    def tenths(self, value: float) -> str:
        """Rounded to a tenth, without a zero that says nothing: ``12,5``, ``10``."""
        return self.number(value, 1 if round(value, 1) != round(value) else 0)

    @property
    def separators(self) -> str:
        """The signs before the decimals and between the thousands: ``,.`` in Dutch."""
        decimal = numbers.get_decimal_symbol(self.locale)
        return decimal + numbers.get_group_symbol(self.locale)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def time(self, at: datetime) -> str:
        """The time of day at the venue: ``20:04``."""
        return self._written(at, "HH:mm")

    def weekday(self, at: datetime) -> str:
        return self._written(at, "EEEE")

    def date(self, at: datetime) -> str:
        """The day and its month: ``24 november``."""
        return self._written(at, self.gettext("d MMMM"))

    def day(self, at: datetime) -> str:
        """The day with its name and month: ``dinsdag 24 november``."""
        return self._written(at, self.gettext("EEEE d MMMM"))

    def day_and_year(self, at: datetime) -> str:
        """``dinsdag 24 november 2026``."""
        return self._written(at, self.gettext("EEEE d MMMM y"))

    def date_and_year(self, at: datetime) -> str:
        """``24 november 2026``."""
        return self._written(at, self.gettext("d MMMM y"))

    def month_and_year(self, at: datetime) -> str:
        """``november 2026``."""
        return self._written(at, "LLLL y")

    def weekday_and_day(self, at: datetime) -> str:
        """``di 24``."""
        return self._written(at, "EEE d")

    def month(self, at: datetime) -> str:
        """The month alone, short: ``nov``."""
        return self._written(at, "MMM")

    def moment(self, at: datetime, now: datetime) -> str:
        """The time of day, with the day before it where that is another than that of ``now``."""
        if self.local(at).date() == self.local(now).date():
            return self.time(at)
        return self._written(at, self.gettext("EEE d MMM, HH:mm"))

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

    def _written(self, at: datetime, pattern: str) -> str:
        """A moment by a pattern of CLDR, which a catalogue holds where languages order it
        otherwise.
        """
        return dates.format_datetime(at, pattern, tzinfo=self.zone, locale=self.locale)


def own_name(language: str) -> str:
    """What a language calls itself: ``Nederlands`` of ``nl``."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


LANGUAGES: Final = {
    file.parents[1].name: own_name(file.parents[1].name)
    for file in sorted(
        WORDS.glob("*/LC_MESSAGES/messages.mo"),
        key=lambda file: (file.parents[1].name != DEFAULT_LANGUAGE, file),
    )
}
"""What each language calls itself, by its code; the default comes first."""


@lru_cache
def locale_of(
    language: str, timezone: str = "UTC", catalogues: tuple[Path, ...] = (WORDS,)
) -> PageLocale:
    """A language at a place, in the words of ``catalogues``. What they lack is said in English, an
    unknown language is ``DEFAULT_LANGUAGE`` and an unknown zone UTC.
    """
    known = language if language in LANGUAGES else DEFAULT_LANGUAGE
    first, *others = (Translations.load(str(folder), [known]) for folder in catalogues)
    for other in others:
        if isinstance(first, Translations) and isinstance(other, Translations):
            first.merge(other)
    written = Locale.parse(first.info().get("language", known))
    return PageLocale(known, first, written, zone_or_utc(timezone))


def _unbroken(text: str) -> str:
    """A number and its unit stay on one line."""
    return text.replace(" ", "\u00a0")
