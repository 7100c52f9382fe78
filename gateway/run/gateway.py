"""The gateway as a process: its parts are started and stopped, once or each time that it has other venues."""

import logging
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from typing import Final, NoReturn, TextIO

from gateway.config import Settings
from gateway.front.process import FrontDied
from gateway.front.sessions import SessionDied
from gateway.front.start import start_front
from gateway.journal.reader import JournalError
from gateway.leases.keeper import LeaseKeeper
from gateway.leases.name import read_or_make_name
from gateway.leases.turns import in_turns
from gateway.mqtt.session import SecondGateway
from gateway.process.directory_lock import DirectoryTaken, only_one
from gateway.process.memory import GIVE_BACK_EVERY_S, give_back, share_one_arena
from gateway.process.threads import Threads
from gateway.registry.database import DatabaseError, open_database
from gateway.run.parts import assemble, start_all, tell
from gateway.store.interface import StoreError
from gateway.store.open import open_parts
from sensors.clock import Clock
from sensors.config import ConfigError
from sensors.mqtt.client import parse_addresses
from sensors.systemd import ALIVE, READY, STOPPING, notify

log = logging.getLogger(__name__)

ALIVE_S: Final = 10.0
GOODBYE_S: Final = 2.5
WORK_S: Final = 1.2
COMMIT_S: Final = 0.8
"""How long the broker's session, the workers and the journal may take to stop: together less than the
five seconds that are promised, the end of the process included.
"""


def run(
    settings: Settings, clock: Clock, venues: frozenset[str] | None, *, shares: bool = False
) -> int:
    """Run the gateway until it is told to stop (0) or one of its parts fails (1).

    ``venues`` are the ones it looks after, None for all; where it ``shares`` them with others they are
    what it leases.

    Raises:
        ConfigError: the settings of the broker, the store or messages are wrong.

    """
    parse_addresses(settings.broker)
    share_one_arena()
    stopped = threading.Event()
    with ExitStack() as held:
        try:
            lock = held.enter_context(only_one(settings.directory))
            if not shares:
                return _run_once(settings, clock, venues, lock, stopped)
            database = open_database(settings.database.url, settings.directory)
            held.callback(database.close)
            database.migrate()
        except (DirectoryTaken, DatabaseError) as error:
            return _failed(str(error))
        _stop_on_signals(stopped)
        keeper = LeaseKeeper(database, read_or_make_name(settings.directory))

        def once(ours: frozenset[str], over: threading.Event) -> int:
            _stop_on_signals(stopped, over)
            return _run_once(settings, clock, ours, lock, over, keeper)

        return in_turns(keeper, stopped, once, lambda: notify(ALIVE))


def _run_once(
    settings: Settings,
    clock: Clock,
    venues: frozenset[str] | None,
    lock: TextIO,
    over: threading.Event,
    keeper: LeaseKeeper | None = None,
) -> int:
    """Run all parts for these venues until it is ``over``; the exit status."""
    threads = Threads(over, foreseen=(SecondGateway, ConfigError, FrontDied, SessionDied))
    with ExitStack() as held:
        try:
            starting = start_front(settings, clock, venues, lock, is_leased=keeper is not None)
            held.callback(starting.close)  # it starts while we do
            database = open_database(settings.database.url, settings.directory)
            held.callback(database.close)
            if keeper is None:
                database.migrate()
            else:
                database = database.fenced(keeper.fence)
            stores = open_parts(settings)
            for one in stores:
                held.callback(one.store.close)
            parts = assemble(settings, clock, venues, database, stores, starting, keeper)
        except (DatabaseError, StoreError, JournalError) as error:
            return _failed(str(error))
        if keeper is None:
            _stop_on_signals(over)
        start_all(threads, parts)
        notify(READY)
        give_back_at = 0.0
        while not over.wait(ALIVE_S):
            notify(ALIVE)
            if time.monotonic() >= give_back_at:
                give_back()
                give_back_at = time.monotonic() + GIVE_BACK_EVERY_S
        has_changed = keeper is not None and keeper.has_changed
        if not has_changed:
            notify(STOPPING)
        all_ended = stop_all(threads)
        status = _ended(threads)
        if not all_ended:  # what is held stays open under those that still use it
            _begin_anew() if has_changed else _leave(status)
    return status


def _ended(threads: Threads) -> int:
    """Say how it ended; the exit status."""
    if threads.death is not None:
        return _failed(f"{threads.death.name} stopped: {threads.death.why}")
    tell("stopped")
    return 0


def _leave(status: int) -> NoReturn:
    """End the process at once, and with it whatever has not ended by itself."""
    sys.stdout.flush()
    sys.stderr.flush()
    logging.shutdown()
    os._exit(status)


def _begin_anew() -> NoReturn:
    """Be this program from its beginning, without what has not ended."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own program


def stop_all(threads: Threads) -> bool:
    """No new messages first, the journal last: what is taken is safe and acknowledged. Whether all
    ended in time.
    """
    threads.stop("subscriber", within_s=GOODBYE_S)
    workers = (name for name in threads.running if name not in ("subscriber", "journal"))
    threads.stop(*workers, within_s=WORK_S)
    threads.stop("journal", within_s=COMMIT_S)
    if threads.running:
        log.warning("%s did not stop in time: left as it is", ", ".join(threads.running))
    return not threads.running


def _stop_on_signals(*events: threading.Event) -> None:
    def stop(*_: object) -> None:
        for event in events:
            event.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _failed(why: str) -> int:
    sys.stderr.write(f"luchtig gateway: {why}\n")
    return 1
