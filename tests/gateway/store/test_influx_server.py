"""InfluxDB 1.6 itself on its bad days: conflicts, logins, limits, and a kill in the middle of writing."""

import os
import signal
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.config import StoreSettings
from gateway.store.influx import InfluxStore
from gateway.store.interface import Placed, RoomSample, StoreMisconfigured, StoreUnavailable
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.store.rows import T0_NS, VENUE, air, people, sample
from tests.nginx import nginx_before
from tests.servers import Influx, free_port, influxd, wait_until

DAY_S = 86_400


def post(server: Influx, path: str, body: bytes, **query: str) -> None:
    url = f"http://127.0.0.1:{server.port}{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=30) as answer:
        # InfluxDB sends the status before it does what was asked; its word is in the body.
        assert b"error" not in answer.read()


@pytest.fixture
def database(influx: Influx) -> str:
    name = f"test_{uuid4().hex}"
    post(influx, "/query", b"", q=f'CREATE DATABASE "{name}"')
    return name


@pytest.fixture
def store(influx: Influx, database: str, tmp_path: Path) -> Iterator[InfluxStore]:
    opened = InfluxStore(StoreSettings(url=influx.database_url(database)), tmp_path)
    yield opened
    opened.close()


class TestRefusedLines:
    def test_a_field_of_another_type_refuses_those_lines_only(
        self, influx: Influx, database: str, store: InfluxStore
    ) -> None:
        foreign = f'air,device=x,room=zaal,venue=other co2_ppm="high" {T0_NS}'
        post(influx, "/write", foreign.encode(), db=database)
        this_week = [air(i) for i in range(20)]
        rows: list[Placed | RoomSample] = [
            *this_week[:7],
            people(0, count=2),
            air(30 * DAY_S, 700),
            *this_week[7:],
            sample(0),
        ]
        rejected = store.write(rows)
        assert [r.row for r in rejected] == this_week
        assert {r.refused.reason for r in rejected} == {Reason.STORE_REJECTED}
        assert all("field type conflict" in r.refused.detail for r in rejected)
        # InfluxDB 1.x keeps a type for each of its weeks, so the one of next month is fine.
        assert [store.count(kind, VENUE) for kind in ("air", "people", "room")] == [1, 1, 1]

    def test_rows_older_than_the_retention_are_told(
        self, influx: Influx, database: str, tmp_path: Path
    ) -> None:
        keep = f'CREATE RETENTION POLICY "short" ON "{database}" DURATION 1h REPLICATION 1'
        post(influx, "/query", b"", q=keep)
        url = influx.database_url(f"{database}/short")
        store = InfluxStore(StoreSettings(url=url), tmp_path)
        (rejected,) = store.write([air(-5 * 365 * DAY_S)])
        store.close()
        assert "points beyond retention policy" in rejected.refused.detail

    def test_a_retention_policy_that_is_not_there_must_be_mended(
        self, influx: Influx, database: str, tmp_path: Path
    ) -> None:
        url = influx.database_url(f"{database}/nope")
        store = InfluxStore(StoreSettings(url=url), tmp_path)
        with pytest.raises(StoreMisconfigured, match="retention policy not found: nope"):
            store.write([air(0)])
        store.close()

    def test_more_than_the_server_takes_at_once_goes_in_parts(self, store: InfluxStore) -> None:
        names = ["x" * 250 + str(i) for i in range(3)]
        rows = [
            air(i, room=RoomSlug(names[1]), venue=VenueSlug(names[0]), device=DeviceSlug(names[2]))
            for i in range(32_000)
        ]
        assert store.write(rows) == ()  # over the 25 MB of max-body-size
        assert store.count("air", VenueSlug(names[0])) == len(rows)


class TestDuplicates:
    def test_another_reading_of_the_same_moment_replaces_the_first(
        self, store: InfluxStore
    ) -> None:
        """The promise that the first wins is kept before the store: docs/storage.md."""
        store.write([air(0, 700)])
        store.write([air(0, 900)])
        found = store.series(VENUE, RoomSlug("zaal"), ["co2_ppm"], T0_NS, T0_NS + 1, 1)
        assert (found.mean["co2_ppm"], store.count("air", VENUE)) == ((900,), 1)


class TestDatabase:
    def test_it_is_made_by_the_first_write_and_not_by_reading(
        self, influx: Influx, tmp_path: Path
    ) -> None:
        name = f"zaal's db {uuid4().hex}"
        store = InfluxStore(
            StoreSettings(url=influx.database_url(urllib.parse.quote(name))), tmp_path
        )
        assert store.count("air", VENUE) == 0
        assert f"database {name}" in store.check()
        assert not self.exists(influx, name)
        store.write([air(0)])
        assert self.exists(influx, name)
        assert store.count("air", VENUE) == 1
        store.close()

    def test_one_that_is_dropped_while_we_run_is_made_again(
        self, influx: Influx, database: str, store: InfluxStore
    ) -> None:
        store.write([air(0)])
        post(influx, "/query", b"", q=f'DROP DATABASE "{database}"')
        store.write([air(1)])
        assert store.count("air", VENUE) == 1

    def exists(self, influx: Influx, name: str) -> bool:
        url = f"http://127.0.0.1:{influx.port}/query?q=SHOW+DATABASES"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return f'["{name}"]' in answer.read().decode()


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    """An InfluxDB that asks who we are, with one admin and one who may only read."""
    with influxd(tmp_path_factory.mktemp("locked"), auth=True) as server:
        post(
            server, "/query", b"", q="CREATE USER boss WITH PASSWORD 'p@ss: é' WITH ALL PRIVILEGES"
        )
        login = {"u": "boss", "p": "p@ss: é"}
        for statement in (
            "CREATE DATABASE kade",
            "CREATE USER guest WITH PASSWORD 'guest'",
            "GRANT READ ON kade TO guest",
        ):
            post(server, "/query", b"", q=statement, **login)
        yield server


