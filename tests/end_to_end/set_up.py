"""A set-up as a venue runs it: one configuration, and the ordinary commands as processes."""

import json
import os
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.servers import Broker, Influx, free_port, running, stop, wait_until

LUCHTIG = (sys.executable, "-m", "dashboard")

VENUE = """\
[[venue]]
slug = "de-kade"
name = "De Kade"
[[venue.room]]
slug = "serre"
name = "Serre"
volume_m3 = 120
seats = 16
[[venue.device]]
slug = "co2-03"
room = "serre"
[[venue.device]]
slug = "people-03"
room = "serre"
"""

SECOND_ROOM = """\
[[venue.room]]
slug = "atelier"
name = "Atelier"
[[venue.device]]
slug = "co2-04"
room = "atelier"
"""


class SetUp:
    """Everything of one venue in one folder. The dashboard runs as the demo's does, without a log-in."""

    def __init__(self, directory: Path, broker: Broker, store_url: str, stack: ExitStack) -> None:
        self.directory = directory
        self.broker = broker
        self.port = free_port()
        self.config = directory / "luchtig.toml"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stack = stack
        self.write_config(store_url)

    def write_config(self, store_url: str, extra: str = "") -> None:
        self.config.write_text(
            f'[broker]\nurl = "{self.broker.url}"\nclient_id = "gateway-{self.port}"\n'
            f'[store]\nurl = "{store_url}"\n'
            f'[dashboard]\nbind = "127.0.0.1:{self.port}"\ndemo = true\n{extra}',
            encoding="utf-8",
        )

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*LUCHTIG, command, "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    def import_venue(self, text: str = VENUE) -> None:
        file = self.directory / "venue.toml"
        file.write_text(text, encoding="utf-8")
        done = self.run("import", str(file))
        assert done.returncode == 0, done.stderr

    def log(self, command: str) -> str:
        file = self.directory / f"{command}.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def start(self, command: str, *arguments: str, says: str = "ready") -> subprocess.Popen[bytes]:
        """Start a command as a service; it runs once it has said ``says``."""
        before = len(self.log(command))
        self.processes[command] = self._stack.enter_context(
            running(
                [*LUCHTIG, command, "--config", str(self.config), *arguments],
                self.directory / f"{command}.log",
                ready=lambda: says in self.log(command)[before:],
                env=dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
            )
        )
        return self.processes[command]

    def start_dashboard(self) -> subprocess.Popen[bytes]:
        process = self.start("dashboard", says="")
        wait_until(lambda: self.get("/readyz"), "the dashboard")
        return process

    def get(self, path: str) -> Any:
        """A JSON answer of the dashboard, or None where it has none yet."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=30
            ) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            text: bytes = answer.read()
            return text.decode()

    def room(self, slug: str = "serre") -> dict[str, Any]:
        answer: dict[str, Any] = self.get(f"/api/v1/rooms/de-kade/{slug}") or {}
        return answer


@contextmanager
def set_up(directory: Path, broker: Broker, store_url: str) -> Iterator[SetUp]:
    with ExitStack() as stack:
        yield SetUp(directory, broker, store_url, stack)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9: no chance to tidy up."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def influxql(influx: Influx, database: str, query: str) -> list[list[Any]]:
    """The rows that a person at the InfluxDB shell would see."""
    parameters = urllib.parse.urlencode({"db": database, "q": query, "epoch": "ns"})
    url = f"http://127.0.0.1:{influx.port}/query?{parameters}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        (result,) = json.load(answer)["results"]
    series = result.get("series", [])
    return series[0]["values"] if series else []


__all__ = ["SetUp", "influxql", "kill", "set_up", "stop"]
