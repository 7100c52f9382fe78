"""``luchtig import`` of a calendar file, and of a venue in a language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.cli import main
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.database import Database, open_database
from gateway.registry.rooms import put_room, put_venue
from gateway.words.locale import LANGUAGES
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.calendars.events import calendar, event

SPAN = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUCHTIG_CLOCK", "2026-11-24T09:00:00Z@0.001")
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    with database.write() as conn:
        put_venue(conn, Venue(VenueSlug("de-kade"), "De Kade"))
        put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre"))
        put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("grote-zaal"), "Grote zaal"))
    database.close()
    path = tmp_path / "luchtig.toml"
    path.write_text("")
    return path


def write(config: Path, *events: list[str]) -> str:
    path = config.with_name("agenda.ics")
    path.write_bytes(calendar(*events))
    return str(path)


def run(config: Path, file: str, *more: str) -> int:
    return main(["import", "--config", str(config), *more, file])


def titles(config: Path) -> list[tuple[str, str, str | None]]:
    database: Database = open_database("sqlite:///luchtig.db", config.parent)
    with database.read() as conn:
        found = meetings_between(conn, *SPAN)
    database.close()
    return [(m.title, m.room, m.feed) for m in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_venue_may_speak_each_language_that_there_is(config: Path, language: str) -> None:
    file = config.with_name("venue.toml")
    file.write_text(f'[[venue]]\nslug = "bron"\nname = "Bron"\nlanguage = "{language}"\n')
    assert run(config, str(file)) == 0


def test_a_venue_in_a_language_that_nobody_speaks_is_refused(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = config.with_name("venue.toml")
    file.write_text('[[venue]]\nslug = "bron"\nname = "Bron"\nlanguage = "fy"\n')
    assert run(config, str(file)) != 0
    spoken = " or ".join(LANGUAGES)
    assert f"venue[0].language = 'fy': expected {spoken}" in capsys.readouterr().err


def test_a_file_comes_in_and_again_changes_what_changed_in_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    series = event("a", "LOCATION:Serre", "RRULE:FREQ=WEEKLY;COUNT=3")
    file = write(config, series, event("b", "LOCATION:Grote zaal"))
    assert run(config, file, "--venue", "de-kade") == 0
    assert "4 meetings are in (4 new or changed, 0 taken out)" in capsys.readouterr().out
    assert run(config, file, "--venue", "de-kade") == 0
    assert "4 meetings are in (0 new or changed, 0 taken out)" in capsys.readouterr().out
    file = write(config, event("a", "LOCATION:Serre", "RRULE:FREQ=WEEKLY;COUNT=2"))
    assert run(config, file, "--venue", "de-kade") == 0
    assert "2 meetings are in (0 new or changed, 1 taken out)" in capsys.readouterr().out
    # What another file brought in is not this one's to take out.
    assert sorted(titles(config)) == [
        ("Event a", "serre", None), ("Event a", "serre", None), ("Event b", "grote-zaal", None),
    ]  # fmt: skip


def test_what_is_wrong_is_told_a_line_each_and_the_rest_comes_in(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(
        config, event("a", start="?"), event("b", "LOCATION:Kelder", "RRULE:FREQ=DAILY;COUNT=2"),
        event("c", "LOCATION:Serre"),
    )  # fmt: skip
    assert run(config, file, "--venue", "de-kade") == 0
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        f"{file}: Event a has no start that can be read: left out; give it one",
        (
            f"{file}: Event b, 2 times was given no room: its location names no room of the venue "
            "(Kelder); correct it there, or say --room"
        ),
    ]
    assert "1 meetings are in" in told.out
    assert run(config, file, "--venue", "de-kade", "--room", "serre") == 0
    assert {room for _, room, _ in titles(config)} == {"serre"}


@pytest.mark.parametrize(
    ("more", "data", "words"),
    [
        (("--venue", "de-bron"), b"", "there is no venue 'de-bron'"),
        (("--venue", "de-kade", "--room", "kelder"), b"", "expected one of grote-zaal, serre"),
        (("--venue", "de-kade"), b"<html>", "it is no iCalendar file"),
        (("--venue", "de-kade"), b"BEGIN:VCALENDAR" + b"x" * 5_000_000, "larger than 5 MB"),
        (("--venue", "de-kade"), None, "No such file"),
    ],
)
def test_what_cannot_be_imported_says_why(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    data: bytes | None,
    words: str,
) -> None:
    file = config.with_name("agenda.ics")
    if data is not None:
        file.write_bytes(data)
    assert run(config, str(file), *more) == 1
    assert words in capsys.readouterr().err


def test_a_calendar_needs_its_venue_and_a_venue_file_does_not(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(config, write(config)) == 2
    assert "--venue" in capsys.readouterr().err
    assert run(config, "venues.toml", "--venue", "de-kade") == 2
    assert "for calendars" in capsys.readouterr().err
