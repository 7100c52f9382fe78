from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sensors.agent.gathering import GatheringSpool
from sensors.agent.spool import Spool, SpoolError

A, B = "de-kade/co2-01", "de-kade/co2-02"


def text(seq: int) -> bytes:
    return str(seq).encode()


def payloads(spool: Spool | GatheringSpool, device: str = A) -> list[bytes]:
    return [spooled.payload for spooled in spool.oldest(device, 0, 1000)]


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool.db") as spool:
        yield spool


def test_what_is_acknowledged_soon_is_never_written(kept: Spool) -> None:
    hand = Hand()
    spool = GatheringSpool(kept, 10, hand)
    spool.append(A, "air", text)
    pages = kept._db.execute("PRAGMA data_version").fetchone(), kept._db.total_changes
    for _ in range(500):
        hand.at_s += 9
        spool.append(A, "air", text)
        spool.forget([spooled.id for spooled in spool.oldest(A, 0, 5)])
    assert (kept._db.execute("PRAGMA data_version").fetchone(), kept._db.total_changes) == pages
    assert spool.waiting() == {}


def test_what_waits_longer_is_written_with_all_others_in_one_commit(kept: Spool) -> None:
    hand = Hand()
    spool = GatheringSpool(kept, 10, hand)
    for device in (A, B, A):
        spool.append(device, "air", text)
    assert kept.waiting() == {}
    assert spool.waiting() == {A: 2, B: 1}
    hand.at_s += 10
    spool.append(B, "air", text)
    assert kept.waiting() == spool.waiting() == {A: 2, B: 2}
    assert (payloads(spool, A), payloads(spool, B)) == ([b"1", b"2"], [b"1", b"2"])


def test_closing_writes_what_waits_and_the_sequence_counts_on(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with Spool(path) as kept, GatheringSpool(kept, 10) as spool:
        for _ in range(3):
            spool.append(A, "air", text)
        spool.forget([spool.oldest(A, 0, 1)[0].id])
    with Spool(path) as kept, GatheringSpool(kept, 10) as spool:
        assert payloads(spool) == [b"2", b"3"]
        spool.append(A, "air", text)
        assert payloads(spool) == [b"2", b"3", b"4"]


def test_after_a_kill_no_sequence_number_comes_twice(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with Spool(path) as kept:
        spool = GatheringSpool(kept, 10)
        for _ in range(3):
            spool.append(A, "air", text)
    with Spool(path) as kept:  # as if the process had been killed: nothing was closed
        spool = GatheringSpool(kept, 10)
        spool.append(A, "air", text)
        (after,) = payloads(spool)
        assert int(after) > 3


def test_a_disk_that_takes_nothing_keeps_what_waits_in_memory(kept: Spool) -> None:
    hand = Hand()
    spool = GatheringSpool(kept, 10, hand)
    spool.append(A, "air", text)
    pages = kept._db.execute("PRAGMA page_count").fetchone()[0]
    kept._db.execute(f"PRAGMA max_page_count = {pages}")
    hand.at_s += 10
    with pytest.raises(SpoolError, match="full"):
        spool.append(A, "air", lambda _seq: bytes(100_000))
    assert len(payloads(spool)) == 2
    kept._db.execute("PRAGMA max_page_count = 100000")
    hand.at_s += 10
    spool.append(A, "air", text)
    assert kept.waiting() == {A: 3}


class GatheringMachine(RuleBasedStateMachine):
    """However the time goes and whatever is written between, it is a list."""

    @initialize(gather_s=st.sampled_from([0.0, 1.0, 5.0]))
    def begin(self, gather_s: float) -> None:
        self.hand = Hand()
        self.folder = TemporaryDirectory()
        self.kept = Spool(Path(self.folder.name) / "spool.db")
        self.spool = GatheringSpool(self.kept, gather_s, self.hand)
        self.model: list[tuple[str, bytes]] = []
        self.seq = {A: 0, B: 0}

    @rule(device=st.sampled_from([A, B]), wait_s=st.sampled_from([0.0, 0.7, 3.0]))
    def append(self, device: str, wait_s: float) -> None:
        self.hand.at_s += wait_s
        self.spool.append(device, "air", text)
        self.seq[device] += 1
        self.model.append((device, text(self.seq[device])))

    @rule(device=st.sampled_from([A, B]), skip=st.integers(0, 2), count=st.integers(0, 3))
    def acknowledge(self, device: str, skip: int, count: int) -> None:
        taken = self.spool.oldest(device, 0, skip + count)[skip:]
        self.spool.forget([spooled.id for spooled in taken])
        for spooled in taken:
            self.model.remove((device, spooled.payload))

    @invariant()
    def it_holds_what_the_list_holds(self) -> None:
        for device in (A, B):
            expected = [payload for name, payload in self.model if name == device]
            assert payloads(self.spool, device) == expected
            assert self.spool.waiting().get(device, 0) == len(expected)

    def teardown(self) -> None:
        if hasattr(self, "kept"):
            self.kept.close()
            self.folder.cleanup()


TestGatheringMachine = GatheringMachine.TestCase
TestGatheringMachine.settings = settings(max_examples=30, stateful_step_count=20)
