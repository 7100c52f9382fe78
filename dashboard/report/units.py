"""Values with their units, and days with their year, as a language writes them."""

from collections.abc import Callable
from datetime import datetime

from gateway.words.locale import PageLocale

Unit = Callable[[float, PageLocale], str]
"""Writes a value with its unit."""


def ppm(value: float, locale: PageLocale) -> str:
    return f"{locale.number(value)}\u00a0ppm"


def heads(value: float, locale: PageLocale) -> str:
    return locale.ngettext("%(number)s person", "%(number)s people", round(value))


def lps(value: float, locale: PageLocale) -> str:
    return f"{locale.number(value, 1)}\u00a0l/s"


def minutes(value: float, locale: PageLocale) -> str:
    return f"{locale.number(value)}\u00a0min"


def date_words(at: datetime, locale: PageLocale) -> str:
    """A day with its year: ``dinsdag 24 november 2026``."""
    return f"{locale.day(at)} {locale.local(at).year}"
