"""What a backup holds, and that it comes back, from each kind of store and database into each."""

import shutil
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from dashboard.cli import main
from gateway.config import Settings, StoreSettings
from gateway.journal.file import JournalFile
from gateway.keeping.archive import FORMAT, ArchiveWriter, KeepingError, Manifest
from gateway.keeping.backup import take_backup
from gateway.keeping.database_rows import put_tables
from gateway.keeping.restore import restore
from gateway.keeping.staging import staged
from gateway.registry import schema
from gateway.registry.database import open_database
from gateway.store.open import open_store, open_stores
from gateway.store.spans import DAY_NS
from sensors.clock import SYSTEM
from tests.gateway.keeping.set_up import (
    NOT_STORED,
    NOW,
    ROWS,
    database_rows,
    fill,
    settings,
    stored_rows,
)
from tests.gateway.store.rows import T0_NS, VENUE
from tests.servers import Influx, Postgres, free_port, wait_until

SQLITE = ("sqlite", "sqlite")
SERVERS = ("postgresql", "influx")


def place(request: pytest.FixtureRequest, directory: Path, kinds: tuple[str, str]) -> Settings:
    directory.mkdir()
    database, store = "luchtig.db", "readings.db"
    if kinds[0] == "postgresql":
        server = request.getfixturevalue("postgres_server")
        assert isinstance(server, Postgres)
        database = server.new_database_url()
    if kinds[1] == "influx":
        influx = request.getfixturevalue("influx")
        assert isinstance(influx, Influx)
        store = influx.database_url(f"test_{uuid4().hex}")
    return settings(directory, database, store)


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    (tmp_path / "kept").mkdir()
    found = settings(tmp_path / "kept")
    fill(found)
    return found


@pytest.fixture
def backup(kept: Settings, tmp_path: Path) -> Path:
    take_backup(kept, tmp_path / "kade.backup", NOW, with_readings=True)
    return tmp_path / "kade.backup"


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    (tmp_path / "empty").mkdir()
    return settings(tmp_path / "empty")


@pytest.mark.servers
@pytest.mark.parametrize(
    ("of", "into"),
    [(SQLITE, SQLITE), (SERVERS, SERVERS), (SQLITE, SERVERS), (SERVERS, SQLITE)],
    ids=["files", "servers", "files into servers", "servers into files"],
)
def test_all_comes_back(
    request: pytest.FixtureRequest, tmp_path: Path, of: tuple[str, str], into: tuple[str, str]
) -> None:
    kept, other = place(request, tmp_path / "of", of), place(request, tmp_path / "into", into)
    fill(kept)
    taken = take_backup(kept, tmp_path / "b", NOW, with_readings=True)
    assert (taken.readings, taken.has_journal, taken.has_secret) == (len(ROWS), True, True)
    done = restore(other, tmp_path / "b")
    assert (done.readings, done.rows) == (len(ROWS), taken.rows)
    assert database_rows(other) == database_rows(kept)
    assert stored_rows(other) == stored_rows(kept)
    for name in ("secret", "push-key"):
        secrets = [(one.directory / name).read_text() for one in (kept, other)]
        assert secrets[0] == secrets[1]


@pytest.mark.servers
@pytest.mark.parametrize("kinds", [SQLITE, SERVERS], ids=["SQLite", "PostgreSQL"])
def test_rows_that_are_numbered_go_on_behind_those_that_came_back(
    request: pytest.FixtureRequest, tmp_path: Path, kinds: tuple[str, str]
) -> None:
    kept, other = place(request, tmp_path / "of", kinds), place(request, tmp_path / "into", kinds)
    fill(kept)
    put = text(
        "INSERT INTO door_decisions (venue, device, at_ns, side, decision, before, shown) "
        "VALUES ('de-kade', 'door-1', 1, 'in', 'reset', 7, 0)"
    )
    numbered(kept, put)
    take_backup(kept, tmp_path / "b", NOW, with_readings=False)
    restore(other, tmp_path / "b")
    assert numbered(other, put) == 2


