import sqlite3
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sensors.agent.spool import Spool, Spooled, SpoolError
from sensors.wire.topic import DeviceSlug

A, B = DeviceSlug("de-kade/co2-01"), DeviceSlug("de-kade/co2-02")


def text(seq: int) -> bytes:
    return str(seq).encode()


def payloads(spool: Spool, device: DeviceSlug = A) -> list[bytes]:
    return [spooled.payload for spooled in spool.oldest(device, 0, 1000)]


def test_what_was_appended_comes_out_oldest_first_by_device(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        for device in (A, B, A):
            spool.append(device, "air", text)
        first, second = spool.oldest(A, 0, 10)
        assert (first.leaf, first.payload, second.payload) == ("air", b"1", b"2")
        assert spool.oldest(A, first.id, 10) == [second]
        assert spool.oldest(A, 0, 1) == [first]
        assert payloads(spool, B) == [b"1"]
        assert spool.waiting() == {A: 2, B: 1}


def test_it_survives_and_the_sequence_counts_on(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with Spool(path) as spool:
        spool.append(A, "air", text)
        spool.append(A, "air", text)
        spool.forget([spooled.id for spooled in spool.oldest(A, 0, 10)])
        spool.append(A, "air", text)
    with Spool(path) as spool:
        assert payloads(spool) == [b"3"]
        spool.append(A, "air", text)
        assert payloads(spool) == [b"3", b"4"]


def test_what_the_disk_has_survives_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with Spool(path) as spool:
        spool.append(A, "air", text)
        # As it lies on the disk at this moment, log and all.
        for part in tmp_path.iterdir():
            (tmp_path / part.name.replace("spool", "copy")).write_bytes(part.read_bytes())
    with Spool(tmp_path / "copy.db") as spool:
        assert payloads(spool) == [b"1"]


def test_forgetting_what_is_not_there_is_no_mistake(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        spool.append(A, "air", text)
        spool.forget([])
        spool.forget([99])
        assert payloads(spool) == [b"1"]


def test_a_full_one_drops_the_oldest_and_counts_them_by_device(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with Spool(path, capacity=3) as spool:
        assert [spool.append(device, "air", text) for device in (A, B, A, A, A)] == [0, 0, 0, 1, 1]
        assert (payloads(spool), payloads(spool, B)) == ([b"2", b"3", b"4"], [])
        assert (spool.dropped(A), spool.dropped(B), spool.dropped("x/y")) == (1, 1, 0)
    with Spool(path, capacity=1) as spool:
        assert spool.append(A, "air", text) == 3
        assert (payloads(spool), spool.dropped(A)) == ([b"5"], 4)


def test_a_payload_that_cannot_be_made_leaves_it_as_it_was(tmp_path: Path) -> None:
    def fail(_seq: int) -> bytes:
        raise ValueError("no")

    with Spool(tmp_path / "spool.db") as spool:
        with pytest.raises(ValueError, match="no"):
            spool.append(A, "air", fail)
        spool.append(A, "air", text)
        assert payloads(spool) == [b"1"]


def test_a_second_process_is_told_that_it_is_in_use(tmp_path: Path) -> None:
    with (
        Spool(tmp_path / "spool.db"),
        pytest.raises(SpoolError, match=r"spool\.db is in use: another luchtig sensor"),
    ):
        Spool(tmp_path / "spool.db")


@pytest.mark.parametrize("content", [b"this is no database, but long enough to be one" * 30])
def test_what_is_no_spool_is_told_with_the_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "spool.db").write_bytes(content)
    with pytest.raises(SpoolError, match=r"spool\.db: file is not a database"):
        Spool(tmp_path / "spool.db")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpoolError, match="unable to open"):
        Spool(tmp_path / "nowhere" / "spool.db")


def test_after_closing_every_call_is_told(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    spool.close()
    spool.close()
    with pytest.raises(SpoolError):
        spool.append(A, "air", text)
    with pytest.raises(SpoolError):
        spool.oldest(A, 0, 1)


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        spool.append(A, "air", text)
        pages = spool._db.execute("PRAGMA page_count").fetchone()[0]
        spool._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(SpoolError, match="full"):
            spool.append(A, "air", lambda _seq: bytes(100_000))
        assert payloads(spool) == [b"1"]
        spool._db.execute("PRAGMA max_page_count = 100000")
        spool.append(A, "air", text)
        assert payloads(spool) == [b"1", b"2"]


def test_every_commit_is_synced(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        assert spool._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert spool._db.execute("PRAGMA synchronous").fetchone() == (2,)
    with sqlite3.connect(tmp_path / "spool.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_two_threads_lose_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:

        def fill(device: DeviceSlug) -> None:
            for _ in range(30):
                spool.append(device, "air", text)

        threads = [threading.Thread(target=fill, args=(device,)) for device in (A, B)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = [text(seq) for seq in range(1, 31)]
        assert (payloads(spool, A), payloads(spool, B)) == (expected, expected)


class SpoolMachine(RuleBasedStateMachine):
    """Whatever is done to it in whatever order, it is a bounded list."""

    @initialize(capacity=st.integers(1, 5))
    def begin(self, capacity: int) -> None:
        self.capacity = capacity
        self.folder = TemporaryDirectory()
        self.spool = Spool(Path(self.folder.name) / "spool.db", capacity)
        self.model: list[tuple[str, bytes]] = []
        self.seq = {A: 0, B: 0}
        self.dropped = 0

    @rule(device=st.sampled_from([A, B]))
    def append(self, device: DeviceSlug) -> None:
        self.dropped += self.spool.append(device, "air", text)
        self.seq[device] += 1
        self.model = [*self.model, (device, text(self.seq[device]))][-self.capacity :]

    @rule(device=st.sampled_from([A, B]), count=st.integers(0, 3))
    def acknowledge(self, device: DeviceSlug, count: int) -> None:
        oldest: list[Spooled] = self.spool.oldest(device, 0, count)
        self.spool.forget(spooled.id for spooled in oldest)
        for spooled in oldest:
            self.model.remove((device, spooled.payload))

    @invariant()
    def it_holds_what_the_list_holds(self) -> None:
        for device in (A, B):
            expected = [payload for name, payload in self.model if name == device]
            assert payloads(self.spool, DeviceSlug(device)) == expected
        assert self.spool.dropped(A) + self.spool.dropped(B) == self.dropped

    def teardown(self) -> None:
        if hasattr(self, "spool"):
            self.spool.close()
            self.folder.cleanup()


TestSpoolMachine = SpoolMachine.TestCase
TestSpoolMachine.settings = settings(max_examples=30, stateful_step_count=20)


def test_a_commit_of_a_few_readings_writes_little(tmp_path: Path) -> None:
    log = tmp_path / "spool.db-wal"
    payload = b'{"ts":"2026-11-23T20:00:00.000Z","seq":123,"co2_ppm":812.0,"temperature_c":21.4}'
    with Spool(tmp_path / "spool.db") as spool:
        before = log.stat().st_size
        for commit in range(10):
            ids = range(6 * commit + 1, 6 * commit + 7)
            spool.put([(A, Spooled(id_, "air", payload)) for id_ in ids], {})
        assert (log.stat().st_size - before) / 10 < 6_000
