"""InfluxDB's other versions and bad days, played by a scripted server: what 1.6 cannot be made to do."""

import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.config import StoreSettings
from gateway.store.influx import InfluxStore
from gateway.store.interface import Placed, StoreMisconfigured, StoreUnavailable
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.store.rows import T0_NS, VENUE, air, people
from tests.gateway.store.scripted import (
    EMPTY,
    NO_ROUTE,
    Asked,
    Said,
    Script,
    ScriptedServer,
    influxdb_2,
    json_said,
    scripted,
)
from tests.servers import free_port, program

STORED = Said(204)
Opens = Callable[..., InfluxStore]


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Opens]:
    opened: list[InfluxStore] = []

    def open_(url: str, **more: object) -> InfluxStore:
        chosen = StoreSettings(url=url, **more)  # type: ignore[arg-type]  # each test gives what fits
        opened.append(InfluxStore(chosen, tmp_path))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted(influxdb_2(lambda _: STORED)) as running:
        yield running


def batch(size: int) -> list[Placed]:
    return [air(i, device=DeviceSlug(f"co2-{i}")) for i in range(size)]


class TestVersion1:
    def test_the_database_is_made_before_a_write_that_a_proxy_would_break_off(
        self, open_store: Opens
    ) -> None:
        """InfluxDB hangs up on lines for a database that it has not, and nginx says 502."""
        made = []

        def script(asked: Asked) -> Said:
            if asked.path == "/ping":
                return Said(204, "", {"X-Influxdb-Version": "1.8.10"})
            if asked.path == "/query":
                made.append(asked.query["q"])
                return EMPTY
            if made:
                return STORED
            if asked.body:
                return Said(502, "<html>Bad Gateway</html>", {"Content-Type": "text/html"})
            return json_said(404, {"error": 'database not found: "kade"'})

        with scripted(script) as server:
            store = open_store(server.url("kade"))
            assert store.write(batch(3)) == ()
            assert store.write(batch(2)) == ()
        assert made == ['CREATE DATABASE "kade"']
        assert [len(asked.lines) for asked in server.writes()] == [3, 2]


