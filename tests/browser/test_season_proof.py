"""A board member makes the PDF of a season, and an outsider has it checked."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from gateway.domain.report.outcome import Outcome
from sensors.wire.topic import RoomSlug
from tests.browser.conftest import Venue, VisitorMaker
from tests.browser.person import WIDTH
from tests.dashboard.season.kept import keep
from tests.gateway.domain.season.histories import FIRST, a_report

DAYS = "venue=de-kade&from=2026-09-01&to=2026-12-01"
BROKEN = Outcome("not_kept", limit=1200.0, minutes_over=25.0, worst=1600.0, known_share=1.0)


def test_a_board_member_makes_the_pdf_and_an_outsider_verifies_it_then_with_one_byte_changed(
    live: Venue, visit: VisitorMaker, tmp_path: Path
) -> None:
    room = RoomSlug("serre")
    keep(
        live.stage.database,
        a_report(room=room),
        a_report(start=FIRST + timedelta(days=40), room=room, co2=BROKEN),
    )
    member = visit(1440, 900)
    member.go(f"{live.url}/season?{DAYS}")
    expect(member.page.locator(".finding")).to_contain_text("1 van 2 bijeenkomsten")
    with member.page.expect_download() as coming:
        member.page.get_by_role("link", name="Als PDF").click()
    genuine, forged = tmp_path / "seizoen.pdf", tmp_path / "vervalst.pdf"
    coming.value.save_as(genuine)
    data = bytearray(genuine.read_bytes())
    data[len(data) // 2] ^= 1
    forged.write_bytes(data)

    outsider = visit(390, 844)
    for file, said in ((genuine, "Dit bestand is echt."), (forged, "Dit bestand is niet zoals")):
        outsider.go(f"{live.url}/verify")
        outsider.page.get_by_label("Bestand").set_input_files(file)
        outsider.page.get_by_role("button", name="Controleren").click()
        expect(outsider.page.get_by_role("status")).to_contain_text(said)
    assert outsider.page.evaluate(WIDTH) <= 390
    assert member.complaints == outsider.complaints == []
