"""Where something of others is (a calendar, a webhook), and which machines may be asked for it."""

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

URL_LENGTH: Final = 2_000
_PORTS: Final = {"http": 80, "https": 443}
_SCHEMES: Final = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
_NAME = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")
_SAFE: Final = "/%:@!$&'()*+,;=~-._"
# Addresses of IPv6 that carry one of IPv4: RFC 6052's well-known prefix of NAT64.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# All of IPv6 that is given out: https://www.iana.org/assignments/ipv6-address-space. What Python knows
# of the rest differs by its version.
_GIVEN_OUT: Final = ipaddress.ip_network("2000::/3")
_IN_BOOKS: Final = ipaddress.ip_network("3fff::/20")  # RFC 9637

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadAddress(ValueError):
    """The text is no address that a calendar can be fetched from."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts; what may be secret about it (login, path, query) is not in its
    repr.
    """

    scheme: str
    host: str
    port: int
    target: str
    login: str | None = None

    def __repr__(self) -> str:
        return f"Address({self.shown})"

    @property
    def shown(self) -> str:
        """What people may see: who serves it. Public calendars are kept secret by their path."""
        return f"{self.scheme}://{self.authority}/…"

    @property
    def authority(self) -> str:
        """The host, with its port where it is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    def led_on(self, location: str) -> "Address":
        """Where a redirect leads; a login stays with whom it was given for.

        Raises:
            BadAddress: nowhere that can be asked, or from https to http.

        """
        try:
            found = parse(urljoin(f"{self.scheme}://{self.authority}{self.target}", location))
        except ValueError as error:
            raise BadAddress(self.shown) from error
        if (self.scheme, found.scheme) == ("https", "http"):
            raise BadAddress(found.shown)
        same = (found.scheme, found.host, found.port) == (self.scheme, self.host, self.port)
        return replace(found, login=found.login or (self.login if same else None))


def parse(url: str) -> Address:
    """The parts of an ``https``, ``http`` or ``webcal`` address; ``webcal`` is ``https``.

    Raises:
        BadAddress: it is none of these, or has no host.

    """
    text = url.strip()
    if len(text) > URL_LENGTH or not text.isprintable() or " " in text or "\\" in text:
        raise BadAddress("expected https://… or webcal://…")
    try:
        parts = urlsplit(text)
        scheme = _SCHEMES[parts.scheme.lower()]
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port or _PORTS[scheme]
    except (KeyError, ValueError) as error:  # UnicodeError is a ValueError
        raise BadAddress("expected https://… or webcal://…") from error
    if not _NAME.fullmatch(host):
        raise BadAddress("expected https://… or webcal://…")
    query = f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else ""
    login = None
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Address(scheme, host, port, (quote(parts.path, safe=_SAFE) or "/") + query, login)


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the whole internet's, and so is the one that it may carry."""
    if isinstance(address, ipaddress.IPv6Address):
        given_out = address in _GIVEN_OUT and address not in _IN_BOOKS
        if not given_out and address not in _NAT64:
            return False
    return all(one.is_global and not one.is_multicast for one in (address, *_carried(address)))


def _carried(address: IpAddress) -> tuple[IpAddress, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    found: list[IpAddress] = [
        one for one in (address.ipv4_mapped, address.sixtofour) if one is not None
    ]
    found += address.teredo or ()
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return tuple(found)
