"""The folder of a venue: its configuration, made once and then its owner's, and what lies beside it."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.config import Settings, load
from sensors.private_files import make_private_file, make_private_folder

CONFIG: Final = "luchtig.toml"
HOUSE: Final = "luchtig"
"""The login of gateway and dashboard on a broker of our own."""
DEVICES: Final = "sensors"
"""The one that all devices of the house share."""
DEVICE_PASSWORDS: Final = "device.passwords"
"""Logins of single devices, which ``luchtig device`` writes; read when the broker starts."""
WEB_PORT: Final = 8080
BROKER_PORT: Final = 1883


@dataclass(frozen=True, slots=True)
class VenueFolder:
    """What is kept of a venue that ``luchtig up`` runs."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / CONFIG

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def make(self, web_port: int, broker_port: int, broker_url: str | None = None) -> bool:
        """Make what is missing; whether the configuration was. With ``broker_url`` the venue has a broker
        elsewhere, which knows no login of ours.

        Raises:
            OSError: it cannot be written.

        """
        make_private_folder(self.logs)
        for login in (HOUSE, DEVICES):
            if not self.password_file(login).exists():
                _write(self.password_file(login), secrets.token_urlsafe(12) + "\n")
        if self.config.exists():
            return False
        broker = {"url": broker_url} if broker_url else self._own_broker(broker_port)
        _write(self.config, _config(web_port, broker))
        return True

    def _own_broker(self, port: int) -> dict[str, str]:
        return {
            "url": f"mqtt://127.0.0.1:{port}",
            "username": HOUSE,
            "password_file": self.password_file(HOUSE).name,
            "device_passwords": DEVICE_PASSWORDS,
        }

    def settings(self, environment: Mapping[str, str]) -> Settings:
        """As the file and the environment say.

        Raises:
            ConfigError: every mistake, a line each.

        """
        return load(self.config, environment)

    def password(self, login: str) -> str:
        return self.password_file(login).read_text(encoding="ascii").strip()

    def password_file(self, login: str) -> Path:
        return self.path / f"password-{login}"


def usual_folder(environment: Mapping[str, str]) -> Path:
    """Where a person's venue is kept who names no folder: the same whatever folder they stand in."""
    home = environment.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(os.path.expanduser(home)) / "luchtig"  # noqa: PTH111 - a variable may hold the sign too


def _config(web_port: int, broker: dict[str, str]) -> str:
    values: list[tuple[str, dict[str, str]]] = [
        ("broker", broker),
        (
            "dashboard",
            {
                "bind": f"127.0.0.1:{web_port}",
                "public_url": f"http://127.0.0.1:{web_port}",
            },
        ),
        ("notify", {"mail": ""}),
    ]
    parts = [
        "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())])
        for name, table in values
    ]
    return "\n\n".join(parts) + "\n"


def _write(path: Path, text: str) -> None:
    make_private_file(path)
    path.write_text(text, encoding="utf-8")
