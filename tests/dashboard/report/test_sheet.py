"""What a report says, in Dutch and English, on every kind of evening."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from dashboard.report.sheet import Sheet, sheet
from dashboard.report.text import write_text
from dashboard.words.locale import page_locale
from gateway.domain.annotation import Annotation
from gateway.domain.policy import DEFAULT
from gateway.domain.report.flag_history import FlagAction, FlagHistory
from gateway.domain.report.material import Material
from gateway.domain.report.report import Report
from gateway.domain.room import Room
from gateway.registry.agenda.reports import Record, Revision
from gateway.reports.builder import encode_summary
from gateway.words.locale import PageLocale
from sensors.wire.reading import About
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.domain.report.evening import (
    END,
    FRESH,
    THERE,
    at,
    every_minute,
    flow,
    material,
    people_every_minute,
    report,
)

NL, EN = page_locale("nl", "Europe/Amsterdam"), page_locale("en", "Europe/Amsterdam")
NO_SEATS = Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre")
NOW = END + timedelta(hours=1)

OVER = material(every_minute({(-60, 20): 700, (20, 50): 1412, (50, 210): 700}), THERE)
FULL = material(
    FRESH, people_every_minute({(-5, 20): 10, (20, 40): 14, (40, 95): 10, (95, 130): 0})
)
STORY = FlagHistory(
    "f1", "co2", at(20), at(50), 1412.0, 1200.0,
    (
        FlagAction(at(25), "fired"),
        FlagAction(at(25.1), "told", "organiser"),
        FlagAction(at(25.2), "not_told", "host"),
        FlagAction(at(28), "acknowledged", "anna"),
        FlagAction(at(51), "resolved"),
    ),
)  # fmt: skip


def shown(found: Report, locale: PageLocale = NL, record: Record | None = None) -> Sheet:
    return sheet(found, record, NOW, locale)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


class TestHeadline:
    @pytest.mark.parametrize(
        ("made_of", "dutch", "english"),
        [
            (
                OVER,
                (
                    "Deze bijeenkomst ging over de grens: 30 min boven 1.200 ppm CO₂, hoogstens "
                    "1.412 ppm om 19:20."
                ),
                (
                    "This meeting went over its limits: 30 min above 1,200 ppm of CO₂, at most "
                    "1,412 ppm at 19:20."
                ),
            ),
            (
                FULL,
                (
                    "Deze bijeenkomst ging over de grens: 20 min met meer dan 12 mensen, hoogstens "
                    "14 mensen om 19:20."
                ),
                (
                    "This meeting went over its limits: 20 min with more than 12 people, at most "
                    "14 people at 19:20."
                ),
            ),
            (
                material(OVER.air, FULL.people),
                (
                    "Deze bijeenkomst ging over de grens: 30 min boven 1.200 ppm CO₂, hoogstens 1.412 ppm "
                    "om 19:20, en 20 min met meer dan 12 mensen, hoogstens 14 mensen om 19:20."
                ),
                (
                    "This meeting went over its limits: 30 min above 1,200 ppm of CO₂, at most 1,412 ppm at "
                    "19:20, and 20 min with more than 12 people, at most 14 people at 19:20."
                ),
            ),
            (
                material(FRESH, THERE),
                "Deze bijeenkomst bleef binnen de grenzen.",
                "This meeting kept to its limits.",
            ),
            (
                material(FRESH),
                "Of deze bijeenkomst binnen de grenzen bleef, is niet zeker te zeggen.",
                "Whether this meeting kept to its limits cannot be said for sure.",
            ),
        ],
        ids=["too much CO2", "too many people", "both", "kept", "nobody was counted"],
    )
    def test_it_says_first_what_happened(self, made_of: Material, dutch: str, english: str) -> None:
        assert plain(shown(report(made_of)).headline) == dutch
        assert plain(shown(report(made_of), EN).headline) == english

    def test_too_little_fresh_air_is_told_in_litres(self) -> None:
        made_of = material(FRESH, THERE, tuple(flow(m, 3.5, 4.2, 5.0) for m in range(-60, 210)))
        policy = replace(DEFAULT, co2_limit_ppm=None, min_flow_lps=10.0)
        assert plain(shown(report(made_of, policy)).headline) == (
            "Deze bijeenkomst ging over de grens: 100 min met minder dan 10,0 l/s frisse lucht per "
            "persoon, op zijn laagst 4,2 l/s."
        )

    def test_all_that_was_broken_stands_in_the_one_sentence(self) -> None:
        low = tuple(flow(m, 3.5, 4.2, 5.0) for m in range(-60, 210))
        policy = replace(DEFAULT, min_flow_lps=10.0)
        assert plain(shown(report(material(OVER.air, FULL.people, low), policy)).headline) == (
            "Deze bijeenkomst ging over de grens: 30 min boven 1.200 ppm CO₂, hoogstens 1.412 ppm om "
            "19:20, 100 min met minder dan 10,0 l/s frisse lucht per persoon, op zijn laagst 4,2 l/s, en "
            "20 min met meer dan 12 mensen, hoogstens 14 mensen om 19:20."
        )

    def test_without_limits_it_only_says_what_was_measured(self) -> None:
        made = report(material(FRESH), replace(DEFAULT, co2_limit_ppm=None), room=NO_SEATS)
        assert shown(made, EN).headline.startswith("This meeting was held to no limits")
        assert shown(made).level == "unknown"
        assert [aspect.verdict for aspect in shown(made, EN).aspects] == ["No limit", "No limit"]


class TestExplanations:
    @pytest.mark.parametrize(
        ("made_of", "sentence"),
        [
            (
                OVER,
                "Er waren nooit meer dan 10 mensen, er is plaats voor 12 mensen.",
            ),
            (
                material(every_minute({(-60, 20): 700, (20, 50): 1262, (50, 210): 700}), THERE),
                (
                    "De CO₂ was hoogstens 1.262 ppm, maar of die onder 1.200 ppm bleef is niet te zeggen: "
                    "de sensor kan er bij de grens van 1.200 ppm 86 ppm naast zitten."
                ),
            ),
            (
                material(every_minute({(-60, 40): 700}), THERE),
                (
                    "De CO₂ was hoogstens 700 ppm, maar of die onder 1.200 ppm bleef is niet te zeggen: er "
                    "zijn metingen van 49% van de tijd."
                ),
            ),
            (
                material((), THERE),
                "Over de CO₂ is niets te zeggen: er zijn metingen van 0% van de tijd.",
            ),
            (
                material(FRESH, (), tuple(flow(m, 11, 12, 14, people=8) for m in range(-60, 210))),
                (
                    "Over het aantal mensen is niets te zeggen: er is niemand geteld, volgens de lucht "
                    "waren het er ongeveer 8 mensen."
                ),
            ),
        ],
        ids=[
            "the limit that was kept",
            "within the sensor's error",
            "silent",
            "never",
            "by the air",
        ],
    )
    def test_it_says_why_nothing_can_be_said(self, made_of: Material, sentence: str) -> None:
        assert sentence in [plain(one) for one in shown(report(made_of)).explanations]


class TestPresence:
    @pytest.mark.parametrize(
        ("counts", "words"),
        [
            (
                {(-5, 92): 10, (92, 130): 0},
                "Er waren mensen van 18:55 tot 20:32: 5 min eerder begonnen",
            ),
            (
                {(-60, -25): 0, (-25, 130): 10, (130, 200): 0},
                "Er waren mensen van 18:35 tot 21:10: 25 min eerder begonnen, 40 min uitgelopen. Die",
            ),
            (
                {(-60, 12): 0, (12, 70): 10, (70, 130): 0},
                "Er waren mensen van 19:12 tot 20:10: 12 min later begonnen, 20 min eerder afgelopen.",
            ),
            (
                {(0, 40): 10},
                "Er waren mensen van 19:00 tot 20:30. Waar de teller zweeg, geldt de geplande tijd.",
            ),
            ({(-60, 130): 0}, "De tellers zagen niemand; de geplande tijd is beoordeeld."),
            ({}, "Wanneer er mensen kwamen en gingen is niet geteld;"),
        ],
    )
    def test_it_says_when_people_were_really_there(
        self, counts: dict[tuple[float, float], int], words: str
    ) -> None:
        found = report(material(FRESH, people_every_minute(counts)))
        assert plain(shown(found).presence).startswith(words)


class TestDetails:
    def test_each_flag_says_what_was_done_and_when(self) -> None:
        (flag,) = shown(report(OVER, flags=(STORY,))).flags
        assert (flag.name, plain(flag.when), plain(flag.worst)) == (
            "Te veel CO₂",
            "19:20–19:50 · 30 min",
            "hoogstens 1.412 ppm",
        )
        assert flag.actions == (
            ("19:25", "het duurde lang genoeg voor een melding"),
            ("19:25", "bericht gestuurd aan de organisator"),
            ("19:25", "bericht aan de gastheer of gastvrouw kon niet worden bezorgd"),
            ("19:28", "gezien door anna"),
            ("19:51", "voorbij"),
        )

    def test_a_sensor_says_what_came_and_when_it_was_calibrated(self) -> None:
        abouts = {"co2-1": About("mh-z19c", None, 60.0, calibrated_at=at(-60 * 24 * 30))}
        sensor, counter = shown(report(OVER, abouts=abouts)).sensors
        assert (sensor.model, sensor.received, plain(sensor.gap), sensor.calibrated) == (
            "mh-z19c · lucht",
            "100 van 100",
            "1 min",
            "zondag 25 oktober 2026",
        )
        assert (counter.model, counter.received, counter.calibrated) == ("mensen", "100", "—")
        assert shown(report(OVER)).sensors[0].calibrated == "onbekend"

    def test_the_policy_comes_with_its_source_and_what_it_is(self) -> None:
        assert shown(report(OVER)).policy == (
            ("Norm", "Streefwaarde 1.200 ppm (streefwaarde, geen wet)"),
            ("Bron", "TNO voor VWS, ventilerenzogedaan.nl: een streefwaarde, geen harde grens"),
        )

    def test_a_revision_says_when_why_and_what_changed(self) -> None:
        made = report(OVER)
        revision = Revision(
            2, at(300), "late_readings", "ab" * 32,
            (("ventilation", "cannot_say", "not_kept"), ("highest_ppm", "700", "1412"),
             ("end", at(90).isoformat(), at(95).isoformat()), ("minutes_over", "", "30")),
        )  # fmt: skip
        record = Record(
            "m1", VenueSlug("de-kade"), RoomSlug("serre"), 0, 0, at(300), 2, made.basis.sha256, "", "kept", "not_kept",
            encode_summary(made), (revision,),
        )  # fmt: skip
        found = shown(made, record=record)
        assert found.revisions == (
            (
                "Herzien op woensdag 25 november 2026, 00:00 (metingen die laat binnenkwamen): lucht: niet "
                "te zeggen werd over de grens; hoogste ppm: 700 werd 1.412; mensen tot: 20:30 werd 20:35; "
                "minuten erboven: — werd 30."
            ),
        )
        assert found.made == "woensdag 25 november 2026, 00:00 · versie 2"

    def test_the_digest_and_what_it_covers_stand_on_it(self) -> None:
        made = report(OVER)
        found = shown(made)
        assert found.sha256 == made.basis.sha256
        assert found.basis.endswith("van 2026-11-24T17:00:00.000Z tot 2026-11-24T19:50:00.000Z")

    def test_what_was_kept_has_no_chart(self) -> None:
        kept = msgspec.json.decode(encode_summary(report(OVER)), type=Report)
        assert shown(kept).chart is None
        assert shown(kept).headline == shown(report(OVER)).headline


def test_as_text_it_holds_everything_and_nothing_that_a_terminal_obeys() -> None:
    made = msgspec.structs.replace(report(OVER, flags=(STORY,)), title="Avond\x1b[31m")
    found = shown(made)
    text = write_text(found, NL)
    assert text.startswith("Avond [31m\nSerre, De Kade · dinsdag 24 november 2026 · 19:00–20:30\n")
    for words in (found.headline, found.presence, found.sha256, "gezien door anna", "100 van 100"):
        assert plain(words) in text


def test_what_was_noted_meanwhile_is_told_in_its_order() -> None:
    venue, room = VenueSlug("de-kade"), RoomSlug("serre")
    noted = [
        Annotation(venue, room, "filter", "F7", at(40), None, "anna"),
        Annotation(venue, room, "window", "", at(10), at(20), "bert"),
    ]
    told = sheet(report(OVER), None, NOW, NL, noted=noted).noted
    assert told == (("19:10", "Raam"), ("19:40", "Filter vervangen: F7"))
    assert shown(report(OVER)).noted == ()
