"""Values with their units, as a language writes them."""

from collections.abc import Callable

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
