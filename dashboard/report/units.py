"""Values with their units, and days with their year, as a language writes them."""

from collections.abc import Callable
from datetime import datetime

from dashboard.i18n import Speech

Unit = Callable[[float, Speech], str]
"""Writes a value with its unit."""


def ppm(value: float, say: Speech) -> str:
    return f"{say.number(value)}\u00a0ppm"


def heads(value: float, say: Speech) -> str:
    return say.ngettext("%(number)s person", "%(number)s people", round(value))


def lps(value: float, say: Speech) -> str:
    return f"{say.number(value, 1)}\u00a0l/s"


def minutes(value: float, say: Speech) -> str:
    return f"{say.number(value)}\u00a0min"


def date_words(at: datetime, say: Speech) -> str:
    """A day with its year: ``dinsdag 24 november 2026``."""
    return f"{say.day(at)} {say.local(at).year}"
