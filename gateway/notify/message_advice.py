"""What a mail says is to be done, and what comes of it where that is known."""

from collections.abc import Mapping
from typing import Any

from gateway.domain.alerts.notice import Notice
from gateway.notify.message_rules import always_todo
from gateway.words.locale import PageLocale


def todo_and_outcomes(notice: Notice, locale: PageLocale) -> tuple[list[str], list[str]]:
    """Advice that has no words, or whose numbers are not known, is left out."""
    always = always_todo(notice.rule, locale)
    if always is not None:
        return [always], []
    todo = [_todo(piece, locale) for piece in notice.advice]
    outcomes = [_outcome(piece, locale) for piece in notice.advice]
    return [words for words in todo if words], [words for words in outcomes if words]


def _todo(piece: Mapping[str, Any], locale: PageLocale) -> str:
    """It begins with a small letter, for it follows what asks for it."""
    people, minutes = _number(piece, "people"), _number(piece, "minutes")
    match piece.get("code"):
        case "open_windows":
            return locale.gettext("open windows and doors.")
        case "close_windows":
            return locale.gettext("the windows may be closed again.")
        case "at_most" if people is not None:
            return locale.ngettext(
                "let no more than %(number)s person into the room.",
                "let no more than %(number)s people into the room.",
                round(people),
            )
        case "break" if minutes is not None:
            return locale.gettext(
                "take a break of %(minutes)s min outside the room.", minutes=locale.number(minutes)
            )
        case _:
            return ""


def _outcome(piece: Mapping[str, Any], locale: PageLocale) -> str:
    ppm, unchanged_ppm = _number(piece, "ppm"), _number(piece, "unchanged_ppm")
    match piece.get("code"):
        case "open_windows" if ppm is not None and unchanged_ppm is not None:
            return locale.gettext(
                "With the windows open CO₂ will be about %(ppm)s ppm in a quarter of an hour, "
                "and %(unchanged)s otherwise.",
                ppm=locale.number(ppm),
                unchanged=locale.number(unchanged_ppm),
            )
        case "break" if ppm is not None:
            return locale.gettext(
                "After that break CO₂ will be about %(ppm)s ppm.", ppm=locale.number(ppm)
            )
        case _:
            return ""


def _number(piece: Mapping[str, Any], name: str) -> float | None:
    value = piece.get(name)
    return value if isinstance(value, int | float) else None
