import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from dashboard.app import create_app
from gateway.domain.room_state import PeopleEstimate, VentilationView
from gateway.registry.database import Database
from gateway.store.interface import StoreUnavailable
from sensors.clock import started_at
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import card_of, order, said, text
from tests.dashboard.pages.scene import (
    CO2_FLAG,
    HOSTILE,
    PEOPLE_FLAG,
    STILL,
    Stage,
    ago,
    build,
    evening,
    flag_view,
    room_state,
)


@contextmanager
def asked_of(database: Database) -> Iterator[list[str]]:
    """What a database is asked meanwhile."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


class TestCards:
    """What a host reads on the board, without JavaScript."""

    @pytest.mark.parametrize(
        ("room", "words"),
        [
            pytest.param(
                "grote-zaal",
                "Grote zaal Ledenavond Business Open · nog 52 min Doe iets: Open de ramen "
                "Boven 1.200 ppm sinds 20:04 · Hooguit 16 mensen tot het einde "
                "CO₂ 1.240 ppm Mensen 18 van 20 Frisse lucht 5,3 l/s p.p. 1.200 ppm laatste meting 20:11",
                id="too much CO2",
            ),
            pytest.param(
                "havenkamer",
                "Havenkamer Bestuursoverleg · nog 18 min Doe iets: 3 mensen te veel "
                "15 mensen, plaats voor 12 CO₂ 905 ppm Mensen 15 van 12 Frisse lucht 7,9 l/s p.p. "
                "1.200 ppm laatste meting 20:11",
                id="too many people",
            ),
            pytest.param(
                "serre",
                f"Serre {HOSTILE} · nog 34 min Let op: Zet straks een raam open "
                "Over 9 min boven 1.200 ppm (6 tot 14 min) "
                "CO₂ 1.080 ppm Mensen 11 van 16 Frisse lucht 5,9 l/s p.p. 1.200 ppm laatste meting 20:11",
                id="soon too much CO2",
            ),
            pytest.param(
                "bibliotheek",
                "Bibliotheek Vrij tot 21:00 Onbekend: Geen meting Sensor co2-05 stil sinds 19:41 "
                "CO₂ — ppm Mensen — van 8 Frisse lucht — l/s p.p. 1.200 ppm laatste meting 19:41",
                id="a silent sensor",
            ),
            pytest.param(
                "atelier",
                "Atelier Introductie nieuwe leden · nog 1 u 10 Goed: In orde CO₂ 642 ppm "
                "Mensen, geschat ≈6 van 14 Frisse lucht 14 l/s p.p. 1.200 ppm laatste meting 20:11",
                id="fine, and nobody counts",
            ),
        ],
    )
    def test_a_card_says_what_to_do_and_why(
        self, client: FlaskClient, room: RoomSlug, words: str
    ) -> None:
        assert card_of(client.get("/").text, room) == words

    def test_what_needs_somebody_stands_first(self, client: FlaskClient) -> None:
        assert order(client.get("/").text) == [
            "grote-zaal",
            "havenkamer",
            "serre",
            "bibliotheek",
            "atelier",
        ]

    def test_english_visitors_read_english(self, client: FlaskClient) -> None:
        page = client.get("/", headers={"Accept-Language": "en"}).text
        assert "Open the windows Above 1,200 ppm since 20:04" in card_of(
            page, RoomSlug("grote-zaal")
        )
        assert "5 rooms · 2 need you" in text(page)
        assert '<html lang="en"' in page

    def test_titles_are_text_never_markup(self, client: FlaskClient) -> None:
        page = client.get("/").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; koffie" in page

    def test_a_room_that_is_no_longer_known_shows_no_old_numbers(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        stage.board.states = tuple(
            msgspec.structs.replace(state, level="unknown") for state in evening()
        )
        stage.board.online = {"luchtig-gateway": False}
        card = card_of(client.get("/").text, RoomSlug("grote-zaal"))
        assert "Geen meting Gateway luchtig-gateway is weg CO₂ — ppm Mensen — van 20" in card

    def test_a_gateway_that_hangs_is_told(self, client: FlaskClient, stage: Stage) -> None:
        hangs = room_state(RoomSlug("atelier"), level="unknown", at=to_wire(ago(2)), co2_ppm=642.0)
        stage.board.states = (hangs,)
        card = card_of(client.get("/").text, RoomSlug("atelier"))
        assert "Geen meting Gateway luchtig-gateway is weg CO₂ — ppm" in card

    def test_devices_are_looked_up_once_however_many_rooms_are_quiet(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        stage.board.states = tuple(
            room_state(RoomSlug(slug), level="unknown", co2_at=to_wire(ago(30)))
            for slug in ("atelier", "bibliotheek", "serre")
        )
        with asked_of(stage.database) as asked:
            page = client.get("/").text
        assert "Sensor co2-05 stil sinds 19:41" in card_of(page, RoomSlug("bibliotheek"))
        assert "Sensor co2-01 stil sinds 19:41" in card_of(page, RoomSlug("atelier"))
        assert len([one for one in asked if "FROM devices" in one]) == 1

    def test_a_lost_broker_is_told(self, client: FlaskClient, stage: Stage) -> None:
        stage.board.connected = False
        assert "Geen verbinding met de broker" in said(client.get("/"))

    def test_a_room_that_nobody_registered_is_shown(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        stray = msgspec.structs.replace(evening()[0], venue="elders", room="zolder", name="Zolder")
        stage.board.states = (*evening(), stray)
        page = client.get("/").text
        assert "Zolder" in card_of(page, RoomSlug("zolder"))
        assert page.count('class="venue"') == 2

    def test_a_room_without_meeting_may_be_free_for_the_day(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        stage.board.states = (room_state(RoomSlug("atelier"), co2_ppm=500.0),)
        assert "Vandaag verder vrij" in card_of(client.get("/").text, RoomSlug("atelier"))

    def test_two_breaches_are_told_together_the_gateways_first_advice_leads(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        both = (flag_view(PEOPLE_FLAG), flag_view(CO2_FLAG))
        advice = ({"code": "open_windows"}, {"code": "at_most", "people": 12})
        stage.board.states = (
            room_state(RoomSlug("havenkamer"), level="act", people=15, flags=both, advice=advice),
        )
        card = card_of(client.get("/").text, RoomSlug("havenkamer"))
        assert "Open de ramen Boven 1.200 ppm sinds 20:04 · 15 mensen, plaats voor 12" in card


class TestFragment:
    """What a live page fetches."""

    def test_it_is_the_board_as_the_page_has_it(self, client: FlaskClient) -> None:
        fragment = client.get("/board").text
        page = re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", client.get("/").text)
        assert fragment in page
        assert order(fragment)[0] == "grote-zaal"

    def test_unchanged_it_is_not_sent_again(self, client: FlaskClient) -> None:
        first = client.get("/board")
        again = client.get("/board", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304

    def test_a_change_makes_another(self, client: FlaskClient, stage: Stage) -> None:
        first = client.get("/board")
        stage.board.show(room_state(RoomSlug("atelier"), co2_ppm=700.0, people=7))
        again = client.get("/board", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 200
        assert "700 ppm" in card_of(again.text, RoomSlug("atelier"))

    def test_each_language_has_its_own(self, client: FlaskClient) -> None:
        dutch = client.get("/board?lang=nl")
        english = client.get("/board?lang=en", headers={"If-None-Match": dutch.headers["ETag"]})
        assert english.status_code == 200
        assert "Open the windows" in english.text

    def test_one_room_is_given_alone(self, client: FlaskClient) -> None:
        fragment = client.get("/board?venue=de-kade&room=serre").text
        assert order(fragment) == ["serre"]
        assert "<h1" not in fragment


class TestKiosk:
    def test_a_wall_screen_has_the_board_and_no_navigation(self, client: FlaskClient) -> None:
        page = client.get("/kiosk/de-kade").text
        assert len(order(page)) == 5
        assert "<nav" not in page
        assert 'class="kiosk"' in page

    def test_a_venue_that_is_not_there_is_not_found(self, client: FlaskClient) -> None:
        assert client.get("/kiosk/nergens").status_code == 404


class TestLines:
    """The line of the last hours on each card."""

    def test_it_shows_the_limit_and_the_readings(self, client: FlaskClient) -> None:
        page = client.get("/").text
        assert page.count('<path class="line" d="M0.0') == 5
        assert page.count('<path class="limit"') == 5

    def test_without_the_store_the_board_says_so_and_stands(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> None:
            raise StoreUnavailable("no such host")

        monkeypatch.setattr(type(stage.services.store), "series", away)
        page = create_app(stage.services).test_client().get("/?lang=nl").text
        assert "de opslag van metingen is weg" in text(page)
        assert "Open de ramen" in card_of(page, RoomSlug("grote-zaal"))
        assert '<path class="line"' not in page


def test_a_reading_of_another_day_names_the_day(client: FlaskClient, stage: Stage) -> None:
    stage.board.states = (
        room_state(RoomSlug("atelier"), level="unknown", co2_at=None, people_at=None),
        room_state(RoomSlug("serre"), co2_ppm=500.0, co2_at="2026-11-23T19:00:00Z", people_at=None),
    )
    page = client.get("/").text
    assert "Hier is nog niets gemeten" in card_of(page, RoomSlug("atelier"))
    assert "nog geen meting" in card_of(page, RoomSlug("atelier"))
    assert "laatste meting ma 23 nov, 20:00" in card_of(page, RoomSlug("serre")).replace(
        "nov.", "nov"
    )


class TestMotion:
    """Somebody is in, where motion tells so and nobody counts: words and no number."""

    def test_somebody_is_in_instead_of_a_number(self, client: FlaskClient, stage: Stage) -> None:
        moved = room_state(RoomSlug("atelier"), co2_ppm=642.0, people_at=None,
                           people_estimate=PeopleEstimate(6.2, 4.4, 8.6, "air"),
                           motion_at=to_wire(ago(3)))  # fmt: skip
        stage.board.show(moved)
        card = card_of(client.get("/").text, RoomSlug("atelier"))
        assert "Mensen Er is iemand Frisse lucht" in card
        english = card_of(
            client.get("/", headers={"Accept-Language": "en"}).text, RoomSlug("atelier")
        )
        assert "People Somebody is in Fresh air" in english

    def test_a_count_is_shown_as_a_count(self, client: FlaskClient, stage: Stage) -> None:
        stage.board.show(room_state(RoomSlug("atelier"), people=4, motion_at=to_wire(ago(3))))
        assert "Er is iemand" not in card_of(client.get("/").text, RoomSlug("atelier"))

    def test_an_old_movement_tells_nothing_of_now(self, client: FlaskClient, stage: Stage) -> None:
        stage.board.show(room_state(RoomSlug("atelier"), motion_at=to_wire(ago(16))))
        assert "Er is iemand" not in card_of(client.get("/").text, RoomSlug("atelier"))

    def test_a_room_without_a_sensor_of_its_air_tells_so_too(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        stage.board.show(room_state(RoomSlug("atelier"), level="unknown", co2_at=None,
                                    people_at=None, motion_at=to_wire(ago(3))))  # fmt: skip
        card = card_of(client.get("/").text, RoomSlug("atelier"))
        assert "Mensen Er is iemand" in card
        assert "laatste meting 20:08" in card

    def test_what_an_absent_gateway_said_last_is_nothing_of_now(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        stage.board.online["luchtig-gateway"] = False
        stage.board.show(room_state(RoomSlug("atelier"), level="unknown", co2_at=None,
                                    people_at=None, motion_at=to_wire(ago(3))))  # fmt: skip
        assert "Er is iemand" not in card_of(client.get("/").text, RoomSlug("atelier"))


class TestAirThatIsNoFigure:
    def test_air_that_is_changing_has_a_word_and_no_figure(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        changing = VentilationView(None, None, None, changing=True)
        stage.board.show(room_state(RoomSlug("atelier"), co2_ppm=642.0, ventilation=changing))
        assert "Frisse lucht Verandert" in card_of(client.get("/").text, RoomSlug("atelier"))
        assert "Frisse lucht in de zaal Verandert" in said(client.get("/rooms/de-kade/atelier"))

    def test_air_of_the_house_is_called_dilution(self, client: FlaskClient, stage: Stage) -> None:
        of_the_house = VentilationView(85.0, 70.0, 99.0, 14.2, 11.7, 16.5, basis="room_base")
        stage.board.show(room_state(RoomSlug("atelier"), co2_ppm=642.0, ventilation=of_the_house))
        card = card_of(client.get("/").text, RoomSlug("atelier"))
        assert "Verdunning 14 l/s p.p." in card
        assert "Frisse lucht" not in card
        words = said(client.get("/rooms/de-kade/atelier"))
        assert "Verdunning per persoon 14 l/s" in words
        assert "dat is geen buitenlucht." in words


@pytest.mark.parametrize(("speed", "is_said"), [(23.0, True), (60.0, False)])
def test_a_demo_that_its_machine_cannot_carry_says_so_on_the_board(
    tmp_path: Path, speed: float, is_said: bool
) -> None:
    stage = build(tmp_path, started_at(STILL.now(), speed), demo_speed=60.0)
    page = create_app(stage.services).test_client().get("/?lang=en").text
    words = "This machine cannot carry the demo at 60 times real time: it goes 23 times as fast"
    assert (words in text(page)) == is_said
