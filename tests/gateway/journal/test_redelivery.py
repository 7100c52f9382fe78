"""Whenever the gateway is killed or its connection ends: each message is journalled once."""

import tempfile
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.journal.deliveries import Delivery, digest_of
from gateway.journal.file import JournalFile
from sensors.clock import SYSTEM
from tests.gateway.journalled import placed

AIR = "luchtig/devices/de-kade/co2-03/air"
WINDOW = 8


@dataclass
class Sender:
    """A broker as MQTT wants it: a persistent session, in order, at most ``WINDOW`` on their way."""

    queued: deque[bytes]
    under_way: dict[int, bytes] = field(default_factory=dict)
    marked: set[int] = field(default_factory=set)
    to_send: deque[int] = field(default_factory=deque)
    last: int = 65_530  # it goes round while the test runs

    def sends(self) -> Delivery | None:
        while self.queued and len(self.under_way) < WINDOW:
            self.last = self.last % 65_535 + 1
            self.under_way[self.last] = self.queued.popleft()
            self.to_send.append(self.last)
        if not self.to_send:
            return None
        packet = self.to_send.popleft()
        again = packet in self.marked
        self.marked.add(packet)
        return Delivery(1, packet, again, digest_of(AIR, self.under_way[packet]))

    def hears(self, packet: int) -> None:
        del self.under_way[packet]
        self.marked.discard(packet)

    def connects(self) -> None:
        self.to_send = deque(self.under_way)


class Receiver:
    """The gateway: what it received, journalled, and is about to acknowledge."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file = JournalFile(path, SYSTEM)
        self.received: list[Delivery] = []
        self.safe: deque[int] = deque()
        self._number = 0

    def commits(self) -> None:
        entries = [placed(self._number + n, ts_given=False) for n in range(len(self.received))]
        self._number += len(entries)
        self.file.commit(entries, 0, 0, self.received)
        self.safe.extend(delivery.packet for delivery in self.received)
        self.received = []

    def dies(self) -> None:
        self.file.close()
        self.file = JournalFile(self._path, SYSTEM)
        self.received = []
        self.safe.clear()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([b"800", b"801"]), min_size=1, max_size=40),
    st.lists(st.sampled_from(["send"] * 6 + ["commit"] * 3 + ["hear"] * 4 + ["kill", "cut"]),
             max_size=120),
)  # fmt: skip
def test_each_message_is_journalled_once(messages: list[bytes], steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        sender, receiver = Sender(deque(messages)), Receiver(Path(directory) / "journal.db")
        for step in steps:
            _take(step, sender, receiver)
        while sender.queued or sender.under_way:
            for step in ("kill", *["send"] * WINDOW, "commit", *["hear"] * WINDOW):
                _take(step, sender, receiver)
        assert receiver.file.last_id == len(messages)
        receiver.file.close()


def _take(step: str, sender: Sender, receiver: Receiver) -> None:
    if step == "send" and (delivery := sender.sends()) is not None:
        receiver.received.append(delivery)
    elif step == "commit":
        receiver.commits()
    elif step == "hear" and receiver.safe:
        sender.hears(receiver.safe.popleft())
    elif step == "cut":  # the connection alone: what was received is committed, not acknowledged
        receiver.commits()
        receiver.safe.clear()
        sender.connects()
    elif step == "kill":
        receiver.dies()
        sender.connects()
