"""What is made is for its owner alone, on a system where everybody may read what is made."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.journal.file import JournalFile
from gateway.process.directory_lock import only_one
from gateway.registry.database import open_database
from gateway.registry.policies import put_presets
from gateway.secret import read_or_make_secret
from gateway.store.sqlite import SqliteStore
from sensors.agent.spool import Spool
from sensors.clock import SYSTEM


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    before = os.umask(0o002)
    yield
    os.umask(before)


def test_no_file_or_folder_of_ours_can_be_read_by_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with only_one(data):
        database = open_database("sqlite:///luchtig.db", data)
        database.migrate()
        store = SqliteStore(data / "store" / "readings.db")
        store.write(())
        store.check()
        journal = JournalFile(data / "journal.db", SYSTEM)
        spool = Spool(data / "spool.db")
        read_or_make_secret(data / "secret")
        with database.write() as conn:
            put_presets(conn)
            made = [data, *data.rglob("*")]
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made}
    for part in (spool, journal, store, database):
        part.close()
    assert {"luchtig.db-wal", "journal.db-wal", "spool.db-wal", "luchtig.db.lock"} < modes.keys()
    folders = {"data", "store"}
    wrong = {
        name: oct(found)
        for name, found in modes.items()
        if found != (0o700 if name in folders else 0o600)
    }
    assert wrong == {}
