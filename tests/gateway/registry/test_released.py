"""A database of each version that was released is brought up to date and read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.registry import schema
from gateway.registry.accounts.users import check_password
from gateway.registry.agenda.reports import find_record
from gateway.registry.database import open_database
from gateway.registry.devices import all_devices
from gateway.registry.rooms import find_room
from tests.gateway.domain.report.evening import ROOM, VENUE
from tests.gateway.registry.release import PASSWORD, RELEASED, USER, write_release

OF_RELEASES = sorted(RELEASED.glob("*.sql"))


def read_to_the_end(dump: Path, folder: Path) -> None:
    """Fill a database with the dump, bring it up to date and read what is in it."""
    with closing(sqlite3.connect(folder / "luchtig.db")) as db:
        db.executescript(dump.read_text(encoding="utf-8"))
    database = open_database("sqlite:///luchtig.db", folder)
    database.migrate()
    with database.read() as conn:
        assert schema.version(conn) == schema.known_versions()[0]
        room = find_room(conn, VENUE.slug, ROOM.slug)
        assert room is not None
        assert room.volume_m3 == ROOM.volume_m3
        assert all_devices(conn, VENUE.slug)
        record = find_record(conn, "m1")
        assert record is not None
        assert check_password(conn, USER, PASSWORD) is not None
    database.close()


@pytest.mark.parametrize("dump", OF_RELEASES, ids=lambda dump: dump.stem)
def test_a_database_of_a_release_is_brought_up_to_date_and_read(dump: Path, tmp_path: Path) -> None:
    read_to_the_end(dump, tmp_path)


def test_what_the_next_release_leaves_behind_can_be_read(tmp_path: Path) -> None:
    write_release(tmp_path / "next.sql")
    read_to_the_end(tmp_path / "next.sql", tmp_path)


def test_there_is_one() -> None:
    assert OF_RELEASES
