"""A room's month hour by hour, and two rooms or times over each other."""

import pytest
from flask.testing import FlaskClient

from gateway.store.interface import StoreUnavailable
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import Stage

ROOM = "/rooms/de-kade/grote-zaal"


class TestMonth:
    def test_it_has_a_row_for_each_day_and_a_box_for_each_hour_that_was_measured(
        self, client: FlaskClient
    ) -> None:
        page = client.get(f"{ROOM}/month")
        assert "Grote zaal: november 2026" in said(page)
        assert page.text.count('class="none"') == 30
        assert "<title>di 24 20:00: 1." in page.text
        assert page.text.count('class="s4"') + page.text.count('class="s5"') > 2  # and the legend
        assert '<th scope="row">di 24</th><td class="number">—' not in page.text

    def test_one_leads_to_the_month_before_and_back(self, client: FlaskClient) -> None:
        page = client.get(f"{ROOM}/month")
        assert "month=2026-10" in page.text
        assert "month=2026-12" not in page.text
        before = client.get(f"{ROOM}/month?month=2026-10")
        assert "oktober 2026" in said(before)
        assert "In deze tijd is hier niets gemeten." in said(before)
        assert before.text.count('class="none"') == 31
        assert "month=2026-11" in before.text

    @pytest.mark.parametrize("asked", ["2026-13", "x", "2027-01", "1900-01"])
    def test_a_month_that_cannot_be_is_not_found(self, client: FlaskClient, asked: str) -> None:
        assert client.get(f"{ROOM}/month?month={asked}").status_code == 404


class TestCompare:
    def test_two_times_of_a_room_by_default_the_week_before(self, client: FlaskClient) -> None:
        page = client.get(f"{ROOM}/compare")
        assert "Grote zaal, 18 november 2026 en Grote zaal, 11 november 2026" in said(page)
        assert page.text.count('class="line other"') == 1

    def test_two_rooms_on_one_day(self, client: FlaskClient) -> None:
        asked = "with=de-kade/serre&hours=24&from=2026-11-24"
        page = client.get(f"{ROOM}/compare?{asked}")
        words = said(page)
        assert "Grote zaal, 24 november 2026 en Serre, 24 november 2026" in words
        for css in ("line", "line other"):
            (path,) = [part for part in page.text.split("<path ") if f'class="{css}"' in part]
            assert len(path) > 200

    def test_what_is_not_there_is_the_room_itself(self, client: FlaskClient) -> None:
        page = client.get(f"{ROOM}/compare?with=elders/zaal&hours=7&from=x&then=0001-01-01")
        assert "Grote zaal, 18 november 2026 en Grote zaal, 11 november 2026" in said(page)


@pytest.mark.parametrize("page", ["month", "compare"])
def test_without_the_store_a_page_says_so(
    client: FlaskClient, stage: Stage, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("no such host")

    monkeypatch.setattr(type(stage.services.store), "series", away)
    assert "de opslag van metingen is weg" in said(client.get(f"{ROOM}/{page}"))
