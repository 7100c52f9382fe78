"""A certificate that an authority gives over ACME: Debian's Pebble asks Caddy, with the file that a
set-up writes, to show that the name is its own.
"""

import json
import os
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.setup.answers import parse_answers
from dashboard.setup.certificates import new_authority, new_certificate
from dashboard.setup.contents import caddyfile
from dashboard.setup.shipped import shipped
from tests.servers import answers, free_port, program, running, wait_until

pytestmark = pytest.mark.servers
HOST = "air.example.org"


@dataclass(frozen=True)
class Pebble:
    """``trusted`` is the certificate of who vouches for its own doors; ``http`` and ``tls`` are the ports
    that it asks a name at.
    """

    directory: str
    management: str
    trusted: Path
    http: int
    tls: int

    def root(self) -> str:
        """The certificate of the authority that it gives certificates by; new at each start."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        at = f"{self.management}/roots/0"
        with urllib.request.urlopen(at, context=context) as answer:  # noqa: S310 - our own
            found: bytes = answer.read()
        return found.decode()


@pytest.fixture
def pebble(tmp_path: Path) -> Iterator[Pebble]:
    names, door, management, http, tls = (free_port() for _ in range(5))
    above, key = new_authority("Tests", datetime.now(UTC))
    (tmp_path / "trusted.crt").write_bytes(above)
    certificate, own_key = new_certificate(("localhost",), above, key, datetime.now(UTC))
    (tmp_path / "door.crt").write_bytes(certificate)
    (tmp_path / "door.key").write_bytes(own_key)
    config = {
        "listenAddress": f"127.0.0.1:{door}",
        "managementListenAddress": f"127.0.0.1:{management}",
        "certificate": str(tmp_path / "door.crt"),
        "privateKey": str(tmp_path / "door.key"),
        "httpPort": http,
        "tlsPort": tls,
    }
    (tmp_path / "pebble.json").write_text(json.dumps({"pebble": config}))
    resolver = [
        program("pebble-challtestsrv"), "-dns01", f"127.0.0.1:{names}", "-defaultIPv6", "",
        "-http01", "", "-https01", "", "-tlsalpn01", "", "-management", f"127.0.0.1:{free_port()}",
    ]  # fmt: skip
    authority = [
        program("pebble"), "-config", str(tmp_path / "pebble.json"),
        "-dnsserver", f"127.0.0.1:{names}",
    ]  # fmt: skip
    quick = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    with ExitStack() as held:
        held.enter_context(running(resolver, tmp_path / "dns.log", ready=lambda: answers(names)))
        ready = lambda: answers(door) and answers(management)  # noqa: E731
        held.enter_context(running(authority, tmp_path / "pebble.log", ready=ready, env=quick))
        yield Pebble(
            f"https://localhost:{door}/dir", f"https://localhost:{management}",
            tmp_path / "trusted.crt", http, tls,
        )  # fmt: skip


def test_a_name_of_the_internet_gets_its_certificate(pebble: Pebble, tmp_path: Path) -> None:
    program("caddy")
    given = {"host": HOST, "reach": "internet", "tls": "acme", "acme": pebble.directory}
    text = caddyfile(shipped()["caddy/Caddyfile"], parse_answers(given, "answers"))
    mine = f"\tadmin off\n\thttp_port {pebble.http}\n\thttps_port {pebble.tls}\n"
    (tmp_path / "Caddyfile").write_text(text.replace("{\n", "{\n" + mine, 1))
    command = [
        program("caddy"),
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        str(tmp_path / "Caddyfile"),
    ]
    own = {
        **os.environ,
        "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path),
        "SSL_CERT_FILE": str(pebble.trusted),
    }  # fmt: skip
    log = tmp_path / "caddy.log"
    with running(command, log, ready=lambda: answers(pebble.tls), env=own):
        context = ssl.create_default_context(cadata=pebble.root())
        wait_until(lambda: is_vouched_for(pebble.tls, context), "a certificate of the authority")


def is_vouched_for(port: int, context: ssl.SSLContext) -> bool:
    """Whether the pages' door shows a certificate for the name that this authority signed."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=HOST),
        ):
            return True
    except (ssl.SSLError, OSError):
        return False