class TestLogin:
    def opened(
        self, server: Influx, directory: Path, username: str | None, password: str | None
    ) -> InfluxStore:
        settings = StoreSettings(
            url=server.database_url("kade"), username=username, password=password
        )
        return InfluxStore(settings, directory)

    def test_the_right_one_writes_and_reads(self, locked: Influx, tmp_path: Path) -> None:
        store = self.opened(locked, tmp_path, "boss", "p@ss: é")
        assert store.write([air(0)]) == ()
        assert store.count("air", VENUE) == 1
        assert "InfluxDB 1.6.7" in store.check()
        store.close()

    def test_over_the_later_path_it_goes_as_a_token(self, locked: Influx, tmp_path: Path) -> None:
        with nginx_before(locked, tmp_path / "nginx") as front:
            # What 1.6 gets in the address must be plain there; the real 1.8 reads the header.
            post(
                locked,
                "/query",
                b"",
                q="CREATE USER plain WITH PASSWORD 'een wacht woord: é' WITH ALL PRIVILEGES",
                u="boss",
                p="p@ss: é",
            )
            store = self.opened(front, tmp_path, "plain", "een wacht woord: é")
            assert store.write([air(10)]) == ()
            assert store.count("air", VENUE) >= 1
            assert "written over /api/v2/write" in store.check()
            store.close()

    @pytest.mark.parametrize(
        ("username", "password"),
        [("boss", "wrong"), ("nobody", "x"), ("boss", None), (None, None)],
        ids=["wrong password", "unknown user", "no password", "no login"],
    )
    def test_a_wrong_one_is_told_from_every_call(
        self, locked: Influx, tmp_path: Path, username: str | None, password: str | None
    ) -> None:
        store = self.opened(locked, tmp_path, username, password)
        for call in (
            lambda: store.write([air(0)]),
            lambda: store.count("air", VENUE),
            lambda: store.series(VENUE, RoomSlug("zaal"), ["co2_ppm"], 0, 1, 1),
            store.check,
        ):
            with pytest.raises(StoreMisconfigured, match="refuses our login"):
                call()
        store.close()

    def test_one_that_may_not_write_reads(self, locked: Influx, tmp_path: Path) -> None:
        store = self.opened(locked, tmp_path, "guest", "guest")
        with pytest.raises(StoreMisconfigured, match="what they may do"):
            store.write([air(0)])
        assert store.count("people", VENUE) == 0
        store.close()

    def test_one_that_may_write_and_not_read_is_told_what_to_give_it(
        self, locked: Influx, tmp_path: Path
    ) -> None:
        login = {"u": "boss", "p": "p@ss: é"}
        for statement in (
            "CREATE USER pen WITH PASSWORD 'pen'",
            "GRANT WRITE ON kade TO pen",
        ):
            post(locked, "/query", b"", q=statement, **login)
        store = self.opened(locked, tmp_path, "pen", "pen")
        assert store.write([air(0)]) == ()
        with pytest.raises(StoreMisconfigured, match=r"write and not read .*GRANT ALL"):
            store.count("air", VENUE)
        store.close()

    def test_one_that_may_not_make_the_database_is_told(
        self, locked: Influx, tmp_path: Path
    ) -> None:
        settings = StoreSettings(
            url=locked.database_url("elsewhere"), username="guest", password="guest"
        )
        store = InfluxStore(settings, tmp_path)
        with pytest.raises(StoreMisconfigured):
            store.write([air(0)])
        store.close()


def test_a_server_killed_in_the_middle_of_writing_loses_nothing_that_was_promised(
    tmp_path: Path,
) -> None:
    port = free_port()
    directory = tmp_path / "influxd"
    store = InfluxStore(StoreSettings(url=f"influxdb://127.0.0.1:{port}/luchtig"), tmp_path)
    batches = [[air(b * 100 + i) for i in range(100)] for b in range(60)]
    done = 0
    failed = 0
    enough = threading.Event()

    def write() -> None:
        nonlocal done, failed
        while done < len(batches):
            try:
                assert store.write(batches[done]) == ()
            except StoreUnavailable:
                failed += 1
            else:
                done += 1
            if done >= 20:
                enough.set()
            if enough.is_set() and failed == 0:
                alive.wait(0.01)  # leaves the killing some batches to interrupt

    alive = threading.Event()
    writer = threading.Thread(target=write)
    with influxd(directory, port=port) as first:
        writer.start()
        assert enough.wait(60)
        os.kill(first.pid, signal.SIGKILL)
        wait_until(lambda: failed > 0, "a write that fails")
    promised = done
    assert 20 <= promised < len(batches)
    with influxd(directory, port=port):
        writer.join(60)
        assert not writer.is_alive()
        assert store.count("air", VENUE) == 6000
    store.close()
