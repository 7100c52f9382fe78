"""``luchtig device``: a login of its own at the broker for each device."""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gateway.config import load
from sensors.config import BrokerSettings, ConfigError, resolved
from sensors.mqtt.client import parse_addresses
from sensors.private_files import make_private_file
from sensors.wire.topic import is_slug

WITHIN_S = 30.0


class NoLogin(Exception):
    """The login cannot be made or revoked; ``str()`` says why and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("add", "remove"), help="make its login, or revoke it")
    parser.add_argument("venue", metavar="VENUE")
    parser.add_argument("device", metavar="DEVICE")
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--passwords", type=Path, metavar="FILE",
        help="Mosquitto's password_file; without it broker.device_passwords of the configuration",
    )  # fmt: skip
    parser.add_argument(
        "--host", help="the broker's name as the device reaches it; without it that of broker.url"
    )


def run(arguments: argparse.Namespace) -> int:
    for name in ("venue", "device"):
        if not is_slug(getattr(arguments, name)):
            raise ConfigError(
                [f"{name} {getattr(arguments, name)!r}: expected small letters, digits and '-'"]
            )
    settings = load(arguments.config, os.environ)
    login = f"{arguments.venue}/{arguments.device}"
    try:
        file = arguments.passwords or _file(settings.broker, settings.directory)
        if arguments.action == "remove":
            remove_login(file, login)
            print(f"{login} is no login any more. {_again(file)}")
            return 0
        password = secrets.token_urlsafe(15)
        write_login(file, login, password)
    except NoLogin as error:
        print(f"luchtig device: {error}", file=sys.stderr)
        return 1
    address = parse_addresses(settings.broker)[0]
    host = arguments.host or address.host
    print(instructions(arguments.venue, arguments.device, host, address.port, password))
    print(f"The password is shown this once. {_again(file)}")
    return 0


def write_login(file: Path, login: str, password: str) -> None:
    """Put a login into Mosquitto's file, hashed by its own program; one that is there gets the new
    password.

    Raises:
        NoLogin: Mosquitto's program is missing, or a file cannot be written.

    """
    program = shutil.which("mosquitto_passwd")
    if program is None:
        raise NoLogin("mosquitto_passwd is missing: install Mosquitto (apt install mosquitto)")
    try:
        hashed = _hashed(program, login, password)
        kept = [line for line in _lines(file) if not line.startswith(f"{login}:")]
        _write(file, [*kept, hashed])
    except OSError as error:
        raise NoLogin(f"{error.filename or file}: {error.strerror}") from error
    except subprocess.SubprocessError as error:
        raise NoLogin(f"mosquitto_passwd failed: {error}") from error


def remove_login(file: Path, login: str) -> None:
    """Take a login out of Mosquitto's file.

    Raises:
        NoLogin: it is not in it, or the file cannot be written.

    """
    try:
        lines = _lines(file)
        kept = [line for line in lines if not line.startswith(f"{login}:")]
        if len(kept) == len(lines):
            raise NoLogin(f"{file}: has no login {login}")
        _write(file, kept)
    except OSError as error:
        raise NoLogin(f"{error.filename or file}: {error.strerror}") from error


def instructions(venue: str, device: str, host: str, port: int, password: str) -> str:
    """What to enter in the device, whatever it is."""
    login, root = f"{venue}/{device}", f"luchtig/devices/{venue}/{device}"
    return f"""\
broker     {host}, port {port}
user name  {login}
password   {password}
topics     {root}/air, {root}/people, {root}/status

ESPHome:

mqtt:
  broker: {host}
  port: {port}
  username: "{login}"
  password: "{password}"
  birth_message: {{topic: {root}/status, payload: online, qos: 1, retain: true}}
  will_message: {{topic: {root}/status, payload: offline, qos: 1, retain: true}}

Tasmota, in its console (its own topics; luchtig.toml: [[source]] kind = "tasmota"):

Backlog MqttHost {host}; MqttPort {port}; MqttUser {login}; MqttPassword {password}

luchtig sensor:

[[sensor.device]]
device = "{device}"
username = "{login}"
password_file = "{device}.password"
"""


def _file(broker: BrokerSettings, directory: Path) -> Path:
    file = resolved(directory, broker.device_passwords)
    if file is None:
        raise NoLogin(
            "which file has Mosquitto's logins? --passwords FILE, or in the configuration"
            ' [broker] device_passwords = "/etc/mosquitto/luchtig.passwords"'
        )
    return file


def _hashed(program: str, login: str, password: str) -> str:
    """A line of the file; the password goes through a file, not through arguments that all can see."""
    with tempfile.TemporaryDirectory(prefix="luchtig-") as folder:
        draft = Path(folder) / "login"
        make_private_file(draft)
        draft.write_text(f"{login}:{password}\n", encoding="ascii")
        subprocess.run(
            [program, "-U", str(draft)], check=True, capture_output=True, timeout=WITHIN_S
        )
        return draft.read_text(encoding="ascii").strip()


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _write(file: Path, lines: list[str]) -> None:
    """All of it or nothing, with the owner and the rights that the file had."""
    draft = file.with_name(f".{file.name}.new")
    make_private_file(draft)
    draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if file.exists():
        was = file.stat()
        draft.chmod(was.st_mode & 0o777)
        if os.geteuid() == 0:
            os.chown(draft, was.st_uid, was.st_gid)
    draft.replace(file)


def _again(file: Path) -> str:
    return f"Tell Mosquitto to read {file} again: systemctl reload mosquitto"
