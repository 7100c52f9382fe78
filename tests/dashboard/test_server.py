"""The real process: many open boards, pages that answer all the same, and stopping."""

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.serving.listener import listen
from gateway.registry.accounts.users import add_user
from gateway.registry.database import open_database
from sensors.clock import SYSTEM
from sensors.config import ConfigError
from tests.dashboard.setup import furnish, publish_state, state
from tests.servers import WAIT_S, Broker, answers, free_port, running, wait_until

BOARDS = 60


@dataclass(frozen=True)
class Served:
    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def open_board(self, path: str = "/api/v1/stream") -> socket.socket:
        board = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        board.sendall(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode())
        return board


def read_until(board: socket.socket, wanted: bytes) -> bytes:
    """What a board receives up to ``wanted``; all of it where the stream ends before."""
    received = b""
    while wanted not in received:
        more = board.recv(65_536)
        if not more:
            break
        received += more
    return received


@contextmanager
def serving(broker: Broker, directory: Path, *, viewers: int = 200) -> Iterator[Served]:
    port = free_port()
    config = directory / "luchtig.toml"
    config.write_text(
        f'[broker]\nurl = "{broker.url}"\n'
        f'[dashboard]\nbind = "127.0.0.1:{port}"\ndemo = true\nviewers = {viewers}\n'
    )
    command = [sys.executable, "-m", "dashboard", "dashboard", "--config", str(config)]
    log = directory / "dashboard.log"
    with running(command, log, ready=lambda: "ready on" in log.read_text()) as process:
        yield Served(process, port)


@pytest.fixture
def served(own_broker: Broker, tmp_path: Path) -> Iterator[Served]:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    furnish(database)
    database.close()
    with serving(own_broker, tmp_path) as started:
        yield started


class TestManyBoards:
    def test_pages_answer_and_every_board_hears_the_change(
        self, served: Served, own_broker: Broker
    ) -> None:
        boards = [served.open_board() for _ in range(BOARDS)]
        for board in boards:
            read_until(board, b'"serre"')
        for path in ("/", "/api/v1/rooms", "/healthz"):
            assert served.get(path)[0] == 200
        publish_state(own_broker, state(people=18))
        room_states = [b'"people":18' in read_until(board, b'"people":18') for board in boards]
        assert room_states == [True] * BOARDS
        assert f"luchtig_board_viewers {BOARDS}.0" in served.get("/metrics")[1].decode()
        for board in boards:
            board.close()
        people = itertools.count(19)

        def all_left() -> bool:
            # Who left is noticed when there is something to tell.
            publish_state(own_broker, state(people=next(people)))
            return "luchtig_board_viewers 0.0" in served.get("/metrics")[1].decode()

        wait_until(all_left, "the places to be free again")

    def test_every_page_is_sent_the_part_that_changed(
        self, served: Served, own_broker: Broker
    ) -> None:
        publish_state(own_broker, state(co2_ppm=700.0))
        wait_until(lambda: b"<b>700</b>" in served.get("/?lang=nl")[1], "the state")
        page = served.get("/?lang=nl")[1].decode()
        since = page.partition('data-since="')[2].partition('"')[0]
        boards = [served.open_board(f"/board/stream?lang=nl&since={since}") for _ in range(BOARDS)]
        for board in boards:
            read_until(board, b"event: beat")
        publish_state(own_broker, state(co2_ppm=811.0))
        for board in boards:
            heard = read_until(board, b"811")
            assert b'event: card\ndata: {"key":"de-kade/grote-zaal","rank":' in heard
            assert b'"parts":{"co2":' in heard
            assert b"de-kade/serre" not in heard
            board.close()

    def test_clients_that_never_close_hold_up_nobody(self, served: Served) -> None:
        lingering = []
        for _ in range(20):
            client = socket.create_connection(("127.0.0.1", served.port), timeout=30)
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            read_until(client, b"ok")
            lingering.append(client)
        # One after the other they would take 40 s, longer than a page may.
        assert served.get("/healthz")[0] == 200
        for client in lingering:
            client.close()


