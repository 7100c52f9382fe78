"""A way out for messages, and how it fails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.notify.message import Message
from sensors.wire.topic import VenueSlug


class SendFailed(Exception):
    """It did not go out now, and may later."""


class SendBrokeOff(SendFailed):
    """It broke off on the way: it may be out, and nobody said so."""


class SendRefused(SendFailed):
    """The channel works, and would not take this one for this recipient: ``for_good`` or for
    now. ``after_s`` is how long it asks to be left alone.
    """

    def __init__(self, words: str, *, for_good: bool, after_s: float = 0.0) -> None:
        super().__init__(words)
        self.for_good = for_good
        self.after_s = after_s


class Unsendable(Exception):
    """It will not go out before a person changes something about it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message on its way to one recipient. ``name`` is the same whenever the same is sent again;
    ``thread`` are the names of what it follows, oldest first; ``venue`` is None of a test.
    """

    message: Message
    recipient: str
    at: datetime
    name: str
    thread: tuple[str, ...] = ()
    venue: VenueSlug | None = None


class Channel(Protocol):
    """One recipient at a time, so that a retry repeats it to nobody else. Used by one thread."""

    def send(self, letter: Envelope) -> None:
        """Hand a letter over.

        Raises:
            SendFailed: it was not taken, or that is not known.
            Unsendable: there is something wrong with it or with the channel's address.

        """

    def rest(self) -> None:
        """Nothing more goes out for now: let go of what was held open."""
