"""Each piece of a room's advice as a sentence with its numbers."""

from datetime import timedelta
from typing import Final

import msgspec

from gateway.domain.advice.rules import Advice as Piece
from gateway.domain.room_state import RoomState
from gateway.words.locale import PageLocale

GAIN_PPM: Final = 30.0
"""Opening windows that brings less is not worth a sentence."""


def pieces_of(state: RoomState) -> list[Piece]:
    """The room's advice; what a newer gateway may give that is not known here is left out."""
    found = []
    for one in state.advice:
        try:
            found.append(msgspec.convert(one, Piece))
        except msgspec.ValidationError:
            continue
    return found


def advice_sentences(state: RoomState, locale: PageLocale) -> tuple[str, ...]:
    """Each piece of a room's advice as a sentence with its numbers, in the gateway's order."""
    return tuple(filter(None, (_sentence(piece, state, locale) for piece in pieces_of(state))))


def _sentence(piece: Piece, state: RoomState, locale: PageLocale) -> str:
    match piece.code:
        case "open_windows":
            return _opening_words(piece, locale)
        case "at_most":
            return at_most_words(piece, state, locale)
        case "break":
            return break_words(piece, locale)
        case "close_windows":
            return _closing_words(piece, state, locale)


def _opening_words(piece: Piece, locale: PageLocale) -> str:
    """With what it brings, where the room's own history of open windows tells."""
    ppm, unchanged_ppm = piece.ppm, piece.unchanged_ppm
    if ppm is None or unchanged_ppm is None or unchanged_ppm - ppm < GAIN_PPM:
        return locale.gettext("Open the windows")
    gain = locale.gettext(
        "Open the windows: %(ppm)s ppm in 15 min, and %(unchanged)s ppm if they stay closed",
        ppm=locale.number(ppm),
        unchanged=locale.number(unchanged_ppm),
    )
    if piece.flow_lps is None or piece.opened_lps is None:
        return gain
    flows = locale.gettext(
        "%(opened)s l/s of fresh air instead of %(flow)s l/s",
        opened=locale.figure(piece.opened_lps),
        flow=locale.figure(piece.flow_lps),
    )
    return f"{gain} ({flows})"


def at_most_words(piece: Piece, state: RoomState, locale: PageLocale) -> str:
    if piece.people is None:
        return ""
    if state.meeting is None:
        return _at_most(piece.people, locale)
    return locale.ngettext(
        "At most %(number)s person until the end",
        "At most %(number)s people until the end",
        piece.people,
    )


def _at_most(people: int, locale: PageLocale) -> str:
    return locale.ngettext("At most %(number)s person", "At most %(number)s people", people)


def break_words(piece: Piece, locale: PageLocale) -> str:
    if piece.minutes is None or piece.ppm is None:
        return ""
    return locale.gettext(
        "A break of %(span)s brings it to %(ppm)s ppm",
        span=locale.span(timedelta(minutes=piece.minutes)),
        ppm=locale.number(piece.ppm),
    )


def brings_words(pause: Piece, locale: PageLocale) -> str:
    """What the break that was asked for is good for."""
    if pause.ppm is None:
        return ""
    return locale.gettext("That brings it to %(ppm)s ppm", ppm=locale.number(pause.ppm))


def _closing_words(piece: Piece, state: RoomState, locale: PageLocale) -> str:
    if piece.ppm is None:
        return locale.gettext("The windows can be closed again")
    ppm = locale.number(piece.ppm)
    if state.meeting is None:
        return locale.gettext(
            "The windows can be closed again: closed it will be %(ppm)s ppm in 2 hours", ppm=ppm
        )
    return locale.gettext(
        "The windows can be closed again: closed it will be %(ppm)s ppm at the end", ppm=ppm
    )
