"""Whether what devices send reaches us. A broker may grant a subscription and deliver nothing of it
(Mosquitto does, where its access rules let us not read), so the gateway sends itself one message as a
device would.

Where it may not send as a device does, which is as it should be, nothing can be told but that nothing
has come.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.mqtt.connection import Outgoing
from sensors.wire.topic import VenueSlug, is_check, is_of_a_device, probe_topic


@dataclass(frozen=True, slots=True)
class Patience:
    """How long our own message may take, and how long devices may be silent: as a rule they speak
    every 10 s, so that none in twice that is worth a word.
    """

    own_s: float = 5.0
    devices_s: float = 20.0


PATIENT: Final = Patience()
PAYLOAD: Final = b'{"check":"gateway"}'


class Reach:
    """Used by the broker's thread alone; says what it found once."""

    def __init__(
        self,
        log: logging.Logger,
        filters: Sequence[str],
        patience: Patience = PATIENT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._filters = filters
        self._patience = patience
        self._monotonic = monotonic
        venue = filters[0].split("/")[2] if filters else "#"
        self._topic = probe_topic("air", None if venue == "#" else VenueSlug(venue))
        self._may_try = True
        self._answer_at: float | None = None
        self._taken = False
        self._waiting = False
        self._said = False

    def begin(self, publish: Callable[[Outgoing], bool]) -> None:
        """Send the message: the filters are granted. A broker that closed the connection over the last
        one is not asked again.
        """
        self._answer_at = None
        if self._may_try and publish(Outgoing(self._topic, PAYLOAD, retain=False)):
            self._may_try, self._waiting = False, True

    def answered(self, *, taken: bool, certain: bool) -> None:
        """The broker's word on it; ``certain`` where a yes is one (MQTT 5)."""
        self._may_try = True
        self._taken = taken and certain
        self._answer_at = self._monotonic()

    def heard(self, topic: str) -> bool:
        """A message came; whether it is one of a check's."""
        if self._waiting or self._said:
            self._came(topic)
        return is_check(topic)

    def connection_lost(self) -> None:
        self._waiting = False

    def judge(self) -> None:
        """Say that nothing comes in, where enough time has passed for it."""
        if not self._waiting or self._answer_at is None:
            return
        waited_s = self._monotonic() - self._answer_at
        if waited_s < (self._patience.own_s if self._taken else self._patience.devices_s):
            return
        self._waiting = False
        if self._said:
            return
        self._said = True
        rules = ", ".join(f"`topic read {one}`" for one in self._filters)
        if self._taken:
            self._log.error(
                "broker: nothing that devices send reaches us, a message of our own to %s did not "
                "come back: its access rules need %s", self._topic, rules,
            )  # fmt: skip
        else:
            self._log.warning(
                "broker: nothing has come in for %.0f s, neither from a device nor what we sent to %s "
                "ourselves: where devices do send, its access rules need %s (luchtig check "
                "--device-login tries it)", waited_s, self._topic, rules,
            )  # fmt: skip

    def _came(self, topic: str) -> None:
        if not is_of_a_device(topic):
            return
        self._waiting = False
        if self._said:
            self._said = False
            self._log.warning("broker: what devices send reaches us again")
