from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.domain.calendar.occurrence import Occurrence
from gateway.domain.calendar.room_matching import FeedRule, RoomMatching, Unplaced
from gateway.domain.room import Room, Venue
from sensors.wire.topic import RoomSlug, VenueSlug

VENUE = Venue(VenueSlug("de-kade"), "De Kade")
ROOMS = tuple(
    Room(VenueSlug("de-kade"), RoomSlug(slug), name)
    for slug, name in (
        ("grote-zaal", "Grote zaal"),
        ("zaal", "Zaal"),
        ("serre", "Serre"),
        ("cafe", "Café aan 't water"),
    )
)


def occurrence(location: str, title: str = "Overleg") -> Occurrence:
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    return Occurrence("u", "", title, at, at.replace(hour=10), location)


def answer(matching: RoomMatching, location: str, title: str = "Overleg") -> str:
    found = matching.room_of(occurrence(location, title))
    return f"? {found.reason}" if isinstance(found, Unplaced) else found


@pytest.mark.parametrize(
    ("location", "room"),
    [
        ("Grote zaal", "grote-zaal"),
        ("grote-zaal", "grote-zaal"),
        ("  GROTE   ZAAL ", "grote-zaal"),
        ("Grote zaal, De Kade", "grote-zaal"),
        ("De Kade\\, grote zaal", "grote-zaal"),
        ("De Kade - Grote zaal (1e verdieping)", "grote-zaal"),
        ("Zaal", "zaal"),
        ("Zaal, De Kade", "zaal"),
        ("cafe aan 't water", "cafe"),
        ("CAFÉ AAN 'T WATER", "cafe"),
        ("Cafe\u0301 aan 't water", "cafe"),
        ("", "? no_location"),
        ("—", "? no_location"),
        ("De Kade", "? unknown_location"),
        ("Online", "? unknown_location"),
        ("Serres", "? unknown_location"),
        ("Serre en Grote zaal", "? several_rooms"),
        ("Serre; Grote zaal, De Kade", "? several_rooms"),
    ],
)
def test_a_room_is_found_by_what_the_location_says(location: str, room: RoomSlug) -> None:
    assert answer(RoomMatching(VENUE, ROOMS), location) == room


def test_a_calendar_of_one_room_needs_no_location() -> None:
    matching = RoomMatching(VENUE, ROOMS, RoomSlug("serre"))
    assert [answer(matching, said) for said in ("", "Online", "Grote zaal")] == ["serre"] * 3


def test_the_first_rule_that_fits_leads() -> None:
    rules = (
        FeedRule("title", "koor", RoomSlug("grote-zaal")),
        FeedRule("location", "1e  VERDIEPING", RoomSlug("serre")),
        FeedRule("title", "repetitie", RoomSlug("zaal")),
    )
    matching = RoomMatching(VENUE, ROOMS, None, rules)
    assert answer(matching, "1e verdieping", "Repetitie koor") == "grote-zaal"
    assert answer(matching, "Zaal, 1e verdieping") == "serre"
    assert answer(matching, "Serre", "Repetitie") == "zaal"
    assert answer(matching, "Serre") == "serre"


def test_a_rule_without_a_word_fits_nothing() -> None:
    assert (
        answer(
            RoomMatching(VENUE, ROOMS, None, (FeedRule("title", " - ", RoomSlug("zaal")),)), "Serre"
        )
        == "serre"
    )


def test_a_room_that_is_gone_is_told() -> None:
    assert answer(RoomMatching(VENUE, ROOMS, RoomSlug("kelder")), "Serre") == "? room_gone"
    gone = (FeedRule("location", "serre", RoomSlug("kelder")),)
    assert answer(RoomMatching(VENUE, ROOMS, None, gone), "Serre") == "? room_gone"


@pytest.mark.parametrize(
    ("location", "room"),
    [
        ("Te Zwolle, Grotezaal", "grote-zaal"),
        ("GROTE\u00a0ZA AL", "grote-zaal"),
        ("Ser\u200bre", "serre"),
        ("Caféaan 't water", "cafe"),
        ("Grotezaaltje", "? unknown_location"),
        ("Kleinezaal", "? unknown_location"),
        ("Grotezaal of Serre", "serre"),
    ],
)
def test_a_name_is_found_with_its_blanks_in_other_places(location: str, room: str) -> None:
    """Where a room is named as it is written, that one counts."""
    assert answer(RoomMatching(VENUE, ROOMS), location) == room


def declined(*names: str, location: str = "") -> Occurrence:
    return replace(occurrence(location), declined=names)


@pytest.mark.parametrize(
    ("said", "room"),
    [
        (declined("Grote zaal"), "? room_declined"),
        (declined("Grote zaal", location="Grote zaal, De Kade"), "? room_declined"),
        (declined("grotezaal", location="Grote zaal en Serre"), "serre"),
        (declined("Beamer", location="Serre"), "serre"),
        (declined("Serre", location="Elders"), "? unknown_location"),
    ],
)
def test_a_room_that_declined_is_not_where_it_is(said: Occurrence, room: str) -> None:
    found = RoomMatching(VENUE, ROOMS).room_of(said)
    assert (f"? {found.reason}" if isinstance(found, Unplaced) else found) == room


def test_a_room_that_declined_has_it_only_by_a_rule_for_its_very_title() -> None:
    serre = RoomSlug("serre")
    said = declined("Serre", location="Serre")
    by_title = RoomMatching(VENUE, ROOMS, rules=(FeedRule("title", "overleg", serre),))
    assert by_title.room_of(said) == "serre"
    by_location = RoomMatching(VENUE, ROOMS, rules=(FeedRule("location", "serre", serre),))
    for matching in (by_location, RoomMatching(VENUE, ROOMS, serre)):
        assert matching.room_of(said) == Unplaced(said, "room_declined")
