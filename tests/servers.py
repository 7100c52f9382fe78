"""The real parts that tests talk to, started on free ports and stopped by whoever started them.

Where a program is missing a test skips and says so; in CI (the variable CI is set) it fails.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn
from uuid import uuid4

import psycopg
import pytest

WAIT_S = 60.0
"""How long a busy machine is waited for; a quiet one is there long before."""


may_start = True
"""Whether the test that runs is marked ``servers`` or ``e2e``; set by tests/conftest.py."""


def server(name: str) -> str:
    """The path of a server's program; a test that starts one is marked."""
    assert may_start, (
        f"{name} is started by a test that is not marked `servers`: see tests/conftest.py"
    )
    return program(name)


def program(name: str) -> str:
    """The path of a program, from the PATH or Debian's places for servers."""
    versions = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    places = [os.environ.get("PATH", ""), "/usr/sbin", "/sbin", *versions]
    found = shutil.which(name, path=":".join(places))
    if found is None:
        missing(f"{name} is not installed: `make test` installs it from Debian's packages")
    return found


def missing(message: str) -> NoReturn:
    """Skip on a laptop, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


_given_ports: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on and that was not given before.

    It lies below those that a kernel hands to outgoing connections (32768 and up), one of which
    might take it before a server does.
    """
    while True:
        port = secrets.choice(range(10_240, 32_768))
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _given_ports:
            _given_ports.add(port)
            return port


def wait_until(condition: Callable[[], object], what: str, within_s: float = WAIT_S) -> None:
    """Ask until it is so; fail, saying what was waited for."""
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            pytest.fail(f"waited {within_s:g} s for {what}")
        time.sleep(0.02)


def answers(port: int) -> bool:
    """Whether something accepts connections on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def running(
    arguments: list[str],
    log: Path,
    *,
    ready: Callable[[], object],
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    within_s: float = WAIT_S,
) -> Iterator[subprocess.Popen[bytes]]:
    """A child process that is ready, stopped at the end (killed where it does not stop)."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            arguments,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + within_s
        while not ready():
            if child.poll() is not None or time.monotonic() > until:
                tail = log.read_text(errors="replace")[-3000:]
                pytest.fail(f"{arguments[:3]} did not get ready (exit {child.poll()}):\n{tail}")
            time.sleep(0.02)
        yield child
    finally:
        stop(child)


def stop(child: subprocess.Popen[bytes], within_s: float = WAIT_S) -> None:
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(within_s)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@dataclass(frozen=True)
class Broker:
    port: int
    directory: Path
    pid: int = 0

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def reload(self) -> None:
        """Have Mosquitto read its access rules again."""
        os.kill(self.pid, signal.SIGHUP)


# Started by root, Mosquitto becomes another user, who may not enter a test's own folder.
MOSQUITTO_CONF = """\
user root
listener {port} 127.0.0.1
persistence true
persistence_location {directory}/
max_queued_messages 100000
max_inflight_messages 1000
"""


@contextmanager
def mosquitto(
    directory: Path, *, port: int | None = None, extra: str = "", anonymous: bool = True
) -> Iterator[Broker]:
    """A Mosquitto whose queues are long enough for the tests; ``extra`` lines join its settings."""
    binary = server("mosquitto")
    port = port or free_port()
    directory.mkdir(parents=True, exist_ok=True)
    conf = directory / "mosquitto.conf"
    open_to_all = f"allow_anonymous {'true' if anonymous else 'false'}\n"
    conf.write_text(MOSQUITTO_CONF.format(port=port, directory=directory) + open_to_all + extra)
    log = directory / "mosquitto.log"
    with running([binary, "-c", str(conf)], log, ready=lambda: answers(port)) as child:
        yield Broker(port, directory, child.pid)


@dataclass(frozen=True)
class Influx:
    port: int
    pid: int = 0

    def database_url(self, database: str) -> str:
        return f"influxdb://127.0.0.1:{self.port}/{database}"


INFLUX_CONF = """\
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{directory}/meta"
[data]
  dir = "{directory}/data"
  wal-dir = "{directory}/wal"
  index-version = "tsi1"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  auth-enabled = {auth}
  max-body-size = 25000000
[monitor]
  store-enabled = false
"""


@contextmanager
def influxd(directory: Path, *, port: int | None = None, auth: bool = False) -> Iterator[Influx]:
    """An InfluxDB 1.6 from Debian's packages."""
    binary = server("influxd")
    port = port or free_port()
    directory.mkdir(parents=True, exist_ok=True)
    conf = directory / "influxdb.conf"
    conf.write_text(
        INFLUX_CONF.format(
            rpc=free_port(), port=port, directory=directory, auth="true" if auth else "false"
        )
    )

    arguments = [binary, "-config", str(conf)]
    log = directory / "influxd.log"
    with running(arguments, log, ready=lambda: pings(port)) as child:
        yield Influx(port, child.pid)


def pings(port: int) -> bool:
    """Whether an InfluxDB answers there, directly or through a proxy."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5) as answer:
            return bool(answer.status == 204)
    except (OSError, HTTPException):
        return False


@dataclass(frozen=True)
class Postgres:
    port: int
    pid: int = 0

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="luchtig",
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        )

    def new_database_url(self) -> str:
        """The address of an empty database that nobody else uses."""
        name = f"test_{uuid4().hex}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql+psycopg://luchtig@127.0.0.1:{self.port}/{name}"


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of its own, in a folder of its own."""
    with postgres_folder() as folder, postgres_at(folder, free_port()) as found:
        yield found


@contextmanager
def postgres_folder() -> Iterator[Path]:
    """An empty PostgreSQL that nobody runs: it does not run as root, and another user may not enter a
    test's folder.
    """
    with TemporaryDirectory(prefix="luchtig-postgres-") as name:
        if _as_postgres():
            shutil.chown(name, "postgres")
        binary = str(Path(server("postgres")).with_name("initdb"))
        made = [*_as_postgres(), binary, "-D", f"{name}/data", "-U", "luchtig", "--auth=trust",
                "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]  # fmt: skip
        subprocess.run(made, check=True, capture_output=True, cwd=name)
        yield Path(name)


@contextmanager
def postgres_at(folder: Path, port: int) -> Iterator[Postgres]:
    """The PostgreSQL of a folder, whatever became of the one that ran there before."""
    serve = [*_as_postgres(), server("postgres"), "-D", f"{folder}/data", "-p", str(port), "-c",
             "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]  # fmt: skip
    log = folder / "postgres.log"
    with running(serve, log, ready=lambda: takes_queries(Postgres(port)), cwd=folder) as child:
        yield Postgres(port, child.pid)


def _as_postgres() -> list[str]:
    """In the same process: what is done to it is done to no other in between."""
    as_other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    return as_other if os.geteuid() == 0 else []


def takes_queries(server: Postgres) -> bool:
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True
