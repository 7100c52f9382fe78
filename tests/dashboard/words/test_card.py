from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from dashboard.words.card import Advice, QuietRoom, advise, quiet_words
from dashboard.words.locale import page_locale
from gateway.domain.policy import DEFAULT
from gateway.domain.room_state import (
    FlagState,
    FlagView,
    ForecastView,
    Level,
    MeetingView,
    RoomState,
    Rule,
    VentilationView,
)
from gateway.words.locale import PageLocale
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 19, 11, 30, tzinfo=UTC)
NL = page_locale("nl", "Europe/Amsterdam")
EN = page_locale("en", "Europe/Amsterdam")
NEVER = QuietRoom("never")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def state(level: Level, **values: Any) -> RoomState:
    return RoomState(
        VenueSlug("de-kade"), RoomSlug("serre"), to_wire(NOW), "Serre", level, **values
    )


def flag(rule: Rule, state: FlagState, value: float, limit: float, since: float = 7) -> FlagView:
    return FlagView(rule, state, to_wire(ago(since)), value, limit)


def soon(
    minutes: float | None, low: float | None = None, high: float | None = None
) -> ForecastView:
    return ForecastView(to_wire(NOW), 1200.0, minutes, low, high)


def air(per_person_lps: float) -> VentilationView:
    return VentilationView(90.0, 70.0, 120.0, per_person_lps)


CO2 = flag("co2", "firing", 1240, 1200)
CO2_BEGINS = flag("co2", "pending", 1240, 1200, since=2)
PEOPLE = flag("occupancy", "firing", 15, 12)
AIR = flag("ventilation", "firing", 3.14, 4)
FAULT = flag("sensor_fault", "firing", 0, 0)
FROZEN = replace(
    FAULT, evidence=({"code": "stuck", "device": "co2-01", "co2_ppm": 812.0, "minutes": 51.0},)
)
MEETING = MeetingView("m", "Pitch", to_wire(ago(60)), to_wire(ago(-30)))
OPEN: dict[str, Any] = {"code": "open_windows"}
OPEN_KNOWN = OPEN | {
    "ppm": 900.0, "unchanged_ppm": 1310.0, "flow_lps": 45.0, "opened_lps": 180.0,
    "minutes": 9.0, "opened_minutes": None,
}  # fmt: skip
BREAK = {"code": "break", "minutes": 10.0, "ppm": 900.0}


def told(shown: RoomState, locale: PageLocale = NL) -> Advice:
    said = advise(shown, DEFAULT, NEVER, NOW, locale)
    return Advice(said.headline.replace("\u00a0", " "), said.why.replace("\u00a0", " "))


