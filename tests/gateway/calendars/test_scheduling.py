"""Scheduling messages as files: what each changes about the meetings that came before it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.calendars.file_import import ImportedCalendar, import_calendar
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.database import Database, open_database
from gateway.registry.policies import put_presets
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.calendars.events import calendar, event

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
KADE, BRON = VenueSlug("de-kade"), VenueSlug("de-bron")
TUESDAYS = ["24 10:00", "01 10:00", "08 10:00", "15 10:00"]


def message(method: str, *lines: str, start: str = "20261124T100000Z", uid: str = "s") -> bytes:
    """An event of an hour in the Serre, where ``lines`` do not say another room."""
    head = (f"METHOD:{method}",) if method else ()
    place = () if any(line.startswith("LOCATION") for line in lines) else ("LOCATION:Serre",)
    end = f"{start[:9]}{int(start[9:11]) + 1:02}{start[11:]}"
    return calendar(event(uid, *place, *lines, start=start, end=end), head=head)


def stamped(sequence: int, minute: int = 0) -> tuple[str, str]:
    return f"SEQUENCE:{sequence}", f"DTSTAMP:20261101T12{minute:02}00Z"


def series(method: str = "REQUEST", *lines: str, sequence: int = 0, minute: int = 0) -> bytes:
    return message(method, "RRULE:FREQ=WEEKLY;COUNT=4", *stamped(sequence, minute), *lines)


def one(
    method: str, *lines: str, of: str = "20261201T100000Z", sequence: int = 1, span: str = ""
) -> bytes:
    claim = f"RECURRENCE-ID{span}:{of}"
    return message(method, claim, *stamped(sequence), *lines, start=of)


class Files:
    """A venue into which files are imported one after another."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, *files: bytes, venue: VenueSlug = KADE) -> list[str]:
        """Import files; what came of the events of the last one."""
        for data in files:
            done = self.put(data, venue)
        return [one.code for one in done.synced.done]

    def put(self, data: bytes, venue: VenueSlug = KADE) -> ImportedCalendar:
        return import_calendar(self.database, data, venue, None, NOW)

    def meetings(self, venue: VenueSlug = KADE) -> tuple[Meeting, ...]:
        with self.database.read() as conn:
            return meetings_between(conn, *YEAR, venue)

    def times(self, venue: VenueSlug = KADE) -> list[str]:
        return [f"{m.start:%d %H:%M}" for m in self.meetings(venue)]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    with database.write() as conn:
        put_presets(conn)
        for venue in (KADE, BRON):
            put_venue(conn, Venue(venue, venue))
            put_room(conn, Room(venue, RoomSlug("serre"), "Serre"))
            put_room(conn, Room(venue, RoomSlug("grote-zaal"), "Grote zaal"))
    return Files(database)


@pytest.fixture
def weekly(files: Files) -> Files:
    assert files.take(series()) == ["put"]
    assert files.times() == TUESDAYS
    return files


class TestCallingOff:
    def test_one_occurrence_leaves_the_others(self, weekly: Files) -> None:
        assert weekly.take(one("CANCEL", "STATUS:CANCELLED")) == ["called_off"]
        assert weekly.times() == ["24 10:00", "08 10:00", "15 10:00"]

    def test_without_a_status_or_a_start_it_is_called_off_as_well(self, weekly: Files) -> None:
        claim = "RECURRENCE-ID:20261201T100000Z"
        bare = ["BEGIN:VEVENT", "UID:s", claim, *stamped(1), "END:VEVENT"]
        weekly.take(calendar(bare, head=("METHOD:CANCEL",)))
        assert weekly.times() == ["24 10:00", "08 10:00", "15 10:00"]

    def test_the_whole_series(self, weekly: Files) -> None:
        assert weekly.take(series("CANCEL", sequence=1)) == ["called_off"]
        assert weekly.meetings() == ()

    def test_this_and_those_that_follow(self, weekly: Files) -> None:
        weekly.take(one("CANCEL", of="20261208T100000Z", span=";RANGE=THISANDFUTURE"))
        assert weekly.times() == ["24 10:00", "01 10:00"]

    def test_an_occurrence_that_was_moved_before(self, weekly: Files) -> None:
        weekly.take(message("REQUEST", "RECURRENCE-ID:20261201T100000Z", *stamped(1),
                            start="20261203T100000Z"))  # fmt: skip
        assert weekly.times() == ["24 10:00", "03 10:00", "08 10:00", "15 10:00"]
        weekly.take(one("CANCEL", sequence=2))
        assert weekly.times() == ["24 10:00", "08 10:00", "15 10:00"]

    def test_an_event_that_is_not_known_is_told(self, weekly: Files) -> None:
        assert weekly.take(message("CANCEL", *stamped(0), uid="other")) == ["unknown"]
        assert weekly.times() == TUESDAYS

    def test_an_event_that_does_not_recur(self, files: Files) -> None:
        files.take(message("REQUEST", *stamped(0)))
        assert files.take(message("CANCEL", *stamped(0, 1))) == ["called_off"]
        assert files.meetings() == ()

    def test_of_another_venue_nothing_is_called_off(self, weekly: Files) -> None:
        weekly.take(series(), venue=BRON)
        weekly.take(series("CANCEL", sequence=1), venue=BRON)
        assert (weekly.times(), weekly.times(BRON)) == (TUESDAYS, [])

    def test_it_stays_so_whatever_older_comes_after_it(self, weekly: Files) -> None:
        weekly.take(one("CANCEL"), series())
        assert weekly.times() == ["24 10:00", "08 10:00", "15 10:00"]
        weekly.take(series("CANCEL", sequence=2))
        assert weekly.take(series()) == ["older"]
        assert weekly.meetings() == ()


