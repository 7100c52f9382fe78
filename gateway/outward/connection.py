"""A connection to somebody else's server, at the very address that was checked.

A name is resolved once, so that it cannot mean another machine by the time it is connected to; a
certificate is still held against the name.
"""

import base64
import ipaddress
import socket
from collections.abc import Callable
from typing import Final

import urllib3

from gateway.outward.address import Address, IpAddress

MOST_TRIED: Final = 3
"""Of a name's addresses, one after another until one answers."""

MayReach = Callable[[IpAddress], bool]


class HostUnknown(Exception):
    """Nobody knows the name."""


class HostNotAllowed(Exception):
    """All that the name stands for are machines that may not be asked."""


def resolved(address: Address, may_reach: MayReach) -> list[str]:
    """The first addresses of a name that may be asked.

    Raises:
        HostUnknown: there are none.
        HostNotAllowed: none of them may.

    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostUnknown(address.host) from error
    texts = list(dict.fromkeys(str(one[4][0]) for one in found))
    allowed = [text for text in texts if may_reach(ipaddress.ip_address(text.partition("%")[0]))]
    if texts and not allowed:
        raise HostNotAllowed(address.authority)
    return allowed[:MOST_TRIED]


def pool_to(address: Address, ip: str, timeout: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    """One connection to ``ip`` in the name of ``address``."""
    if address.scheme == "http":
        return urllib3.HTTPConnectionPool(ip, address.port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        ip, address.port, timeout=timeout, maxsize=1, cert_reqs="CERT_REQUIRED",
        server_hostname=address.host, assert_hostname=address.host,
    )  # fmt: skip


def usual_headers(address: Address) -> dict[str, str]:
    """Whom we mean, who we are, and the login that the address holds."""
    headers = {"Host": address.authority, "User-Agent": "luchtig"}
    if address.login is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(address.login.encode()).decode()}"
    return headers