class TestBreaches:
    @pytest.mark.parametrize(
        ("shown", "headline", "why"),
        [
            pytest.param(
                state("act", co2_ppm=1240.0, flags=(CO2,), advice=(OPEN,)),
                "Open de ramen",
                "Boven 1.200 ppm sinds 20:04",
                id="CO2 over its limit",
            ),
            pytest.param(
                state("watch", co2_ppm=1240.0, flags=(CO2_BEGINS,), advice=(OPEN,)),
                "Open de ramen",
                "Boven 1.200 ppm sinds 20:09",
                id="CO2 just over its limit",
            ),
            pytest.param(
                state("act", co2_ppm=1150.0, flags=(CO2,), advice=(OPEN,)),
                "Laat de ramen open",
                "Weer in orde onder 1.100 ppm",
                id="CO2 on its way back",
            ),
            pytest.param(
                state("act", flags=(CO2,), advice=(OPEN,)),
                "Open de ramen",
                "Boven 1.200 ppm sinds 20:04",
                id="CO2 was over, and is not measured now",
            ),
            pytest.param(
                state("act", co2_ppm=1240.0, flags=(CO2,)),
                "Laat de ramen open",
                "Boven 1.200 ppm sinds 20:04",
                id="the gateway asks for nothing: they are open",
            ),
            pytest.param(
                state("act", co2_ppm=1240.0, flags=(CO2,), advice=(BREAK,)),
                "Neem 10 min pauze",
                "Boven 1.200 ppm sinds 20:04 · Dat brengt het op 900 ppm",
                id="windows do not suffice: a break",
            ),
            pytest.param(
                state("act", co2_ppm=1240.0, flags=(CO2,), meeting=MEETING,
                      advice=({"code": "at_most", "people": 16},)),
                "Hooguit 16 mensen tot het einde",
                "Boven 1.200 ppm sinds 20:04",
                id="windows do not suffice: fewer people",
            ),
            pytest.param(
                state("act", co2_ppm=1240.0, capacity=20, flags=(CO2,), meeting=MEETING,
                      advice=(OPEN, {"code": "at_most", "people": 11})),
                "Open de ramen",
                "Boven 1.200 ppm sinds 20:04 · Hooguit 11 mensen tot het einde",
                id="the air carries fewer people than there are places",
            ),
            pytest.param(
                state("act", co2_ppm=1240.0, flags=(CO2,), advice=(OPEN, BREAK)),
                "Open de ramen",
                "Boven 1.200 ppm sinds 20:04 · 10 min pauze brengt het op 900 ppm",
                id="a break beside open windows",
            ),
            pytest.param(
                state("act", co2_ppm=950.0, flags=(AIR,), ventilation=air(3.14), advice=(OPEN,)),
                "Open de ramen",
                "3,1 l/s per persoon, 4 l/s nodig",
                id="too little fresh air for each",
            ),
            pytest.param(
                state("act", co2_ppm=950.0, flags=(AIR,), ventilation=air(4.6), advice=(OPEN,)),
                "Laat de ramen open",
                "4,6 l/s per persoon, 4 l/s nodig",
                id="fresh air on its way back",
            ),
            pytest.param(
                state("act", flags=(FlagView("ventilation", "firing", to_wire(ago(7)), None, None),),
                      advice=(OPEN,)),
                "Open de ramen",
                "Te weinig frisse lucht sinds 20:04",
                id="too little fresh air, without a figure",
            ),
            pytest.param(
                state("act", co2_ppm=1240.0, flags=(CO2, AIR), advice=(OPEN,)),
                "Open de ramen",
                "Boven 1.200 ppm sinds 20:04",
                id="of the air one breach is told",
            ),
            pytest.param(
                state("act", people=15, capacity=12, flags=(PEOPLE,)),
                "3 mensen te veel",
                "15 mensen, plaats voor 12",
                id="people over the places",
            ),
            pytest.param(
                state("act", people=13, capacity=12, flags=(PEOPLE,)),
                "1 persoon te veel",
                "13 mensen, plaats voor 12",
                id="one person over",
            ),
            pytest.param(
                state("act", people=12, capacity=12, flags=(PEOPLE,)),
                "Het past weer",
                "12 mensen, plaats voor 12",
                id="people on their way back",
            ),
            pytest.param(
                state("act", flags=(PEOPLE,)),
                "3 mensen te veel",
                "15 mensen, plaats voor 12",
                id="people by what the flag saw",
            ),
            pytest.param(
                state("act", people=15, capacity=12, co2_ppm=1240.0, flags=(CO2_BEGINS, PEOPLE),
                      advice=(OPEN,)),
                "3 mensen te veel",
                "15 mensen, plaats voor 12 · Boven 1.200 ppm sinds 20:09",
                id="what fires goes before what begins",
            ),
            pytest.param(
                state("watch", co2_ppm=642.0, flags=(FAULT,)),
                "Kijk naar de sensor",
                "Wat hij meet klopt niet, sinds 20:04",
                id="a sensor that errs",
            ),
            pytest.param(
                state("watch", co2_ppm=812.0, flags=(FROZEN,)),
                "Kijk naar de sensor",
                "co2-01 geeft al 51 min onveranderd 812 ppm",
                id="a sensor of which is known how it errs",
            ),
            pytest.param(
                state("act", people=15, capacity=12, flags=(FAULT, PEOPLE)),
                "3 mensen te veel",
                "15 mensen, plaats voor 12",
                id="the room comes before its sensor",
            ),
        ],
    )  # fmt: skip
    def test_a_room_says_what_to_do_and_why(
        self, shown: RoomState, headline: str, why: str
    ) -> None:
        assert told(shown) == Advice(headline, why)

    def test_in_english_as_well(self) -> None:
        shown = state("act", people=15, capacity=12, co2_ppm=1240.0, flags=(CO2, PEOPLE))
        assert told(shown, EN) == Advice(
            "3 people too many", "15 people, room for 12 · Above 1,200 ppm since 20:04"
        )


