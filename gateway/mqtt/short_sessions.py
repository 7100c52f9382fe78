"""Connections that end within seconds, again and again: a bad network, or two by one client id.

Mosquitto tells a client whose session is taken over nothing; it closes the connection.
"""

import logging
from typing import Final

from gateway.mqtt.connection import Ended

SHORT_S: Final = 5.0
SUSPICIOUS: Final = 3
HOPELESS: Final = 20

log = logging.getLogger(__name__)


class ShortSessions:
    """Of the thread of the broker's session."""

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id
        self._in_a_row = 0
        self._said = False
        self.was_told_why = False

    @property
    def are_suspicious(self) -> bool:
        """Whether to look for another gateway before the next."""
        return self._in_a_row >= SUSPICIOUS

    @property
    def are_hopeless(self) -> bool:
        return self._in_a_row >= HOPELESS

    @property
    def is_told(self) -> bool:
        """Whether it was said what happens, so that each coming and going need not be."""
        return self.was_told_why or self._said

    def ended(self, ended: Ended) -> None:
        """A connection ended, or an attempt at one."""
        was_short = ended.connected and ended.lived_s < SHORT_S
        if ended.connected and not ended.says_why:
            self._in_a_row = self._in_a_row + 1 if was_short else 0
            self._said = self._said and was_short
        self.was_told_why = was_short and ended.says_why

    def is_no_gateway(self) -> None:
        """No other gateway is there that would do it; said once."""
        if self.are_suspicious and not self._said:
            self._said = True
            log.error(
                "broker: our connections end within seconds, again and again, and it is no other "
                "gateway: is anything else connected as %r? Give it a client id of its own. What "
                "it does not acknowledge comes to us again", self._client_id,
            )  # fmt: skip
