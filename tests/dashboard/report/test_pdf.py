"""The PDF as a reader opens it: pdftotext says what stands on it."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import msgspec

from dashboard.report.inks import LEVEL_INK, LEVEL_WASH
from dashboard.report.pdf import FONTS, write_pdf
from dashboard.report.sheet import sheet
from dashboard.words.locale import page_locale
from gateway.domain.report.flag_history import FlagAction, FlagHistory
from gateway.domain.report.report import Report
from gateway.words.locale import PageLocale
from tests.gateway.domain.report.evening import END, THERE, at, every_minute, material, report
from tests.servers import program

NL, EN = page_locale("nl", "Europe/Amsterdam"), page_locale("en", "Europe/Amsterdam")
OVER = material(every_minute({(-60, 20): 700, (20, 50): 1412, (50, 210): 700}), THERE)
STORY = FlagHistory(
    "f", "co2", at(20), at(50), 1412.0, 1200.0, (FlagAction(at(25), "told", "organiser"),)
)


def pdf(found: Report, locale: PageLocale = NL) -> bytes:
    return write_pdf(sheet(found, None, END + timedelta(hours=1), locale), locale)


def read(content: bytes, directory: Path) -> str:
    file = directory / "report.pdf"
    file.write_bytes(content)
    done = subprocess.run(
        [program("pdftotext"), "-layout", file, "-"], capture_output=True, check=True
    )
    return re.sub(r"\s+", " ", done.stdout.decode())


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", content))


def test_a_report_is_one_page_and_many_flags_make_it_two() -> None:
    assert pages(pdf(report(OVER, flags=(STORY,)))) == 1
    assert pages(pdf(report(OVER, flags=(STORY,) * 12))) == 2


def test_our_font_is_inside() -> None:
    assert b"AtkinsonHyperlegibleNext" in pdf(report(OVER))


def test_all_of_it_can_be_read(tmp_path: Path) -> None:
    text = read(pdf(report(OVER, flags=(STORY,))), tmp_path)
    for words in (
        "Deze bijeenkomst ging over de grens: 30 min boven 1.200 ppm CO2, hoogstens 1.412 ppm om 19:20.",
        "Lucht Over de grens",
        "Mensen Binnen de grens",
        "bericht gestuurd aan de organisator",
        "Streefwaarde 1.200 ppm",
        "100 van 100",
        report(OVER).basis.sha256,
        "bladzijde 1",
    ):
        assert words in text
    assert "This meeting went over its limits" in read(pdf(report(OVER), EN), tmp_path)


def test_a_title_in_any_script_and_of_any_length_is_no_trouble(tmp_path: Path) -> None:
    odd = "Łódź-ő overleg 会议 🎉 **vet** {nb} <b>x</b> \x00 " + "lang " * 50
    text = read(pdf(msgspec.structs.replace(report(OVER), title=odd)), tmp_path)
    assert "Łódź-ő overleg ?? ? **vet** {nb} <b>x</b> ?" in text
    assert text.count("lang") >= 50


def test_a_report_without_curves_is_one_too() -> None:
    assert pages(pdf(report(material()))) == 1


def test_its_colours_are_the_light_ones_of_the_pages() -> None:
    styles = (FONTS.parents[1] / "style.css").read_text(encoding="utf-8")
    light = styles.partition("@media")[0]
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", light))
    assert {level: tokens[level] for level in LEVEL_INK} == LEVEL_INK
    assert {level: tokens[f"{level}-wash"] for level in LEVEL_WASH} == LEVEL_WASH


def test_it_says_where_the_same_is_a_page(tmp_path: Path) -> None:
    address = "https://luchtig.example.org/meetings/m/report"
    found = sheet(report(OVER), None, END + timedelta(hours=1), NL)
    text = read(write_pdf(found, NL, address), tmp_path)
    assert f"Als pagina, die een schermlezer volgt: {address}" in text
