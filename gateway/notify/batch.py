"""What goes to one recipient in one message: everything that waits for them about one venue.

The first message goes out at once. What comes within a minute of the one clock after it waits until
that minute is over and goes out together. A report or a protocol travels by itself and holds up
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from gateway.domain.alerts.notice import OF_NO_FLAG, Notice, NoticeKind
from gateway.domain.topic import Topic
from gateway.registry.alerts.outbox import OutboxMessage

GATHER = timedelta(minutes=1)

_LATER: dict[NoticeKind, int] = {
    "firing": 0, "escalated": 1, "resolved": 2, "report": 0, "protocol": 0, "protocol_left": 1,
    "season": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of the outbox that go out in one piece; never empty."""

    messages: tuple[OutboxMessage, ...]

    @property
    def is_report(self) -> bool:
        return self.messages[0].kind == "report"

    @property
    def is_alone(self) -> bool:
        """Whether it travels by itself and holds up nothing."""
        return self.messages[0].kind in OF_NO_FLAG

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(message.id for message in self.messages)

    @property
    def topic(self) -> Topic:
        if self.is_report or self.messages[0].kind == "season":
            return "reports"
        return "protocols" if self.is_alone else "alerts"

    @property
    def flags(self) -> frozenset[str]:
        return frozenset(message.flag for message in self.messages)

    @property
    def attempts(self) -> int:
        """The most that any of it was tried."""
        return max(message.attempts for message in self.messages)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is to be said: of each flag the latest. What is over by the time that it could be
        told is told once, as over.
        """
        latest: dict[str, OutboxMessage] = {}
        for message in self.messages:
            known = latest.get(message.flag)
            if known is None or _LATER[message.kind] >= _LATER[known.kind]:
                latest[message.flag] = message
        return tuple(replace(message.notice, flag=flag) for flag, message in latest.items())

    @property
    def name(self) -> str:
        """The same whenever the same messages go out together."""
        parts = [f"{m.meeting} {m.flag} {m.kind} {m.recipient}" for m in self.messages]
        return sha256("\n".join(parts).encode()).hexdigest()[:32]


def batches(waiting: Sequence[OutboxMessage]) -> tuple[Batch, ...]:
    """What waits for one recipient about one venue, as it goes out: what may be out already in the pieces
    that it was in, then all other alerts, and each report and protocol.
    """
    alone = [Batch((message,)) for message in waiting if message.kind in OF_NO_FLAG]
    alerts: dict[str | None, list[OutboxMessage]] = {}
    for message in waiting:
        if message.kind not in OF_NO_FLAG:
            alerts.setdefault(message.begun_as, []).append(message)
    fresh = alerts.pop(None, [])
    pieces = [*alerts.values(), *([fresh] if fresh else [])]
    return (*(Batch(tuple(piece)) for piece in pieces), *alone)


def held_for(last_sent: datetime | None, now: datetime) -> timedelta:
    """How long alerts still wait for what may come, by the one clock; nothing where the last
    message lies in a future that the clock was set back from.
    """
    if last_sent is None or last_sent > now:
        return timedelta()
    return max(timedelta(), last_sent + GATHER - now)
