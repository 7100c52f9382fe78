"""The demo as a visitor starts it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.servers import WAIT_S, free_port, stop, wait_until

OPENS_WITHIN_S = 120.0
LUCHTIG = (sys.executable, "-m", "dashboard")


class RunningDemo:
    """A demo whose board is open."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            body: bytes = answer.read()
            return body

    def rooms(self) -> list[dict[str, Any]]:
        rooms: list[dict[str, Any]] = json.loads(self.get("/api/v1/rooms"))["rooms"]
        return rooms

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(WAIT_S)


@contextmanager
def open_demo(
    directory: Path,
    *options: str,
    command: tuple[str, ...] = LUCHTIG,
    env: dict[str, str] | None = None,
) -> Iterator[RunningDemo]:
    """Start the demo in ``directory`` and wait until it gives its address."""
    port = free_port()
    log = directory / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "demo", "--port", str(port), *options],
            cwd=directory,
            env=dict(os.environ) if env is None else env,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    demo = RunningDemo(process, port, log)
    try:
        wait_until(
            lambda: f"http://127.0.0.1:{port}" in demo.said() or process.poll() is not None,
            "the demo to open",
            OPENS_WITHIN_S,
        )
        if process.poll() is not None:
            pytest.fail(f"the demo ended with {process.returncode}:\n{demo.said()}")
        yield demo
    finally:
        stop(process)
