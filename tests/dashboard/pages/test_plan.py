import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.dashboard.pages.reading import said, text

HALL = "/plan?room=de-kade/grote-zaal"


class TestForm:
    def test_it_asks_before_it_answers(self, client: FlaskClient) -> None:
        words = said(client.get("/plan"))
        assert "Een bijeenkomst plannen" in words
        assert "Hier staat straks wat te verwachten is" in words

    def test_every_page_leads_to_it_and_a_room_to_itself(self, client: FlaskClient) -> None:
        assert '<a href="/plan">Plan</a>' in client.get("/meetings").text
        assert 'href="/plan?room=de-kade/serre"' in client.get("/rooms/de-kade/serre").text
        page = client.get("/plan?room=de-kade/serre").text
        assert '<option value="de-kade/serre" selected>Serre</option>' in page

    def test_it_keeps_what_was_asked(self, client: FlaskClient) -> None:
        page = client.get(
            f"{HALL}&people=18&minutes=90&activity=quiet&start=600&policy=who-10"
        ).text
        assert (
            'name="people" id="people" type="number" inputmode="numeric" min="1" max="10000" required value="18"'
            in page
        )
        assert '<option value="quiet" selected>' in page
        assert '<option value="who-10" selected>' in page
        assert 'value="600"' in page

    def test_each_field_has_a_label_and_says_what_is_wrong_with_it(
        self, client: FlaskClient
    ) -> None:
        answer = client.get("/plan?room=x&people=0&minutes=9999&start=12&activity=x&policy=x")
        assert answer.status_code == 400
        words = text(answer.text)
        for mistake in (
            "Er klopt nog iets niet",
            "Kies een zaal",
            "Een heel getal van 1 tot 10.000",
            "Een aantal minuten van 1 tot 720",
            "Een aantal ppm van 300 tot 10.000, of niets voor een geluchte zaal",
            "Kies een van deze",
        ):
            assert mistake in words
        assert answer.text.count('aria-invalid="true"') == 6
        for field in ("room", "people", "minutes", "activity", "start", "policy"):
            assert f'aria-describedby="wrong-{field}"' in answer.text
            assert f'id="wrong-{field}"' in answer.text

    @pytest.mark.parametrize("people", ["", "x", "1.5", "-3", "nan", "1e9", "<b>"])
    def test_no_number_of_people_breaks_it(self, client: FlaskClient, people: str) -> None:
        answer = client.get(
            "/plan", query_string={"room": "de-kade/serre", "people": people, "minutes": "60"}
        )
        assert answer.status_code == 400
        assert "<b>" not in answer.text.partition('name="people"')[2].partition(">")[0]

    def test_a_room_of_unknown_size_says_so(self, client: FlaskClient) -> None:
        answer = client.get("/plan?room=de-kade/bibliotheek&people=3&minutes=30")
        assert answer.status_code == 400
        assert "is de inhoud noch de vloer bekend" in text(answer.text)


class TestPlan:
    def test_it_says_whether_it_fits_and_compares_windows(self, client: FlaskClient) -> None:
        words = said(client.get(f"{HALL}&people=18&minutes=90"))
        assert (
            "Grote zaal · 18 mensen, 1 u 30, vergaderen, zittend, eerst gelucht "
            "Dit past met de ramen open Kans dat het binnen de grenzen blijft: ongeveer 10 %, "
            "met de ramen open 95 % · Streefwaarde 1.200 ppm Ramen dicht"
        ) in words
        assert "Hoogste CO₂ 1.440 ppm (1.160 tot 1.810 ppm)" in words
        assert "Grootste groep voor deze tijd 11 mensen" in words
        assert "bekend uit 34 uur in deze zaal zelf. Buiten 432 ppm" in words

    def test_it_draws_the_path_within_its_band_on_one_scale(self, client: FlaskClient) -> None:
        page = client.get(f"{HALL}&people=18&minutes=90").text
        assert page.count('class="wash"') == 2
        heights = {line.split('d="M0 ')[1] for line in page.splitlines() if 'class="limit"' in line}
        assert len(heights) == 1

    def test_what_is_not_measured_is_said(self, client: FlaskClient) -> None:
        words = said(client.get("/plan?room=de-kade/havenkamer&people=6&minutes=60"))
        assert "Zoals de ventilatie is gebouwd" in words
        assert "met de 110 l/s waarvoor de ventilatie is gebouwd" in words
        assert "Ramen open" not in words

    def test_what_co2_cannot_show_is_said(self, client: FlaskClient) -> None:
        words = said(client.get(f"{HALL}&people=6&minutes=60&policy=nl-bbl-assembly"))
        assert "De wet vraagt wat de installatie kán geven" in words

    def test_english_visitors_read_english(self, client: FlaskClient) -> None:
        answer = client.get(f"{HALL}&people=18&minutes=90&lang=en")
        assert "This fits with the windows open" in said(answer)

    def test_too_many_people_do_not_fit_whatever_the_air(self, client: FlaskClient) -> None:
        words = said(client.get(f"{HALL}&people=25&minutes=10"))
        assert "Dit past niet De zaal is voor hooguit 20 mensen" in words


class TestAnyRoom:
    ASKED = "/plan?people=10&minutes=90&at=2026-11-25T10:00"

    def test_the_best_stands_first_and_each_says_why(self, client: FlaskClient) -> None:
        words = said(client.get(self.ASKED))
        unknown = words.index("Bibliotheek Hoe groot ze is, is niet bekend")
        assert words.index("Havenkamer Dit past") < unknown

    def test_one_that_is_taken_says_by_what_and_until_when(self, client: FlaskClient) -> None:
        words = said(client.get("/plan?people=10&minutes=90&at=2026-11-24T19:00"))
        assert (
            "Bezet: Bestuursoverleg (18:59–20:29) Zo lang vrij vanaf 20:29 Dan boeken : Havenkamer"
            in words
        )

    def test_it_is_booked_as_it_was_planned(self, client: FlaskClient) -> None:
        page = client.get(self.ASKED).text
        link = re.search(r'href="(/meetings/new\?[^"]*room=de-kade/havenkamer[^"]*)"', page)
        assert link is not None
        form = client.get(unescape(link[1])).text
        for value in ("2026-11-25T10:00", "2026-11-25T11:30", "10"):
            assert f'value="{value}"' in form
        assert '<option value="de-kade/havenkamer" selected>' in form
        one = client.get(f"{HALL}&people=10&minutes=90&at=2026-11-25T10:00").text
        assert "start=2026-11-25T10:00&amp;end=2026-11-25T11:30" in one

    def test_when_it_is_may_be_left_open(self, client: FlaskClient) -> None:
        words = said(client.get("/plan?people=10&minutes=90"))
        assert "Havenkamer Dit past" in words
        assert "Bezet" not in words
        answer = client.get("/plan?people=10&minutes=90&at=straks")
        assert answer.status_code == 400
        assert "Vul een datum en een tijd in." in text(answer.text)

    def test_more_than_any_room_holds_fits_nowhere(self, client: FlaskClient) -> None:
        assert "Geen zaal past zoals gevraagd" in said(client.get("/plan?people=500&minutes=90"))
