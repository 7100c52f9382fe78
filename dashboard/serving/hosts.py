"""By which names the dashboard may be asked for.

A page of somebody else's may give a name of its own our address (DNS rebinding) and then read what its
visitor may see; so names that nobody set are refused. Pure.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def hostname(host: str) -> str:
    """The name of a ``Host`` header without its port, in small letters; empty where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


class KnownHosts:
    def __init__(self, public_url: str, bind: str, more: Iterable[str], machine: str = "") -> None:
        """``machine`` is the name of this one, by which its network may know it."""
        named = {hostname(urlsplit(public_url).netloc), hostname(bind), *map(hostname, more)}
        if machine:
            named |= {machine.lower(), f"{machine.lower()}.local"}
        self._names = (LOOPBACK | named) - {""}

    def knows(self, host: str, reached_at: str) -> bool:
        """Whether ``host`` is one of ours; ``reached_at`` is the address that was connected to, which
        is the machine's own whatever it is.
        """
        name = hostname(host)
        return name in self._names or _is_same_address(name, reached_at)


def _is_same_address(name: str, reached_at: str) -> bool:
    try:
        return ip_address(name) == ip_address(reached_at)
    except ValueError:
        return False
