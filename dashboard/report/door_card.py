"""The card that hangs at a door: A5, with the link of its page as a QR code, one page a room."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import segno

from dashboard.report.inks import PALE
from dashboard.report.printed import Printed
from gateway.words.locale import PageLocale

A5_MM: Final = (148.0, 210.0)
MARGIN: Final = 12.0
CODE: Final = 88.0
"""How wide the code is, in mm: an old phone reads it from a metre."""


@dataclass(frozen=True, slots=True)
class DoorCard:
    venue: str
    room: str
    link: str


def write_cards(cards: Iterable[DoorCard], locale: PageLocale) -> bytes:
    """The PDF of these cards."""
    pages = Printed(locale.gettext("Cards for doors"), locale, A5_MM, MARGIN)
    for card in cards:
        pages.add_page()
        pages.paragraph(card.venue, 13, PALE.muted, centred=True)
        pages.paragraph(card.room, 28, bold=True, centred=True)
        pages.ln(4)
        pages.paragraph(locale.gettext("Is there a place, and how is the air?"), 16, centred=True)
        pages.ln(4)
        _code(pages, card.link)
        pages.ln(5)
        pages.paragraph(
            locale.gettext("Point the camera of your phone at the code."), 12, centred=True
        )
        pages.ln(1)
        pages.paragraph(
            locale.gettext("No app, no account: nobody sees who looks."),
            10,
            PALE.muted,
            centred=True,
        )
    return bytes(pages.output())


def _code(pages: Printed, link: str) -> None:
    """The code, black on white, with the quiet margin of four modules that it needs around it."""
    rows = list(segno.make(link, micro=False, error="m").matrix)
    module = CODE / (len(rows) + 8)
    left, top = (pages.w - CODE) / 2 + 4 * module, pages.get_y() + 4 * module
    pages.set_fill_color("#000000")
    for down, row in enumerate(rows):
        start = None
        for at, is_dark in enumerate([*row, 0]):
            if is_dark and start is None:
                start = at
            elif not is_dark and start is not None:
                x, y = left + start * module, top + down * module
                pages.rect(x, y, (at - start) * module, module, "F")
                start = None
    pages.set_y(pages.get_y() + CODE)
