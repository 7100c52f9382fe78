"""A report as a PDF that can be read aloud: headings, lists, tables and the chart's words are tagged
(PDF/UA-1). It takes WeasyPrint, which an installation has where it asked for the extra ``pdf``.
"""

import base64
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from dashboard.report.inks import INKS, LEVEL_INK, LEVEL_WASH, PALE, width_mm
from dashboard.report.pdf import FONTS
from dashboard.report.sheet import Sheet
from gateway.words.locale import PageLocale

SIGNS: Final = {"good": "✔", "watch": "◆", "act": "▲", "unknown": "■"}
"""The shapes of the levels as letters, so that colour is never alone."""
TEMPLATES: Final = Path(__file__).parents[1] / "templates"


class NoTags(Exception):
    """WeasyPrint, or what it needs of the system, is not there."""


def may_be_tagged() -> bool:
    """Whether WeasyPrint is installed."""
    return importlib.util.find_spec("weasyprint") is not None


def write_tagged_pdf(sheet: Sheet, locale: PageLocale, address: str = "") -> bytes:
    """The PDF of a report; ``address`` is where the same stands as a page.

    Raises:
        NoTags: it cannot be written here.

    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - fonts and all, only where asked for
        from weasyprint.urls import URLFetcher  # noqa: PLC0415 - likewise
    except (ImportError, OSError) as error:  # OSError: Pango is not on the machine
        raise NoTags(str(error)) from error
    fetcher = URLFetcher(allowed_protocols=("file", "data"), fail_on_errors=True)
    page: Any = HTML(
        string=tagged_html(sheet, locale, address),
        base_url=FONTS.as_uri() + "/",
        url_fetcher=fetcher,
    )
    written: bytes = page.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return written


def tagged_html(sheet: Sheet, locale: PageLocale, address: str = "") -> str:
    """What is printed; all that people typed is text in it, and it asks for nothing but our own fonts."""
    values = {
        "sheet": sheet, "address": address, "language": locale.language, "_": locale.gettext,
        "inks": INKS, "width_of": width_mm, "level_ink": LEVEL_INK, "level_wash": LEVEL_WASH,
        "pale": PALE, "signs": SIGNS,
    }  # fmt: skip
    drawn = ""
    if sheet.chart is not None:
        svg = _template("report_chart.svg").render(values | {"chart": sheet.chart})
        drawn = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return _template("report_print.html").render(values | {"drawn": drawn})


@lru_cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
