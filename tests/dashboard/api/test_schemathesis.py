"""What a stranger to the code makes of the description: schemathesis, with all its checks, against
the real process. Its seed, phases, examples and exceptions stand in schemathesis.toml.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.registry.accounts.tokens import new_token
from gateway.registry.database import open_database
from sensors.clock import SYSTEM
from tests.dashboard.setup import furnish, publish_state, state
from tests.servers import Broker, free_port, missing, running

CONFIG = Path(__file__).with_name("schemathesis.toml")
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
LONGEST_S = 1500
"""Two minutes on two cores that are idle; a busy machine takes its time."""


@pytest.fixture
def served(own_broker: Broker, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a dashboard, and a token of its admin."""
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    furnish(database)
    with database.write() as conn:
        token = new_token(conn, "anna", "schemathesis", SYSTEM.now())
    database.close()
    publish_state(own_broker, state())
    port = free_port()
    config = tmp_path / "luchtig.toml"
    config.write_text(
        f'[broker]\nurl = "{own_broker.url}"\n[dashboard]\nbind = "127.0.0.1:{port}"\n'
    )
    command = [sys.executable, "-m", "dashboard", "dashboard", "--config", str(config)]
    log = tmp_path / "dashboard.log"
    with running(command, log, ready=lambda: "ready on" in log.read_text()):
        yield f"http://127.0.0.1:{port}", token


@pytest.mark.timeout(LONGEST_S + 60)
def test_it_finds_nothing(served: tuple[str, str], tmp_path: Path) -> None:
    if not SCHEMATHESIS.exists():
        missing("schemathesis is not installed: `make test` installs it")
    url, token = served
    command = [
        str(SCHEMATHESIS), "--config-file", str(CONFIG), "--no-color",
        "run", f"{url}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}",
        "--checks", "all", "--workers", "2",
    ]  # fmt: skip
    found = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"COLUMNS": "200"}, capture_output=True,
        text=True, timeout=LONGEST_S, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]
    assert "passed" in found.stdout
