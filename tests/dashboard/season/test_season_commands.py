"""``luchtig season`` and ``luchtig verify``: what a board member makes, an outsider checks."""

import csv
from pathlib import Path

import msgspec
import pytest

from dashboard.cli import main
from gateway.domain.room import Room, Venue
from gateway.proof.signing_key import read_or_make_key, well_known
from gateway.registry.database import open_database
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.season.kept import keep
from tests.gateway.domain.season.histories import a_report

VENUE = VenueSlug("de-kade")
SPAN = ("--from", "2026-09-01", "--to", "2026-12-01")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A set-up with one meeting on record."""
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    with database.write() as conn:
        put_venue(conn, Venue(VENUE, "De Kade"))
        put_room(conn, Room(VENUE, RoomSlug("zaal"), "Zaal"))
    keep(database, a_report())
    database.close()
    file = tmp_path / "luchtig.toml"
    file.write_text("[dashboard]\npublic_url = 'https://lucht.example.org/'\n")
    return file


def season(config: Path, kind: str, file: Path, *more: str) -> int:
    given = ["season", "--config", str(config), "--venue", VENUE, *SPAN, kind, str(file), *more]
    return main(given)


def test_a_season_is_genuine_until_a_byte_is_changed(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "seizoen.json"
    assert season(config, "--json", file) == 0
    document = msgspec.json.decode(file.read_bytes())
    assert (document["meetings"], document["kept"], document["version"]) == (1, 1, 1)
    assert main(["verify", str(file)]) == 0
    said = capsys.readouterr().out
    assert "genuine" in said
    assert "by De Kade (https://lucht.example.org)" in said
    file.write_bytes(file.read_bytes().replace(b'"meetings":1', b'"meetings":2', 1))
    assert main(["verify", str(file)]) == 1
    assert "meetings" in capsys.readouterr().err


def test_the_pdf_is_genuine_too(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "seizoen.pdf"
    assert season(config, "--pdf", file) == 0
    assert main(["verify", str(file), "--config", str(config)]) == 0


def test_whose_key_it_must_be_can_be_said(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, known = tmp_path / "seizoen.json", tmp_path / "key"
    season(config, "--json", file)
    known.write_bytes(well_known(read_or_make_key(tmp_path / "signing-key").public))
    assert main(["verify", str(file), "--key", str(known)]) == 0
    assert main(["verify", str(file), "--config", str(config)]) == 0
    known.write_bytes(well_known(read_or_make_key(tmp_path / "another").public))
    assert main(["verify", str(file), "--key", str(known)]) == 1
    assert "another key" in capsys.readouterr().err


def test_the_table_has_a_row_for_the_whole_and_each_part(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "seizoen.csv"
    assert season(config, "--csv", file) == 0
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert [(row["part"], row["name"], row["meetings"]) for row in rows] == [
        ("season", "de-kade", "1"),
        ("month", "2026-09", "1"),
        ("policy", "nl-target-1200", "1"),
        ("room", "de-kade/zaal", "1"),
    ]
    assert (rows[0]["people_hours"], rows[0]["co2_kept"]) == ("24.0", "1")


@pytest.mark.parametrize("data", ["no JSON", "{}", "%PDF-1.4 without more"])
def test_what_is_no_season_of_ours_is_not_genuine(tmp_path: Path, data: str) -> None:
    file = tmp_path / "file"
    file.write_text(data)
    assert main(["verify", str(file)]) == 1


def test_no_such_venue_and_no_such_file_are_told(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["season", "--config", str(config), "--venue", "elders", "--json", "-"]
    assert main(given) == 1
    assert "no venue 'elders'" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "nothing")]) == 1
