"""A season as a PDF to send: tagged, with the signed JSON attached, and signed itself."""

from datetime import datetime
from typing import Final

from dashboard.report.inks import LEVEL_INK, LEVEL_WASH, PALE
from dashboard.report.pdf import MARGIN
from dashboard.season.paper import ROW, Paper
from dashboard.season.sheet import SeasonSheet, Split
from dashboard.season.words import proves_not, proves_words
from gateway.proof.canonical import Document, canonical
from gateway.proof.signature import Signer, seal_pdf
from gateway.words.locale import PageLocale

_NAME, _BAR = 0.25, 0.16
_COUNTS: Final = (0.1, 0.13, 0.12, 0.24)
_ROOM: Final = (0.25, 0.11, 0.08, 0.13, 0.1, 0.13, 0.11, 0.09)


def write_season_pdf(
    sheet: SeasonSheet, document: Document, signer: Signer, now: datetime, locale: PageLocale
) -> bytes:
    """The sealed PDF of a signed document."""
    page = _SeasonPaper(sheet, locale)
    page.set_creation_date(now)
    page.add_page()
    page.head()
    page.splits(locale.gettext("Month by month"), sheet.months)
    page.splits(locale.gettext("By rule, measured"), sheet.measured)
    page.splits(locale.gettext("Declared by the host"), sheet.declared)
    page.splits(locale.gettext("What it was held to"), sheet.policies, below=True)
    page.rooms()
    page.worst()
    page.ground()
    page.embed_file(bytes=canonical(document), basename="luchtig-season.json", compress=True)
    return seal_pdf(bytes(page.output()), signer, now)


class _SeasonPaper(Paper):
    def __init__(self, sheet: SeasonSheet, locale: PageLocale) -> None:
        title = f"{locale.gettext('Season')} · {sheet.name} · {sheet.days}"
        super().__init__(title, f"Luchtig · {sheet.name} · {sheet.days} · {sheet.version}", locale)
        self._sheet = sheet

    def head(self) -> None:
        sheet = self._sheet
        self.line_of(self.say.gettext("Season"), 9, PALE.muted)
        self.line_of(sheet.name, 20, bold=True, tag="H1")
        self.line_of(sheet.days, 11, PALE.muted)
        self.ln(2)
        self._finding()
        self._tiles()

    def _finding(self) -> None:
        """The one sentence, on the wash of its level."""
        sheet, top = self._sheet, self.get_y()
        rest = " ".join(sheet.explanations)
        height = 15.0 if rest else 11.0
        with self.artifact():
            self.set_fill_color(LEVEL_WASH[sheet.level])
            self.rect(MARGIN, top, self.epw, height, "F", round_corners=True, corner_radius=3)
        self.set_xy(MARGIN, top + 2.5)
        self.set_left_margin(MARGIN + 4)
        self.set_x(MARGIN + 4)
        self.line_of(sheet.headline, 13, LEVEL_INK[sheet.level], bold=True)
        if rest:
            self.line_of(rest, 10)
        self.set_left_margin(MARGIN)
        self.set_xy(MARGIN, top + height + 3)

    def _tiles(self) -> None:
        width, top = self.epw / len(self._sheet.tiles), self.get_y()
        for index, (name, figure, note) in enumerate(self._sheet.tiles):
            left = MARGIN + index * width
            with self.tagged("P"):
                for text, size, colour, down in (
                    (name, 9, PALE.muted, 0.0), (figure, 16, PALE.ink, 4.5), (note, 7.5, PALE.muted, 11),
                ):  # fmt: skip
                    self.set_xy(left, top + down)
                    self.ink(size, colour, bold=size > 10)
                    self.cell(width, size * 0.42, self.fitting(text, width - 2))
        self.set_xy(MARGIN, top + 16)

    def splits(self, title: str, found: tuple[Split, ...], *, below: bool = False) -> None:
        """Each as a bar with its figures; what more there is to say stands beside, or ``below``."""
        if not found:
            return
        self.heading(title)

        shares = (_NAME, _BAR, *_COUNTS)
        head = (
            "",
            "",
            self.say.gettext("kept"),
            self.say.gettext("not kept"),
            self.say.gettext("cannot be said"),
            "",
        )
        self.row(tuple(zip(head, shares, strict=True)), size=7.5, colour=PALE.muted)
        for split in found:
            self.keep_together(ROW)
            self.rule()
            self.bar(split.shares, MARGIN + self.epw * _NAME, self.epw * (_BAR - 0.02))
            more = "" if below else split.more
            texts = (split.name, "", split.kept, split.not_kept, split.cannot_say, more)
            self.row(tuple(zip(texts, shares, strict=True)), size=8.5)
            if below:
                self.line_of(split.more, 8.5, PALE.muted)

    def rooms(self) -> None:
        if not self._sheet.rooms:
            return
        self.heading(self.say.gettext("Room by room"))
        head = (
            "", self.say.gettext("meetings"), self.say.gettext("hours"), self.say.gettext("people-hours"),
            self.say.gettext("kept"), self.say.gettext("not kept"), self.say.gettext("cannot be said"), self.say.gettext("measured"),
        )  # fmt: skip
        self.row(tuple(zip(head, _ROOM, strict=True)), size=7.5, colour=PALE.muted)
        for room in self._sheet.rooms:
            self.keep_together(ROW)
            self.rule()
            texts = (
                room.name, room.meetings, room.hours, room.people_hours,
                room.kept, room.not_kept, room.cannot_say, room.measured,
            )  # fmt: skip
            self.row(tuple(zip(texts, _ROOM, strict=True)))

    def worst(self) -> None:
        if not self._sheet.worst:
            return
        self.heading(self.say.gettext("What went over longest, and what was done"))
        for one in self._sheet.worst:
            self.keep_together(3 * ROW)
            self.row(((f"{one.when} · {one.room}", 0.82), (one.over, 0.18)), bold=True)
            self.line_of(one.what, 9)
            for done in one.done:
                self.line_of(done, 8.5, PALE.muted)
            self.ln(1)

    def ground(self) -> None:
        sheet = self._sheet
        self.heading(self.say.gettext("The measurements"))
        self.line_of(sheet.sensors, 9)
        for change in sheet.changes:
            self.line_of(change, 9, PALE.muted)
        self.heading(self.say.gettext("To check it"))
        self.line_of(sheet.signed, 9)
        self.line_of(proves_words(sheet.address, self.say), 9)
        self.line_of(self.say.gettext("Key %(key)s", key=sheet.thumbprint), 8.5, PALE.muted)
        self.line_of(proves_not(self.say), 9)
