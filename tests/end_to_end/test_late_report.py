"""A meeting's report on real parts: recorded once, mailed once, revised by what a device sends too late,
with the gateway killed on the way.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from gateway.domain.meeting import Meeting
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.agenda.reports import Record, find_record
from gateway.registry.alerts import outbox
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.end_to_end.gateway_alone import Ledger, Publisher
from tests.end_to_end.set_up import kill, set_up
from tests.servers import Broker, wait_until

AIR, PEOPLE = "luchtig/devices/de-kade/co2-03/air", "luchtig/devices/de-kade/people-03/people"
NOW = SYSTEM.now()
START = NOW - timedelta(hours=3)
MEETING = Meeting(
    "m1",
    VenueSlug("de-kade"),
    RoomSlug("serre"),
    "Ledenavond",
    START,
    START + timedelta(hours=1),
    8,
    "o@example.org",
)
PATIENCE_S = 90


def sent(minutes: range, ppm: int) -> Iterator[tuple[str, bytes]]:
    for minute in minutes:
        ts = to_wire(START + timedelta(minutes=minute))
        yield AIR, json.dumps({"ts": ts, "co2_ppm": ppm}).encode()


def counted(minutes: range, people: int) -> Iterator[tuple[str, bytes]]:
    for minute in minutes:
        ts = to_wire(START + timedelta(minutes=minute))
        yield PEOPLE, json.dumps({"ts": ts, "count": people}).encode()


def record(ledger: Ledger) -> Record | None:
    with ledger.database.read() as conn:
        return find_record(conn, "m1")


def verdicts(ledger: Ledger) -> tuple[str | None, str | None] | None:
    found = record(ledger)
    return None if found is None else (found.occupancy, found.ventilation)


def mailed(ledger: Ledger) -> list[str]:
    """To whom the report is in the outbox: written a moment after the record that it tells of."""
    with ledger.database.read() as conn:
        return [m.recipient for m in outbox.all_messages(conn) if m.kind == "report"]


def stored(ledger: Ledger) -> int:
    return ledger.store.count("air", VenueSlug("de-kade")) + ledger.store.count(
        "people", VenueSlug("de-kade")
    )


def test_a_backlog_after_a_kill_revises_the_report_and_mails_nobody_again(
    tmp_path: Path, broker: Broker
) -> None:
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        ledger = Ledger(venue.config)
        with ledger.database.write() as conn:
            put_meeting(conn, MEETING)
        gateway = venue.start("gateway")
        publisher.publish_all(counted(range(-5, 62), 8))
        publisher.publish_all(counted(range(62, 80), 0))
        publisher.publish_all(sent(range(-20, 20), 700))
        wait_until(lambda: stored(ledger) == 125, "the first readings", PATIENCE_S)
        wait_until(lambda: verdicts(ledger) == ("kept", "cannot_say"), "the record", PATIENCE_S)
        wait_until(lambda: mailed(ledger), "the mail", PATIENCE_S)
        first = record(ledger)
        assert first is not None

        kill(gateway)
        publisher.publish_all(sent(range(20, 80), 1500))
        venue.start("gateway")
        wait_until(lambda: stored(ledger) == 185, "the backlog", PATIENCE_S)

        def is_revised() -> bool:
            return venue.run("report", "m1", "--check").returncode == 0

        wait_until(is_revised, "a record of all that is stored", PATIENCE_S)
        second = record(ledger)
        assert second is not None
        assert (second.occupancy, second.ventilation) == ("kept", "not_kept")
        assert second.revision > first.revision
        assert [one.why for one in second.revisions] == ["late_readings"] * (second.revision - 1)
        assert second.sha256 != first.sha256
        checked = venue.run("report", "m1", "--check")
        assert (checked.returncode, second.sha256 in checked.stdout) == (0, True), checked.stderr
        assert mailed(ledger) == ["o@example.org"]
        told = venue.run("report", "m1", "--language", "en")
        assert (
            "This meeting went over its limits: 42\u00a0min".replace("\u00a0", " ") in told.stdout
        )
        ledger.close()
    publisher.close()
