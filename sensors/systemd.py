"""Words to systemd, for whoever was started by it with Type=notify (sd_notify(3)): a datagram to the
socket that it names. Anywhere else they go nowhere.
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

READY = "READY=1"
STOPPING = "STOPPING=1"
RELOADING = "RELOADING=1"
ALIVE = "WATCHDOG=1"


def notify(*words: str, environment: Mapping[str, str] = os.environ) -> None:
    """Say ``words``. One who does not listen is no trouble."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.settimeout(1.0)
        out.connect("\0" + address[1:] if address[0] == "@" else address)
        out.sendall("\n".join(words).encode())
