"""Whose word counts on where a request came from.

A proxy that is trusted says so in ``X-Forwarded-*``; from anybody else these are only a claim, and are
left out. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from sensors.config import ConfigError

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks, how they came, and by which name they asked for us (None: as the request says)."""

    address: str
    scheme: str
    host: str | None = None


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, given: Iterable[str]) -> "TrustedProxies":
        """Of addresses and networks such as ``10.0.0.0/8``.

        Raises:
            ConfigError: one of them is none.

        """
        found: list[Network] = []
        for text in given:
            try:
                found.append(ip_network(text, strict=False))
            except ValueError as error:
                expected = "expected an address or a network like 10.0.0.0/8"
                raise ConfigError([f"dashboard.trusted_proxies: {text!r}: {expected}"]) from error
        return cls(tuple(found))

    def trusts(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)

    def origin(self, peer: str, scheme: str, headers: Mapping[str, str]) -> Origin:
        """By what a trusted peer says: the last address in its list that is none of a proxy's.
        ``headers`` by their name in small letters.
        """
        if not self.trusts(peer):
            return Origin(peer, scheme)
        named = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
        address = peer
        for one in reversed(named):
            if not _is_address(one):
                break
            address = one
            if not self.trusts(one):
                break
        told = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        host = headers.get("x-forwarded-host", "").rpartition(",")[2].strip()
        return Origin(address, told if told in ("http", "https") else scheme, host or None)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