def test_what_was_acknowledged_and_not_stored_is_in_and_the_broker_s_session_is_not(
    backup: Path, empty: Settings
) -> None:
    restore(empty, backup)
    with closing(JournalFile(empty.directory / "journal.db", SYSTEM)) as journal:
        assert [entry for _, entry in journal.read(0, 100)] == NOT_STORED
        assert (journal.last_id, journal.store_position, journal.session(0)) == (5, 0, 0)


def test_each_venue_comes_from_its_store_and_goes_into_the_one_that_it_has_there(
    tmp_path: Path,
) -> None:
    own = (StoreSettings(venues=(VENUE,), url="sqlite:///own.db"),)
    for name in ("kept", "empty"):
        (tmp_path / name).mkdir()
    kept = replace(settings(tmp_path / "kept"), venue_stores=own)
    empty = replace(settings(tmp_path / "empty"), venue_stores=own)
    fill(kept)
    take_backup(kept, tmp_path / "taken.zip", NOW, with_readings=True)
    restore(empty, tmp_path / "taken.zip")
    assert stored_rows(empty) == stored_rows(kept)
    with closing(open_store(empty.store, empty.directory)) as rest:
        assert rest.count("air", VENUE) == 0
    (tmp_path / "full").mkdir()
    full = replace(empty, directory=tmp_path / "full")
    with closing(open_stores(full)) as stores:
        stores.write(ROWS)
    with pytest.raises(KeepingError, match=r"the store \(sqlite:///own.db\) already holds"):
        restore(full, tmp_path / "taken.zip")


def test_a_backup_may_be_without_readings(kept: Settings, empty: Settings, tmp_path: Path) -> None:
    taken = take_backup(kept, tmp_path / "b", NOW, with_readings=False)
    assert (taken.readings, restore(empty, tmp_path / "b").readings) == (None, None)
    assert database_rows(empty) == database_rows(kept)
    assert stored_rows(empty) == []


def test_only_its_owner_may_read_it_and_what_comes_back(backup: Path, empty: Settings) -> None:
    restore(empty, backup)
    files = [backup, *(empty.directory / name for name in ("luchtig.db", "journal.db", "secret"))]
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"] * 4


def test_a_database_of_an_older_version_is_brought_up_to_date(
    empty: Settings, tmp_path: Path
) -> None:
    first = schema.known_versions()[-1]
    old = open_database("sqlite:///old.db", tmp_path)
    with old.filled() as conn:
        schema.upgrade(conn, first)
        conn.execute(text("INSERT INTO counters VALUES ('gateway', 'taken', 'air', 12.5)"))
        conn.commit()
    with old.read() as conn, (tmp_path / "b").open("wb") as file:
        archive = ArchiveWriter(file)
        put_tables(conn, archive)
        archive.finish(lambda parts: Manifest(FORMAT, "0.0.1", "then", first, parts))
    old.close()
    restore(empty, tmp_path / "b")
    rows = database_rows(empty)
    assert rows["alembic_version"] == [(schema.known_versions()[0],)]
    assert rows["counters"] == [("gateway", "taken", "air", 12.5)]