class TestChanging:
    def test_one_occurrence_alone(self, weekly: Files) -> None:
        assert weekly.take(one("REQUEST", "SUMMARY:Elsewhere", "LOCATION:Grote zaal")) == ["put"]
        assert weekly.times() == TUESDAYS
        assert [(m.title, m.room) for m in weekly.meetings()][1] == ("Elsewhere", "grote-zaal")

    def test_one_occurrence_of_a_series_that_never_came(self, files: Files) -> None:
        assert files.take(one("REQUEST")) == ["put"]
        assert files.times() == ["01 10:00"]

    def test_all_that_follow_by_as_much(self, weekly: Files) -> None:
        claim = "RECURRENCE-ID;RANGE=THISANDFUTURE:20261208T100000Z"
        weekly.take(message("REQUEST", claim, *stamped(1), start="20261209T140000Z"))
        assert weekly.times() == ["24 10:00", "01 10:00", "09 14:00", "16 14:00"]

    def test_a_series_anew_takes_the_place_of_the_old_one(self, weekly: Files) -> None:
        weekly.take(one("CANCEL"))
        moved = message(
            "REQUEST", "RRULE:FREQ=WEEKLY;COUNT=3", *stamped(2), start="20261125T100000Z"
        )
        weekly.take(moved)
        assert weekly.times() == ["25 10:00", "02 10:00", "09 10:00"]

    @pytest.mark.parametrize("method", ["", "PUBLISH", "REQUEST"])
    def test_what_a_file_does_not_name_stays(self, weekly: Files, method: str) -> None:
        weekly.take(message(method, *stamped(0), uid="other", start="20261126T100000Z"))
        assert weekly.times() == ["24 10:00", "26 10:00", *TUESDAYS[1:]]

    def test_a_series_that_became_shorter_drops_the_rest(self, weekly: Files) -> None:
        weekly.take(message("PUBLISH", "RRULE:FREQ=WEEKLY;COUNT=2", *stamped(0, 5)))
        assert weekly.times() == TUESDAYS[:2]

    def test_times_that_are_added(self, weekly: Files) -> None:
        weekly.take(message("ADD", *stamped(1), start="20261127T100000Z"))
        assert weekly.times() == ["24 10:00", "27 10:00", *TUESDAYS[1:]]

    @pytest.mark.parametrize(
        ("sequence", "minute", "wins"), [(0, 5, False), (1, 4, False), (1, 5, True), (2, 0, True)]
    )
    def test_the_newer_one_wins_by_sequence_and_then_by_its_stamp(
        self, files: Files, sequence: int, minute: int, wins: bool
    ) -> None:
        files.take(message("REQUEST", *stamped(1, 5)))
        later = message("REQUEST", *stamped(sequence, minute), start="20261124T110000Z")
        assert files.take(later) == ["put" if wins else "older"]
        assert files.times() == ["24 11:00" if wins else "24 10:00"]

    def test_an_older_change_of_one_occurrence_is_passed_over(self, weekly: Files) -> None:
        weekly.take(one("REQUEST", "SUMMARY:New", sequence=3))
        assert weekly.take(one("REQUEST", "SUMMARY:Old", sequence=2)) == ["older"]
        assert weekly.take(one("CANCEL", sequence=2)) == ["older"]
        assert [m.title for m in weekly.meetings()][1] == "New"

    def test_again_is_harmless(self, weekly: Files) -> None:
        weekly.take(one("CANCEL"), one("CANCEL"))
        done = weekly.put(one("CANCEL"))
        assert (done.synced.put, done.synced.deleted) == (0, 0)
        assert len(weekly.meetings()) == 3


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"])
def test_what_those_invited_answer_changes_nothing_and_is_told(weekly: Files, method: str) -> None:
    answers = (
        series(method, "ATTENDEE;PARTSTAT=DECLINED:mailto:x@example.org", sequence=5),
        one(method, "STATUS:CANCELLED", sequence=5),
        message(method, *stamped(5), start="20261130T100000Z"),
    )
    for data in answers:
        assert weekly.take(data) == ["answer"]
        assert weekly.times() == TUESDAYS
    weekly.take(one("CANCEL", sequence=1))
    assert len(weekly.meetings()) == 3


def test_each_calendar_of_a_file_has_its_own_method(files: Files) -> None:
    kept = message("PUBLISH", *stamped(0), uid="one")
    assert files.take(kept + message("CANCEL", *stamped(0), uid="two")) == ["put", "unknown"]
    assert [m.title for m in files.meetings()] == ["Event one"]


def test_a_series_and_what_is_called_off_of_it_in_one_file(files: Files) -> None:
    files.take(series() + one("CANCEL") + one("REPLY", of="20261208T100000Z", sequence=2))
    assert files.times() == ["24 10:00", "08 10:00", "15 10:00"]


def test_what_has_begun_stays_on_record(files: Files) -> None:
    files.take(message("REQUEST", *stamped(0), start="20261120T063000Z"))
    files.take(message("CANCEL", *stamped(1), start="20261120T063000Z"))
    assert files.times() == ["20 06:30"]
