from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from dashboard.planning import Ask, CannotPlan, Planned, planned
from dashboard.words.locale import page_locale
from dashboard.words.plan import (
    basis_words,
    fits_level,
    fits_words,
    group_words,
    largest_words,
    outdoor_words,
    peak_words,
    stay_words,
    why_words,
    windows_words,
)
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy
from gateway.domain.room import Room
from gateway.registry.database import Database
from gateway.registry.live.air_memory import AirMemory, put_memories
from gateway.registry.policies import put_policy
from gateway.registry.rooms import put_room
from gateway.words.locale import PageLocale
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.scene_air import remembered
from tests.dashboard.setup import VENUE

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NL = page_locale("nl", "Europe/Amsterdam")
EN = page_locale("en", "Europe/Amsterdam")
HALL = Room(VENUE, RoomSlug("grote-zaal"), "Grote zaal", 210.0, 70.0, 20)


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        yield connection


def remember(conn: Connection, *regimes: tuple[float, float]) -> None:
    memory = AirMemory(VENUE, "room", "grote-zaal", 1, NOW, remembered(*regimes))
    put_memories(conn, [memory])


def ask(**values: Any) -> Ask:
    known: dict[str, Any] = {"room": "grote-zaal", "people": 10, "minutes": 60.0}
    return Ask(values.pop("venue", VENUE), **known | values)


class TestPlanned:
    def test_the_rooms_own_history_counts_before_what_it_was_built_for(
        self, conn: Connection
    ) -> None:
        put_room(conn, replace(HALL, design_flow_lps=120.0))
        built = planned(conn, ask()).plan
        assert built.basis.knowledge == "design"
        assert built.closed.flow_lps.value == pytest.approx(120.0, rel=0.01)
        remember(conn, (20.0, 1.0), (3.0, 4.0))
        own = planned(conn, ask()).plan
        assert own.basis.knowledge == "history"
        assert own.closed.flow_lps.value == pytest.approx(210 / 3.6, rel=0.1)
        assert own.opened is not None
        assert own.opened.flow_lps.value > 2 * own.closed.flow_lps.value

    def test_outdoors_is_what_the_room_shows_else_the_usual(self, conn: Connection) -> None:
        usual, live = planned(conn, ask()), planned(conn, ask(), 470.0)
        assert (usual.outdoor_ppm, usual.is_live) == (TYPICAL_OUTDOOR_PPM, False)
        assert (live.plan.start_ppm, live.is_live) == (470.0, True)

    def test_a_room_without_volume_is_as_high_as_rooms_are(self, conn: Connection) -> None:
        put_room(conn, replace(HALL, volume_m3=None, floor_area_m2=75.0))
        low = planned(conn, ask()).plan
        put_room(conn, replace(HALL, volume_m3=210.0))
        assert low.closed.flow_lps == planned(conn, ask()).plan.closed.flow_lps

    @pytest.mark.parametrize(
        ("values", "missing"),
        [
            ({"room": "kelder"}, "room"),
            ({"venue": "elders"}, "room"),
            ({"room": "serre"}, "volume"),
            ({"policy": "of-tomorrow"}, "policy"),
        ],
    )
    def test_what_is_missing_is_said(
        self, conn: Connection, values: dict[str, Any], missing: str
    ) -> None:
        with pytest.raises(CannotPlan) as caught:
            planned(conn, ask(**values))
        assert caught.value.missing == missing

    def test_the_limits_are_the_rooms_own_unless_others_are_asked_for(
        self, conn: Connection
    ) -> None:
        put_policy(conn, Policy("own", "Eigen", 600.0, 700.0, 650.0))
        put_room(conn, replace(HALL, policy="own"))
        assert planned(conn, ask()).plan.policy.co2_limit_ppm == 700.0
        assert planned(conn, ask(policy="who-10")).plan.policy.min_flow_lps == 10.0


