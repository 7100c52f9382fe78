"""A page torn in a file of SQLite's: it is whole all the same, or said; and a repair puts a whole one in its
place with what could be read.
"""

import random
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.checks.damage import check_damage, repair_all
from gateway.config import Settings
from gateway.journal.file import JournalFile
from gateway.journal.reader import JournalError
from gateway.keeping.repair import (
    Complete,
    complete_database,
    complete_journal,
    complete_store,
    damage,
    repair,
    unreadable,
)
from gateway.registry.database import DatabaseAway, DatabaseError, open_database
from gateway.registry.live.metric_totals import all_totals, put_totals
from gateway.store.interface import StoreError
from gateway.store.sqlite import SqliteStore
from sensors.agent.spool import Spool, SpoolError
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug
from tests.gateway.journalled import placed

NOW = datetime(2026, 11, 29, tzinfo=UTC)
DE_KADE = VenueSlug("de-kade")
Which = Literal["journal", "database", "store", "spool"]
FILES: dict[Which, str] = {
    "journal": "journal.db", "database": "luchtig.db", "store": "readings.db", "spool": "spool.db",
}  # fmt: skip
COMPLETE: dict[Which, Complete] = {
    "journal": complete_journal, "database": complete_database, "store": complete_store,
}  # fmt: skip
MANY = 1_500
ON_A_PAGE = 120
"""Rows of the smallest kind."""


def make_journal(path: Path) -> None:
    file = JournalFile(path, SYSTEM)
    for second in range(0, MANY, 100):
        file.commit([placed(second + more) for more in range(100)], 0, 0)
    file.commit([], 0, 0)  # and the keys
    file.close()


def make_database(path: Path) -> None:
    database = open_database(f"sqlite:///{path.name}", path.parent)
    database.migrate()
    with database.write() as conn:
        totals = {("readings_accepted_total", f"kind-{number}"): 1.0 for number in range(MANY)}
        put_totals(conn, "gw-1", totals)
    database.close()


def make_store(path: Path) -> None:
    store = SqliteStore(path)
    store.write([placed(second) for second in range(MANY)])
    store.close()


def make_spool(path: Path) -> None:
    with Spool(path) as spool:
        spool.put((), {"de-kade/co2-03": 1})
        for _ in range(60):
            spool.append("de-kade/co2-03", "air", lambda seq: b'{"co2_ppm":%d}' % (400 + seq))


MAKE: dict[Which, Callable[[Path], None]] = {
    "journal": make_journal, "database": make_database, "store": make_store, "spool": make_spool,
}  # fmt: skip


class Whole(dict[Which, bytes]):
    """What each file held."""

    def __repr__(self) -> str:
        return "Whole()"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """The four files as they were before anything was torn."""
    folder = tmp_path_factory.mktemp("whole")
    for which, make in MAKE.items():
        make(folder / FILES[which])
        with closing(sqlite3.connect(folder / FILES[which])) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Whole({which: (folder / name).read_bytes() for which, name in FILES.items()})


def page_bytes(data: bytes) -> int:
    size = int.from_bytes(data[16:18])
    return 65_536 if size == 1 else size


def torn(data: bytes, page: int, content: bytes) -> bytes:
    size = page_bytes(data)
    at = page * size
    return data[:at] + content[:size] + data[at + size :]


def use(which: Which, path: Path) -> None:
    """What a program does with it at the start, and then."""
    match which:
        case "journal":
            file = JournalFile(path, SYSTEM)
            file.read(0, file.last_id)
            file.close()
        case "database":
            database = open_database(f"sqlite:///{path.name}", path.parent)
            try:
                database.migrate()
                with database.read() as conn:
                    all_totals(conn)
            finally:
                database.close()
        case "store":
            store = SqliteStore(path)
            store.write([placed(MANY)])
            store.count("air", DE_KADE)
            store.close()
        case "spool":
            with Spool(path) as spool:
                spool.waiting()
                spool.oldest("de-kade/co2-03", 0, 1_000)


SAID = (JournalError, DatabaseError, DatabaseAway, StoreError, SpoolError)


def _said(which: Which, path: Path) -> str | None:
    try:
        use(which, path)
    except SAID as error:
        return str(error)
    return None


