"""Each piece of a room's advice as a sentence with its numbers."""

from datetime import timedelta
from typing import Final

import msgspec

from dashboard.i18n import Speech
from gateway.domain.room_state import RoomState
from gateway.domain.wanted_advice import Advice as Piece

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


def advice_sentences(state: RoomState, say: Speech) -> tuple[str, ...]:
    """Each piece of a room's advice as a sentence with its numbers, in the gateway's order."""
    return tuple(filter(None, (_sentence(piece, state, say) for piece in pieces_of(state))))


def _sentence(piece: Piece, state: RoomState, say: Speech) -> str:
    match piece.code:
        case "open_windows":
            return _opening_words(piece, say)
        case "at_most":
            return at_most_words(piece, state, say)
        case "break":
            return break_words(piece, say)
        case "close_windows":
            return _closing_words(piece, state, say)


def _opening_words(piece: Piece, say: Speech) -> str:
    """With what it brings, where the room's own history of open windows tells."""
    ppm, unchanged_ppm = piece.ppm, piece.unchanged_ppm
    if ppm is None or unchanged_ppm is None or unchanged_ppm - ppm < GAIN_PPM:
        return say.gettext("Open the windows")
    gain = say.gettext(
        "Open the windows: %(ppm)s ppm in 15 min, and %(unchanged)s ppm if they stay closed",
        ppm=say.number(ppm),
        unchanged=say.number(unchanged_ppm),
    )
    if piece.flow_lps is None or piece.opened_lps is None:
        return gain
    flows = say.gettext(
        "%(opened)s l/s of fresh air instead of %(flow)s l/s",
        opened=say.figure(piece.opened_lps),
        flow=say.figure(piece.flow_lps),
    )
    return f"{gain} ({flows})"


def at_most_words(piece: Piece, state: RoomState, say: Speech) -> str:
    if piece.people is None:
        return ""
    if state.meeting is None:
        return _at_most(piece.people, say)
    return say.ngettext(
        "At most %(number)s person until the end",
        "At most %(number)s people until the end",
        piece.people,
    )


def _at_most(people: int, say: Speech) -> str:
    return say.ngettext("At most %(number)s person", "At most %(number)s people", people)


def break_words(piece: Piece, say: Speech) -> str:
    if piece.minutes is None or piece.ppm is None:
        return ""
    return say.gettext(
        "A break of %(span)s brings it to %(ppm)s ppm",
        span=say.span(timedelta(minutes=piece.minutes)),
        ppm=say.number(piece.ppm),
    )


def brings_words(pause: Piece, say: Speech) -> str:
    """What the break that was asked for is good for."""
    if pause.ppm is None:
        return ""
    return say.gettext("That brings it to %(ppm)s ppm", ppm=say.number(pause.ppm))


def _closing_words(piece: Piece, state: RoomState, say: Speech) -> str:
    if piece.ppm is None:
        return say.gettext("The windows can be closed again")
    ppm = say.number(piece.ppm)
    if state.meeting is None:
        return say.gettext(
            "The windows can be closed again: closed it will be %(ppm)s ppm in 2 hours", ppm=ppm
        )
    return say.gettext(
        "The windows can be closed again: closed it will be %(ppm)s ppm at the end", ppm=ppm
    )
