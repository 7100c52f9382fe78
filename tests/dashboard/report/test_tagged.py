"""The PDF of a report that can be read aloud: pdfinfo tells its structure, as a screen reader walks it."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from dashboard.report import written
from dashboard.report.sheet import sheet
from dashboard.report.tagged import NoTags, tagged_html, write_tagged_pdf
from dashboard.report.written import write_report
from gateway.domain.report.report import Report
from tests.dashboard.report.test_pdf import EN, NL, OVER, STORY, read
from tests.gateway.domain.report.evening import END, report
from tests.servers import missing, program

ADDRESS = "https://luchtig.example.org/meetings/m/report"


def tagged(found: Report) -> bytes:
    try:
        return write_tagged_pdf(sheet(found, None, END + timedelta(hours=1), NL), NL, ADDRESS)
    except NoTags as error:
        missing(f"WeasyPrint does not start ({error}): `make test` installs Pango for it")


def told_by(content: bytes, directory: Path, *asked: str) -> str:
    file = directory / "report.pdf"
    file.write_bytes(content)
    done = subprocess.run([program("pdfinfo"), *asked, file], capture_output=True, check=True)
    return done.stdout.decode()


def test_headings_tables_and_what_the_chart_shows_are_tagged(tmp_path: Path) -> None:
    made = tagged(report(OVER, flags=(STORY,)))
    assert re.search(r"Tagged:\s+yes", told_by(made, tmp_path))
    structure = told_by(made, tmp_path, "-struct-text")
    for tag in ("H1", "H2", "H3", "Table", "TR", "TH", "TD", "Figure", "P", "L"):
        assert re.search(rf"^\s*{tag}\b", structure, re.MULTILINE), tag
    words = re.sub(r"\s+", " ", structure)
    assert "100 van 100" in words
    assert "De metingen" in words


def test_all_of_it_can_be_read_and_it_says_where_it_is_a_page(tmp_path: Path) -> None:
    text = read(tagged(report(OVER, flags=(STORY,))), tmp_path)
    for words in ("30 min boven 1.200 ppm", "bericht gestuurd aan de organisator", ADDRESS):
        assert words in text


def test_what_people_typed_stays_text() -> None:
    odd = '<img src="http://x.example.org/"> {{ 7*7 }} \x01'
    found = sheet(msgspec.structs.replace(report(OVER), title=odd), None, END, EN)
    html = tagged_html(found, EN)
    assert "<img src=&#34;http" not in html.replace("&lt;img", "")
    assert "http://x.example.org" not in re.sub(r"&lt;img[^<]*", "", html)
    assert "{{ 7*7 }}" in html


@pytest.mark.parametrize("way", ["not installed", "without Pango"])
def test_without_weasyprint_it_is_the_plain_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str
) -> None:
    monkeypatch.setattr(written, "may_be_tagged", lambda: way != "not installed")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    found = sheet(report(OVER), None, END + timedelta(hours=1), NL)
    text = read(write_report(found, NL, ADDRESS), tmp_path)
    assert f"Als pagina, die een schermlezer volgt: {ADDRESS}" in text
