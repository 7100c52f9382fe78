"""A device that answers requests of one length with one beginning, and is silent otherwise."""

from collections.abc import Callable


class Framed:
    """``holds`` judges a request's checksum, ``answer`` says what the device says to one that holds."""

    def __init__(self, beginning: bytes, length: int) -> None:
        self.requests = 0
        self._beginning = beginning
        self._length = length
        self._received = b""

    def hear(self, data: bytes) -> list[bytes]:
        self._received += data
        answers: list[bytes] = []
        while (start := self._received.find(self._beginning)) >= 0:
            request = self._received[start : start + self.request_bytes(self._received[start:])]
            if len(request) < self.request_bytes(request):
                self._received = self._received[start:]
                return answers
            self._received = self._received[start + len(request) :]
            if self.holds(request):
                self.requests += 1
                answers += [said for said in (self.answer(request),) if said]
        self._received = (
            self._received[-(len(self._beginning) - 1) :] if len(self._beginning) > 1 else b""
        )
        return answers

    def speak(self) -> list[bytes]:
        return []

    def request_bytes(self, request: bytes) -> int:  # noqa: ARG002 - of most devices always the same
        """How long the request that begins so is."""
        return self._length

    def holds(self, request: bytes) -> bool:
        raise NotImplementedError

    def answer(self, request: bytes) -> bytes:
        raise NotImplementedError


ReadPpm = Callable[[], float]