class TestWhatComes:
    @pytest.mark.parametrize(
        ("shown", "headline", "why"),
        [
            pytest.param(state("good", co2_ppm=642.0), "In orde", "", id="nothing to do"),
            pytest.param(
                state("good", advice=({"code": "of_tomorrow"},)), "In orde", "", id="unknown advice"
            ),
            pytest.param(
                state("good", co2_ppm=800.0, forecast=soon(48, 35, 80)),
                "In orde",
                "Over 48 min boven 1.200 ppm (35 min tot 1 u 20)",
                id="fine for a good while",
            ),
            pytest.param(
                state("watch", co2_ppm=1050.0, advice=(OPEN,)),
                "Zet straks een raam open",
                "Dicht bij de streefwaarde van 1.200 ppm",
                id="CO2 nears its limit",
            ),
            pytest.param(
                state("watch", co2_ppm=1050.0, forecast=soon(9), advice=(OPEN,)),
                "Zet straks een raam open",
                "Over 9 min boven 1.200 ppm",
                id="CO2 will be over its limit",
            ),
            pytest.param(
                state("watch", co2_ppm=1050.0, forecast=soon(9, 6, 14), advice=(OPEN_KNOWN,)),
                "Zet straks een raam open",
                "Over 9 min boven 1.200 ppm (6 tot 14 min)",
                id="when, and how sure that is",
            ),
            pytest.param(
                state("watch", co2_ppm=1050.0, forecast=soon(9, 6, None), advice=(OPEN,)),
                "Zet straks een raam open",
                "Over 9 min boven 1.200 ppm (6 min of later)",
                id="it may never come",
            ),
            pytest.param(
                state("watch", co2_ppm=1050.0, forecast=soon(9, 6, 14)),
                "Laat de ramen open",
                "Over 9 min boven 1.200 ppm (6 tot 14 min)",
                id="they are open already",
            ),
            pytest.param(
                state("watch", co2_ppm=1050.0, forecast=soon(9), meeting=MEETING,
                      advice=({"code": "at_most", "people": 16},)),
                "Hooguit 16 mensen tot het einde",
                "Over 9 min boven 1.200 ppm",
                id="the air will not carry so many",
            ),
            pytest.param(
                state("good", co2_ppm=560.0, advice=({"code": "close_windows", "ppm": 840.0},)),
                "De ramen kunnen weer dicht",
                "Het is fris, en open ramen kosten warmte",
                id="fresh for long with the windows open",
            ),
        ],
    )  # fmt: skip
    def test_a_room_says_what_comes(self, shown: RoomState, headline: str, why: str) -> None:
        assert told(shown) == Advice(headline, why)


@pytest.mark.parametrize(
    ("quiet", "words"),
    [
        (QuietRoom("never"), "Hier is nog niets gemeten"),
        (QuietRoom("broker"), "Geen verbinding met de broker"),
        (QuietRoom("gateway", "luchtig-gateway"), "Gateway luchtig-gateway is weg"),
        (QuietRoom("sensor", "co2-05", ago(30)), "Sensor co2-05 stil sinds 19:41"),
        (QuietRoom("sensor", None, ago(30)), "Stil sinds 19:41"),
        (QuietRoom("sensor", "co2-05", ago(60 * 24)), "Sensor co2-05 stil sinds ma 23 nov, 20:11"),
    ],
)
def test_an_unknown_room_says_why(quiet: QuietRoom, words: str) -> None:
    assert quiet_words(quiet, NOW, NL).replace("nov.", "nov") == words
    assert advise(state("unknown"), DEFAULT, quiet, NOW, NL).headline == "Geen meting"
