from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.words.codes import (
    how_far_over,
    lasted_words,
    level_word,
    occupied_words,
    rooms_words,
    rule_words,
)
from dashboard.words.locale import page_locale
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import Level, MeetingView, Rule
from gateway.words.locale import PageLocale
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 19, 11, 30, tzinfo=UTC)
NL = page_locale("nl", "Europe/Amsterdam")
EN = page_locale("en", "Europe/Amsterdam")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def meeting(minutes: float) -> Meeting:
    start = NOW + timedelta(minutes=minutes)
    return Meeting(
        "m", VenueSlug("de-kade"), RoomSlug("serre"), "Pitch", start, start + timedelta(hours=1)
    )


@pytest.mark.parametrize(
    ("left", "following", "words"),
    [
        (52, None, "Pitch · nog 52 min"),
        (70, None, "Pitch · nog 1 u 10"),
        (60, None, "Pitch · nog 1 u"),
        (0.2, None, "Pitch · nog 1 min"),
        (-1, None, "Pitch"),
        (None, meeting(48.5), "Vrij tot 21:00"),
        (None, meeting(60 * 12), "Vandaag verder vrij"),
        (None, None, "Vandaag verder vrij"),
    ],
)
def test_a_room_says_what_goes_on_in_it(
    left: float | None, following: Meeting | None, words: str
) -> None:
    shown = None
    if left is not None:
        end = NOW + timedelta(minutes=left)
        shown = MeetingView("m", "Pitch", to_wire(ago(60)), to_wire(end))
    assert occupied_words(shown, following, NOW, NL).replace("\u00a0", " ") == words


def test_a_long_title_leaves_room_for_the_time_that_is_left() -> None:
    shown = MeetingView(
        "m", "Vergadering " * 20, to_wire(ago(60)), to_wire(NOW + timedelta(hours=1))
    )
    words = occupied_words(shown, None, NOW, NL).replace("\u00a0", " ")
    assert words.startswith("Vergadering Vergadering ")
    assert words.endswith("… · nog 1 u")
    assert len(words) < 90


@pytest.mark.parametrize(
    ("rule", "peak", "limit", "words"),
    [
        ("co2", 1380.0, 1200.0, "tot 1.380 ppm, 180 boven 1.200 ppm"),
        ("occupancy", 15.0, 12.0, "tot 15 mensen, 3 meer dan er passen"),
        ("occupancy", 13.0, 12.0, "tot 13 mensen, 1 meer dan er past"),
        ("ventilation", 2.13, 4.0, "tot 2,1 l/s per persoon, 4 l/s nodig"),
        ("no_data", 900.0, 300.0, ""),
        ("sensor_fault", 900.0, 300.0, ""),
        ("co2", None, 1200.0, ""),
    ],
)
def test_a_breach_says_how_far_over_it_went(
    rule: Rule, peak: float | None, limit: float, words: str
) -> None:
    assert how_far_over(rule, peak, limit, NL) == words


def test_a_breach_says_how_long_it_lasted() -> None:
    over = lasted_words(ago(640), ago(612), NOW, NL)
    still = lasted_words(ago(8), None, NOW, NL)
    assert over.replace("\u00a0", " ") == "09:31 tot 09:59, 28 min"
    assert still.replace("\u00a0", " ") == "sinds 20:03, nu 8 min"


def test_a_venue_counts_the_rooms_that_ask_for_something() -> None:
    assert rooms_words(["act", "watch", "good"], NL) == "3 zalen · 1 vraagt iets van u"
    assert rooms_words(["act", "act"], NL) == "2 zalen · 2 vragen iets van u"
    assert rooms_words(["good"], EN) == "1 room · all is well"
    assert rooms_words([], EN) == "0 rooms"  # and nothing that is well
    assert rooms_words(["watch", "good"], NL) == "2 zalen · 1 om op te letten"


def test_a_venue_without_readings_does_not_look_well() -> None:
    assert rooms_words(["unknown", "good", "unknown"], NL) == "3 zalen · 2 zonder meting"
    assert rooms_words(["unknown"], EN) == "1 room · 1 without readings"
    assert rooms_words(["act", "unknown"], EN) == "2 rooms · 1 needs you"


@pytest.mark.parametrize("locale", [NL, EN], ids=["nl", "en"])
def test_each_level_and_each_rule_has_a_word_of_its_own(locale: PageLocale) -> None:
    assert len({level_word(level, locale) for level in get_args(Level)}) == len(get_args(Level))
    assert len({rule_words(rule, locale) for rule in get_args(Rule)}) == len(get_args(Rule))


class TestNumbersAndTimes:
    def test_numbers_are_written_as_the_language_does(self) -> None:
        assert (NL.number(1240.4), EN.number(1240.4)) == ("1.240", "1,240")
        assert (NL.number(5.34, 1), EN.number(5.34, 1)) == ("5,3", "5.3")

    def test_a_quantity_has_the_digits_that_say_something(self) -> None:
        shown = [NL.figure(value) for value in (0.04, 2.13, 4.0, 9.96, 95.4, 1240.4)]
        assert shown == ["0", "2,1", "4", "10", "95", "1.240"]

    def test_times_are_the_venues(self) -> None:
        assert (NL.time(NOW), page_locale("nl", "Asia/Tokyo").time(NOW)) == ("20:11", "04:11")
        assert (NL.day(NOW), EN.day(NOW)) == ("dinsdag 24 november", "Tuesday 24 November")

    def test_an_unknown_zone_is_utc_and_an_unknown_language_dutch(self) -> None:
        strange = page_locale("xx", "Mars/Olympus")
        assert (strange.language, strange.time(NOW)) == ("nl", "19:11")

    @given(st.floats(min_value=0, max_value=1e5))
    def test_a_length_is_never_less_than_a_minute_and_never_has_sixty(self, minutes: float) -> None:
        words = NL.span(timedelta(minutes=minutes)).replace("\u00a0", " ")
        if " u " in words:
            assert int(words.split(" u ")[1]) < 60
        else:
            assert int(words.split(" ")[0].replace(".", "")) >= 1
