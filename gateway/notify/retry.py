"""How long to wait after a failure, and when to give up. All of it is wall time."""

from dataclasses import dataclass

from gateway.outage import BackOff

REFUSALS = 3
"""A refusal for good is believed when it was heard so often: a server may be set wrong for a
moment."""


@dataclass(frozen=True, slots=True)
class Retry(BackOff):
    """How long to wait, and when to give up: after a day a message tells nobody anything."""

    first_s: float = 10.0
    most_s: float = 1800.0
    give_up_after_s: float = 86_400.0


USUAL = Retry()
