"""What the broker's session hands the messages to."""

from collections.abc import Callable
from typing import Protocol


class Messages(Protocol):
    """Whoever takes the messages: ``gateway.journal.intake.Intake``."""

    def connected(self, *, session_present: bool) -> None:
        """A connection stands; whether the broker knew the session or begins a new one."""

    def message(
        self,
        topic: str,
        payload: bytes,
        *,
        retained: bool,
        done: Callable[[], None] | None,
        packet: int | None,
        again: bool,
    ) -> None:
        """Take one; ``done`` is to be called once it is safe.

        ``packet`` is its identifier at QoS 1, ``again`` the broker's mark that it sent it before.
        """

    def tick(self, *, is_up: bool, ending: bool = False) -> None:
        """Time passes; called a few times a second, and once more when it is ``ending``. ``is_up`` is
        whether the broker is heard.
        """