class TestStopping:
    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
    def test_process_is_gone_though_boards_are_open(
        self, served: Served, how: signal.Signals
    ) -> None:
        boards = [served.open_board() for _ in range(5)]
        for board in boards:
            read_until(board, b"retry")
        os.kill(served.process.pid, how)
        expected = -9 if how == signal.SIGKILL else 0
        assert served.process.wait(WAIT_S) == expected
        assert not answers(served.port)
        for board in boards:
            read_until(board, b"never said")
            board.close()

    def test_streams_end_as_http_says_so_that_browsers_ask_again(self, served: Served) -> None:
        board = served.open_board()
        read_until(board, b"retry")
        served.process.terminate()
        assert read_until(board, b"never said").endswith(b"0\r\n\r\n")
        board.close()


class TestStarting:
    def run(self, directory: Path, config: str) -> tuple[int, str]:
        (directory / "luchtig.toml").write_text(config)
        command = [sys.executable, "-m", "dashboard", "dashboard", "--config", "luchtig.toml"]
        root = Path(__file__).parents[2]
        env = os.environ | {"PYTHONPATH": str(root)}
        ended = subprocess.run(
            command, cwd=directory, env=env, capture_output=True, text=True, check=False, timeout=60
        )
        return ended.returncode, ended.stderr

    def test_tells_where_to_set_up_until_there_is_an_admin(
        self, own_broker: Broker, tmp_path: Path
    ) -> None:
        port, log = free_port(), tmp_path / "dashboard.log"
        config = tmp_path / "luchtig.toml"
        config.write_text(
            f'[broker]\nurl = "{own_broker.url}"\n[dashboard]\nbind = "127.0.0.1:{port}"\n'
            'public_url = "http://luchtig.example.org/"\n'
        )
        command = [sys.executable, "-m", "dashboard", "dashboard", "--config", str(config)]
        told = "luchtig dashboard: set up on http://luchtig.example.org/setup?key="
        with running(command, log, ready=lambda: told in log.read_text()):
            key = log.read_text().partition(told)[2].split()[0]
            assert len(key) > 20
        database = open_database("sqlite:///luchtig.db", tmp_path)
        with database.write() as conn:
            add_user(conn, "anna", "admin", None, SYSTEM.now())
        database.close()
        log.write_text("")
        with running(command, log, ready=lambda: "ready on" in log.read_text()):
            wait_until(lambda: answers(port), "the dashboard")
        assert "set up on" not in log.read_text()

    def test_refuses_a_database_of_another_version_and_says_what_to_run(
        self, tmp_path: Path
    ) -> None:
        database = open_database("sqlite:///luchtig.db", tmp_path)
        database.migrate()
        with database.write() as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = '0007'"))
        database.close()
        status, said = self.run(tmp_path, "")
        assert status == 1
        assert "start luchtig gateway (or run luchtig import) once" in said
        assert "Traceback" not in said

    def test_refuses_a_demo_that_others_could_reach(self, tmp_path: Path) -> None:
        status, said = self.run(tmp_path, '[dashboard]\ndemo = true\nbind = "0.0.0.0:8080"\n')
        assert status == 2
        assert (
            said == "dashboard.bind = '0.0.0.0:8080': with dashboard.demo expected 127.0.0.1:PORT\n"
        )


class TestListen:
    @pytest.mark.parametrize("bind", ["8080", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ":80"])
    def test_address_that_is_none(self, bind: str) -> None:
        with pytest.raises(ConfigError, match=r"expected HOST:PORT like 127\.0\.0\.1:8080"):
            listen(bind)

    def test_port_that_is_taken(self) -> None:
        with listen("127.0.0.1:0") as taken, pytest.raises(ConfigError, match="another port"):
            listen(f"127.0.0.1:{taken.getsockname()[1]}")

    def test_ipv6(self) -> None:
        with listen("[::1]:0") as listener:
            assert listener.family == socket.AF_INET6
