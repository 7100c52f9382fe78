import re

import pytest
from flask.testing import FlaskClient

from gateway.registry.agenda.meetings import MeetingFlag, put_meeting_flag
from tests.dashboard.pages.reading import said, text
from tests.dashboard.pages.scene import HOSTILE, Stage, ago

TODAY = f"""\
08:11–10:11 Ontbijtsessie Grote zaal · 16 mensen verwacht Te veel CO₂ tot 1.380 ppm, 180 boven 1.200 ppm 09:31 tot 09:59, 28 min
18:33–21:03 nu Ledenavond Business Open Grote zaal · 18 mensen verwacht Te veel CO₂ tot 1.262 ppm, 62 boven 1.200 ppm sinds 20:04, nu 8 min
18:59–20:29 nu Bestuursoverleg Havenkamer · 10 mensen verwacht Te veel mensen tot 15 mensen, 3 meer dan er passen sinds 19:57, nu 14 min
19:15–20:45 nu {HOSTILE} Serre · 12 mensen verwacht Tot nu toe binnen de grenzen
19:51–21:21 nu Introductie nieuwe leden Atelier · 8 mensen verwacht Tot nu toe binnen de grenzen
21:00–22:11 Boekenclub Bibliotheek · 8 mensen verwacht
""".splitlines()


def rows(html: str) -> list[str]:
    return [text(row) for row in re.findall(r'<li class="row".*?\n  </li>', html, re.DOTALL)]


def test_the_meetings_of_today_say_what_went_over_and_how_far(client: FlaskClient) -> None:
    page = client.get("/meetings")
    assert "dinsdag 24 november · vandaag · 6 bijeenkomsten · 3 gingen over een grens" in said(page)
    assert rows(page.text) == TODAY


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-25", "woensdag 25 november · 0 bijeenkomsten"),
        ("2026-11-24", "dinsdag 24 november · vandaag"),
        ("gisteren", "dinsdag 24 november · vandaag"),
        ("0001-01-01", "dinsdag 24 november · vandaag"),
        ("9999-12-31", "dinsdag 24 november · vandaag"),
    ],
)
def test_another_day_is_asked_by_its_date(client: FlaskClient, day: str, words: str) -> None:
    assert words in said(client.get(f"/meetings?day={day}"))


@pytest.mark.parametrize(
    ("meeting", "words"),
    [
        (
            "m-zaal",
            "Ging over een grens Streefwaarde 1.200 ppm Te veel CO₂ tot 1.262 ppm",
        ),
        ("m-zaal", "Grote zaal , De Kade · dinsdag 24 november, 18:33–21:03"),
        ("m-atelier", "Tot nu toe binnen de grenzen"),
        ("m-later", "Komt nog"),
    ],
)
def test_a_meeting_says_whether_it_kept_to_the_rules(
    client: FlaskClient, meeting: str, words: str
) -> None:
    assert words in said(client.get(f"/meetings/{meeting}"))


def test_a_meeting_that_was_not_measured_did_not_go_over(client: FlaskClient, stage: Stage) -> None:
    kept = MeetingFlag("m-atelier", "f-x", "no_data", "resolved", ago(15), ago(5), 600.0, 300.0)
    with stage.database.write() as conn:
        put_meeting_flag(conn, kept)
    assert "3 gingen over een grens" in said(client.get("/meetings"))
    page = client.get("/meetings/m-atelier")
    assert "Niet steeds gemeten" in said(page)
    assert "Geen meting 19:56 tot 20:06, 10 min" in said(page)
    assert 'class="panel verdict" data-level="unknown"' in page.text


def test_a_meeting_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/meetings/m-nooit").status_code == 404


class TestRoom:
    def test_one_that_is_on_shows_its_room_now_and_its_chart(self, client: FlaskClient) -> None:
        page = client.get("/meetings/m-zaal").text
        assert 'data-shows="de-kade/grote-zaal"' in page
        assert "board.js" in page
        chart = page.partition('aria-labelledby="measured"')[2]
        assert "CO₂ van 24 november 2026 18:33 – 20:11" in chart.replace("&nbsp;", " ")

    def test_one_that_is_over_shows_what_was_measured_and_one_to_come_nothing(
        self, client: FlaskClient
    ) -> None:
        past = client.get("/meetings/m-ochtend").text
        assert 'id="measured"' in past
        assert "data-shows" not in past
        assert 'id="measured"' not in client.get("/meetings/m-later").text
