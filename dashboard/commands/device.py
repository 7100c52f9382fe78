"""``luchtig device``: a login of its own at the broker for each device."""

import argparse
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import quote

from dashboard.setup.broker_login import NoLogin, remove_login, write_login
from dashboard.up.code import scannable
from gateway.config import load
from sensors.config import BrokerSettings, ConfigError, resolved
from sensors.mqtt.client import parse_address, parse_addresses
from sensors.wire.topic import is_slug


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
        "--host",
        help="the broker's name as the device reaches it; without it that of broker.device_url or url",
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
    own = settings.broker.device_url
    address = parse_address(own) if own else parse_addresses(settings.broker)[0]
    host = arguments.host or address.host
    print(instructions(arguments.venue, arguments.device, host, address.port, password))
    scheme = "mqtts" if address.tls else "mqtt"
    print("All of it, for what scans:\n")
    print(scannable(f"{scheme}://{quote(login, safe='')}:{password}@{host}:{address.port}"), "\n")
    if address.tls:
        print("It is encrypted: the device has to trust the authority of the broker's certificate.")
    print(f"The password is shown this once. {_again(file)}")
    return 0


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


def _again(file: Path) -> str:
    return f"Tell Mosquitto to read {file} again: systemctl reload mosquitto"
