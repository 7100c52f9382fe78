"""From a message to the journal: its room, its counts, and nothing that stops the next one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.room import Placement
from gateway.journal import intake as module
from gateway.journal.entry import RefusedMessage
from gateway.journal.intake import Intake
from gateway.journal.journal import Journal
from gateway.journal.placements import Placements
from gateway.journal.tally import tally
from gateway.metrics import (
    DROPPED,
    LABEL_CHARACTERS,
    REFUSED,
    ZONE_ASSUMED,
    Metrics,
    device_label,
)
from gateway.store.interface import Placed
from sensors.clock import SYSTEM, Clock
from sensors.wire.instant import EPOCH, from_ns
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.journalled import running_journal

AIR = "luchtig/devices/de-kade/co2-03/air"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with running_journal(tmp_path / "journal.db") as started:
        yield started


def taken(journal: Journal) -> list[object]:
    assert journal.flush(10)
    return [entry for _, entry in journal.read(0, 100)]


def test_the_room_is_where_the_device_hung_at_the_readings_own_time(journal: Journal) -> None:
    intake = Intake(journal, Metrics(), SYSTEM)
    now = SYSTEM.now()
    moved = now - timedelta(hours=1)
    intake.use(
        Placements(
            [
                Placement(
                    VenueSlug("de-kade"), DeviceSlug("co2-03"), RoomSlug("serre"), EPOCH, moved
                ),
                Placement(VenueSlug("de-kade"), DeviceSlug("co2-03"), RoomSlug("atelier"), moved),
            ]
        )
    )
    for ago in (timedelta(hours=2), timedelta(minutes=1)):
        ts = (now - ago).isoformat()
        body = f'{{"ts":"{ts}","co2_ppm":800}}'.encode()
        intake.message(AIR, body, retained=False, done=None)
    rooms = [entry.room for entry in taken(journal) if isinstance(entry, Placed)]
    assert rooms == ["serre", "atelier"]


def test_a_time_without_a_zone_is_the_venues_and_is_counted_by_device(journal: Journal) -> None:
    counters = Metrics()
    intake = Intake(journal, counters, SYSTEM)
    intake.use(Placements((), {"de-kade": ZoneInfo("Europe/Amsterdam")}))
    elsewhere = AIR.replace("de-kade", "de-werf")
    for topic in (AIR, AIR, elsewhere):
        body = b'{"ts":"2026-07-01T12:00:00","co2_ppm":800}'
        intake.message(topic, body, retained=False, done=None)
    readings = [entry.reading for entry in taken(journal) if isinstance(entry, Placed)]
    hours = [from_ns(reading.at_ns).hour for reading in readings]
    assert hours == [10, 12], "the second one is the first again; a venue not known has no zone"
    assert counters.value(ZONE_ASSUMED, device_label("de-kade", "co2-03")) == 2
    assert counters.value(ZONE_ASSUMED, device_label("de-werf", "co2-03")) == 1


def test_the_label_of_a_device_fits_its_column_and_is_its_own() -> None:
    labels = {device_label("v" * 63, "d" * 60 + letter) for letter in "abc"}
    assert len(labels) == 3
    assert {len(label) for label in labels} == {LABEL_CHARACTERS}
    assert device_label("de-kade", "co2-03") == "de-kade/co2-03"


def test_readings_without_a_time_that_arrive_in_the_same_instant_stay_apart(
    journal: Journal,
) -> None:
    stopped = Clock(start_ns=SYSTEM.now_ns(), anchor_ns=0, speed=1e-12)
    intake = Intake(journal, Metrics(), stopped)
    for _ in range(5):
        intake.message(AIR, b'{"co2_ppm":800}', retained=False, done=None)
    moments = [entry.reading.at_ns for entry in taken(journal) if isinstance(entry, Placed)]
    assert len(set(moments)) == 5


def test_what_was_dropped_and_what_was_refused_is_counted(journal: Journal) -> None:
    counters = Metrics()
    intake = Intake(journal, counters, SYSTEM)
    intake.message(AIR, b'{"co2_ppm":800,"humidity_pct":140}', retained=False, done=None)
    intake.message(AIR, b"{}", retained=False, done=None)
    assert counters.value(DROPPED, "humidity_pct") == 1
    entries = [entry for entry in taken(journal) if isinstance(entry, Placed | RefusedMessage)]
    assert tally(entries) == {("readings_accepted_total", "air"): 1, (REFUSED, "missing_field"): 1}


def test_a_mistake_of_our_own_is_kept_as_one_and_the_next_message_is_taken(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    intake = Intake(journal, Metrics(), SYSTEM)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(module, "classify", broken)
        intake.message(AIR, b'{"co2_ppm":800}', retained=False, done=None)
    intake.message(AIR, b'{"co2_ppm":801}', retained=False, done=None)
    refused, placed = taken(journal)
    assert isinstance(refused, RefusedMessage)
    assert refused.reason is Reason.INTERNAL
    assert isinstance(placed, Placed)
    assert "could not be judged" in caplog.text


def test_totals_are_carried_over_and_gauges_are_not() -> None:
    counters = Metrics({(REFUSED, "not_json"): 3.0, ("journal_entries", ""): 9.0})
    counters.add(REFUSED, "not_json")
    assert counters.totals({(REFUSED, "not_json"): 2.0}) == {(REFUSED, "not_json"): 6.0}
    assert counters.value(REFUSED, "not_json") == 4.0
