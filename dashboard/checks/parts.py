"""The parts of a set-up that are checked, each on its own, so that one that hangs hides no
other.
"""

import os
import shutil
import smtplib
import socket
import urllib.request
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from dashboard.checks.broker import check_broker
from dashboard.checks.damage import check_damage
from dashboard.checks.files import check_files
from dashboard.checks.finding import Finding, fail, note, ok
from dashboard.checks.journal import check_journal
from dashboard.checks.store import check_store
from gateway.config import Settings
from gateway.notify.mail import parse_sender
from gateway.notify.mail_server import mail_server
from gateway.registry.database import DatabaseError, open_database
from sensors.agent.i2c import I2C_BUSES
from sensors.config import BrokerSettings, ConfigError

MIN_FREE_MIB = 200
WAIT_S = 5.0


def check_directory(settings: Settings) -> list[Finding]:
    where = settings.directory
    if not where.is_dir():
        return [fail("data", f"{where} is not there", f"mkdir -p {where}, or set data.dir")]
    if not os.access(where, os.W_OK | os.X_OK):
        mend = "give it to the user that runs luchtig, or set data.dir"
        return [fail("data", f"{where} cannot be written", mend)]
    free_mib = shutil.disk_usage(where).free // 2**20
    if free_mib < MIN_FREE_MIB:
        return [
            fail("data", f"{where} has {free_mib} MiB free", f"free {MIN_FREE_MIB} MiB or more")
        ]
    return [ok("data", f"{where}, {free_mib} MiB free")]


def check_database(settings: Settings) -> list[Finding]:
    try:
        database = open_database(settings.database.url, settings.directory)
        try:
            database.check_version()
            may_lose = database.may_lose
        finally:
            database.close()
    except DatabaseError as error:
        mend = "luchtig gateway and luchtig import bring the schema up to date"
        return [fail("database", str(error), mend)]
    found = [ok("database", f"{database.shown.removeprefix('database ')}, schema up to date")]
    if may_lose:
        risk = (
            "where its machine dies, what it acknowledged last may be lost: it waits for no standby"
        )
        mend = "set synchronous_standby_names in postgresql.conf, or accept it"
        found.append(note("database", risk, mend))
    return found


def check_dashboard(settings: Settings) -> list[Finding]:
    host, _, port = settings.dashboard.bind.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        return [fail("dashboard", f"bind = {settings.dashboard.bind!r}", "write HOST:PORT")]
    findings = [_port(host, int(port))]
    public = urlsplit(settings.dashboard.public_url)
    if public.scheme not in ("http", "https") or not public.hostname:
        shown = settings.dashboard.public_url
        findings.append(fail("links", f"public_url = {shown!r}", "write http(s)://HOST"))
    elif public.hostname in ("127.0.0.1", "localhost") and settings.notify.mail:
        mend = "set dashboard.public_url to the address that organisers reach"
        findings.append(note("links", "links in messages lead to this machine only", mend))
    return findings


def check_mail(settings: Settings) -> list[Finding]:
    server = mail_server(settings.notify, settings.directory)
    parse_sender(settings.notify.sender)
    if server is None:
        return [note("mail", "no mail is sent", "set notify.mail = smtp://HOST:PORT to send it")]
    shown = f"{urlsplit(settings.notify.mail).scheme}://{server.host}:{server.port}"
    try:
        with server.connect(WAIT_S) as connection:
            connection.noop()
    except (OSError, smtplib.SMTPException) as error:
        return [fail("mail", f"{shown}: {error}", "correct notify.mail, or start the mail server")]
    return [ok("mail", f"{shown} takes our connection")]


def check_devices(settings: Settings) -> list[Finding]:
    return [
        ok("sensor", f"{device.device} on {device.port}")
        if os.access(device.port, os.R_OK | os.W_OK)
        else fail(
            "sensor",
            f"{device.device}: {device.port} is not there or not ours to open",
            f"plug it in, correct sensor.device.port, or add the user to the group {_group(device.port)}",
        )
        for device in settings.sensor.device
    ]


CHECKS: tuple[tuple[str, Callable[[Settings], list[Finding]]], ...] = (
    ("data", check_directory),
    ("broker", check_broker),
    ("store", check_store),
    ("journal", check_journal),
    ("database", check_database),
    ("dashboard", check_dashboard),
    ("mail", check_mail),
    ("sensor", check_devices),
    ("files", check_files),
    ("whole", check_damage),
)


def check_all(settings: Settings, device: BrokerSettings | None = None) -> list[Finding]:
    """What all checks found, in the order of the configuration; the broker is tried with a ``device``'s
    login too.
    """
    findings: list[Finding] = []
    checks = dict(CHECKS) | {"broker": partial(check_broker, device=device)}
    for part, check in checks.items():
        try:
            findings += check(settings)
        except ConfigError as error:
            findings.append(fail(part, str(error), "correct the configuration"))
    return findings


def _group(port: str) -> str:
    return "i2c" if port.startswith(I2C_BUSES) else "dialout"


def _port(host: str, port: int) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            if _is_ours(host, port):
                return ok("dashboard", f"runs at {host}:{port}")
            mend = "stop what uses it, or choose another in dashboard.bind"
            return fail("dashboard", f"{host}:{port} cannot be used: {error.strerror}", mend)
    return ok("dashboard", f"{host}:{port} is free for it")


def _is_ours(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=WAIT_S) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
