"""Which broker this machine can start: Mosquitto where it is installed, else the one in Python."""

import os
import shutil
import sys


def mosquitto() -> str | None:
    """Where Mosquitto is; Debian keeps it out of a person's own path."""
    return shutil.which("mosquitto", path=_path())


def mosquitto_passwd() -> str | None:
    """What hashes the passwords of its file."""
    return shutil.which("mosquitto_passwd", path=_path())


def python_broker(port: int) -> list[str]:
    """The command of the broker in Python, on loopback."""
    return [sys.executable, "-m", "dashboard.processes.python_broker", str(port)]


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin"
