"""How long from ``luchtig gateway`` to its line ``ready``, after a kill.

    python -m bench.start [--rooms 1000] [--keys 1000000] [--rounds 3] [--before PATH/TO/luchtig]

Every room has had six readings, a minute of them, that no checkpoint holds: the gateway is killed
before its first. The journal remembers that many readings more by their keys, of the days before, as
after a week of a large house; they are put into its file by SQL.
"""

import argparse
import os
import signal
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import results
from bench.ingest.flood import SECOND_NS, Flood
from bench.ingest.measure import settle
from bench.ingest.servers import servers
from bench.ingest.site import Site, site, versions
from sensors.clock import SYSTEM
from tests.servers import wait_until

REPLAYED = 6
EVERY_S = 10


@dataclass(frozen=True)
class Start:
    seconds: float
    keys: int
    journal_mb: float


def main() -> None:
    asked = argparse.ArgumentParser(description="from the command to the line `ready`")
    asked.add_argument("--rooms", type=int, default=1_000)
    asked.add_argument("--keys", type=int, default=1_000_000, help="readings seen before")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    print("| | rooms | keys | journal MB | seconds to `ready`, each round |")
    print("| --- | --- | --- | --- | --- |")
    kept = []
    for name, command in versions(given.before).items():
        rounds = starts(command, given.rooms, given.keys, given.rounds)
        took = ", ".join(f"{one.seconds:.2f}" for one in rounds)
        print(
            f"| {name} | {given.rooms:,} | {rounds[0].keys:,} | {rounds[0].journal_mb:.0f} | {took} |",
            flush=True,
        )
        kept += [{"version": name, **asdict(one)} for one in rounds]
    if given.save:
        print(f"\nKept in {results.save(given.save, 'start', vars(given), kept)}")


def starts(command: Sequence[str], rooms: int, keys: int, rounds: int) -> list[Start]:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        with servers(directory, rooms, relayed=False) as (bench, _):
            made = site(bench, command)
            _hear_and_die(made, rooms)
            journal = directory / "journal.db"
            known = add_keys(journal, keys)
            megabytes = sum(file.stat().st_size for file in directory.glob("journal.db*")) / 1e6
            found = []
            for _ in range(rounds):
                began = time.monotonic()
                with made.gateway() as started:
                    found.append(Start(time.monotonic() - began, known, megabytes))
                    os.kill(started.pid, signal.SIGKILL)
            return found


def _hear_and_die(made: Site, rooms: int) -> None:
    flood = Flood(rooms, REPLAYED, every_s=EVERY_S)
    with made.gateway() as started:
        with flood.sent_to(made.bench.broker.port):
            wait_until(lambda: started.done() >= flood.readings, "all to be stored")
        settle(started.pid)
        os.kill(started.pid, signal.SIGKILL)


def add_keys(journal: Path, keys: int) -> int:
    """Fill the file with keys of readings before those it has, of the same devices; how many it then
    has. It knows the tables of this version and of the one before.
    """
    db = sqlite3.connect(journal, isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-262144"):
        db.execute(f"PRAGMA {pragma}")
    sources = [number for (number,) in db.execute("SELECT id FROM sources ORDER BY id")]
    indices = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'keys'"
        " AND sql IS NOT NULL"
    ).fetchall()
    end_ns = SYSTEM.now_ns() - 3600 * SECOND_NS
    each = keys // max(len(sources), 1)
    times = range(end_ns - each * EVERY_S * SECOND_NS, end_ns, EVERY_S * SECOND_NS)
    db.execute("BEGIN")
    for name, _ in indices:
        db.execute(f"DROP INDEX {name}")
    for source in sources:
        rows = ((source, at_ns) for at_ns in times)
        db.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, 1)", rows)
    for _, sql in indices:
        db.execute(sql)
    db.execute("COMMIT")
    (known,) = db.execute("SELECT count(*) FROM keys").fetchone()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return int(known)


if __name__ == "__main__":
    main()
