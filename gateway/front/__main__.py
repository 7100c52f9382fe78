"""The process of the front put together: the one place where its parts are made, started and stopped.

Started by ``gateway.front.process`` with the numbers of two files: the end of a pair of sockets, and the
memory that both see. It imports no database, no web server and no way of telling people.
"""

import logging
import mmap
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.front.channel import Channel
from gateway.front.front import Events
from gateway.front.near import NearFront
from gateway.front.sessions import SessionDied
from gateway.front.wire import (
    COMMITTED,
    Answered,
    Append,
    BeginAfter,
    Counted,
    Down,
    Ended,
    Failed,
    MoveLive,
    MoveStore,
    Open,
    Opened,
    Order,
    Part,
    Publish,
    Refused,
    Report,
    Run,
    Stop,
    Stored,
    Subscribed,
    Up,
    Use,
    UseSources,
    decode_orders,
    encode,
)
from gateway.journal.placements import Placements
from gateway.journal.progress import SIZE, Progress
from gateway.journal.reader import JournalError
from gateway.metrics import Metrics
from gateway.mqtt.connection import Outgoing
from gateway.mqtt.session import SecondGateway
from gateway.process.garbage import look_seldom
from gateway.process.memory import GIVE_BACK_EVERY_S, give_back, share_one_arena
from gateway.process.threads import Threads
from sensors.config import ConfigError
from sensors.plain_log import log_plainly

LINGER_S = 0.01
"""So long an answer of the broker waits for others; that there is more to read goes at once."""


class FrontProcess:
    """Does what it is told, and tells what happens, until nobody is there to tell it."""

    def __init__(self, sock: socket.socket, memory: mmap.mmap) -> None:
        self._counted = Metrics()
        self._running: set[Part] = set()
        self._progress = Progress(memoryview(memory))
        self._channel: Channel[Report, Order] = Channel(
            sock, encode, decode_orders, self._counts, LINGER_S
        )
        self._threads = Threads(
            threading.Event(),
            foreseen=(SecondGateway, ConfigError, SessionDied),
            on_end=self._ended,
        )

    def run(self) -> int:
        """Until the gateway is gone; the exit status."""
        orders = self._channel.receive()
        if orders is None or not isinstance(orders[0], Open):
            return 1
        try:
            self._front = self._put_together(orders[0])
        except JournalError as error:
            self._channel.say(Failed(str(error)))
            self._channel.close()
            return 1
        self._opened()
        look_seldom()
        orders = orders[1:]
        give_back_at = time.monotonic() + GIVE_BACK_EVERY_S
        while orders is not None:
            for order in orders:
                self._do(order)
            if time.monotonic() >= give_back_at:
                give_back()
                give_back_at = time.monotonic() + GIVE_BACK_EVERY_S
            orders = self._channel.receive()
        if self._running:
            os._exit(1)  # whoever killed the gateway meant this too
        self._front.close()
        return 0

    def _put_together(self, start: Open) -> NearFront:
        say = self._channel.say
        logging.getLogger().setLevel(start.log_level)
        self._is_leased = start.is_leased
        events = Events(
            up=lambda: say(Up()),
            down=lambda: say(Down()),
            subscribed=lambda: say(Subscribed()),
            refused=lambda packet, code: say(Refused(packet, code)),
        )
        return NearFront(
            start.broker, Path(start.directory), start.venues, start.clock, self._counted, events,
            on_committed=lambda: self._channel.say_once(COMMITTED), progress=self._progress, tail=0,
            kept=start.journal, is_leased=start.is_leased, share_per_s=start.share_per_s,
        )  # fmt: skip

    def _do(self, order: Order) -> None:
        journal = self._front.journal
        match order:
            case Publish():
                self._publish(order)
            case Append(entries):
                journal.append(entries)
                self._progress.came_from_afar(len(entries))
            case MoveStore() | MoveLive() | Stored():
                self._move(order)
            case Use(spans, zones):
                known = {venue: ZoneInfo(zone) for venue, zone in zones.items()}
                self._front.use(Placements.of(spans, known))
            case UseSources(sources):
                self._front.use_sources(sources)
            case BeginAfter(position):
                journal.begin_after(position)
                self._opened()
            case Run(part):
                self._running.add(part)
                front = self._front
                self._threads.start(part, front.commit if part == "journal" else front.subscribe)
            case Stop(part):
                self._threads.stop(part, within_s=0.0)

    def _move(self, order: MoveStore | MoveLive | Stored) -> None:
        journal = self._front.journal
        match order:
            case MoveStore(position, rejected):
                journal.move_store(position, rejected)
                self._progress.came_from_afar(len(rejected))
            case MoveLive(position):
                journal.move_live(position)
            case Stored(number, share):
                journal.stored(number, share)

    def _publish(self, order: Publish) -> None:
        def answer(*, taken: bool) -> None:
            self._channel.say(Answered(order.number, taken))

        message = Outgoing(
            order.topic, order.payload, order.retain,
            done=lambda: answer(taken=True), refused=lambda: answer(taken=False),
        )  # fmt: skip
        if not self._front.publish(message) and self._is_leased:
            answer(taken=False)  # that of another venue may be up

    def _opened(self) -> None:
        self._channel.say(Opened(self._front.journal.store_position))

    def _counts(self) -> list[Report]:
        taken = self._counted.take()
        return [Counted([(*key, by) for key, by in taken.items()])] if taken else []

    def _ended(self, name: str, why: str | None) -> None:
        part: Part = "journal" if name == "journal" else "subscriber"
        self._running.discard(part)
        self._channel.say(Ended(part, why))


def main(arguments: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    log_plainly(logging.WARNING, "%(levelname)s %(message)s")
    share_one_arena()
    sock, memory = map(int, arguments)
    return FrontProcess(socket.socket(fileno=sock), mmap.mmap(memory, SIZE)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
