"""The certificate of a room's own test: what was measured, how, and what it does not show."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.report.decay_curve import draw_decay_curve
from dashboard.report.inks import PALE
from dashboard.report.printed import A4_MARGIN, Printed
from gateway.domain.room_test.curve import DecayCurve
from gateway.words.locale import PageLocale

Facts = Sequence[tuple[str, str]]
NAMES_MM = 62.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """In words: ``figure`` and ``flow`` with their intervals (``flow`` empty where the volume is not
    known), ``enough`` for how many people by each policy. ``curve`` is None where the readings that it
    was made of are gone.
    """

    place: str
    figure: str
    flow: str
    facts: Facts
    enough: Facts
    method: tuple[str, ...]
    leaves_out: tuple[str, ...]
    made: str
    curve: DecayCurve | None = None


def write_certificate(certificate: Certificate, locale: PageLocale) -> bytes:
    """The PDF: one page of A4."""
    page = Printed(locale.gettext("Test of a room"), locale, "A4", A4_MARGIN)
    page.add_page()
    page.paragraph(locale.gettext("Certificate of a room's own test"), 11, PALE.muted)
    page.paragraph(certificate.place, 22, bold=True)
    page.ln(6)
    page.paragraph(certificate.figure, 16, bold=True)
    if certificate.flow:
        page.paragraph(certificate.flow, 14)
    page.ln(1)
    page.paragraph(locale.gettext("In brackets: the interval of 95 %."), 9, PALE.muted)
    if certificate.curve is not None:
        page.ln(3)
        draw_decay_curve(page, certificate.curve, locale)
    page.ln(5)
    page.facts(certificate.facts, NAMES_MM)
    if certificate.enough:
        _heading(page, locale.gettext("Enough for how many people"))
        page.facts(certificate.enough, 118.0)
    _heading(page, locale.gettext("How it was measured"))
    for sentence in certificate.method:
        page.paragraph(sentence, 10)
    _heading(page, locale.gettext("What it does not show"))
    for sentence in certificate.leaves_out:
        page.paragraph(sentence, 10)
    page.ln(6)
    page.paragraph(certificate.made, 9, PALE.muted)
    return bytes(page.output())


def _heading(page: Printed, text: str) -> None:
    page.ln(5)
    page.paragraph(text, 12, bold=True)
    page.ln(1)
