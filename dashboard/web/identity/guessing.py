"""Who may try a password now. A guesser is slowed by where they guess from and at what, and nobody can
lock another out by guessing at their name. Pure: the time comes in.
"""

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from dashboard.web.identity.throttle import Throttle

FREE_TRIES_OF_PAIR: Final = 5
FREE_TRIES_OF_ADDRESS: Final = 50
FREE_TRIES_OF_NAME: Final = 10
NAME_WAITS_S: Final = 1.0
"""A name that is guessed at from many addresses takes one try a second, no less."""
NETWORK_BITS: Final = 64
"""Of IPv6: who has one address has all of its network (RFC 6177)."""


@dataclass(frozen=True, slots=True)
class Try:
    """A password that was sent for ``name`` from ``address``. ``device`` names the browser where it was
    logged in under that name before: what others guess never slows it.
    """

    name: str
    address: str
    device: str | None = None


class Guesses:
    """Counts tries before they are judged, so that many at the same time are not all the first. Safe for
    threads; its memory is bounded.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pairs = Throttle(FREE_TRIES_OF_PAIR)
        self._devices = Throttle(FREE_TRIES_OF_PAIR)
        self._addresses = Throttle(FREE_TRIES_OF_ADDRESS)
        self._names = Throttle(FREE_TRIES_OF_NAME, NAME_WAITS_S)

    def begin(self, one: Try, now_s: float) -> float:
        """How long this try has to wait; 0: it may be judged, and counts as wrong until it is right."""
        with self._lock:
            keys = self._keys(one)
            wait_s = max(throttle.wait_s(key, now_s) for throttle, key in keys)
            if wait_s == 0:
                for throttle, key in keys:
                    throttle.fail(key, now_s)
            return wait_s

    def was_right(self, one: Try, now_s: float) -> None:
        """Forgive whose password it is. What was guessed from there at others, and at the name from
        elsewhere, still counts: an account of one's own is no way to guess on.
        """
        own = (self._pairs, self._devices)
        with self._lock:
            for throttle, key in self._keys(one):
                if throttle in own:
                    throttle.forget(key)
                else:
                    throttle.take_back(key, now_s)

    def was_not_judged(self, one: Try, now_s: float) -> None:
        with self._lock:
            for throttle, key in self._keys(one):
                throttle.take_back(key, now_s)

    def _keys(self, one: Try) -> tuple[tuple[Throttle, Hashable], ...]:
        if one.device is not None:
            return ((self._devices, (one.device, one.name)),)
        network = network_of(one.address)
        return (
            (self._pairs, (one.name, network)),
            (self._addresses, network),
            (self._names, one.name),
        )


def network_of(address: str) -> str:
    """What one guesser has: an address of IPv4, a network of IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{int(found) >> (128 - NETWORK_BITS):x}::"
