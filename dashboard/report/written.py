"""A report as the best PDF that can be written here: one that can be read aloud, or else one that says where
it stands as a page.
"""

import logging

from dashboard.report.pdf import write_pdf
from dashboard.report.sheet import Sheet
from dashboard.report.tagged import NoTags, may_be_tagged, write_tagged_pdf
from gateway.words.locale import PageLocale

log = logging.getLogger(__name__)


def write_report(sheet: Sheet, locale: PageLocale, address: str = "") -> bytes:
    """The PDF of a report; ``address`` is where the same stands as a page."""
    if may_be_tagged():
        try:
            return write_tagged_pdf(sheet, locale, address)
        except NoTags as error:
            log.warning("the report has no tags: WeasyPrint does not start: %s", error)
    return write_pdf(sheet, locale, address)
