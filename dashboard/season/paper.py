"""A sheet of A4 in the house's letters, tagged: whoever has it read aloud hears what is a heading."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from fpdf import FPDF, Align, XPos, YPos
from fpdf.fonts import TTFFont

from dashboard.report.inks import LEVEL_INK, PALE
from dashboard.report.pdf import BOTTOM, FONT, FONTS, MARGIN
from gateway.domain.room_state import Level
from gateway.words.locale import PageLocale

Tag = Literal["H1", "H2", "P"]
ROW: Final = 4.8


class Paper(FPDF):
    """Lines, tables and bars; what is only drawn is an artifact."""

    def __init__(self, title: str, foot: str, locale: PageLocale) -> None:
        super().__init__(format="A4")
        logging.getLogger("fontTools").setLevel(logging.WARNING)
        self.say = locale
        self._foot = foot
        for style, name in (("", "regular"), ("B", "bold")):
            self.add_font(FONT, style, FONTS / f"atkinson-hyperlegible-next-{name}.ttf")
        fonts = [font for font in self.fonts.values() if isinstance(font, TTFFont)]
        self._letters = {letter for font in fonts for letter in font.cmap}
        self.set_margins(MARGIN, MARGIN - 2)
        self.c_margin = 0.0
        self.alias_nb_pages("")
        self.set_auto_page_break(auto=True, margin=BOTTOM)
        self.set_title(self.shown(title))
        self.set_creator("Luchtig")
        self.set_lang(locale.language)

    def footer(self) -> None:
        self.set_y(-BOTTOM + 4)
        with self.artifact():
            self.ink(8, PALE.muted)
            self.cell(self.epw * 0.8, 4, self.shown(self._foot))
            number = self.say.gettext("page %(page)s", page=self.page_no())
            self.cell(self.epw * 0.2, 4, number, align=Align.R)

    def ink(self, size: float, colour: str, *, bold: bool = False) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(colour)

    def line_of(
        self, text: str, size: float, colour: str = PALE.ink, *, bold: bool = False, tag: Tag = "P"
    ) -> None:
        """A paragraph over the whole width, kept on one page."""
        self.ink(size, colour, bold=bold)
        height = size * 0.48
        lines = self.multi_cell(0, height, self.shown(text), dry_run=True, output="LINES")
        self.keep_together(height * (len(lines) if isinstance(lines, list) else 1))
        with self.tagged(tag):
            self.multi_cell(
                0, height, self.shown(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )

    def heading(self, text: str) -> None:
        self.keep_together(20)
        self.ln(2.5)
        self.line_of(text, 12, bold=True, tag="H2")
        self.ln(0.8)

    def row(
        self,
        cells: tuple[tuple[str, float], ...],
        *,
        size: float = 9,
        colour: str = PALE.ink,
        bold: bool = False,
    ) -> None:
        """A row whose cells take so much of the width each: the first to the left, the rest to the
        right. Read as one line.
        """
        self.keep_together(ROW)
        self.ink(size, colour, bold=bold)
        top = self.get_y()
        with self.tagged("P"):
            left = MARGIN
            for index, (text, share) in enumerate(cells):
                self.set_xy(left, top)
                align = Align.L if index == 0 else Align.R
                width = self.epw * share
                self.cell(width, ROW, self.fitting(text, width - 1), align=align)
                left += width
        self.set_xy(MARGIN, top + ROW)

    def rule(self) -> None:
        """A line over the width."""
        with self.artifact():
            self.set_draw_color(PALE.line)
            self.set_line_width(0.15)
            self.line(MARGIN, self.get_y(), MARGIN + self.epw, self.get_y())

    def bar(self, shares: tuple[tuple[Level, float, float], ...], x: float, width: float) -> None:
        """A bar at this height, its parts in per cent of ``width``."""
        with self.artifact():
            top = self.get_y() + 0.9
            self.set_fill_color(PALE.line)
            self.rect(x, top + 1.4, width, 0.2, "F")
            for level, begin, share in shares:
                self.set_fill_color(LEVEL_INK[level])
                self.rect(x + width * begin / 100, top, width * share / 100, 3, "F")

    def fitting(self, text: str, width: float) -> str:
        """The text, cut where it would stand in the next cell."""
        text = self.shown(text)
        while text and self.get_string_width(text) > width:
            text = text.rstrip("…")[:-1].rstrip() + "…" if len(text) > 1 else ""
        return text

    def keep_together(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    @contextmanager
    def tagged(self, tag: Tag) -> Iterator[None]:
        """What is written within is one part of the document, of this kind."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{tag}", mcid=number)
        self._out(f"/{tag} <</MCID {number}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def shown(self, text: str) -> str:
        """The text in letters that the fonts have: another one is a question mark."""
        plain = text.replace("₂", "2").replace("\u00a0", " ").replace("→", "->")
        return "".join(c if ord(c) in self._letters else "?" for c in plain)
