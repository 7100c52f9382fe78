"""A report as a PDF: one or two pages of A4, drawn line by line, with the house's own font
inside.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fpdf import FPDF, Align, XPos, YPos
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace, TTFFont

from dashboard.report.chart import HEIGHT, Box, Chart, Label
from dashboard.report.inks import INKS, LEVEL_INK, LEVEL_WASH, PALE, width_mm
from dashboard.report.protocol import ProtocolText
from dashboard.report.sheet import Aspect, FlagText, Sheet
from gateway.domain.room_state import Level
from gateway.words.locale import PageLocale

FONTS: Final = Path(__file__).parents[1] / "static/vendor/atkinson"
FONT: Final = "Atkinson"
MARGIN: Final = 14.0
BOTTOM: Final = 15.0


def write_pdf(sheet: Sheet, locale: PageLocale, address: str = "") -> bytes:
    """The PDF of a report. Its text has no tags that a screen reader could follow, so it says at which
    ``address`` the same stands as a page.
    """
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # says each table that it subsets
    page = _Page(sheet, locale)
    page.add_page()
    page.head()
    page.verdict()
    page.aspects()
    if sheet.chart is not None:
        page.chart(sheet.chart)
    page.flags()
    page.noted()
    if sheet.protocol is not None:
        page.protocol(sheet.protocol)
    page.sensors()
    page.grounds()
    if address:
        page.where_it_is_a_page(address)
    return bytes(page.output())


class _Page(FPDF):
    def __init__(self, sheet: Sheet, locale: PageLocale) -> None:
        super().__init__(format="A4")
        self._sheet = sheet
        self._say = locale
        for style, name in (("", "regular"), ("B", "bold")):
            self.add_font(FONT, style, FONTS / f"atkinson-hyperlegible-next-{name}.ttf")
        fonts = [font for font in self.fonts.values() if isinstance(font, TTFFont)]
        self._letters = {letter for font in fonts for letter in font.cmap}
        self.set_margins(MARGIN, MARGIN - 2)
        self.c_margin = 0.0
        self.alias_nb_pages("")  # what is written is what stands there, whatever is in a title
        self.set_auto_page_break(auto=True, margin=BOTTOM)
        self.set_title(self._shown(sheet.title))
        self.set_creator("Luchtig")
        self.set_lang(locale.language)

    def footer(self) -> None:
        self.set_y(-BOTTOM + 4)
        self._write(8, PALE.muted)
        made = self._shown(f"Luchtig · {self._sheet.made}")
        self.cell(self.epw / 2, 4, made)
        number = self._say.gettext("page %(page)s", page=self.page_no())
        self.cell(self.epw / 2, 4, number, align=Align.R)

    def head(self) -> None:
        self._line(self._say.gettext("Report of a meeting"), 9, PALE.muted)
        self._line(self._sheet.title, 20, PALE.ink, bold=True, height=9)
        planned = self._say.gettext("planned %(when)s", when=self._sheet.planned)
        self._line(f"{self._sheet.place} · {self._sheet.day} · {planned}", 10, PALE.muted)
        self.ln(2)

    def verdict(self) -> None:
        """The one sentence, on the wash of its level, and what there is to say beside it."""
        sheet, top, pad = self._sheet, self.get_y(), 4.0
        inside = self.epw - 2 * pad - 11
        self._write(13, PALE.ink, bold=True)
        lines = self._lines(sheet.headline, inside)
        rest = " ".join(sheet.explanations)
        self._write(10, PALE.ink)
        height = 2 * pad + 6.0 * lines + (4.8 * self._lines(rest, inside) + 1 if rest else 0)
        self.set_fill_color(LEVEL_WASH[sheet.level])
        self.rect(MARGIN, top, self.epw, height, "F", round_corners=True, corner_radius=3)
        self._shape(sheet.level, MARGIN + pad, top + pad, 7.0)
        self.set_xy(MARGIN + pad + 11, top + pad)
        self._write(13, LEVEL_INK[sheet.level], bold=True)
        self.multi_cell(inside, 6, self._shown(sheet.headline), align=Align.L)
        if rest:
            self.set_xy(MARGIN + pad + 11, self.get_y() + 1)
            self._write(10, PALE.ink)
            self.multi_cell(inside, 4.8, self._shown(rest), align=Align.L)
        self.set_xy(MARGIN, top + height + 3)
        self._paragraph(sheet.presence, 10, PALE.ink)
        for revision in sheet.revisions:
            self._paragraph(revision, 10, LEVEL_INK["watch"])
        self.ln(2)

    def aspects(self) -> None:
        """The two verdicts beside each other."""
        top, gap = self.get_y(), 4.0
        width = (self.epw - gap) / 2
        bottoms = [
            self._aspect(one, MARGIN + index * (width + gap), top, width)
            for index, one in enumerate(self._sheet.aspects)
        ]
        bottom = max(bottoms)
        self.set_draw_color(PALE.line)
        for index in range(len(bottoms)):
            x = MARGIN + index * (width + gap)
            self.rect(x, top, width, bottom - top, round_corners=True, corner_radius=3)
        self.set_xy(MARGIN, bottom + 4)

    def chart(self, chart: Chart) -> None:
        top, left = self.get_y(), MARGIN
        for box in chart.boxes:
            self._box(box, left, top)
        for line in chart.lines:
            self.set_draw_color(INKS[line.ink])
            self.set_line_width(width_mm(line.ink))
            if line.ink == "limit":
                self.set_dash_pattern(dash=0.6, gap=1.0)
            self.polyline([(left + x, top + y) for x, y in line.points])
            self.set_dash_pattern()
        self.set_line_width(0.2)
        self.set_fill_color(INKS["flag"])
        for dot in chart.dots:
            self.circle(left + dot.x, top + dot.y, 0.9, "F")
        for label in chart.labels:
            self._label(label, left, top)
        self.set_xy(MARGIN, top + HEIGHT + 1)

    def flags(self) -> None:
        self._title(self._say.gettext("Flags, and what was done"))
        if not self._sheet.flags:
            self._line(self._say.gettext("Nothing was flagged during this meeting."), 10, PALE.ink)
        for flag in self._sheet.flags:
            self._flag(flag)

    def noted(self) -> None:
        """What somebody noted meanwhile; nothing where nobody did."""
        if not self._sheet.noted:
            return
        self._title(self._say.gettext("Noted"))
        for at, what in self._sheet.noted:
            self._line(f"{at}  {what}", 9.5, PALE.ink, height=4.6)

    def protocol(self, kept: ProtocolText) -> None:
        """What was measured, and under a heading of its own what people said."""
        self._title(self._say.gettext("Protocol: %(name)s", name=kept.name))
        self._line(kept.headline, 10, LEVEL_INK[kept.level], bold=True)
        for heading, facts in (
            (self._say.gettext("Measured"), kept.measured),
            (self._say.gettext("Declared by people"), kept.declared),
        ):
            if facts:
                self._keep_together(10)
                self._line(heading, 9.5, PALE.muted)
            for name, value in facts:
                self._line(f"{name}: {value}", 9.5, PALE.ink, height=4.6)
        said = self._say.gettext(
            "A declaration is what somebody said; it changes nothing of what was measured."
        )
        self._paragraph(said, 9, PALE.muted)

    def sensors(self) -> None:
        self._title(self._say.gettext("The measurements"))
        locale = self._say.gettext
        head = (
            locale("Sensor"),
            "",
            locale("Readings"),
            locale("Longest gap"),
            locale("Calibrated"),
        )
        rows = [(s.device, s.model, s.received, s.gap, s.calibrated) for s in self._sheet.sensors]
        if not rows:
            self._line(locale("No sensor measured this room."), 10, PALE.ink)
            return
        self._write(9, PALE.ink)
        self.set_draw_color(PALE.line)
        self.set_fill_color(PALE.card)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=(24, 58, 32, 26, 42),
            headings_style=FontFace(emphasis="", color=PALE.muted),
            line_height=4.6,
            text_align=(Align.L, Align.L, Align.R, Align.R, Align.L),
            padding=(0.6, 3, 0.6, 0),
        ) as table:
            for row in (head, *rows):
                table.row([self._shown(text) for text in row])
        self.ln(1)

    def grounds(self) -> None:
        """What it was held to, how sure it is, and how to check it."""
        if self._sheet.error:
            self._paragraph(self._sheet.error, 9, PALE.muted)
        self._title(self._say.gettext("What it is held to"))
        self._facts(self._sheet.policy)
        self._title(self._say.gettext("To check this report"))
        self._paragraph(f"{self._sheet.basis}, SHA-256:", 9, PALE.muted)
        self._paragraph(self._sheet.sha256, 9, PALE.ink)

    def _aspect(self, aspect: Aspect, x: float, top: float, width: float) -> float:
        """Draw one verdict; where it ends."""
        pad = 4.0
        self._shape(aspect.level, x + pad, top + pad - 0.4, 5.0)
        self.set_xy(x + pad + 7, top + pad - 0.4)
        self._write(12, PALE.ink, bold=True)
        self.cell(None, 5, self._shown(aspect.name) + "  ")
        self._write(12, LEVEL_INK[aspect.level], bold=True)
        self.cell(None, 5, self._shown(aspect.verdict))
        y = top + pad + 7
        for name, value in aspect.facts:
            self.set_xy(x + pad, y)
            self._write(9.5, PALE.muted)
            self.cell(None, 5, self._shown(name))
            self.set_xy(x + pad, y)
            self._write(9.5, PALE.ink, bold=True)
            self.cell(width - 2 * pad, 5, self._shown(value), align=Align.R)
            y += 5
        return y + pad - 1

    def _flag(self, flag: FlagText) -> None:
        self._keep_together(5 + 4.6 * len(flag.actions))
        self._write(10, PALE.ink, bold=True)
        self.cell(None, 5, self._shown(flag.name))
        self._write(10, PALE.ink)
        parts = " · ".join(filter(None, (flag.when, flag.worst)))
        self.cell(0, 5, self._shown(f"   {parts}"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for at, what in flag.actions:
            self._write(9.5, PALE.muted)
            self.cell(24, 4.6, self._shown(at))
            self._write(9.5, PALE.ink)
            self.cell(0, 4.6, self._shown(what), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def _facts(self, facts: Iterable[tuple[str, str]]) -> None:
        for name, value in facts:
            self._write(9, PALE.muted)
            self.cell(24, 4.6, self._shown(name))
            self._write(9, PALE.ink)
            self.multi_cell(
                0, 4.6, self._shown(value), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )

    def _title(self, text: str) -> None:
        self._keep_together(16)
        self.ln(1.5)
        self._line(text, 12, PALE.ink, bold=True, height=6.5)

    def where_it_is_a_page(self, address: str) -> None:
        words = self._say.gettext(
            "As a page, which a screen reader follows: %(address)s", address=address
        )
        self.ln(2)
        self._paragraph(words, 8, PALE.muted)

    def _line(
        self, text: str, size: float, ink: str, *, bold: bool = False, height: float = 5
    ) -> None:
        self._write(size, ink, bold=bold)
        self.multi_cell(
            0, height, self._shown(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def _paragraph(self, text: str, size: float, ink: str) -> None:
        self._line(text, size, ink, height=size * 0.47)

    def _write(self, size: float, ink: str, *, bold: bool = False) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(ink)

    def _lines(self, text: str, width: float) -> int:
        """How many lines a text takes in the letters that are set."""
        lines = self.multi_cell(width, 5, self._shown(text), dry_run=True, output="LINES")
        return len(lines) if isinstance(lines, list) else 0

    def _keep_together(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    def _box(self, box: Box, left: float, top: float) -> None:
        self.set_fill_color(INKS[box.ink])
        self.rect(left + box.x, top + box.y, box.width, box.height, "F")

    def _label(self, label: Label, left: float, top: float) -> None:
        self._write(7.5, INKS[label.ink])
        text = self._shown(label.text)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * self.get_string_width(
            text
        )
        self.text(left + label.x - shift, top + label.y, text)

    def _shape(self, level: Level, x: float, y: float, size: float) -> None:
        """The sign of a level, as on the pages: colour is never alone."""
        self.set_fill_color(LEVEL_INK[level])
        self.set_draw_color("#FFFFFF")
        self.set_line_width(size / 9)

        def at(left: float, down: float) -> tuple[float, float]:
            return x + left / 32 * size, y + down / 32 * size

        match level:
            case "good":
                self.circle(*at(16, 16), 14 / 32 * size, "F")
                self.polyline([at(9.5, 16.6), at(13.9, 20.9), at(22.5, 11.9)])
            case "unknown":
                self.rect(*at(2, 2), 28 / 32 * size, 28 / 32 * size, "F")
                self.polyline([at(10, 16), at(22, 16)])
            case _:
                corners = [at(16, 2.5), at(31, 29), at(1, 29)]
                if level == "watch":
                    corners = [at(16, 1.2), at(30.8, 16), at(16, 30.8), at(1.2, 16)]
                self.polygon(corners, style="F")
                self.polyline([at(16, 11), at(16, 18.5)])
                self.polyline([at(16, 24), at(16, 24.1)])
        self.set_line_width(0.2)

    def _shown(self, text: str) -> str:
        """The text in letters that the fonts have: another one is a question mark, as it may be one
        of a title in any script.
        """
        plain = text.replace("₂", "2").replace("\u00a0", " ")
        return "".join(c if ord(c) in self._letters else "?" for c in plain)
