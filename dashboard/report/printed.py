"""What is printed in the house's own letters: the page that other documents than reports begin from."""

import logging
from collections.abc import Iterable
from typing import Final

from fpdf import FPDF, Align, XPos, YPos
from fpdf.fonts import TTFFont

from dashboard.report.inks import PALE
from dashboard.report.pdf import FONT, FONTS
from gateway.words.locale import PageLocale


class Printed(FPDF):
    """A document with a title, in a language."""

    def __init__(
        self, title: str, locale: PageLocale, form: str | tuple[float, float], margin: float
    ) -> None:
        logging.getLogger("fontTools").setLevel(logging.WARNING)  # says each table that it subsets
        super().__init__(format=form)
        for style, name in (("", "regular"), ("B", "bold")):
            self.add_font(FONT, style, FONTS / f"atkinson-hyperlegible-next-{name}.ttf")
        fonts = [font for font in self.fonts.values() if isinstance(font, TTFFont)]
        self._letters = {letter for font in fonts for letter in font.cmap}
        self.set_margins(margin, margin)
        self.c_margin = 0.0
        self.alias_nb_pages("")
        self.set_auto_page_break(auto=True, margin=margin)
        self.set_title(self.shown(title))
        self.set_creator("Luchtig")
        self.set_lang(locale.language)

    def paragraph(
        self,
        text: str,
        size: float,
        ink: str = PALE.ink,
        *,
        bold: bool = False,
        centred: bool = False,
    ) -> None:
        """A paragraph, as many lines as it takes."""
        self.letters(size, ink, bold=bold)
        align = Align.C if centred else Align.L
        self.multi_cell(
            0, size * 0.48, self.shown(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def facts(self, facts: Iterable[tuple[str, str]], width: float) -> None:
        """Names and what they are, the names in a column of this width."""
        for name, value in facts:
            self.letters(10, PALE.muted)
            self.cell(width, 5.4, self.shown(name))
            self.letters(10, PALE.ink)
            self.multi_cell(
                0, 5.4, self.shown(value), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )

    def letters(self, size: float, ink: str, *, bold: bool = False) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(ink)

    def shown(self, text: str) -> str:
        """The text in letters that the fonts have: another one is a question mark."""
        plain = text.replace("₂", "2").replace("\u00a0", " ")
        return "".join(c if ord(c) in self._letters else "?" for c in plain)


A4_MARGIN: Final = 16.0