class TestVersion2:
    def test_it_is_written_over_its_own_path_with_token_org_and_bucket(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        store = open_store(server.url("kade"), token="s3cret", org="club")
        assert store.write([air(0)]) == ()
        (written,) = server.writes()
        assert written.path == "/api/v2/write"
        assert written.query == {"bucket": "kade", "org": "club", "precision": "ns"}
        assert written.headers["Authorization"] == "Token s3cret"
        assert written.lines[0].startswith("air,device=co2-1,")

    def test_a_read_asks_with_bound_parameters(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        store = open_store(server.url("kade"), token="s3cret")
        assert store.count("air", VenueSlug("it's")) == 0
        asked = server.asked[-1]
        assert (asked.method, asked.path) == ("GET", "/query")
        assert asked.query["params"] == '{"venue": "it\'s"}'
        assert "it's" not in asked.query["q"]
        assert asked.headers["Authorization"] == "Token s3cret"

    @pytest.mark.parametrize("status", [400, 422])
    @pytest.mark.parametrize("whole_batch", [False, True], ids=["good lines kept", "all refused"])
    def test_refused_lines_are_found_and_the_others_stored(
        self, server: ScriptedServer, open_store: Opens, status: int, whole_batch: bool
    ) -> None:
        bad = {"co2-3", "co2-4", "co2-9"}
        stored: set[str] = set()

        def write(asked: Asked) -> Said:
            devices = {line.split("device=")[1].split(",")[0] for line in asked.lines}
            wrong = devices & bad
            if not (wrong and whole_batch):
                stored.update(devices - bad)
            if not wrong:
                return STORED
            told = f"partial write: field type conflict: input field dropped={len(wrong)}"
            return json_said(status, {"code": "unprocessable entity", "message": told})

        server.script = influxdb_2(write)
        rows = batch(10)
        rejected = open_store(server.url()).write(rows)
        assert [r.row for r in rejected] == [rows[3], rows[4], rows[9]]
        assert {r.refused.reason for r in rejected} == {Reason.STORE_REJECTED}
        assert all("field type conflict" in r.refused.detail for r in rejected)
        assert stored == {f"co2-{i}" for i in range(10)} - bad

    def test_a_batch_of_which_nothing_was_taken_is_not_tried_line_by_line(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        server.script = influxdb_2(
            lambda asked: json_said(
                422, {"message": f"partial write: conflict dropped={len(asked.lines)}"}
            )
        )
        assert len(open_store(server.url()).write(batch(500))) == 500
        assert len(server.writes()) == 1

    def test_too_large_a_batch_goes_in_halves_in_order(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        taken: list[str] = []

        def write(asked: Asked) -> Said:
            if len(asked.body) > 1000:
                return Said(413, "<html>too large</html>", {"Content-Type": "text/html"})
            taken.extend(asked.lines)
            return STORED

        server.script = influxdb_2(write)
        assert open_store(server.url()).write(batch(100)) == ()
        assert [line.split(",")[1] for line in taken] == [f"device=co2-{i}" for i in range(100)]

    def test_a_line_that_is_too_large_alone_is_rejected(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        server.script = influxdb_2(lambda _: json_said(413, {"message": "too large"}))
        (rejected,) = open_store(server.url()).write([air(0)])
        assert rejected.refused.detail == "too large"

    @pytest.mark.parametrize(
        ("said", "wait_s"),
        [
            (json_said(429, {"message": "rate"}, Retry_After="17"), 17.0),
            (json_said(503, {"message": "busy"}, Retry_After="0"), 0.0),
            (
                json_said(
                    503,
                    {"message": "busy"},
                    Date="Tue, 24 Nov 2026 07:00:00 GMT",
                    Retry_After="Tue, 24 Nov 2026 07:00:45 GMT",
                ),
                45.0,
            ),
            (json_said(500, {"message": "engine"}), None),
            (json_said(408, {"message": "slow"}), None),
        ],
        ids=["429 with seconds", "503 at once", "503 with a date", "500", "408"],
    )
    def test_a_busy_server_is_tried_again_when_it_says(
        self, server: ScriptedServer, open_store: Opens, said: Said, wait_s: float | None
    ) -> None:
        store = open_store(server.url())
        server.script = influxdb_2(lambda _: said)
        with pytest.raises(StoreUnavailable) as raised:
            store.write([air(0)])
        assert raised.value.retry_after_s == wait_s
        server.script = influxdb_2(lambda _: STORED)
        assert store.write([air(0)]) == ()

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            (json_said(401, {"message": "unauthorized access"}), "store.token"),
            (json_said(403, {"message": "insufficient permissions"}), "store.token"),
            (json_said(404, {"message": 'bucket "luchtig" not found'}), "make the bucket"),
            (json_said(400, {"message": "Please provide either orgID or org"}), "store.org"),
            (json_said(404, {"message": 'organization name "x" not found'}), r"check store\.org"),
        ],
    )
    def test_what_a_person_must_mend_is_said(
        self, server: ScriptedServer, open_store: Opens, said: Said, told: str
    ) -> None:
        server.script = influxdb_2(lambda _: said)
        with pytest.raises(StoreMisconfigured, match=told):
            open_store(server.url()).write(batch(4))
        assert len(server.writes()) == 1

    @pytest.mark.parametrize(
        "error",
        ["database not found: kade", "default retention policy not set for: kade"],
    )
    def test_a_token_that_may_only_write_is_told_what_to_give_it(
        self, server: ScriptedServer, open_store: Opens, error: str
    ) -> None:
        usual = server.script
        refused = json_said(200, {"results": [{"statement_id": 0, "error": error}]})
        server.script = lambda asked: refused if asked.path == "/query" else usual(asked)
        store = open_store(server.url("kade"))
        for ask in (lambda: store.count("air", VENUE), store.check):
            with pytest.raises(StoreMisconfigured, match="give the token reading, too"):
                ask()

    def test_a_venue_is_removed_by_its_own_way(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        usual = server.script
        server.script = lambda asked: STORED if asked.path == "/api/v2/delete" else usual(asked)
        assert open_store(server.url("kade"), org="club").remove(VenueSlug('de-"kade'))
        asked = server.asked[-1]
        assert (asked.query["bucket"], asked.query["org"]) == ("kade", "club")
        assert json.loads(asked.body)["predicate"] == 'venue="de-\\"kade"'
        server.script = usual
        assert not open_store(server.url("kade")).remove(VENUE)

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            (json_said(401, {"message": "unauthorized access"}), "refuses our login"),
            (json_said(404, {"message": 'bucket "x" not found'}), "make the bucket"),
        ],
    )
    def test_check_tries_writing_without_a_line(
        self, server: ScriptedServer, open_store: Opens, said: Said, told: str
    ) -> None:
        usual = influxdb_2(lambda _: STORED)
        server.script = lambda asked: said if asked.path == "/api/v2/write" else usual(asked)
        with pytest.raises(StoreMisconfigured, match=told):
            open_store(server.url()).check()
        assert server.writes() == []


class TestVersion3:
    def script(self, asked: Asked) -> Said:
        if asked.path == "/ping":
            return json_said(200, {"version": "3.8.3", "revision": "abc"})
        if asked.path == "/query":
            if "params" in asked.query:
                return json_said(400, {"error": "parameters are not known"})
            columns = ["time", "device", "co2_ppm_mean", "co2_ppm_min", "co2_ppm_max"]
            values = [[T0_NS, "a", 700.0, 600.0, 800.0], [T0_NS, "b", 900, 900, 900]]
            series = {"name": "air", "columns": columns, "values": values}
            return json_said(200, {"results": [{"statement_id": 0, "series": [series]}]})
        return STORED if asked.path == "/api/v2/write" else NO_ROUTE

    def test_a_read_carries_its_values_quoted(self, open_store: Opens) -> None:
        with scripted(self.script) as server:
            store = open_store(server.url())
            found = store.series(
                VenueSlug("it's"), RoomSlug("zaal"), ["co2_ppm"], T0_NS, T0_NS + 1, 1
            )
            assert (found.mean, found.min, found.max) == (
                {"co2_ppm": (800.0,)},
                {"co2_ppm": (600.0,)},
                {"co2_ppm": (900.0,)},
            )
            assert r""""venue" = 'it\'s' AND "room" = 'zaal'""" in server.asked[-1].query["q"]
            assert "InfluxDB 3.8.3" in store.check()

    def test_a_line_that_it_refuses_is_told_in_its_words(self, open_store: Opens) -> None:
        def script(asked: Asked) -> Said:
            if asked.path == "/api/v2/write" and b"co2-1" in asked.body:
                detail = {"error_message": "invalid column type", "line_number": 1}
                error = "partial write of line protocol occurred"
                return json_said(400, {"error": error, "data": [detail]})
            return self.script(asked)

        with scripted(script) as server:
            (rejected,) = open_store(server.url()).write(batch(2))
            told = "partial write of line protocol occurred: invalid column type"
            assert rejected.refused.detail == told


class TestReplaced:
    """The server is asked anew what it is when it no longer behaves as it did."""

    def version_1(self, asked: Asked) -> Said:
        if asked.path == "/ping":
            return Said(204, "", {"X-Influxdb-Version": "1.6.7"})
        if asked.path == "/query":
            return EMPTY
        return STORED if asked.path == "/write" else NO_ROUTE

    def test_by_another_version_between_two_writes(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        store = open_store(server.url())
        version_2 = server.script
        paths = []
        for script in (self.version_1, version_2, self.version_1):
            server.script = script
            assert store.write([air(0)]) == ()
            paths.append(server.writes()[-1].path)
        assert paths == ["/write", "/api/v2/write", "/write"]

    def test_by_something_that_is_no_influxdb(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        store = open_store(server.url())
        store.write([air(0)])
        server.script = lambda _: NO_ROUTE
        with pytest.raises(StoreMisconfigured, match="no InfluxDB"):
            store.write([air(0)])

    def test_a_path_that_comes_and_goes_is_not_chased_for_ever(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        server.script = lambda asked: NO_ROUTE if asked.body else STORED
        with pytest.raises(StoreMisconfigured):
            open_store(server.url()).write([air(0)])


class TestNetwork:
    def test_nobody_listens(self, open_store: Opens) -> None:
        store = open_store(f"influxdb://127.0.0.1:{free_port()}/luchtig")
        for call in (
            lambda: store.write([air(0)]),
            lambda: store.count("air", VENUE),
            lambda: store.series(VENUE, RoomSlug("zaal"), ["people"], 0, 1, 1),
            store.check,
        ):
            with pytest.raises(StoreUnavailable, match="not reached"):
                call()

    def test_a_server_that_never_answers_is_not_waited_for_for_ever(
        self, server: ScriptedServer, open_store: Opens, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gateway.store.influx_client.READ_TIMEOUT_MS", 50)
        ended = threading.Event()

        def hang(_: Asked) -> Said:
            ended.wait(30)
            return STORED

        server.script = hang
        with pytest.raises(StoreUnavailable, match="timed out"):
            open_store(server.url()).write([air(0)])
        ended.set()

    def test_an_answer_that_breaks_off_is_none(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        usual = server.script
        torn = Said(200, '{"results":[{"ser', {"Content-Type": "application/json"})
        server.script = lambda asked: torn if asked.path == "/query" else usual(asked)
        with pytest.raises(StoreMisconfigured, match="not an answer"):
            open_store(server.url()).count("air", VENUE)

    def test_a_server_that_speaks_of_itself_with_our_words_is_tried_again(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        usual = server.script
        trouble = json_said(200, {"results": [{"error": "shard 7: the read was cut short"}]})
        server.script = lambda asked: trouble if asked.path == "/query" else usual(asked)
        with pytest.raises(StoreUnavailable, match="cut short"):
            open_store(server.url()).count("air", VENUE)

    def test_the_name_of_the_server_is_not_known(self, open_store: Opens) -> None:
        with pytest.raises(StoreUnavailable, match="not reached"):
            open_store("influxdb://no-such-host.invalid/luchtig").check()

    @pytest.mark.parametrize(
        "content", ["<html>hello</html>", "", "{}", '{"results":7}', '{"results":[{"series":7}]}']
    )
    def test_an_answer_that_is_none_is_told(
        self, server: ScriptedServer, open_store: Opens, content: str
    ) -> None:
        usual = server.script
        server.script = lambda asked: Said(200, content) if asked.path == "/query" else usual(asked)
        store = open_store(server.url())
        if content in ("", "{}"):
            assert store.count("air", VENUE) == 0
        else:
            with pytest.raises(StoreMisconfigured, match="not an answer"):
                store.count("air", VENUE)

    def test_a_history_with_times_of_another_kind_is_told(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        usual = server.script
        columns = ["time", "co2_ppm_mean", "co2_ppm_min", "co2_ppm_max"]
        series = {"name": "air", "columns": columns, "values": [["2026-11-24T07:00:00Z", 1, 1, 1]]}
        dated = json_said(200, {"results": [{"series": [series]}]})
        server.script = lambda asked: dated if asked.path == "/query" else usual(asked)
        with pytest.raises(StoreMisconfigured, match="nanoseconds: '2026-11-24"):
            open_store(server.url()).series(
                VENUE, RoomSlug("zaal"), ["co2_ppm"], T0_NS, T0_NS + 1, 1
            )

    def test_a_query_that_fails_for_now_may_be_asked_again(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        usual = server.script
        late = json_said(200, {"results": [{"error": "query-timeout limit exceeded"}]})
        server.script = lambda asked: late if asked.path == "/query" else usual(asked)
        with pytest.raises(StoreUnavailable, match="query-timeout"):
            open_store(server.url()).count("air", VENUE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody signed but itself, with its key."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    key = str(file.with_suffix(".key"))
    made = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout {key}"
    named = f"-out {file} -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [program("openssl"), *made.split(), *named.split()],
        check=True,
        capture_output=True,
    )
    return file


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with scripted(influxdb_2(lambda _: STORED), context) as running:
        yield running


class TestTls:
    def test_a_server_that_proves_itself_is_written_to(
        self, tls_server: ScriptedServer, certificate: Path, open_store: Opens
    ) -> None:
        store = open_store(tls_server.url(), tls=True, ca_file=str(certificate))
        assert store.write([air(0), people(0, count=1)]) == ()
        assert len(tls_server.writes()[0].lines) == 2

    def test_a_server_that_nobody_vouches_for_is_not(
        self, tls_server: ScriptedServer, open_store: Opens
    ) -> None:
        with pytest.raises(StoreMisconfigured, match=r"store\.ca_file"):
            open_store(tls_server.url(), tls=True).write([air(0)])
        assert tls_server.asked == []

    def test_tls_to_a_server_without_is_told(
        self, server: ScriptedServer, open_store: Opens
    ) -> None:
        with pytest.raises(StoreMisconfigured, match=r"store\.tls"):
            open_store(server.url(), tls=True).check()


def test_scripts_answer_as_version_2_does(server: ScriptedServer) -> None:
    script: Script = influxdb_2(lambda _: STORED)
    asked = Asked("POST", "/api/v2/write", {}, {}, b"")
    assert script(asked).status == 400