@pytest.mark.parametrize("which", FILES)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["noise", "noughts", "another"]))
def test_whatever_page_is_torn_it_is_whole_or_said_and_a_repair_makes_it_whole(
    whole: Whole, which: Which, seed: int, kind: str
) -> None:
    chance, data = random.Random(seed), whole[which]
    size = page_bytes(data)
    pages = len(data) // size
    page = chance.randrange(pages)
    other = chance.randrange(pages) * size
    content = {
        "noise": chance.randbytes(size), "noughts": bytes(size), "another": data[other : other + size],
    }[kind]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILES[which]
        path.write_bytes(torn(data, page, content))
        said = _said(which, path)
        assert said is None or "luchtig check --repair" in said
    with tempfile.TemporaryDirectory() as folder:  # the other may be held open for a while
        path = Path(folder) / FILES[which]
        path.write_bytes(torn(data, page, content))
        if damage(path) is None and (which != "journal" or unreadable(path) is None):
            return
        done = repair(path, NOW, COMPLETE.get(which))
        assert damage(path) is None
        assert done.kept_as.read_bytes() == torn(data, page, content)
        use(which, path)


@pytest.mark.parametrize("which", FILES)
def test_of_a_page_of_rows_that_is_torn_the_others_are_saved(
    whole: Whole, which: Which, tmp_path: Path
) -> None:
    path = tmp_path / FILES[which]
    path.write_bytes(whole[which])
    table = {"journal": "entries", "database": "counters", "store": "air", "spool": "reading"}[
        which
    ]
    if which == "database":
        table = _counters(path)
    rows, page = _rows_and_leaf(path, table)
    size = page_bytes(whole[which])
    path.write_bytes(torn(whole[which], page - 1, b"\xa5" * size))
    assert damage(path) is not None
    done = repair(path, NOW, COMPLETE.get(which))
    (saved,) = (one for one in done.tables if one.name == table)
    assert rows - ON_A_PAGE <= saved.rows < rows
    assert not saved.is_whole
    assert all(one.is_whole for one in done.tables if one.name != table)
    use(which, path)


def _counters(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        (name,) = db.execute(
            "SELECT name FROM sqlite_master WHERE sql LIKE '%label%' AND sql LIKE '%gateway%'"
            " AND type = 'table' AND name NOT LIKE 'sqlite%' AND sql LIKE '%value%'"
        ).fetchone()
    return str(name)


def _rows_and_leaf(path: Path, table: str) -> tuple[int, int]:
    """How many rows there are, and the number of a page in the midst of them."""
    with closing(sqlite3.connect(path)) as db:
        (rows,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
        leaves = db.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,)
        ).fetchall()
    return rows, leaves[len(leaves) // 2][0]


def test_a_journal_that_lost_entries_passes_none_unread(whole: Whole, tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(whole["journal"])
    _, page = _rows_and_leaf(path, "entries")
    path.write_bytes(torn(whole["journal"], page - 1, bytes(4_096)))
    repair(path, NOW, complete_journal)
    file = JournalFile(path, SYSTEM)
    entries = file.read(0, file.last_id)
    numbers = [number for number, _ in entries]
    assert numbers == list(range(numbers[0], file.last_id + 1))
    assert file.last_id == MANY
    read = [entry for _, entry in entries]
    assert [one for one in map(placed, range(MANY)) if one in read] == read
    file.close()


def test_check_names_the_file_and_repair_says_what_was_saved(whole: Whole, tmp_path: Path) -> None:
    set_up = Settings(directory=tmp_path)
    for which, name in FILES.items():
        (tmp_path / name).write_bytes(whole[which])
    assert [one.verdict for one in check_damage(set_up)] == ["ok"]
    assert [one.verdict for one in repair_all(set_up)] == ["ok"]
    path = tmp_path / "readings.db"
    _, page = _rows_and_leaf(path, "air")
    path.write_bytes(torn(whole["store"], page - 1, bytes(4_096)))
    (found,) = check_damage(set_up)
    assert found.verdict == "fail"
    assert str(path) in found.found
    assert "luchtig check --repair" in found.mend
    (done,) = repair_all(set_up)
    assert (done.part, done.verdict) == ("repair", "note")
    assert "tables saved, lost is a part of air (1" in done.found
    assert "the damaged file is kept as readings.db.damaged-" in done.mend
    assert [one.verdict for one in check_damage(set_up)] == ["ok"]


def test_a_file_whose_head_is_gone_is_kept_and_an_empty_one_put_in_its_place(
    whole: Whole, tmp_path: Path
) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(torn(whole["journal"], 0, b"\xa5" * 4_096))
    (done,) = repair_all(Settings(directory=tmp_path))
    assert "its head is gone" in done.found
    use("journal", path)
