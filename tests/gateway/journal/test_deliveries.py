"""A message that the broker hands over again is known, on disk and so through a kill."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.domain.refused_message import RefusedMessage
from gateway.journal.commit_pace import QUEUE
from gateway.journal.deliveries import KEPT
from gateway.journal.intake import Intake
from gateway.journal.journal import Journal
from gateway.metrics import Metrics
from gateway.store.interface import Placed
from sensors.adapters.source import Source
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug
from tests.gateway.journalled import Counted, running_journal

AIR = "luchtig/devices/de-kade/co2-03/air"
ELSEWHERE = AIR.replace("co2-03", "co2-04")
SAME = b'{"co2_ppm":800}'


class Gateway:
    """One run of it, with what its journal holds in the end."""

    def __init__(self, journal: Journal, counted: Counted) -> None:
        self.intake = Intake(journal, Metrics(), SYSTEM)
        self.journal = journal
        self.counted = counted

    def takes(self, packet: int | None, payload: bytes = SAME, *, again: bool = False,
              topic: str = AIR) -> None:  # fmt: skip
        self.intake.message(topic, payload, retained=False, done=None, packet=packet, again=again)

    @property
    def readings(self) -> int:
        return sum(isinstance(entry, Placed) for entry in self._entries())

    @property
    def refused(self) -> int:
        return sum(isinstance(entry, RefusedMessage) for entry in self._entries())

    def _entries(self) -> list[object]:
        assert self.journal.flush(60)
        return [entry for _, entry in self.journal.read(0, 3 * KEPT)]


@contextmanager
def gateway(path: Path, *, session_present: bool = True) -> Iterator[Gateway]:
    counted = Counted()
    with running_journal(path / "journal.db", counted=counted) as journal:
        one = Gateway(journal, counted)
        one.intake.connected(session_present=session_present)
        yield one


def test_what_comes_again_after_a_kill_is_known_until_it_is_acknowledged(tmp_path: Path) -> None:
    with gateway(tmp_path, session_present=False) as first:
        first.takes(1)
        first.takes(2)
        assert first.readings == 2
    for _ in range(3):  # killed each time before the broker heard of it
        with gateway(tmp_path) as again:
            again.takes(1, again=True)
            again.takes(2, again=True)
            assert again.readings == 2
            assert again.counted.duplicates == {"air": 2}


def test_what_comes_again_on_the_next_connection_of_the_same_run_is_known(tmp_path: Path) -> None:
    with gateway(tmp_path) as one:
        one.takes(1)
        one.intake.connected(session_present=True)
        one.takes(1, again=True)
        assert one.readings == 1


@pytest.mark.parametrize(
    ("packet", "topic", "payload", "again"),
    [
        pytest.param(1, AIR, SAME, False, id="not marked"),
        pytest.param(2, AIR, SAME, True, id="another identifier"),
        pytest.param(1, ELSEWHERE, SAME, True, id="another topic"),
        pytest.param(1, AIR, b'{"co2_ppm":801}', True, id="other bytes"),
        pytest.param(None, AIR, SAME, False, id="at QoS 0"),
    ],
)
def test_anything_else_is_another_reading(
    tmp_path: Path, packet: int | None, topic: str, payload: bytes, again: bool
) -> None:
    with gateway(tmp_path, session_present=False) as first:
        first.takes(1)
    with gateway(tmp_path) as second:
        second.takes(packet, payload, again=again, topic=topic)
        assert second.readings == 2


def test_an_identifier_is_known_by_the_last_message_that_had_it(tmp_path: Path) -> None:
    with gateway(tmp_path, session_present=False) as first:
        first.takes(1)
        first.takes(1, b'{"co2_ppm":801,"ts":"2026-11-20T08:00:00Z"}')
    with gateway(tmp_path) as second:
        second.takes(1, again=True)
        assert second.readings == 3, "on its way for the first time when the connection ended"


def test_a_new_session_knows_nothing_of_the_one_before(tmp_path: Path) -> None:
    with gateway(tmp_path, session_present=False) as first:
        first.takes(1)
    with gateway(tmp_path, session_present=False) as second:
        second.takes(1, again=True)
        assert second.readings == 2
    with gateway(tmp_path) as third:
        third.takes(1, again=True)
        assert third.readings == 2


def test_a_refused_message_that_comes_again_is_refused_once(tmp_path: Path) -> None:
    with gateway(tmp_path, session_present=False) as first:
        first.takes(1, b"{")
    with gateway(tmp_path) as second:
        second.takes(1, b"{", again=True)
        assert (second.refused, second.counted.duplicates) == (1, {})


def test_a_reading_with_a_time_is_known_by_it_under_any_identifier(tmp_path: Path) -> None:
    body = b'{"co2_ppm":800,"ts":"2026-11-20T08:00:00Z"}'
    with gateway(tmp_path, session_present=False) as first:
        first.takes(1, body)
    with gateway(tmp_path) as second:
        second.takes(9, body, again=True)
        assert second.readings == 1


def test_only_the_last_ones_are_kept(tmp_path: Path) -> None:
    with gateway(tmp_path, session_present=False) as first:
        for packet in range(1, 2 * KEPT):
            first.takes(packet)
        assert first.readings == 2 * KEPT - 1
    with sqlite3.connect(tmp_path / "journal.db") as db:
        (records,) = db.execute("SELECT sum(length(body)) / 18 FROM deliveries").fetchone()
        (biggest,) = db.execute("SELECT max(length(body)) / 18 FROM deliveries").fetchone()
    db.close()
    assert KEPT <= records < KEPT + biggest
    with gateway(tmp_path) as second:
        second.takes(1, again=True)
        assert second.readings == 2 * KEPT, "too long ago to be on its way still"
        second.takes(2 * KEPT - 1, again=True)
        assert second.readings == 2 * KEPT


def test_as_many_are_kept_as_can_come_again() -> None:
    """Those that wait, those being committed and those whose acknowledgement the broker has not read."""
    assert 3 * QUEUE < KEPT


def test_what_the_disk_did_not_take_is_not_known(tmp_path: Path) -> None:
    with gateway(tmp_path, session_present=False) as one:
        one.takes(1)
        assert one.readings == 1
        with sqlite3.connect(tmp_path / "journal.db", isolation_level=None) as blocking:
            blocking.execute("BEGIN IMMEDIATE")
            one.takes(2)
            while not one.counted.errors:
                pass
            blocking.execute("ROLLBACK")
        blocking.close()
        assert one.readings == 2
        one.takes(2, again=True)
        one.takes(1, again=True)
        assert one.readings == 2


def test_a_journal_of_before_is_opened_and_goes_on(tmp_path: Path) -> None:
    with gateway(tmp_path) as first:
        first.takes(1)
    with sqlite3.connect(tmp_path / "journal.db") as db:
        db.execute("DROP TABLE deliveries")
    db.close()
    with gateway(tmp_path) as second:
        second.takes(1, again=True)
        second.takes(1, again=True)
        assert second.readings == 2


def test_of_a_message_that_says_two_things_both_are_known_again(tmp_path: Path) -> None:
    both = b'{"co2":612,"occupancy":true}'
    source = Source(kind="zigbee2mqtt", filter="zigbee2mqtt/#", venue=VenueSlug("de-kade"))
    for again in (False, True):
        with gateway(tmp_path) as one:
            one.intake.use_sources([source])
            one.takes(7, both, again=again, topic="zigbee2mqtt/zaal")
            one.takes(8, SAME)
            assert one.readings == (4 if again else 3)


def test_sessions_of_several_venues_give_out_the_same_identifiers(tmp_path: Path) -> None:
    with gateway(tmp_path) as one:
        kade, werf = (
            Intake(one.journal, Metrics(), SYSTEM, client_id) for client_id in ("h.kade", "h.werf")
        )
        for intake, topic in ((kade, AIR), (werf, ELSEWHERE)):
            intake.message(topic, SAME, retained=False, done=None, packet=1)
        for intake, topic in ((kade, AIR), (werf, ELSEWHERE)):
            intake.message(topic, SAME, retained=False, done=None, packet=1, again=True)
        assert one.readings == 2
    with gateway(tmp_path) as one:  # and through a restart
        kade = Intake(one.journal, Metrics(), SYSTEM, "h.kade")
        kade.connected(session_present=True)
        kade.message(AIR, SAME, retained=False, done=None, packet=1, again=True)
        kade.connected(session_present=False)
        kade.message(AIR, SAME, retained=False, done=None, packet=1, again=True)
        assert one.readings == 3
