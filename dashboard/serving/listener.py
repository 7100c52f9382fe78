"""The socket that the dashboard listens on."""

import resource
import socket
import sys
from typing import Final

from sensors.config import ConfigError

BACKLOG: Final = 1024
DEAD_PEER_S: Final = 30
"""A peer that takes no bytes for so long is gone; its place is free again."""
SPARE_DESCRIPTORS: Final = 128
"""What the process needs beside its connections: databases, the broker, files."""


def listen(bind: str) -> socket.socket:
    """A socket that listens on ``HOST:PORT`` (``[::1]:8080`` for IPv6).

    Raises:
        ConfigError: not such an address, or it cannot be had.

    """
    host, _, port_text = bind.rpartition(":")
    host = host.strip("[]")
    if not host or not port_text.isdecimal() or int(port_text) > 65_535:
        raise ConfigError([f"dashboard.bind = {bind!r}: expected HOST:PORT like 127.0.0.1:8080"])
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _notice_dead_peers(listener)
        listener.bind((host, int(port_text)))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigError(
            [f"dashboard.bind = {bind!r}: {error.strerror or error}: choose another port"]
        ) from error
    return listener


def connections_that_fit(wanted: int) -> int:
    """So many connections the system lets the process hold, at most ``wanted``; its limit of open
    files is raised as far as that needs and the system allows.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted + SPARE_DESCRIPTORS:
        most = wanted + SPARE_DESCRIPTORS
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, soft - SPARE_DESCRIPTORS))


def _notice_dead_peers(listener: socket.socket) -> None:
    """Accepted connections inherit these: who went without a word must not keep a place."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, DEAD_PEER_S)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_S * 1000)
