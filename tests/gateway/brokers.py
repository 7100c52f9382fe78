"""The broker in Python that the demo falls back to, as a process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import Broker, answers, free_port, running


@contextmanager
def amqtt_broker(directory: Path) -> Iterator[Broker]:
    port = free_port()
    command = [sys.executable, "-m", "dashboard.processes.python_broker", str(port)]
    with running(command, directory / "amqtt.log", ready=lambda: answers(port)):
        yield Broker(port, directory)
