"""PostgreSQL's machine dies, the one that followed it takes its place: nothing acknowledged is lost."""

import threading
from pathlib import Path

import pytest

from gateway.domain.audit import Act, Entry
from gateway.registry.audit.entries import Wanted, every_entry, put_entries
from gateway.registry.database import DatabaseAway, open_database
from sensors.clock import SYSTEM
from tests.end_to_end.gateway_alone import Ledger, Publisher
from tests.end_to_end.set_up import SetUp, set_up
from tests.end_to_end.test_kill import reading, stored
from tests.postgres_pair import Pair, postgres_pair
from tests.servers import Broker, wait_until

pytestmark = pytest.mark.e2e


def configure(venue: SetUp, pair: Pair) -> None:
    venue.write_config("sqlite:///readings.db", f'[database]\nurl = "{pair.url}"\n')


class Writer(threading.Thread):
    """Writes one row after another; those whose transaction was acknowledged are ``done``."""

    def __init__(self, pair: Pair, directory: Path) -> None:
        super().__init__(daemon=True)
        self.database = open_database(pair.url, directory)
        self.stop = threading.Event()
        self.done: list[str] = []
        self.missed = 0

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            name = f"row-{number}"
            try:
                with self.database.write() as conn:
                    act = Act("anna", "session", SYSTEM.now())
                    put_entries(conn, [Entry(act, "room", "made", None, name, None, {})])
            except DatabaseAway:
                self.missed += 1
                self.stop.wait(0.1)
            else:
                self.done.append(name)
            number += 1


def test_nothing_acknowledged_is_lost_when_the_one_that_follows_takes_over(
    tmp_path: Path, broker: Broker
) -> None:
    with postgres_pair() as pair, set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        configure(venue, pair)
        venue.import_venue()
        gateway = venue.start("gateway")
        venue.start("dashboard", says="dashboard:")
        ledger = Ledger(venue.config)
        publisher = Publisher(broker)
        writer = Writer(pair, tmp_path)
        writer.start()
        wait_until(lambda: len(writer.done) > 50, "rows before")
        publisher.publish_all([reading(number) for number in range(200)])

        pair.kill_first()
        publisher.publish_all([reading(number) for number in range(200, 400)])
        wait_until(lambda: writer.missed, "a write to fail")
        pair.promote_second()
        after = len(writer.done)
        wait_until(lambda: len(writer.done) > after + 50, "rows after")
        publisher.publish_all([reading(number) for number in range(400, 600)])
        wait_until(lambda: stored(ledger) == 600, "all readings", 60)
        wait_until(
            lambda: ledger.count("readings_accepted_total", "air") == 600, "their judging", 60
        )
        assert gateway.poll() is None
        assert venue.get("/api/v1/rooms")
        assert venue.run("import", str(tmp_path / "venue.toml")).returncode == 0

        writer.stop.set()
        writer.join()
        with writer.database.read() as conn:
            kept = {entry.object for entry in every_entry(conn, Wanted(), SYSTEM.now())}
        assert set(writer.done) <= kept
        writer.database.close()
        ledger.close()
        publisher.close()


@pytest.mark.parametrize("synchronous", [True, False])
def test_check_says_where_what_was_acknowledged_could_be_lost(
    tmp_path: Path, broker: Broker, synchronous: bool
) -> None:
    with (
        postgres_pair(synchronous=synchronous) as pair,
        set_up(tmp_path, broker, "sqlite:///readings.db") as venue,
    ):
        configure(venue, pair)
        venue.import_venue()
        said = venue.run("check").stdout
        assert ("synchronous_standby_names" in said) is not synchronous, said
