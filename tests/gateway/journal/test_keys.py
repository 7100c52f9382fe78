"""A reading is one however often it is sent, however the keys of what was taken are written."""

import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.journal import file as journal_file
from gateway.journal.file import JournalFile
from gateway.journal.reader import JournalError
from sensors.clock import SYSTEM
from sensors.wire.topic import DeviceSlug
from tests.gateway.journalled import placed

DEVICES = [DeviceSlug("co2-03"), DeviceSlug("co2-04")]


def rows(path: Path, table: str) -> int:
    with sqlite3.connect(path) as db:
        (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    db.close()
    return int(count)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Keys are written as soon as there are so many."""
    monkeypatch.setattr(journal_file, "MANY_KEYS", 4)
    return 4


STEPS = st.one_of(
    st.lists(st.tuples(st.sampled_from(DEVICES), st.integers(0, 12)), min_size=1, max_size=6),
    st.sampled_from(["idle", "restart", "passed", "fault"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=25), st.sampled_from([2, 7, 10_000]))
def test_each_reading_is_taken_once_in_any_order_and_through_restarts(
    steps: list[str | list[tuple[DeviceSlug, int]]], many: int
) -> None:
    taken: set[tuple[DeviceSlug, int]] = set()
    passed = 0
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_file, "MANY_KEYS", many)
        path = Path(directory) / "journal.db"
        file = JournalFile(path, SYSTEM)
        for step in steps:
            if isinstance(step, list):
                before = len(taken)
                commit = file.commit([placed(s, device=d) for d, s in step], passed, passed)
                taken.update(step)
                assert len(commit.entries) == len(taken) - before
                assert len(commit.duplicates) == len(step) - len(commit.entries)
            elif step == "restart":
                file.close()
                file = JournalFile(path, SYSTEM)
            elif step == "fault":
                _fails_once(file, path)
            else:
                passed = file.last_id if step == "passed" else passed
                file.commit([], passed, passed)
        assert file.last_id == len(taken)
        file.close()


def _fails_once(file: JournalFile, path: Path) -> None:
    """A commit of new readings that the disk does not take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_file, "PUT_MARK", "INSERT INTO nowhere VALUES (?, ?)")
        with pytest.raises(JournalError):
            file.commit([placed(second) for second in range(5, 9)], 0, 0)


def test_no_entry_goes_before_its_key_is_written(tmp_path: Path, few: int) -> None:
    path = tmp_path / "journal.db"
    file = JournalFile(path, SYSTEM)
    for second in range(few - 1):
        file.commit([placed(second)], second, second)
    assert (rows(path, "keys"), rows(path, "entries")) == (0, few - 1)
    file.commit([placed(few)], few - 1, few - 1)
    assert (rows(path, "keys"), rows(path, "entries")) == (few, 1)
    file.close()


def test_keys_are_written_as_soon_as_nothing_comes(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    file = JournalFile(path, SYSTEM)
    file.commit([placed(1), placed(2)], 0, 0)
    file.commit([], 0, 0)
    assert rows(path, "keys") == 2
    file.close()


def test_a_stream_without_times_is_trimmed_as_it_goes(tmp_path: Path, few: int) -> None:
    path = tmp_path / "journal.db"
    file = JournalFile(path, SYSTEM)
    for second in range(3 * few):
        file.commit([placed(second, ts_given=False)], second, second)
    assert rows(path, "entries") < 2 * few
    file.close()


def test_a_journal_of_before_knows_its_readings(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    file = JournalFile(path, SYSTEM)
    file.commit([placed(1), placed(3)], 0, 0)
    file.commit([], 0, 0)
    file.close()
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM marks WHERE name = 'keyed'")
    db.close()
    file = JournalFile(path, SYSTEM)
    assert len(file.commit([placed(1), placed(2), placed(3)], 0, 0).entries) == 1
    file.close()
