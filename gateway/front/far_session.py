"""The broker's session as the gateway sees it where another process has it."""

import threading
from collections.abc import Callable

from gateway.front.wire import Publish
from gateway.mqtt.connection import Outgoing


class FarSession:
    """``publish`` may be called from any thread; the listening one tells what became of it. What it has
    ``say`` say may go with the next that is said.
    """

    def __init__(self, say: Callable[[Publish], None]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._is_up = False
        self._number = 0
        self._awaited: dict[int, Outgoing] = {}

    def publish(self, message: Outgoing) -> bool:
        """Whether there is a connection to hand it to, as far as is known; one that ends meanwhile is
        told of afterwards, as of one that ends before the broker's answer.
        """
        with self._lock:
            if not self._is_up:
                return False
            self._number += 1
            self._awaited[self._number] = message
            self._say(Publish(self._number, message.topic, message.payload, message.retain))
            return True

    def up(self) -> None:
        with self._lock:
            self._is_up = True

    def down(self) -> None:
        """What is not confirmed by now is forgotten."""
        with self._lock:
            self._is_up = False
            self._awaited.clear()

    def answered(self, number: int, *, taken: bool) -> None:
        """The broker's word on a message."""
        with self._lock:
            message = self._awaited.pop(number, None)
        then = None if message is None else message.done if taken else message.refused
        if then is not None:
            then()
