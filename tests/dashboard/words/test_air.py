from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.words.air import (
    about_people,
    estimate_words,
    flow_interval,
    forecast_sentences,
    per_person_interval,
    shown_estimate,
    skill_words,
    verdict_word,
    verdict_words,
)
from dashboard.words.locale import page_locale
from gateway.domain.room_state import (
    ForecastView,
    PeopleEstimate,
    PolicyCompliance,
    RoomState,
    VentilationView,
)
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 19, 11, 30, tzinfo=UTC)
NL = page_locale("nl", "Europe/Amsterdam")
EN = page_locale("en", "Europe/Amsterdam")
PATH = ((0.0, 1080.0, 1055.0, 1105.0), (52.0, 1354.0, 1211.0, 1488.0))


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def compliance(**values: Any) -> PolicyCompliance:
    return PolicyCompliance("who-10", **{"verdict": "not_kept"} | values)


class TestForecast:
    def test_says_when_the_limit_comes_and_how_it_ends(self) -> None:
        shown = ForecastView(to_wire(NOW), 1200.0, 9.0, 6.0, 14.0, PATH)
        assert [plain(words) for words in forecast_sentences(shown, NL)] == [
            "Over 9 min boven 1.200 ppm (6 tot 14 min)",
            "Om 21:03 ongeveer 1.350 ppm (1.210 tot 1.490 ppm)",
        ]

    def test_says_that_the_limit_is_not_expected(self) -> None:
        shown = ForecastView(to_wire(NOW), 1400.0, None, 40.0, None, PATH)
        assert [plain(words) for words in forecast_sentences(shown, EN)] == [
            "Expected below 1,400 ppm until 21:03",
            "At 21:03 about 1,350 ppm (1,210 to 1,490 ppm)",
        ]

    def test_says_nothing_of_a_limit_that_there_is_not(self) -> None:
        assert forecast_sentences(ForecastView(to_wire(NOW)), NL) == ()
        assert len(forecast_sentences(ForecastView(to_wire(NOW), path=PATH), NL)) == 1

    def test_a_limit_that_is_passed_is_not_to_come(self) -> None:
        assert forecast_sentences(ForecastView(to_wire(NOW), 1200.0, 0.0, 0.0, 0.0), NL) == (
            "Nu boven 1.200 ppm",
        )

    @pytest.mark.parametrize(
        ("low", "high", "between"),
        [
            (0.0, 14.0, " (0 tot 14 min)"),
            (9.1, 9.2, ""),
            (6.0, 75.0, " (6 min tot 1 u 15)"),
            (6.0, None, " (6 min of later)"),
            (None, None, ""),
        ],
    )
    def test_how_sure_the_minutes_are(
        self, low: float | None, high: float | None, between: str
    ) -> None:
        (words,) = forecast_sentences(ForecastView(to_wire(NOW), 1200.0, 9.0, low, high), NL)
        assert plain(words) == f"Over 9 min boven 1.200 ppm{between}"

    def test_says_how_far_off_it_usually_was_once_that_is_known(self) -> None:
        known = ForecastView(to_wire(NOW), typical_error_ppm=60.0)
        assert skill_words(known, NL) == "Meestal binnen 60 ppm na 15 minuten"
        assert skill_words(known, EN) == "Usually within 60 ppm after 15 minutes"
        assert skill_words(ForecastView(to_wire(NOW)), NL) == ""


class TestFlow:
    def test_it_stands_within_its_interval(self) -> None:
        air = VentilationView(95.4, 71.2, 128.0, 5.3, 4.0, 7.13)
        assert plain(flow_interval(air, NL)) == "71 tot 128 l/s"
        assert plain(per_person_interval(air, NL)) == "4 tot 7,1 l/s"

    def test_for_each_person_only_while_there_are_any(self) -> None:
        assert per_person_interval(VentilationView(95.4, 71.2, 128.0), NL) == ""


class TestPeople:
    def test_an_estimate_is_never_shown_as_a_count(self) -> None:
        estimate = PeopleEstimate(14.2, 11.0, 17.6, "air")
        assert plain(about_people(estimate, NL)) == "≈14"
        assert estimate_words(estimate, NL) == "geschat uit de lucht, tussen 11 en 18"
        counted = PeopleEstimate(-0.1, -0.4, 1.2, "counter")
        assert plain(about_people(counted, EN)) == "≈0"
        assert estimate_words(counted, EN) == (
            "estimated from the counter and the air, between 0 and 1"
        )

    def test_a_count_goes_before_it(self) -> None:
        estimate = PeopleEstimate(14.2, 11.0, 17.6, "counter")
        room = RoomState(VenueSlug("de-kade"), RoomSlug("serre"), to_wire(NOW), "Serre", "good", people=15,
                         people_estimate=estimate)  # fmt: skip
        assert shown_estimate(room) is None


class TestStanding:
    @pytest.mark.parametrize(
        ("values", "words"),
        [
            (
                {"rule": "ventilation", "value": 5.34, "limit": 10.0},
                "5,3 l/s per persoon, 10 l/s nodig",
            ),
            ({"rule": "co2", "value": 1240.0, "limit": 980.0}, "1.240 ppm, hooguit 980 ppm"),
            ({"rule": "occupancy", "value": 18.0, "limit": 14.0}, "18 mensen, hooguit 14"),
            (
                {"rule": "ventilation", "value": None, "limit": 4.0},
                "4 l/s per persoon nodig",
            ),
            ({"rule": "co2", "limit": 980.0}, "Hooguit 980 ppm"),
            ({"rule": "occupancy", "limit": 14.0}, "Hooguit 14 mensen"),
            ({}, "CO₂ kan het niet laten zien"),
        ],
    )
    def test_what_decided_it_stands_beside_its_limit(
        self, values: dict[str, Any], words: str
    ) -> None:
        assert verdict_words(compliance(**values), NL) == words

    def test_each_verdict_has_a_word(self) -> None:
        found = [
            verdict_word(compliance(verdict=v), NL) for v in ("kept", "not_kept", "cannot_say")
        ]
        assert found == ["Gehaald", "Niet gehaald", "Niet te zeggen"]
