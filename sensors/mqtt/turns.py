"""Whose turn it is among the addresses of a broker: the nodes of a cluster stand in for each other.

The first that answers is kept until it fails; then the next has its turn, and after the last the first
again. What MQTT a node was found to speak is remembered of each.
"""

from dataclasses import dataclass
from typing import Final

from paho.mqtt.enums import MQTTProtocolVersion

from sensors.config import BrokerSettings
from sensors.mqtt.client import Address, parse_addresses

KEEPALIVE_S: Final = 4
"""Where another node can stand in: one that died without a word is found out in twice that and a
little, and left within 15 s.
"""
LONGEST_RETRY_S: Final = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a node is spoken to: MQTT 5 with retained messages, until it shows that it has them not."""

    protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5
    retain: bool = True


class BrokerTurns:
    """For one thread at a time.

    Raises:
        ConfigError: an address is wrong.

    """

    def __init__(self, broker: BrokerSettings) -> None:
        self._addresses = parse_addresses(broker)
        self._at = 0
        self._spoken: dict[Address, Spoken] = {}

    @property
    def address(self) -> Address:
        """The one whose turn it is."""
        return self._addresses[self._at]

    @property
    def count(self) -> int:
        return len(self._addresses)

    @property
    def spoken(self) -> Spoken:
        """How the one whose turn it is was found to be spoken to."""
        return self._spoken.get(self.address, Spoken())

    def keepalive_s(self, alone_s: int) -> int:
        """``alone_s`` is for a broker that nobody stands in for."""
        return alone_s if self.count == 1 else min(alone_s, KEEPALIVE_S)

    def longest_retry_s(self, alone_s: int) -> int:
        """The longest wait before the next is tried."""
        return alone_s if self.count == 1 else min(alone_s, LONGEST_RETRY_S)

    def learn(self, address: Address, spoken: Spoken) -> None:
        """Remember how one is spoken to."""
        self._spoken[address] = spoken

    def leave(self, address: Address) -> None:
        """It failed: the next has its turn, unless that was seen to before."""
        if address == self.address:
            self._at = (self._at + 1) % self.count

    def away(self, address: Address) -> None:
        """It is not reached. The broker that comes back there may be a newer one."""
        self._spoken.pop(address, None)
        self.leave(address)
