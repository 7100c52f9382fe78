"""What the broker refuses of one client: each kind said once, with what to do, and each no counted.

A kind is over when everything that was refused of it has been taken; then it is said again.
"""

import logging
from collections.abc import Callable

from sensors.mqtt.refusal import BrokerRefusal

_Kind = tuple[str, int, str]


class Refusals:
    """Used by one thread; knows each topic that is refused, of which there are as many as a client
    speaks on.
    """

    def __init__(
        self,
        log: logging.Logger,
        who: str,
        count: Callable[[str, int], None] = lambda _packet, _code: None,
    ) -> None:
        """``who`` begins each line; ``count`` is told the packet and the code of each no."""
        self._log = log
        self._who = who
        self._count = count
        self._topics: dict[_Kind, set[str]] = {}
        self._said_no_retained = False

    def refused(self, no: BrokerRefusal) -> None:
        """The broker refused a subscription or a message."""
        self._count(no.packet, no.code)
        kind = (no.packet, no.code, no.mend)
        if kind not in self._topics:
            verb = "subscribe to" if no.packet == "suback" else "publish on"
            self._log.error(
                "%s: does not let us %s %s (%s): %s; trying again",
                self._who, verb, no.topic, no, no.mend,
            )  # fmt: skip
        self._topics.setdefault(kind, set()).add(no.topic)

    def taken(self, topic: str) -> None:
        """The broker took the subscription to ``topic``, or what was published on it."""
        if not self._topics:
            return
        for kind, topics in list(self._topics.items()):
            if topic in topics:
                topics.discard(topic)
                if not topics:
                    del self._topics[kind]
                    self._log.warning("%s: takes %s again", self._who, topic)

    def no_retained(self) -> None:
        """The broker keeps no retained messages."""
        if not self._said_no_retained:
            self._said_no_retained = True
            self._log.error(
                "%s: it keeps no retained messages, so a board that starts shows a room only when its "
                "next state comes, and what devices say of themselves may be missed: set "
                "retain_available true in mosquitto.conf", self._who,
            )  # fmt: skip
