"""Two dashboards on one PostgreSQL behind nginx, as ``docs/scaling.md`` has it: one of them is killed."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import urllib3

from tests.end_to_end.set_up import LUCHTIG, kill, set_up
from tests.nginx import nginx_serving
from tests.servers import Broker, Postgres, answers, free_port, running, wait_until

ROOT = Path(__file__).parents[2]
HOST = "air.example.org"
PASSWORD = "drie woorden genoeg"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/"}


def site(folder: Path, port: int, dashboards: list[int]) -> str:
    """The site of ``deploy/nginx`` with the servers of ``docs/scaling.md``, on ports of ours."""
    text = (ROOT / "deploy/nginx/luchtig.conf").read_text()
    scaling = (ROOT / "docs/scaling.md").read_text()
    (block,) = re.findall(r"```nginx\n(upstream luchtig \{.*?\n\})\n```", scaling, re.DOTALL)
    for host, dashboard in zip(("10.0.0.11:8080", "10.0.0.12:8080"), dashboards, strict=True):
        assert host in block
        block = block.replace(host, f"127.0.0.1:{dashboard}")
    text = re.sub(r"upstream luchtig \{.*?\n\}", block, text, count=1, flags=re.DOTALL)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         f"/CN={HOST}", "-out", str(folder / "web.crt"), "-keyout", str(folder / "web.key")],
        check=True, capture_output=True,
    )  # fmt: skip
    text = text.replace("/etc/luchtig/tls", str(folder))
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}")
    return text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")


class Visitor:
    """A browser that keeps its session; TLS is nginx's, whose certificate is of the test's own."""

    def __init__(self, port: int) -> None:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self._pool = urllib3.HTTPSConnectionPool(
            "127.0.0.1", port, cert_reqs="CERT_NONE", retries=False, timeout=30
        )
        self.cookie = ""

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = {}
    ) -> urllib3.BaseHTTPResponse:
        sent = {"Host": HOST, "Cookie": self.cookie, **headers}
        answer = self._pool.request(
            method, path, body=body, headers=sent, preload_content=False, redirect=False
        )
        given = re.search(r"luchtig=[^;]+", answer.headers.get("Set-Cookie", ""))
        self.cookie = given[0] if given else self.cookie
        return answer

    def page(self, path: str) -> tuple[int, str, str]:
        """Its status, who served it, and the page."""
        answer = self.ask("GET", path)
        text = answer.read().decode()
        return answer.status, answer.headers["X-Served-By"].split(", ")[-1], text

    def send(self, path: str, of: str, **fields: str) -> int:
        """Send a form that is on the page ``of``; the status."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page(of)[2])
        assert token is not None
        answer = self.ask("POST", path, urlencode({"csrf_token": token[1], **fields}), FORM)
        answer.read()
        return answer.status

    @contextmanager
    def stream(self, last_id: str = "") -> Iterator[tuple[str, Iterator[bytes]]]:
        """An event stream, as an ``EventSource`` asks for it: who serves it, and its lines."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
        answer = self.ask("GET", "/board/stream?lang=en", headers=headers)
        assert answer.status == 200
        try:
            yield answer.headers["X-Served-By"].split(", ")[-1], _lines(answer)
        finally:
            answer.close()


def _lines(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """Until the stream breaks off."""
    rest = b""
    try:
        for part in answer.stream(amt=None):
            *lines, rest = (rest + part).split(b"\n")
            yield from lines
    except urllib3.exceptions.HTTPError:
        return


def _id(lines: Iterator[bytes]) -> str:
    """The name of the first event that has one."""
    return next(line[4:].decode() for line in lines if line.startswith(b"id: "))


@pytest.fixture
def house(tmp_path: Path, broker: Broker, postgres_server: Postgres) -> Iterator["House"]:
    with ExitStack() as stack, set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        database = postgres_server.new_database_url()
        text = venue.config.read_text().replace("demo = true\n", "")
        bind = f'bind = "127.0.0.1:{venue.port}"'
        text += f'public_url = "https://{HOST}"\ntrusted_proxies = ["127.0.0.1"]\n'
        text += f'[database]\nurl = "{database}"\n'
        venue.config.write_text(text)
        venue.import_venue()
        (tmp_path / "password").write_text(PASSWORD)
        adds = ("user", "add", "anna", "--role", "admin", "--config", str(venue.config))
        file = ("--password-file", str(tmp_path / "password"))
        subprocess.run([*LUCHTIG, *adds, *file], check=True, capture_output=True)
        made = House(tmp_path, stack)
        for port in made.ports:
            made.config(port).write_text(text.replace(bind, f'bind = "127.0.0.1:{port}"'))
        for port in made.ports:
            made.start(port)
        for port in made.ports:
            wait_until(lambda: answers(port), "the dashboards")  # noqa: B023 - asked at once
        stack.enter_context(
            nginx_serving(site(tmp_path, made.port, made.ports), made.port, tmp_path / "nginx")
        )
        yield made


class House:
    """Two dashboards in one folder, each on a port of its own, and nginx on ``port``."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.port = free_port()
        self.ports = [free_port(), free_port()]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def config(self, port: int) -> Path:
        return self._folder / f"dashboard-{port}.toml"

    def start(self, port: int) -> None:
        self.processes[f"127.0.0.1:{port}"] = self._stack.enter_context(
            running(
                [*LUCHTIG, "dashboard", "--config", str(self.config(port))],
                self._folder / f"dashboard-{port}.log",
                ready=lambda: True,
                env=dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
            )
        )


def test_when_one_is_killed_pages_and_streams_come_from_the_other_without_a_new_log_in(
    house: House,
) -> None:
    visitor = Visitor(house.port)
    assert visitor.send("/login", "/login", name="anna", password=PASSWORD) == 303
    with visitor.stream() as (first, lines):
        last_id = _id(lines)
        served = {visitor.page("/settings/users")[:2] for _ in range(4)}
        assert served == {(200, one) for one in house.processes}
        kill(house.processes[first])
        assert all(b"event: gone" not in line for line in lines)  # until it breaks off
    (other,) = house.processes.keys() - {first}
    assert {visitor.page("/settings/users")[:2] for _ in range(6)} == {(200, other)}
    with visitor.stream(last_id) as (second, lines):
        assert second == other
        assert _id(lines) != last_id
    house.start(int(first.rpartition(":")[2]))
    wait_until(lambda: visitor.page("/settings/users")[:2] == (200, first), "it to be back")
    kill(house.processes[other])
    assert visitor.send("/logout", "/settings/users") == 303
    assert visitor.page("/settings/users")[0] == 303
