"""The parts of a gateway run in turns, each with the venues that it has then."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from gateway.leases.keeper import LeaseKeeper
from gateway.outage import Outage
from gateway.process.threads import Threads
from gateway.registry.database import DatabaseAway

IDLE_S: Final = 0.5
LEAVE_S: Final = 2.0

log = logging.getLogger(__name__)

RunOnce = Callable[[frozenset[str], threading.Event], int]
"""Runs the parts for these venues until the event is set; the exit status."""


def in_turns(
    keeper: LeaseKeeper, stopped: threading.Event, run_once: RunOnce, waits: Callable[[], None]
) -> int:
    """Until ``stopped``, or a part fails; the exit status. ``waits`` is called while there is no venue for
    this gateway.
    """
    threads = Threads(stopped)
    threads.start("leases", keeper.run)
    outage = Outage(log, "leases")
    status = 0
    while not stopped.is_set():
        try:
            has_any = keeper.settle()
        except DatabaseAway as error:
            outage.begins(str(error))
            has_any = False
        else:
            outage.ends()
        if not has_any:
            waits()
            stopped.wait(IDLE_S)
            continue
        over = threading.Event()
        keeper.on_change(over.set)
        status = run_once(frozenset(keeper.held), over)
        keeper.look()  # a session that was taken over is told of sooner
        if status != 0 and not keeper.has_changed:
            break
    threads.stop("leases", within_s=LEAVE_S)
    return status
