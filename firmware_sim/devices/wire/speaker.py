"""What a simulated device on a line does with the bytes it gets."""

from typing import Protocol


class Speaker(Protocol):
    """Bytes in, whole answers out; ``requests`` counts what it understood."""

    requests: int

    def hear(self, data: bytes) -> list[bytes]:
        """The answers to whatever whole requests are now there."""
        ...

    def speak(self) -> list[bytes]:
        """What it says without being asked, now."""
        ...
