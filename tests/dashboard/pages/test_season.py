"""The page of a season and the one that checks its files."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.domain.protocol.templates import BY_SLUG
from gateway.domain.protocol.verdict import Declaration
from gateway.domain.report.outcome import Outcome
from gateway.proof.canonical import canonical
from gateway.proof.signature import Signer, check, seal_pdf, sign
from gateway.proof.signing_key import read_or_make_key
from gateway.registry.protocols.of_meetings import begin_under, declare_all
from gateway.reports.gone import meeting_of
from sensors.clock import SYSTEM
from tests.dashboard.season.kept import keep
from tests.dashboard.setup import Site, log_in
from tests.gateway.domain.season.histories import FIRST, a_report

DAYS = "venue=de-kade&from=2026-09-01&to=2026-12-01&lang=en"
BROKEN = Outcome("not_kept", limit=1200.0, minutes_over=25.0, worst=1600.0, known_share=1.0)


@pytest.fixture
def member(site: Site) -> FlaskClient:
    """A browser of somebody who may look, on a season of two meetings."""
    keep(
        site.database,
        a_report(),
        a_report(start=FIRST + timedelta(days=40, hours=18), co2=BROKEN),
    )
    client = site.visitor()
    log_in(client)
    return client


def given(client: FlaskClient, data: bytes) -> str:
    """What an outsider reads who has a file checked."""
    form: dict[str, Any] = {"file": (io.BytesIO(data), "seizoen.pdf")}
    answer = client.post("/verify?lang=en", data=form)
    assert answer.status_code == 200
    return answer.text


def test_it_shows_the_sums_and_what_went_over(member: FlaskClient) -> None:
    page = member.get(f"/season?{DAYS}").text
    assert "1 of 2 meetings kept to their limits." in page
    assert "September 2026" in page
    assert "up to 1,600 ppm, 400 above 1,200 ppm" in page.replace("\u00a0", " ")
    assert "Jubileum" not in page


def test_where_something_was_declared_it_is_told_of_the_protocol(
    member: FlaskClient, site: Site
) -> None:
    report = a_report()
    held = meeting_of(report)
    with site.database.write() as conn:
        begin_under(conn, held, BY_SLUG["school"])
        no = Declaration("aired-before", False, "anna", held.start, "storm")
        declare_all(conn, held, BY_SLUG["school"], (no,))
    page = member.get(f"/season?{DAYS}").text
    assert "0 of 2 meetings kept to their limits and their protocol." in page
    assert "2 meetings did not." in page
    assert "The room was aired before anybody came" in page


def test_days_that_are_none_are_told_and_the_usual_ones_shown(member: FlaskClient) -> None:
    answer = member.get("/season?from=2026-12-01&to=2026-09-01&lang=en")
    assert answer.status_code == 400
    assert "Choose a day before the end" in answer.text
    assert member.get("/season.pdf?from=yesterday").status_code == 400
    assert member.get("/season?venue=elders").status_code == 404


def test_an_outsider_has_its_pdf_checked_and_then_with_one_byte_changed(
    member: FlaskClient, site: Site
) -> None:
    pdf = member.get(f"/season.pdf?{DAYS}").data
    outsider = site.visitor()
    said = given(outsider, pdf)
    assert "This file is genuine." in said
    assert "Signed by De Kade" in said
    middle = len(pdf) // 2
    changed = pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]
    assert "This file is not as it was signed." in given(outsider, changed)
    assert "session" not in outsider.get("/verify").headers.get("Set-Cookie", "")


def test_the_json_tells_which_month_was_altered(member: FlaskClient, site: Site) -> None:
    answer = member.get(f"/api/v1/season?{DAYS.removesuffix('&lang=en')}")
    data = answer.data.replace(b'"month":"2026-09","not_kept":0', b'"month":"2026-09","not_kept":5')
    assert data != answer.data
    assert "the month 2026-09" in given(site.visitor(), data)


def test_what_another_house_signed_is_said_to_be_of_another(site: Site) -> None:
    key = read_or_make_key(site.directory / "another-key")
    signer = Signer(key, "<b>De Molen</b>", "https://molen.example.org")
    said = given(site.visitor(), _json(sign({"name": 1, "from": []}, signer, SYSTEM.now())))
    assert "elsewhere" in said
    assert "&lt;b&gt;De Molen" in said
    assert key.public.thumbprint in said


@pytest.mark.parametrize("data", [b"", b"nothing", b"%PDF-1.7\n", b"{}", b"\xff\xfe"])
def test_what_is_no_season_is_told(site: Site, data: bytes) -> None:
    said = given(site.visitor(), data)
    assert "This is no season of Luchtig." in said or "no signature" in said


def test_the_pdf_is_tagged_and_carries_the_signed_figures(member: FlaskClient) -> None:
    pdf = member.get(f"/season.pdf?{DAYS}").data
    for mark in (b"/StructTreeRoot", b"/H1", b"/Lang"):
        assert mark in pdf
    found = check(pdf)
    assert found.document is not None
    assert (found.state, found.document["meetings"]) == ("genuine", 2)
    assert check(seal_pdf(b"%PDF-1.7\n", _own(member), SYSTEM.now())).altered == ("attachment",)


def test_the_table_comes_as_csv(member: FlaskClient) -> None:
    answer = member.get(f"/season.csv?{DAYS}")
    assert answer.mimetype == "text/csv"
    assert "de-kade-2026-09-01-2026-12-01.csv" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("part,name,from,to,meetings")


def _own(client: FlaskClient) -> Signer:
    directory = client.application.extensions["luchtig"].directory
    return Signer(read_or_make_key(directory / "signing-key"), "De Kade", "https://x.example.org")


def _json(document: dict[str, Any]) -> bytes:

    return canonical(document)
