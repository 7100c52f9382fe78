"""The broker that is started with a venue: Mosquitto where it is installed, else the one in Python."""

import subprocess
from pathlib import Path

from dashboard.processes.broker_command import mosquitto, mosquitto_passwd, python_broker
from dashboard.up.folder import DEVICE_PASSWORDS, DEVICES, HOUSE, VenueFolder
from sensors.private_files import make_private_file, make_private_folder

# Started by root, Mosquitto would become another user, who may not enter the folder. A gateway that was
# away for a night finds all that a venue's sensors sent meanwhile.
CONF = """\
user root
listener {port} {host}
allow_anonymous {anonymous}
password_file {folder}/broker.passwords
acl_file {folder}/broker.acl
persistence true
persistence_location {folder}/broker/
max_queued_messages 1000000
max_inflight_messages 1000
"""
ACL = """\
{anonymous}
user {house}
topic readwrite #

user {devices}
topic write luchtig/devices/#

pattern write luchtig/devices/%u/#
"""
ANONYMOUS = "topic readwrite luchtig/#\n"


class NoBroker(Exception):
    """There is no broker for what was asked; the message says what to do."""


def is_lasting() -> bool:
    """Whether the broker of this machine keeps messages for a gateway that is away."""
    return mosquitto() is not None


def broker_command(folder: VenueFolder, port: int, *, lan: bool) -> list[str]:
    """What to start, with its files written anew.

    Raises:
        NoBroker: a network of devices without Mosquitto.
        OSError: a file cannot be written.

    """
    command, hashes = mosquitto(), mosquitto_passwd()
    if command is None or hashes is None:
        if lan:
            raise NoBroker("--lan needs Mosquitto, which asks devices for a password: install it")
        return python_broker(port)
    make_private_folder(folder.path / "broker")
    _write_passwords(folder, hashes)
    acl = ACL.format(anonymous="" if lan else ANONYMOUS, house=HOUSE, devices=DEVICES)
    _write(folder.path / "broker.acl", acl)
    conf = folder.path / "mosquitto.conf"
    host, anonymous = ("0.0.0.0", "false") if lan else ("127.0.0.1", "true")  # noqa: S104 - asked for with --lan
    _write(conf, CONF.format(port=port, host=host, anonymous=anonymous, folder=folder.path))
    return [command, "-c", str(conf)]


def _write_passwords(folder: VenueFolder, hashes: str) -> None:
    """The broker's file of hashes; Mosquitto's own program makes them, out of a file and not out of
    arguments that everybody on the machine could read.
    """
    path = folder.path / "broker.passwords"
    _write(path, "".join(f"{login}:{folder.password(login)}\n" for login in (HOUSE, DEVICES)))
    subprocess.run([hashes, "-U", str(path)], check=True, capture_output=True)
    own = folder.path / DEVICE_PASSWORDS
    if own.exists():  # what ``luchtig device add`` wrote, hashed already
        with path.open("a", encoding="utf-8") as file:
            file.write(own.read_text(encoding="utf-8"))


def _write(path: Path, text: str) -> None:
    make_private_file(path)
    path.write_text(text, encoding="utf-8")