class TestRefused:
    @pytest.mark.parametrize("file", ["luchtig.db", "journal.db", "secret", "readings.db"])
    def test_a_place_that_is_not_empty_stays_as_it_is(
        self, kept: Settings, backup: Path, empty: Settings, file: str
    ) -> None:
        there = empty.directory / file
        shutil.copy(kept.directory / file, there)
        before = there.read_bytes()
        with pytest.raises(KeepingError, match="empty"):
            restore(empty, backup)
        assert there.read_bytes() == before
        others = {"journal.db", "secret", "readings.db"} - {file}
        assert [name for name in others if (empty.directory / name).exists()] == []
        assert database_is_empty(empty) == (file != "luchtig.db")

    def test_what_another_journal_left_behind_is_not_taken_for_ours(
        self, backup: Path, empty: Settings
    ) -> None:
        (empty.directory / "journal.db-wal").write_bytes(b"of another")
        with pytest.raises(KeepingError, match=r"journal.db-wal is there already"):
            restore(empty, backup)

    @pytest.mark.parametrize("cut", [0, 1, 100, 5_000])
    def test_a_file_that_was_cut(self, backup: Path, empty: Settings, cut: int) -> None:
        whole = backup.read_bytes()
        backup.write_bytes(whole[: -cut or len(whole)] if cut else b"")
        with pytest.raises(KeepingError, match="no backup of luchtig, or was cut or damaged"):
            restore(empty, backup)
        assert database_is_empty(empty)

    def test_a_file_with_any_byte_altered_in_its_parts(self, backup: Path, empty: Settings) -> None:
        whole = backup.read_bytes()
        with zipfile.ZipFile(backup) as found:
            end = found.start_dir
        for at in range(200, end, end // 40):
            backup.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
            try:
                restore(empty, backup)
            except KeepingError:
                assert database_is_empty(empty)
            else:  # of a member's own header, which the directory at the end says again
                shutil.rmtree(empty.directory)
                empty.directory.mkdir()

    def test_a_part_that_was_replaced(self, backup: Path, empty: Settings, tmp_path: Path) -> None:
        with zipfile.ZipFile(backup) as old, zipfile.ZipFile(tmp_path / "b", "w") as new:
            for name in old.namelist():
                new.writestr(
                    name, b"another secret of some length" if name == "secret" else old.read(name)
                )
        with pytest.raises(KeepingError, match="its part secret is not what was written"):
            restore(empty, tmp_path / "b")

    @pytest.mark.parametrize(
        "content", [b"", b"SQLite format 3\0", b"{}", b"PK\x05\x06" + bytes(18)]
    )
    def test_a_file_of_something_else(
        self, empty: Settings, tmp_path: Path, content: bytes
    ) -> None:
        (tmp_path / "b").write_bytes(content)
        with pytest.raises(KeepingError, match="no backup of luchtig"):
            restore(empty, tmp_path / "b")

    def test_a_file_that_is_not_there(self, empty: Settings, tmp_path: Path) -> None:
        with pytest.raises(KeepingError, match="b: cannot be read: No such file"):
            restore(empty, tmp_path / "b")

    def test_a_newer_schema(self, empty: Settings, tmp_path: Path) -> None:
        with (tmp_path / "b").open("wb") as file:
            ArchiveWriter(file).finish(lambda parts: Manifest(FORMAT, "9.1", "then", "x9", parts))
        with pytest.raises(KeepingError, match=r"luchtig 9.1 with schema x9, which is newer"):
            restore(empty, tmp_path / "b")

    def test_a_store_that_does_not_answer_leaves_all_empty(
        self, backup: Path, empty: Settings
    ) -> None:
        away = settings(empty.directory, store=f"influxdb://127.0.0.1:{free_port()}/luchtig")
        with pytest.raises(KeepingError, match="InfluxDB at 127"):
            restore(away, backup)
        restore(empty, backup)

    def test_rows_that_the_database_does_not_take_leave_all_empty(
        self, empty: Settings, kept: Settings, tmp_path: Path
    ) -> None:
        with closing(sqlite3.connect(kept.directory / "luchtig.db")) as db, db:
            db.execute(
                "INSERT INTO grants (user, venue, role) VALUES ('nobody', 'nowhere', 'host')"
            )
        take_backup(kept, tmp_path / "b", NOW, with_readings=True)
        with pytest.raises(KeepingError, match="the database does not take it"):
            restore(empty, tmp_path / "b")
        assert database_is_empty(empty)
        assert stored_rows(empty) == []
        assert not any((empty.directory / name).exists() for name in ("journal.db", "secret"))


class TestCommands:
    @pytest.mark.usefixtures("kept")
    def test_a_folder_gets_a_file_by_the_date_and_both_say_what_they_did(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("LUCHTIG_CLOCK", NOW.isoformat())
        (tmp_path / "empty").mkdir()
        configs = [tmp_path / name / "luchtig.toml" for name in ("kept", "empty")]
        for config in configs:
            config.touch()
        assert main(["backup", str(tmp_path), "--config", str(configs[0])]) == 0
        (backup,) = tmp_path.glob("*.backup")
        assert backup.name == "luchtig-20261124T080000Z.backup"
        said = f"{len(ROWS)} readings and samples, the journal and the secret are in"
        assert said in capsys.readouterr().out
        assert main(["restore", str(backup), "--config", str(configs[1])]) == 0
        assert f"{len(ROWS)} readings and samples are back" in capsys.readouterr().out
        assert main(["restore", str(backup), "--config", str(configs[1])]) == 1
        assert "luchtig restore: database sqlite" in capsys.readouterr().err

    def test_a_set_up_without_a_database_is_said(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "luchtig.toml").touch()
        asked = ["backup", str(tmp_path / "b"), "--config", str(tmp_path / "luchtig.toml")]
        assert main(asked) == 1
        assert "has schema none" in capsys.readouterr().err


class TestBroken:
    def test_a_backup_that_is_killed_leaves_the_old_one_and_the_next_goes_well(
        self, kept: Settings, backup: Path
    ) -> None:
        old = backup.read_bytes()
        with silent_server() as port:
            config = kept.directory / "luchtig.toml"
            config.write_text(f'[store]\nurl = "influxdb://127.0.0.1:{port}/luchtig"\n')
            process = subprocess.Popen(
                [sys.executable, "-m", "dashboard", "backup", backup, "--config", config]
            )
            draft = backup.with_name(f".{backup.name}.part") / "archive"
            wait_until(draft.exists, "a backup that is on its way")
            process.kill()
            process.wait()
        assert backup.read_bytes() == old
        take_backup(kept, backup, NOW, with_readings=True)
        assert [*backup.parent.glob("**/.*.part")] == []

    def test_two_at_once_are_one_too_many(self, kept: Settings, tmp_path: Path) -> None:
        with staged(tmp_path / "b"), pytest.raises(KeepingError, match="another process"):
            take_backup(kept, tmp_path / "b", NOW, with_readings=True)

    def test_a_damaged_journal_is_said_and_nothing_is_written(
        self, kept: Settings, tmp_path: Path
    ) -> None:
        (kept.directory / "journal.db").write_bytes(b"nonsense" * 1_000)
        with pytest.raises(KeepingError, match=r"journal.db: cannot be copied"):
            take_backup(kept, tmp_path / "b", NOW, with_readings=True)
        assert not (tmp_path / "b").exists()

    def test_a_folder_that_cannot_be_written(self, kept: Settings, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(KeepingError, match="cannot be written"):
            take_backup(kept, tmp_path / "file" / "b", NOW, with_readings=True)


def numbered(kept: Settings, put: object) -> int:
    """Put a row in; the newest number then."""
    database = open_database(kept.database.url, kept.directory)
    with database.write() as conn:
        conn.execute(put)  # type: ignore[call-overload]
        newest = conn.execute(text("SELECT max(id) FROM door_decisions")).scalar_one()
    database.close()
    assert isinstance(newest, int)
    return newest


def database_is_empty(empty: Settings) -> bool:
    database = open_database(empty.database.url, empty.directory)
    with closing(database), database.read() as conn:
        return schema.is_empty(conn)


@contextmanager
def silent_server() -> Iterator[int]:
    """A port where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("of", [SQLITE, SERVERS], ids=["files", "servers"])
@pytest.mark.servers
def test_days_whose_readings_were_let_go_come_back_as_they_were_kept(
    request: pytest.FixtureRequest, tmp_path: Path, of: tuple[str, str]
) -> None:
    kept, other = place(request, tmp_path / "of", of), place(request, tmp_path / "into", SQLITE)
    fill(kept)
    after_ns = T0_NS + 2 * DAY_NS
    with closing(open_store(kept.store, kept.directory)) as store:
        for day in store.undone(VENUE, after_ns):
            store.downsample(day)
        gone = [day for day in store.days.expired(VENUE, after_ns) if store.days.let_go(day)]
        held = [store.days.held(day) for day in gone]
    assert all(held)
    take_backup(kept, tmp_path / "b", NOW, with_readings=True)
    restore(other, tmp_path / "b")
    with closing(open_store(other.store, other.directory)) as store:
        assert list(store.days.let_gone(VENUE)) == sorted(gone)
        assert [store.days.held(day) for day in gone] == held
        assert store.count("air", VENUE) == 0
