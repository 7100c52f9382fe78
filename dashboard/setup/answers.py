"""What a machine is to become: the five answers that everything else follows from."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from sensors.config import ConfigError, convert
from sensors.wire.topic import is_slug

BACKUPS: Final = "/var/backups/luchtig"
UNSEEN: Final = ("/home", "/root", "/run", "/tmp", "/dev", "/proc", "/sys", "/var/tmp")  # noqa: S108
"""What the services cannot reach, or what does not outlive a start."""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """``host`` is the name or address that people and devices reach the machine by; ``reach`` who
    may; ``tls`` who vouches for the pages, where anybody beside the machine itself may reach them.
    ``acme`` is not asked for: the directory of another ACME authority than Let's Encrypt.
    """

    host: str
    reach: Literal["machine", "house", "internet"] = "house"
    tls: Literal["local", "acme"] = "local"
    store: Literal["sqlite", "influxdb"] = "sqlite"
    backup: str = BACKUPS
    acme: str = ""

    @property
    def is_open(self) -> bool:
        """Whether anybody beside the machine itself may reach it."""
        return self.reach != "machine"


def parse_answers(table: Mapping[str, Any], source: str) -> Answers:
    """The answers of a table.

    Raises:
        ConfigError: every mistake, a line each.

    """
    mistakes: list[str] = []
    found = convert(Answers, table, source, mistakes)
    if found is not None:
        mistakes += [f"{source}.{fault}" for fault in faults_of(found)]
    if found is None or mistakes:
        raise ConfigError(mistakes)
    return found


def faults_of(answers: Answers) -> list[str]:
    """What cannot be, a line each, beginning with the answer's name."""
    faults = []
    if not _is_host(answers.host):
        faults.append("host: expected a name like air.local, or an address like 192.168.1.10")
    elif _asks_the_internet(answers) and not _is_public_name(answers.host):
        faults.append(
            "host: an authority on the internet vouches for a name there, like air.example.org;"
            ' for one of the house take tls = "local"'
        )
    if answers.acme and not _is_directory(answers.acme):
        faults.append("acme: expected an address like https://ca.example.org/acme/directory")
    folder = PurePosixPath(answers.backup)
    if not re.fullmatch(r"/[\w./-]+", answers.backup) or ".." in folder.parts:
        faults.append("backup: expected a folder from the root, like /var/backups/luchtig")
    elif any(folder.is_relative_to(unseen) for unseen in UNSEEN):
        faults.append(f"backup: services cannot keep anything under {answers.backup}")
    return faults


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_host(host: str) -> bool:
    if set(host) <= set("0123456789."):
        return is_address(host)
    return len(host) <= 253 and all(map(is_slug, host.split(".")))


def _asks_the_internet(answers: Answers) -> bool:
    return answers.is_open and answers.tls == "acme" and not answers.acme


def _is_directory(url: str) -> bool:
    """Whether it can stand in the proxy's file: an address, and nothing that ends a word there."""
    try:
        named = urlsplit(url)
    except ValueError:
        return False
    is_word = url.isascii() and url.isprintable() and not set(url) & set(' {}"`#')
    return named.scheme == "https" and bool(named.hostname) and is_word


def _is_public_name(host: str) -> bool:
    return "." in host and not is_address(host) and not host.endswith((".local", ".lan", ".home"))