class TestWords:
    @staticmethod
    def told(found: Planned, locale: PageLocale = NL) -> str:
        return f"{fits_words(found.plan, locale)}. {why_words(found.plan, locale)}"

    def test_what_fits_and_how_likely(self, conn: Connection) -> None:
        remember(conn, (30.0, 1.4))
        few, many = planned(conn, ask(people=4)), planned(conn, ask(people=20, minutes=240.0))
        assert self.told(few) == "Dit past. Kans dat het binnen de grenzen blijft: ongeveer 95 %"
        assert fits_level(few.plan) == "good"
        assert self.told(many, EN) == (
            "This will likely not fit. Chance that the limits are kept: about 5 %"
        )
        assert fits_level(many.plan) == "act"

    def test_open_windows_may_mend_it(self, conn: Connection) -> None:
        remember(conn, (30.0, 1.0), (6.0, 6.0))
        found = planned(conn, ask(people=18, minutes=120.0))
        assert fits_words(found.plan, NL) == "Dit past met de ramen open"
        assert "met de ramen open 95 %" in why_words(found.plan, NL)
        assert fits_level(found.plan) == "watch"
        assert found.plan.opened is not None
        assert windows_words(found.plan.closed, found.plan, NL) == "Ramen dicht"
        assert windows_words(found.plan.opened, found.plan, NL) == "Ramen open"

    def test_too_many_for_the_places_is_said_so(self, conn: Connection) -> None:
        found = planned(conn, ask(people=21))
        assert self.told(found) == "Dit past niet. De zaal is voor hooguit 20 mensen"

    def test_what_it_is_known_from_is_said_honestly(self, conn: Connection) -> None:
        guess = planned(conn, ask())
        assert basis_words(guess.plan.basis, None, NL).startswith("Van deze zaal is nog niets")
        assert windows_words(guess.plan.closed, guess.plan, NL) == "Zoals zalen meestal zijn"
        put_room(conn, replace(HALL, design_flow_lps=120.0))
        built = planned(conn, ask())
        assert "met de 120 l/s waarvoor de ventilatie is gebouwd" in basis_words(
            built.plan.basis, 120.0, NL
        )
        remember(conn, (30.0, 1.4))
        own = planned(conn, ask())
        assert "bekend uit 30 uur in deze zaal zelf" in basis_words(own.plan.basis, None, NL)
        assert windows_words(own.plan.closed, own.plan, EN) == "As this room usually is"

    def test_numbers_have_their_units_and_their_interval(self, conn: Connection) -> None:
        remember(conn, (30.0, 1.4))
        outlook = planned(conn, ask(people=12)).plan.closed
        words = peak_words(outlook, NL).replace("\u00a0", " ")
        assert words.endswith(" ppm)")
        assert words.count(" tot ") == 1
        low, _, high = words.partition("(")[2].partition(" tot ")
        shown = [float(n.strip(" pm()").replace(".", "")) for n in (low, words.split(" ")[0], high)]
        assert shown == sorted(shown)

    def test_how_many_and_how_long(self, conn: Connection) -> None:
        found = planned(conn, ask(people=20, minutes=240.0, start_ppm=1300.0)).plan
        assert largest_words(found.closed, NL) == "geen"
        assert stay_words(found.closed, found.policy, NL) == "helemaal niet"
        remember(conn, (30.0, 8.0))
        airy = planned(conn, ask(people=4)).plan
        assert largest_words(airy.closed, EN) == "20 people"
        stays = stay_words(airy.closed, airy.policy, NL).replace("\u00a0", " ")
        assert stays == "8 u of langer"
        without = planned(conn, ask(policy="who-10")).plan
        assert stay_words(without.closed, without.policy, NL) == ""
        put_room(conn, replace(HALL, seats=None))
        free = planned(conn, ask(policy="nl-5-m2", people=1)).plan
        assert largest_words(free.closed, EN) == "14 people"

    def test_who_is_planned_for(self, conn: Connection) -> None:
        words = group_words(planned(conn, ask(activity="active", start_ppm=600.0)), NL)
        assert words.replace("\u00a0", " ") == "10 mensen, 1 u, bewegen, workshop, vanaf 600 ppm"

    def test_the_air_outdoors_is_named(self, conn: Connection) -> None:
        assert outdoor_words(planned(conn, ask()), NL) == "Buiten 430 ppm, zoals het meestal is."
        assert "sensoren van deze zaal" in outdoor_words(planned(conn, ask(), 450.0), NL)
